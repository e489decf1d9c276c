"""How numbers are written for people: sensible digits, a real minus sign, never ``nan``.

Everything the pages and the terminal tables print goes through here, so that a missing value looks the same
everywhere and the same number is never rounded in two ways. It knows nothing of pharmacology.
"""

from __future__ import annotations

import math

MISSING = "–"
"""What stands where there is no value."""

NO_BREAK = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_A_WEEK = 0.1
"""So close (days) to a whole number of weeks a time is called by it."""


def is_missing(value: float | None) -> bool:
    """Whether ``value`` is absent or not a finite number."""
    return value is None or not math.isfinite(float(value))


def fixed(value: float | None, decimals: int) -> str:
    """``value`` with a fixed number of decimals, e.g. ``fixed(2.678, 2) == "2.68"``."""
    if value is None or is_missing(value):
        return MISSING
    text = f"{float(value):,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", _MINUS)


def significant(value: float | None, digits: int = 3) -> str:
    """``value`` rounded to ``digits`` significant digits without exponent, e.g. ``253``, ``0.0421``."""
    if value is None or is_missing(value):
        return MISSING
    number = float(value)
    if number == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(number)))
    if magnitude < -6:
        return f"{number:.{digits - 1}e}".replace("-", _MINUS)
    return fixed(number, max(0, digits - 1 - magnitude))


def percent(fraction: float | None, decimals: int = 0) -> str:
    """A fraction as per cent with its sign, e.g. 25 %; the space does not break."""
    if fraction is None or is_missing(fraction):
        return MISSING
    return f"{fixed(100 * float(fraction), decimals)}{NO_BREAK}%"


def interval(low: str, high: str) -> str:
    """``low to high``; one value when both read the same, the missing sign when either is missing."""
    if MISSING in (low, high):
        return MISSING
    return low if low == high else f"{low} to {high}"


def signed(value: float | None, decimals: int) -> str:
    """A difference with its sign, e.g. ``+0.35``."""
    text = fixed(value, decimals)
    positive = value is not None and not is_missing(value) and float(value) > 0
    return f"+{text}" if positive and any(c in "123456789" for c in text) else text


def count(value: float | None) -> str:
    """A whole number with thousands separated, e.g. ``1,000``."""
    return fixed(value, 0)


def duration(hours: float | None) -> str:
    """A time span in the unit people would use, e.g. ``40 min``, ``4.2 h``, ``3.5 days``, ``12 weeks``, ``90 days``."""
    if hours is None or is_missing(hours):
        return MISSING
    for limit, unit, length in ((2.0, "min", 1 / 60), (120.0, "h", 1.0), (28 * 24.0, "days", 24.0)):
        if abs(hours) < limit:
            return f"{_short(hours / length)} {unit}"
    weeks, days = hours / 168, hours / 24
    if abs(days - 7 * round(weeks)) < _A_WEEK:
        return f"{fixed(weeks, 0)} weeks"
    return f"{fixed(days, 0)} days"


def _short(value: float) -> str:
    """One decimal at most, none where it would be zero."""
    text = fixed(value, 1)
    return text.removesuffix(".0")
