"""Numbers of the language: read within limits, converted to h and mg, and printed so that they read back equal."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from painloop.errors import RegimenError
from painloop.regimen import words
from painloop.regimen.orders import Per

SMALLEST, LARGEST = 1e-6, 1e6
"""Limits of every number in a regimen as it is written."""
SHORTEST_H, LONGEST_H = 1.0 / 3600.0, 24.0 * 365.25 * 100.0
"""Limits of every length of time in a regimen, h: one second and a hundred years."""

_PRINTED = (("weeks", "week", 168.0, 168.0), ("days", "day", 24.0, 48.0), ("h", "h", 1.0, 1.0))


def number(written: str, text: str, start: int) -> float:
    """The value of a number, refused outside 1e-6 to 1e6."""
    value = float(written)
    if not SMALLEST <= value <= LARGEST:
        limits = f"{plain(SMALLEST)} to {plain(LARGEST)}"
        sentence = f"{written} is outside {limits}; write a number above 0 and check its unit."
        raise RegimenError(sentence, text, start, start + len(written))
    return value


def hours(value: float, unit: str) -> float:
    """A length of time in h."""
    factor, divisor = words.TIME[unit.lower()]
    return value * factor / divisor


def mass(value: float, unit: str) -> tuple[float, Per, bool]:
    """A dose or rate in mg or mg/h, what it is per, and whether it is a rate.

    ``mg/kg/h`` and ``mg/h/kg`` are the same; ``ug/kg/min`` becomes mg/kg/h.
    """
    head, *tail = _parts(unit)
    factor, divisor = words.MASS[head]
    per: Per = ""
    is_rate = False
    for part in tail:
        if "kg" in part:
            per = "70kg" if part.startswith("70") else "kg"
        else:
            time_factor, time_divisor = words.TIME[part]
            factor, divisor, is_rate = factor * time_divisor, divisor * time_factor, True
    return value * factor / divisor, per, is_rate


def mg_per_day(value: float, unit: str) -> float | None:
    """A rate in mg a day, when it is written so (``mg/day``)."""
    head, *tail = _parts(unit)
    if len(tail) != 1 or words.TIME.get(tail[0]) != (24.0, 1.0):
        return None
    factor, divisor = words.MASS[head]
    return value * factor / divisor


def _parts(unit: str) -> list[str]:
    return re.split(r"\s*/\s*|\s+per\s+", unit.lower())


def plain(value: float) -> str:
    """A number without an exponent, as short as reads back to the same float.

    >>> plain(0.5), plain(25.0), plain(1e-06)
    ('0.5', '25', '0.000001')
    """
    written = f"{Decimal(repr(value)):f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def length(value_h: float) -> str:
    """A length of time in the unit that people would use, reading back to the same float.

    >>> length(40 / 60), length(100.0), length(504.0), length(240.0)
    ('40 min', '100 h', '3 weeks', '10 days')
    """
    for many, one, factor, at_least in _PRINTED:
        count = value_h / factor
        if value_h >= at_least and count == math.floor(count):
            return f"{plain(count)} {one if count == 1.0 else many}"
    for unit, per_hour in (("min", 60.0), ("s", 3600.0)):
        for digits in (0, 3):
            count = round(value_h * per_hour, digits)
            if count > 0.0 and count / per_hour == value_h and value_h < 24.0:
                return f"{plain(count)} {unit}"
    return f"{plain(value_h)} h"
