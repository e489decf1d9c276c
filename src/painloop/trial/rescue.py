"""Rescue medication: on a day of strong pain someone may take it, and the rating of that day is lower."""

from __future__ import annotations

import numpy as np

from painloop.library.schema.trials import Rescue
from painloop.patient.streams import uniform


def take(
    rule: Rescue | None, rating: np.ndarray, day: np.ndarray, seed: int, start: int
) -> tuple[np.ndarray, np.ndarray]:
    """Ratings with rescue, and on which days it was taken.

    Parameters
    ----------
    rating : NRS as it would be without rescue, (rows, persons).
    day : day of each row, ascending from 0, (rows,).
    start : index of the first person.

    Returns
    -------
    ratings (rows, persons), used (days, persons).
    """
    days, persons = int(day[-1]) + 1, rating.shape[1]
    used = np.zeros((days, persons), bool)
    if rule is None:
        return rating, used
    chance = np.stack([uniform(seed, f"trial:rescue:{one}", start, persons) for one in range(days)])
    taken = (rating > rule.above.number) & (chance < rule.probability.number)[day]
    np.logical_or.at(used, day, taken)
    return np.where(taken, np.maximum(rating - rule.relief.number, 0.0), rating), used
