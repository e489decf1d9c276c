"""Quantities with a unit, read at the edges: hours, mg and kg inside, whatever was written outside.

Everyday units are read without the units library; anything else is left to ``pint``, which is loaded only then.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from painloop.errors import InputError
from painloop.regimen.words import MASS, TIME

if TYPE_CHECKING:
    import pint

_QUANTITY = re.compile(
    r"\s*([-+−]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?|[-+]?(?:nan|inf)\b)\s*(.*?)\s*",
    re.DOTALL,
)
_NAME = r"[A-Za-zµμ]{1,30}(?:\^\d)?"
_UNIT = re.compile(rf"{_NAME}(?:\s?[*/]\s?{_NAME}){{0,3}}")
_BODY_WEIGHT = {"kg": (1.0, 1.0), "g": (1.0, 1000.0)}


def duration_h(text: str, *, bare_unit: str | None = None) -> float:
    """A length of time in h.

    Parameters
    ----------
    text : a number and a unit, ``40 min``.
    bare_unit : the unit of a bare number, where the name of an option already says it.

    Raises
    ------
    InputError
        When the unit is missing or measures something else, or the value is not a number above 0.

    >>> duration_h("40 min") == 40 / 60, duration_h("2 weeks")
    (True, 336.0)
    """
    return _read(text, "a duration", "h", TIME, "40 min", bare_unit)


def mass_mg(text: str, *, bare_unit: str | None = None) -> float:
    """A mass in mg.

    >>> mass_mg("0.25 g"), mass_mg("500 ug")
    (250.0, 0.5)
    """
    return _read(text, "a mass", "mg", MASS, "35 mg", bare_unit)


def weight_kg(text: str, *, bare_unit: str | None = None) -> float:
    """A body weight in kg.

    >>> weight_kg("70 kg"), weight_kg("70", bare_unit="kg")
    (70.0, 70.0)
    """
    return _read(text, "a body weight", "kg", _BODY_WEIGHT, "70 kg", bare_unit)


def length_cm(text: str, *, bare_unit: str | None = None) -> float:
    """A length in cm.

    >>> length_cm("1.7 m")
    170.0
    """
    return _read(text, "a height", "cm", {"cm": (1.0, 1.0), "m": (100.0, 1.0)}, "170 cm", bare_unit)


def concentration_ng_ml(text: str, *, bare_unit: str | None = None) -> float:
    """A mass concentration in ng/mL.

    >>> concentration_ng_ml("0.25 mg/L")
    250.0
    """
    return _read(
        text, "a concentration", "ng/mL", {"ng/ml": (1.0, 1.0), "ug/l": (1.0, 1.0)}, "250 ng/mL", bare_unit
    )


def _read(
    text: str,
    what: str,
    inside: str,
    everyday: dict[str, tuple[float, float]],
    example: str,
    bare_unit: str | None,
) -> float:
    match = _QUANTITY.fullmatch(str(text))
    if match is None:
        raise InputError(
            f"'{_short(text)}' is not {what}; write a number and a unit, for example '{example}'."
        )
    number, unit = match.group(1).replace("−", "-"), match.group(2) or bare_unit or ""
    if not unit:
        raise InputError(f"'{_short(text)}' has no unit; write for example '{example}'.")
    factor, divisor = everyday.get(unit.lower()) or (_factor(unit, inside, what, example), 1.0)
    value = float(number) * factor / divisor
    if not (math.isfinite(value) and value > 0.0):
        raise InputError(f"'{_short(text)}' is not {what}; write a number above 0, for example '{example}'.")
    return value


def _factor(unit: str, inside: str, what: str, example: str) -> float:
    """How many ``inside`` units one ``unit`` is."""
    wrong = InputError(
        f"'{_short(unit)}' is not a unit of {what.split(' ', 1)[1]}; write for example '{example}'."
    )
    if _UNIT.fullmatch(unit) is None:
        raise wrong
    registry = _registry()
    try:
        return float(registry.Quantity(1.0, registry.parse_units(unit)).to(inside).magnitude)
    except _failures():
        raise wrong from None


@lru_cache(maxsize=1)
def _registry() -> pint.UnitRegistry[Any]:
    import pint

    return pint.UnitRegistry()


def _failures() -> tuple[type[Exception], ...]:
    import tokenize

    import pint

    return (pint.PintError, tokenize.TokenError, AttributeError, TypeError, ValueError, ArithmeticError)


def _short(text: object) -> str:
    words = " ".join(str(text).split())
    return words if len(words) <= 40 else f"{words[:37]}..."
