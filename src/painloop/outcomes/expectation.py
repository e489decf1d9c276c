"""What people expect when they feel the drug: a switch, off by default, because no source gives its size.

Those who are given ketamine and feel it know that they are not on placebo. Their share of placebo responders is
shifted on the logit scale by ``unblinding``: logit p' = logit p + unblinding; those on placebo keep p. The numbers
(0, and the bounds of input) stand in ``library/limits/unblinding.yaml``, beside what trials saw.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache

from painloop.errors import InputError
from painloop.library.loader import LIBRARY
from painloop.library.reading import read_mapping
from painloop.library.schema.base import Value

FILE = LIBRARY / "limits" / "unblinding.yaml"


@cache
def number(name: str) -> float:
    """A parameter of the file."""
    raw = read_mapping(FILE)["parameters"][name]
    return Value.model_validate(raw).number


@dataclass(frozen=True)
class Expectation:
    """How far feeling the drug shifts the placebo response (logit), and whether the drug is given.

    Raises
    ------
    InputError : the shift is no number or outside the bounds of its file.

    Examples
    --------
    >>> Expectation().unblinding
    0.0
    """

    unblinding: float = field(default_factory=lambda: number("unblinding"))
    treated: bool = True

    def __post_init__(self) -> None:
        low, high = number("smallest"), number("largest")
        if not low <= self.unblinding <= high:
            raise InputError(
                f"The unblinding {self.unblinding:g} is outside {low:g} to {high:g}; "
                "give a shift on the logit scale within, such as 0.5, or 0 for none."
            )


def placebo_responder_probability(p: float, unblinding: float, treated: bool) -> float:
    """The share of placebo responders when the drug is felt by those ``treated``; p itself otherwise.

    Examples
    --------
    >>> round(placebo_responder_probability(0.23, 1.0, treated=True), 3)
    0.448
    """
    if not treated or unblinding == 0.0 or p in (0.0, 1.0):
        return p
    return 1.0 / (1.0 + (1.0 - p) / p * math.exp(-unblinding))
