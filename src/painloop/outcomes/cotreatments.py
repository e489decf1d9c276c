"""What is given beside ketamine, from day to day, and how much of the pain it removes: nothing unless a source says so.

Each co-treatment is a library file (kind ``cotreatments``) with one number that a simulation uses,
``effect_on_pain``: the fraction of pain removed while it runs. No trial that was read gives one above 0.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from painloop import library
from painloop.errors import InputError
from painloop.library.schema.effects import Cotreatment

HOURS_PER_DAY = 24.0
_SHAPE = re.compile(
    r"(?P<name>\S.*?)(?:\s+from\s+day\s+(?P<start>\S+))?(?:\s+(?:to|until)\s+(?:day\s+)?(?P<end>\S+))?"
)
_NAME_IN_ID = re.compile(r"^[a-z]+(?:-[a-z]+)*-\d{4}[a-z]?-(?P<name>.+)$")
EXAMPLE = "physiotherapy from day 7 to 60"


@dataclass(frozen=True)
class Given:
    """A co-treatment and when it runs: from the start of ``from_day`` to the start of ``to_day`` (inf: to the end)."""

    name: str
    from_day: float = 0.0
    to_day: float = math.inf

    @property
    def entry(self) -> Cotreatment:
        """Its library file."""
        found: Cotreatment = library.load("cotreatments", _files()[self.name])
        return found

    @property
    def effect_on_pain(self) -> float:
        """Fraction of pain that it removes while it runs."""
        return self.entry.parameters["effect_on_pain"].number

    @property
    def says(self) -> str:
        """One sentence for the report."""
        value = self.entry.parameters["effect_on_pain"]
        if value.number == 0.0:
            return (
                f"{self.name.capitalize()}: no source gives it an effect on pain beside ketamine, "
                f"so it has none here ({value.source})."
            )
        return f"{self.name.capitalize()} removes {100 * value.number:.3g} % of pain while it runs ({value.source})."


def known() -> tuple[str, ...]:
    """Names of the co-treatments."""
    return tuple(sorted(_files()))


def parse(text: str) -> Given:
    """A co-treatment from words such as ``physiotherapy from day 7 to 60``; without days it runs throughout.

    Raises
    ------
    InputError
        The name is unknown, a day is no number at or above 0, or the end is not after the beginning.

    Examples
    --------
    >>> parse("physiotherapy from day 7 to 60")
    Given(name='physiotherapy', from_day=7.0, to_day=60.0)
    """
    found = _SHAPE.fullmatch(" ".join(text.split()).lower())
    if found is None:
        raise InputError(f"The co-treatment '{text}' cannot be read; write it as '{EXAMPLE}'.")
    name = found["name"]
    if name not in _files():
        close = difflib.get_close_matches(name, known(), n=1, cutoff=0.7)
        remedy = f"did you mean {close[0]}" if close else f"use one of {', '.join(known())}"
        raise InputError(f"There is no co-treatment '{name}'; {remedy}, as in '{EXAMPLE}'.")
    given = Given(name, _day(found["start"], 0.0), _day(found["end"], math.inf))
    if given.to_day <= given.from_day:
        raise InputError(
            f"The co-treatment {name} ends on day {given.to_day:g}, not after day {given.from_day:g}; "
            f"give a later end, as in '{EXAMPLE}'."
        )
    return given


def factor(given: Iterable[Given], time_h: np.ndarray) -> np.ndarray:
    """What pain is multiplied by, (times,): 1 wherever nothing that runs has an effect.

    Effects of several co-treatments multiply, which no source tells.
    """
    day = np.asarray(time_h, dtype=float) / HOURS_PER_DAY
    left = np.ones_like(day)
    for one in given:
        effect = one.effect_on_pain
        if effect != 0.0:
            left = np.where((day >= one.from_day) & (day < one.to_day), left * (1.0 - effect), left)
    return left


def _day(text: str | None, default: float) -> float:
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0.0):
        raise InputError(f"The day '{text}' is not a number at or above 0; write days as in '{EXAMPLE}'.")
    return value


@cache
def _files() -> dict[str, str]:
    """Name -> id; the name is what follows author and year in the id."""
    found = {}
    for one in library.ids("cotreatments"):
        named = _NAME_IN_ID.fullmatch(one)
        if named is not None:
            found[named["name"]] = one
    return found
