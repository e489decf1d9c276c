"""How good predictive distributions are: coverage, width and the continuous ranked probability score (CRPS)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.stats import beta, norm

from painloop.calibrate.crps import crps_normal

Z95 = float(norm.ppf(0.975))
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
UNITS = {
    "nrs": "NRS points",
    "nrs_fall": "NRS points",
    "nrs_fall_median": "NRS points",
    "fraction_of_baseline": "fraction of pain before",
    "relief_fraction": "fraction of pain before",
    "peak_relief_fraction": "fraction of pain before",
    "auc_nrs_days": "NRS × days",
    "effect_size_sd": "standard deviations",
    "pain_free": "share of people",
}
"""Units of printed quantities; those that are not named are shares of people."""
SAFETY = (
    "psychomimetic_fraction",
    "dissociation_fraction",
    "nausea_fraction",
    "dizziness_fraction",
    "sedation_fraction",
)
"""Quantities that are shares of people with a side effect."""


class TrialRow(BaseModel):
    """A printed result of a trial beside what painloop predicts of it; a comparison has ``against``.

    ``time_h`` counts from the start of the course, h. ``low`` and ``high`` are the 95 % interval of the printed value,
    ``predicted_low`` and ``predicted_high`` the 95 % predictive interval of a study of that size. ``inside``: whether
    the printed value lies in the latter, ``None`` where it could not be predicted, for the ``reason`` given. Where only
    a ``p`` was printed, ``predicted`` is the share of simulated trials with a p as small (``p_is`` at least: as large).
    """

    model_config = ConfigDict(frozen=True)

    trial: str
    cluster: str
    condition: str | None = None
    arm: str
    against: str | None = None
    time_h: float | None
    quantity: str
    observed: float | None
    low: float | None = None
    high: float | None = None
    confidence: str = "verified"
    p: float | None = None
    p_is: str | None = None
    n: int | None = None
    predicted: float | None = None
    predicted_low: float | None = None
    predicted_high: float | None = None
    inside: bool | None = None
    in_sample: bool = False
    reason: str | None = None

    @property
    def numbers(self) -> tuple[float, float, float, float]:
        """Printed value, prediction, and the ends of its interval, of a row that is ``scored``."""
        found = (self.observed, self.predicted, self.predicted_low, self.predicted_high)
        observed, predicted, low, high = (math.nan if one is None else one for one in found)
        return observed, predicted, low, high

    @property
    def spread(self) -> float:
        """Standard deviation of the predictive distribution, read from its interval as of a normal one."""
        _, _, low, high = self.numbers
        return (high - low) / (2.0 * Z95)

    @property
    def gap(self) -> float:
        """Printed minus predicted."""
        return self.numbers[0] - self.numbers[1]

    @property
    def scored(self) -> bool:
        """Whether a verdict stands."""
        return self.inside is not None and self.observed is not None and self.predicted is not None

    @property
    def unit(self) -> str:
        """Unit of the quantity; quantities of one unit are scored together."""
        return UNITS.get(self.quantity, "share of people")


class HeldOut(BaseModel):
    """How a method foretold values of trials that were held out, by time.

    ``crps`` and ``width`` (of the 95 % intervals) are fractions, of pain before treatment or of people; each of the
    ``values`` counts once. ``painloop_minus`` is the CRPS of painloop minus that of the method with its standard
    ``error``; there each of the ``clusters``, the groups of patients, counts once. ``None`` for painloop itself.
    """

    model_config = ConfigDict(frozen=True)

    group: str
    method: str
    crps: float
    width: float
    coverage: float
    values: int
    clusters: int
    painloop_minus: float | None
    error: float | None


def exact_interval(count: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of Clopper and Pearson."""
    low = 0.0 if count == 0 else float(beta.ppf(0.025, count, n - count + 1))
    high = 1.0 if count == n else float(beta.ppf(0.975, count + 1, n - count))
    return low, high


def jeffreys(count: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a share from a beta(1/2, 1/2) prior; ``count`` may come from a printed share."""
    low, high = beta.ppf([0.025, 0.975], count + 0.5, n - count + 0.5)
    return float(low), float(high)


def crps(row: TrialRow) -> float:
    """CRPS of the predictive distribution, read as normal, in the unit of the quantity; smaller is better."""
    return crps_normal(row.numbers[1], row.spread, row.numbers[0]) if row.spread > 0.0 else abs(row.gap)


def coverage_at(rows: Sequence[TrialRow], level: float) -> float:
    """Share of printed values inside the central interval of a level, predictive distributions read as normal."""
    reach = float(norm.ppf(0.5 + level / 2.0))
    return float(np.mean([abs(one.gap) <= reach * one.spread for one in rows if one.scored]))
