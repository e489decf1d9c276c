"""What must be beaten: the mean of the other trials, which knows neither dose nor time beyond a class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from painloop import library
from painloop.calibrate.observations import Datum, FittedTrial
from painloop.calibrate.scores import DRAWS, Foretold, seen_with_error, unit_of

NAME = "mean of the other trials"
FEWEST = 2
"""Other clusters that a mean and a spread need."""
NEAR_THE_END = 0.01
"""Shares are kept this far within 0 and 1."""


@dataclass(frozen=True)
class Known:
    """A printed value as a fraction: of people, or of pain before treatment that has gone."""

    cluster: str
    share: bool
    treated: bool
    lasting: bool
    fraction: float


def known(trials: Sequence[FittedTrial], lasting: Callable[[FittedTrial, Datum], bool]) -> tuple[Known, ...]:
    """All values of arms as fractions."""
    return tuple(
        Known(t.cluster, d.count is not None, d.treated, lasting(t, d), fraction_of(d, baseline_of(t)))
        for t in trials
        for d in t.data
        if d.against is None
    )


def baseline_of(trial: FittedTrial) -> float:
    """Mean pain before treatment, of the trial or else of the condition."""
    if trial.baseline is not None:
        return trial.baseline
    return float(library.load("conditions", trial.condition).baseline.mean.number)


def fraction_of(datum: Datum, baseline: float) -> float:
    """The share of people, or the fraction of pain before treatment that has gone."""
    part = datum.value / unit_of(datum, baseline)
    return part if datum.towards_relief > 0.0 else 1.0 - part


def foretell(others: Sequence[Known], datum: Datum, trial: FittedTrial, lasting: bool) -> Foretold | None:
    """Mean and spread of other clusters of the same class; ``None`` where fewer than two have any.

    Class: share or level, with or without drug, during or after the course; the last is given up where needed.
    """
    alike = [
        one
        for one in others
        if one.cluster != trial.cluster
        and one.share == (datum.count is not None)
        and one.treated == datum.treated
    ]
    closest = [one for one in alike if one.lasting == lasting]
    chosen = closest if len({one.cluster for one in closest}) >= FEWEST else alike
    if len({one.cluster for one in chosen}) < FEWEST or datum.against is not None:
        return None
    fractions = np.array([one.fraction for one in chosen])
    clusters = len({one.cluster for one in chosen})
    spread = float(fractions.std(ddof=1)) * np.sqrt(1.0 + 1.0 / clusters)
    chance = np.random.default_rng([DRAWS, len(chosen)])
    drawn = fractions.mean() + spread * chance.standard_normal(DRAWS)
    if datum.count is not None:
        return seen_with_error(datum, np.clip(drawn, NEAR_THE_END, 1.0 - NEAR_THE_END), 0.0, chance)
    unit = unit_of(datum, baseline_of(trial))
    level = drawn if datum.towards_relief > 0.0 else 1.0 - drawn
    return seen_with_error(datum, level * unit, 0.0, chance)
