"""Leaving a trial: a daily hazard that reaches the declared share by the last visit, hastened by pain or by nothing.

The hazard of a day is logistic in the rating of the day before (log-odds per point above the mean), so that what is
missing depends on what was recorded; without such a dependence it is missing completely at random.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from painloop.library.schema.trials import Dropout
from painloop.patient.streams import uniform

FURTHEST = 60.0
"""How far from the even hazard the calibrated one is sought, log odds."""


def left_day(
    dropout: Dropout | None, rating: np.ndarray, last_day: float, seed: int, first: int
) -> np.ndarray:
    """The day on which each participant leaves, inf for who stays.

    Parameters
    ----------
    rating : daily NRS from day 0 on, (days, replicates, participants); the hazard is calibrated in each replicate.
    last_day : day of the last visit; nobody leaves after it.
    first : number of the first replicate.

    Returns
    -------
    numpy.ndarray
        (replicates, participants), days since the start of the trial.
    """
    _, replicates, people = rating.shape
    if dropout is None or dropout.by_end.number == 0.0:
        return np.full((replicates, people), np.inf)
    intervals = max(1, int(np.ceil(last_day)))
    hazard = _hazard(dropout, rating[:intervals])
    gone = 1.0 - np.cumprod(1.0 - hazard, axis=0)

    def drawn(stream: str) -> np.ndarray:
        return uniform(seed, stream, first * people, replicates * people).reshape(replicates, people)

    chance = drawn("trial:leaving")
    whole = (gone < chance).sum(axis=0)
    begin, end = np.minimum(whole, last_day), np.minimum(whole + 1, last_day)
    return np.where(chance < gone[-1], begin + drawn("trial:leaving:hour") * (end - begin), np.inf)


def _hazard(dropout: Dropout, rating: np.ndarray) -> np.ndarray:
    """Probability of leaving on each day, (days, replicates, participants)."""
    by_end, days = dropout.by_end.number, len(rating)
    even = 1.0 - (1.0 - by_end) ** (1.0 / days)
    if dropout.per_point is None or dropout.per_point.number == 0.0 or by_end >= 1.0:
        return np.full(rating.shape, even)
    slope = dropout.per_point.number
    parts = []
    for one in np.moveaxis(rating, 1, 0):
        hastened = slope * (one - one.mean())

        def short(level: float, hastened: np.ndarray = hastened) -> float:
            """Share that has left by the end, less the declared one."""
            stay = np.exp(-np.logaddexp(0.0, level + hastened).sum(axis=0))
            return float(1.0 - stay.mean() - by_end)

        level = brentq(short, logit(even) - FURTHEST, logit(even) + FURTHEST, xtol=1e-9)
        parts.append(expit(level + hastened))
    return np.stack(parts, axis=1)
