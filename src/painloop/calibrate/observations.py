"""Printed values as a likelihood takes them: one number, its standard error or count, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from painloop.calibrate.choices import Choices
from painloop.library.schema.conditions import Condition
from painloop.library.schema.courses import Observed
from painloop.library.schema.trials import Contrast, TrialArm

NORMAL_95 = 1.959964
"""Half the width of a 95 % interval in standard errors."""
LESS_IS_RELIEF = frozenset({"nrs", "fraction_of_baseline", "auc_nrs_days"})
"""Quantities that fall when pain is relieved; the others rise."""
SHARES = frozenset({"responders_30", "responders_50", "pain_free"})
"""Quantities that are counts of people."""


@dataclass(frozen=True)
class Datum:
    """One printed value of an arm, or of an arm ``against`` another.

    Attributes
    ----------
    error, error_is : standard error in the unit of the quantity, and where it is from.
    count : people of ``n`` to whom it happened; ``None`` for a mean.
    treated : whether ketamine was given.
    scale : the quantity per standard deviation of pain, positive: turns a standardised difference into the quantity.
    weak : computed from what was printed, or from a regimen that is assumed.
    together : correlation between the errors of two arms of the same people, where it was printed.
    """

    arm: str
    against: str | None
    quantity: str
    time_h: float
    value: float
    error: float
    error_is: str
    n: int
    count: int | None
    treated: bool
    scale: float
    weak: bool
    together: float = 0.0

    @property
    def towards_relief(self) -> float:
        """The quantity per standard deviation of relief: negative where less is relief."""
        return -self.scale if self.quantity in LESS_IS_RELIEF else self.scale


@dataclass(frozen=True)
class FittedTrial:
    """A trial with values to fit.

    ``arms``: arm -> regimen, ``None`` without drug. ``controlled``: randomised with another arm. ``course``: the id
    under which library parameters may have been fitted on it.
    """

    id: str
    cluster: str
    condition: str
    baseline: float | None
    arms: Mapping[str, str | None]
    data: tuple[Datum, ...]
    controlled: bool
    crossover: bool
    smallest: int
    course: str


@dataclass(frozen=True)
class Compared:
    """A trial that compared a regimen with no drug, whatever was printed of it: what a meta-analysis pools.

    ``until_h`` is the time of its last visit, h after the start.
    """

    id: str
    cluster: str
    condition: str
    baseline: float | None
    regimen: str
    n: int
    until_h: float


@dataclass(frozen=True)
class LeftOut:
    """Something printed that is not fitted, and why."""

    trial: str
    what: str
    why: str


@dataclass(frozen=True)
class Selection:
    """What is fitted, what is not, and which trials compared ketamine with no drug."""

    trials: tuple[FittedTrial, ...]
    left_out: tuple[LeftOut, ...]
    compared: tuple[Compared, ...]

    @property
    def clusters(self) -> tuple[str, ...]:
        """Groups of trials on the same people, in order."""
        return tuple(dict.fromkeys(one.cluster for one in self.trials))


def scale_of(quantity: str, time_h: float, condition: Condition) -> float:
    """One standard deviation of pain (of the condition, on entry) in the unit of a quantity."""
    sd, mean = condition.baseline.sd.number, condition.baseline.mean.number
    if quantity in ("nrs", "nrs_fall", "nrs_fall_median"):
        return sd
    if quantity == "auc_nrs_days":
        return sd * time_h / 24.0
    return sd / mean


def error_of(one: Observed, n: int, scale: float) -> tuple[float, str]:
    """Standard error of a printed mean, and where it is from."""
    if one.sem is not None:
        return one.sem, "standard error printed"
    if one.sd is not None:
        return one.sd / float(np.sqrt(n)), "from the printed SD"
    if one.ci95 is not None:
        return (one.ci95[1] - one.ci95[0]) / (2.0 * NORMAL_95), "from the printed interval"
    numbers = Choices.load().numbers
    wide = numbers["unprinted_spread"] * scale / float(np.sqrt(n))
    if one.quantity == "nrs_fall_median":
        wide *= numbers["median_efficiency"]
    return wide, "not printed: assumed"


def datum_of(one: Observed, arm: TrialArm, condition: Condition) -> Datum:
    """A printed value of an arm."""
    assert one.value is not None
    assert one.time_h is not None
    n = one.n or arm.n
    assert n is not None
    count = None
    if one.quantity in SHARES:
        count = one.count if one.count is not None else round(one.value * n)
    scale = scale_of(one.quantity, one.time_h, condition)
    error, how = (0.0, "binomial") if count is not None else error_of(one, n, scale)
    weak = one.confidence == "derived" or arm.regimen_confidence == "assumed"
    treated = arm.role == "ketamine"
    return Datum(
        one.arm, None, one.quantity, one.time_h, one.value, error, how, n, count, treated, scale, weak
    )


def contrast_of(one: Contrast, condition: Condition) -> Datum:
    """A printed comparison of two arms."""
    assert one.value is not None
    assert one.time_h is not None
    error = one.se
    if error is None:
        assert one.ci95 is not None
        error = (one.ci95[1] - one.ci95[0]) / (2.0 * NORMAL_95)
    scale = scale_of(one.quantity, one.time_h, condition)
    weak = one.confidence == "derived"
    return Datum(
        one.arm, one.against, one.quantity, one.time_h, one.value, error, "printed", one.n or 0, None, True,
        scale, weak,
    )  # fmt: skip
