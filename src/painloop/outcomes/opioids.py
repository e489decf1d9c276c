"""Morphine milligram equivalents (MME) per day of what a person takes, by the factors of CDC 2022.

A measure of present exposure for following people over time, never a rule for changing from one opioid to another.
Factors, refusals and worked examples stand in ``library/substances/opioids.yaml``.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from painloop.errors import InputError
from painloop.library.loader import LIBRARY
from painloop.library.reading import read_mapping
from painloop.library.schema.base import Value

FILE = LIBRARY / "substances" / "opioids.yaml"
MASS = "mg"
_PER_HOUR = "mcg/h"
_MG = {"mg": 1.0, "mcg": 1e-3, "ug": 1e-3, "µg": 1e-3, "g": 1e3}
"""Mass units and how many mg they are."""
_RATES = frozenset({"mcg/h", "ug/h", "µg/h"})


@dataclass(frozen=True)
class Taken:
    """An opioid that is taken: ``dose`` in ``unit``, ``times_a_day`` (of a patch, its rate: once)."""

    opioid: str
    dose: float
    unit: str = MASS
    times_a_day: float = 1.0


def known() -> tuple[str, ...]:
    """Opioids that have a factor."""
    return tuple(_content()["parameters"])


def caution() -> str:
    """The sentence that goes with every total."""
    return str(_content()["caution"])


def total(taken: Iterable[Taken]) -> float:
    """MME per day of all that is taken."""
    return sum(mme_per_day(one.opioid, one.dose, one.unit, one.times_a_day) for one in taken)


def mme_per_day(opioid: str, dose: float, unit: str = MASS, times_a_day: float = 1.0) -> float:
    """MME per day of one opioid: dose times a day, times its factor; of a patch, its rate times its factor.

    Parameters
    ----------
    opioid : one of :func:`known`; ``fentanyl patch`` in mcg/h, all others in mg (or mcg, g) per intake.
    dose : at or above 0.
    times_a_day : intakes per day, at or above 0; 1 for a patch.

    Raises
    ------
    InputError
        The opioid has no factor, the unit is not that of its factor, or a number is negative or not finite.

    Examples
    --------
    >>> mme_per_day("oxycodone", 10, "mg", times_a_day=2)
    30.0
    """
    name = " ".join(opioid.lower().split())
    factor = _factor(name)
    for what, value in (("dose", dose), ("number of intakes a day", times_a_day)):
        if not (math.isfinite(value) and value >= 0.0):
            raise InputError(
                f"The {what} {value:g} of {name} is not a number at or above 0; give what is taken."
            )
    if _is_rate(factor):
        if unit not in _RATES or times_a_day != 1.0:
            raise InputError(
                f"The dose {dose:g} {unit} of {name} is not one rate; give the rate of the patch in mcg/h, once."
            )
        return dose * factor.number
    if unit not in _MG:
        raise InputError(
            f"The unit '{unit}' of {name} is not a mass; give mg per intake and how many times a day."
        )
    return dose * _MG[unit] * times_a_day * factor.number


def _is_rate(factor: Value) -> bool:
    return factor.unit.endswith(_PER_HOUR)


def _factor(name: str) -> Value:
    content = _content()
    if name in content["refused"]:
        raise InputError(f"There is no MME of {name}: {content['refused'][name]['says']}.")
    if name not in content["parameters"]:
        close = difflib.get_close_matches(name, known(), n=1, cutoff=0.5)
        remedy = f"did you mean {close[0]}" if close else f"CDC 2022 has {', '.join(known())}"
        raise InputError(f"There is no MME of '{name}'; {remedy}.")
    return Value.model_validate(
        content["parameters"][name], context={"default_source": content["default_source"]}
    )


@cache
def _content() -> dict[str, Any]:
    return read_mapping(FILE)
