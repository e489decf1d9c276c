"""Trials for tests of analyses: correlated visits, dropout, single missed visits, a baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from painloop.trial.analysis import VisitDesign, columns, visit_design


@dataclass(frozen=True)
class Simulated:
    """Replicates of a two-arm trial."""

    y: np.ndarray
    arm: np.ndarray
    baseline: np.ndarray
    design: VisitDesign


def trials(
    replicates: int,
    patients: int,
    visits: int,
    effect: float = 0.0,
    missing: bool = True,
    seed: int = 1,
) -> Simulated:
    random = np.random.default_rng(seed)
    own = random.normal(0, 1.5, (replicates, patients, 1))
    walk = 0.4 * random.normal(size=(replicates, patients, visits)).cumsum(axis=2)
    arm = random.permuted(np.broadcast_to(np.arange(patients) % 2, (replicates, patients)), axis=1)
    y = 6 + own + walk + random.normal(0, 1, walk.shape) + effect * arm[..., None]
    baseline = 6 + own[..., 0] + random.normal(0, 1, own.shape[:2])
    if missing:
        last = random.geometric(0.05, (replicates, patients, 1))
        y[(np.arange(visits) >= last) | (random.random(y.shape) < 0.04)] = np.nan
    return Simulated(y, arm, baseline, visit_design(columns(arm, baseline), visits))
