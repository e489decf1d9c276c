"""Opioids of the participants: the dose before treatment, and how it follows pain where the file supposes a link.

dose(t) = dose before x, with x' = (target - x)/tau and target = (pain/pain before)^link (``outcomes/links.py``). No
condition of the library has a dose before treatment and no controlled trial in chronic pain measured the link, so both
are what the file of the trial says; the link of the library is 0 and leaves the dose as it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from painloop.library.schema.trials import Opioids
from painloop.outcomes import links
from painloop.patient.streams import uniform

LINKED = "opioid_use"
NO_DOSE = (
    "no condition of the library has the dose before treatment; give opioids with before (MME/d), and a link if the "
    "dose shall follow pain"
)
NO_LINK = (
    "no controlled trial in chronic pain followed the dose, so that its link to pain is 0; give opioids.link to "
    "suppose another"
)


@dataclass(frozen=True)
class Taken:
    """Opioids of people, MME/d: ``before`` treatment (persons,) and at the times of the diary (rows, persons)."""

    before: np.ndarray
    daily: np.ndarray


def link(declared: Opioids) -> float:
    """How strongly the dose follows pain: the file's, or that of the library."""
    return declared.link.number if declared.link is not None else links.strengths({})[LINKED]


def taken(
    declared: Opioids | None, pain: np.ndarray, before: np.ndarray, time_h: np.ndarray, seed: int, start: int
) -> Taken | None:
    """The doses of people; ``None`` where the file gives none before treatment.

    Parameters
    ----------
    pain : NRS before rating noise and rescue, (rows, persons).
    before : pain on entry, NRS, (persons,).
    time_h : of the rows, since the start of the trial, h, ascending.
    start : index of the first person.
    """
    if declared is None:
        return None
    dose = _before(declared, seed, start, len(before))
    share = links.trajectories(links.load(LINKED), pain, before, time_h, link(declared))
    return Taken(dose, dose * share)


def _before(declared: Opioids, seed: int, start: int, count: int) -> np.ndarray:
    """Log-normal doses with the declared mean and standard deviation, MME/d, (persons,)."""
    mean = declared.before.number
    sd = declared.sd.number if declared.sd is not None else 0.0
    if mean == 0.0 or sd == 0.0:
        return np.full(count, mean)
    omega2 = np.log1p((sd / mean) ** 2)
    chance = uniform(seed, "trial:opioids", start, count)
    return np.asarray(mean * np.exp(np.sqrt(omega2) * ndtri(chance) - omega2 / 2.0))
