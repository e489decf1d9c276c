"""Keeps every patient within a limit: the error is estimated by halving, and those over it are run again, finer.

Only the slow states have an error of steps; the linear system is exact on any grid. A patient close to a threshold
between two stable states needs finer steps than the rest, and gets them without slowing anyone else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from painloop.core.course import Doses
from painloop.core.engine import Cohort, Model, Trajectory, simulate
from painloop.core.grid import FINE, LEVELS, Grading, lay, refine


@dataclass(frozen=True)
class Checked:
    """A trajectory, the error estimated for each patient, and how many had to be run again.

    ``error`` is the largest over quantities of max |difference| / max |value|, (patients,), between the result
    and the same patient on steps twice as long: an upper bound, since halving divides a fourth-order error by 16.
    """

    trajectory: Trajectory
    error: np.ndarray
    rerun: int


def simulate_within(
    model: Model,
    output_h: np.ndarray,
    doses: Doses,
    cohort: Cohort,
    limit: float = 1e-6,
    grading: Grading = FINE,
) -> Checked:
    """Run a cohort so that every patient's estimated error is within ``limit``, as far as steps can be halved."""

    def at(steps: Grading, who: np.ndarray) -> Trajectory:
        return simulate(model, lay(doses.event_h(), output_h, steps), doses.of(who), cohort.of(who))

    everyone = np.arange(cohort.size)
    before, best = at(grading, everyone), at(refine(grading), everyone)
    error = _difference(before, best)
    quantities = tuple(q.copy() for q in best.quantities)
    linear, slow = best.linear_end.copy(), best.slow_end.copy()
    rerun = 0
    for halvings in range(2, LEVELS):
        over = np.flatnonzero(error > limit)
        if not len(over):
            break
        rerun += len(over)
        finer = at(refine(grading, halvings), over)
        known = Trajectory(tuple(q[:, over] for q in quantities), linear[:, over], slow[:, over])
        error[over] = _difference(known, finer)
        for q, new in zip(quantities, finer.quantities, strict=True):
            q[:, over] = new
        linear[:, over], slow[:, over] = finer.linear_end, finer.slow_end
    return Checked(Trajectory(quantities, linear, slow), error, rerun)


def _difference(coarse: Trajectory, fine: Trajectory) -> np.ndarray:
    worst = np.zeros(fine.quantities[0].shape[1])
    for a, b in zip(coarse.quantities, fine.quantities, strict=True):
        scale = np.maximum(np.abs(b).max(axis=0), 1e-300)
        worst = np.maximum(worst, np.abs(a - b).max(axis=0) / scale)
    return worst
