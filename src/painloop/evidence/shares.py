"""Results as people count them: n of N with an interval, and mean pain on a scale of 10 with its difference."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from painloop.library.schema import Observed
from painloop.outcomes.risks import jeffreys

Z95 = 1.959963984540054
"""97.5 % point of the normal distribution."""


@dataclass(frozen=True)
class Share:
    """``count`` of ``n`` people; ``low`` and ``high`` are the 95 % Jeffreys interval of the share.

    ``counted`` is False where only the share was printed, so that the count is rounded from it.
    """

    count: int
    n: int
    low: float
    high: float
    counted: bool

    @property
    def words(self) -> str:
        """The share as patients read it."""
        return f"{self.count} of {self.n} (true share likely {self.low:.0%} to {self.high:.0%})"

    def plain(self) -> dict[str, Any]:
        """The share for JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class MeanDifference:
    """Mean pain (0-10) in two groups and their difference with a 95 % interval."""

    ketamine: float
    control: float
    difference: float
    low: float
    high: float

    def words(self, control: str) -> str:
        """Both means and their difference as patients read them; ``control`` names the other group."""
        both = f"{self.ketamine:.1f} of 10 with ketamine and {self.control:.1f} with {control}"
        if self.low * self.high < 0:
            return f"{both} (no clear difference)"
        less = "less" if self.difference < 0 else "more"
        ends = sorted(abs(end) for end in (self.low, self.high))
        return f"{both}, {abs(self.difference):.1f} points {less} (likely {ends[0]:.1f} to {ends[1]:.1f})"

    def plain(self) -> dict[str, Any]:
        """The difference for JSON."""
        return dict(vars(self))


def share_of(value: float, n: int, count: int | None = None) -> Share:
    """A share with its interval; ``value`` is a fraction from 0 to 1."""
    affected = round(value * n) if count is None else count
    low, high = jeffreys(affected, n)
    return Share(affected, n, low, high, count is not None)


def mean_difference(ketamine: Observed, control: Observed) -> MeanDifference | None:
    """The difference of two means that were printed with their standard errors; None where one is missing."""
    if None in (ketamine.value, control.value, ketamine.sem, control.sem):
        return None
    assert ketamine.value is not None
    assert control.value is not None
    error = math.hypot(ketamine.sem or 0.0, control.sem or 0.0)
    difference = ketamine.value - control.value
    return MeanDifference(
        ketamine.value, control.value, difference, difference - Z95 * error, difference + Z95 * error
    )
