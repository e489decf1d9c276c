"""What replicates of a trial gave, person by person: allocation, ratings, leaving, rescue, side effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from painloop.trial.protocol import Protocol


@dataclass(frozen=True)
class Conducted:
    """Replicates R of a trial of n participants with P periods (1 unless crossover) and V visits.

    Attributes
    ----------
    first : number of the first replicate; replicate r of a seed is the same whatever else is run with it.
    rival : which hypothesis was the world of the replicate, (R,).
    arm : what was received in each period, index into ``protocol.arms``, (R, n, P).
    female, age_y, weight_kg, baseline : of each person, (R, n); the baseline in NRS points.
    rating : NRS at the visit as rated, mean of the diary days in its window, rescue included, (R, n, P, V); nan is
        missing.
    on_treatment : the same while on treatment: the last rating before leaving or rescue is carried on.
    pain : NRS before rating noise, dropout and rescue, (R, n, P, V).
    area : mean of the ratings over the follow-up of a period times its days, NRS × days, (R, n, P).
    left_day : day of leaving since the start of the trial, inf for who stayed, (R, n).
    rescue_days : days with rescue medication, (R, n, P).
    events : side effect -> whether the person had it in the period, (R, n, P).
    mme, mme_on_treatment : opioids at the visit, MME/d, (R, n, P, V), nan after leaving, and the same with the last
        dose before leaving or rescue carried on; None where the file gives no dose before treatment.
    mme_before : opioids before treatment, MME/d, (R, n).
    at_start : of a crossover, NRS as rated at the start of each period, (R, n, P); the baseline where that is missing.
    """

    protocol: Protocol
    first: int
    rival: np.ndarray
    arm: np.ndarray
    female: np.ndarray
    age_y: np.ndarray
    weight_kg: np.ndarray
    baseline: np.ndarray
    rating: np.ndarray
    on_treatment: np.ndarray
    pain: np.ndarray
    area: np.ndarray
    left_day: np.ndarray
    rescue_days: np.ndarray
    events: Mapping[str, np.ndarray]
    mme: np.ndarray | None = None
    mme_on_treatment: np.ndarray | None = None
    mme_before: np.ndarray | None = None
    at_start: np.ndarray | None = None

    @property
    def before(self) -> np.ndarray:
        """Pain that changes are counted from, NRS, (R, n, P): at the start of a crossover's period, else on entry."""
        return self.baseline[..., None] if self.at_start is None else self.at_start

    @property
    def replicates(self) -> int:
        """How many replicates these are."""
        return len(self.rival)
