"""What the other trials let one expect of each printed value, and how it fared: score, width, coverage and n.

The cluster of a value (all trials on the same people) is left out whole. A predictive distribution holds everything:
parameters, slope, placebo, the trial's own effects and the error of its size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, logsumexp

from painloop.calibrate.crps import crps
from painloop.calibrate.fit import Fit
from painloop.calibrate.likelihood import LOG_ODDS_PER_SD, log_binomial
from painloop.calibrate.observations import Datum, FittedTrial
from painloop.calibrate.problem import Problem
from painloop.outcomes.pain import SCALE

DRAWS = 2000
LAST_DIGIT = 1e-6
"""18 of 34 people are 0.529412 in a file: a share may differ by this from the count that it stands for."""


@dataclass(frozen=True)
class Foretold:
    """Draws of a value that a method foretold, and the log of the density it gave to what was seen."""

    draws: np.ndarray
    log_score: float


@dataclass(frozen=True)
class Scored:
    """One printed value beside what one method foretold.

    ``crps``, ``width`` are fractions: of people for a share, of pain before treatment for a level. ``seen``: a prior
    of the model was set on this cluster, so that the value is not out of sample.
    """

    trial: str
    cluster: str
    arm: str
    quantity: str
    time_h: float
    n: int
    treated: bool
    lasting: bool
    seen: bool
    method: str
    observed: float
    mean: float
    low: float
    high: float
    crps: float
    log_score: float

    @property
    def covered(self) -> bool:
        """Whether the 95 % interval holds what was seen, which files give to six digits."""
        return self.low - LAST_DIGIT <= self.observed <= self.high + LAST_DIGIT


def score(
    datum: Datum, trial: FittedTrial, unit: float, told: Foretold, method: str, lasting: bool, seen: bool
) -> Scored:
    """A value beside a predictive distribution; ``unit`` is the quantity per unit fraction of pain or people."""
    low, high = np.quantile(told.draws, [0.025, 0.975])
    return Scored(
        trial.id, trial.cluster, datum.arm, datum.quantity, datum.time_h, datum.n, datum.treated, lasting, seen,
        method, datum.value, float(told.draws.mean()), float(low), float(high),
        crps(told.draws, datum.value) / unit, told.log_score + np.log(unit) * (datum.count is None),
    )  # fmt: skip


def foretell(
    problem: Problem, fits: Mapping[str, Fit], weights: Mapping[str, float], trial: FittedTrial, place: int
) -> Foretold:
    """What rivals, fitted without the trial, foretell of its value number ``place``; rivals mix by weight."""
    draws, scores = [], []
    for rival, weight in weights.items():
        if weight <= 0.0:
            continue
        told = _by_rival(problem, fits[rival], trial, place)
        draws.append(told.draws[: max(round(weight * DRAWS), 1)])
        scores.append(np.log(weight) + told.log_score)
    return Foretold(np.concatenate(draws), float(logsumexp(scores)))


def _by_rival(problem: Problem, fit: Fit, trial: FittedTrial, place: int) -> Foretold:
    datum = trial.data[place]
    chance = np.random.default_rng([DRAWS, place])
    at = fit.draw(DRAWS, chance, (trial.condition,))
    table = problem.expected[fit.rival][trial.id][place]
    m, g, k = at.point, at.shared, at.placebo[trial.condition]
    rows = tuple(
        index if size > 1 else np.zeros_like(index)
        for index, size in zip((m, g, k), table.shape, strict=True)
    )
    shared = problem.grids.shift[0][at.shift] * chance.standard_normal(DRAWS)
    own = problem.grids.effect[0][at.effect] * chance.standard_normal(DRAWS)
    shift = (0.0 if datum.against else 1.0) * shared + (own if datum.treated else 0.0)
    return seen_with_error(datum, table[rows], shift, chance)


def seen_with_error(
    datum: Datum, expected: np.ndarray, shift: np.ndarray | float, chance: np.random.Generator
) -> Foretold:
    """Draws of a printed value about what is expected of it (draws,), ``shift`` in standard deviations of relief."""
    if datum.count is not None:
        odds = logit(expected) + LOG_ODDS_PER_SD * shift
        draws = chance.binomial(datum.n, expit(odds)) / datum.n
        density = log_binomial(datum.count, datum.n, odds)
    else:
        mean = expected + datum.towards_relief * shift
        draws = mean + datum.error * chance.standard_normal(len(mean))
        off = (datum.value - mean) / datum.error
        density = -0.5 * off**2 - np.log(datum.error) - 0.5 * np.log(2.0 * np.pi)
        draws = np.clip(draws, *limits_of(datum))
    return Foretold(draws, float(logsumexp(density) - np.log(len(draws))))


def limits_of(datum: Datum) -> tuple[float, float]:
    """Between which a printed mean can lie; a comparison of arms knows none."""
    top = {"nrs": SCALE, "auc_nrs_days": SCALE * datum.time_h / 24.0}
    if datum.against is not None:
        return -np.inf, np.inf
    if datum.quantity in ("nrs_fall", "nrs_fall_median"):
        return -SCALE, SCALE
    if datum.quantity in ("relief_fraction", "peak_relief_fraction"):
        return -np.inf, 1.0
    return 0.0, top.get(datum.quantity, np.inf)


def unit_of(datum: Datum, baseline: float) -> float:
    """The quantity that equals all people, or all pain before treatment."""
    if datum.quantity in ("nrs", "nrs_fall", "nrs_fall_median"):
        return baseline
    if datum.quantity == "auc_nrs_days":
        return baseline * datum.time_h / 24.0
    return 1.0


@dataclass(frozen=True)
class Summary:
    """Scores of one method over values; ``clusters`` is the number of independent groups behind them."""

    method: str
    values: int
    clusters: int
    crps: float
    log_score: float
    width: float
    coverage: float


def summary(scored: Sequence[Scored], units: Mapping[tuple[str, str, str, float], float]) -> Summary:
    """Mean score, mean width of the 95 % interval (as a fraction) and coverage of one method."""
    width = [(one.high - one.low) / units[key(one)] for one in scored]
    return Summary(
        scored[0].method, len(scored), len({one.cluster for one in scored}),
        float(np.mean([one.crps for one in scored])), float(np.mean([one.log_score for one in scored])),
        float(np.mean(width)), float(np.mean([one.covered for one in scored])),
    )  # fmt: skip


def key(one: Scored) -> tuple[str, str, str, float]:
    """Which value it is."""
    return one.trial, one.arm, one.quantity, one.time_h


def difference(better: Sequence[Scored], worse: Sequence[Scored]) -> tuple[float, float, int]:
    """Mean CRPS of the first minus the second over values both have, its standard error over clusters, and clusters.

    A standard error needs two clusters; with one it is infinite.
    """
    theirs = {key(one): one.crps for one in worse}
    by_cluster: dict[str, list[float]] = {}
    for one in better:
        if key(one) in theirs:
            by_cluster.setdefault(one.cluster, []).append(one.crps - theirs[key(one)])
    means = np.array([np.mean(values) for values in by_cluster.values()])
    error = float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else float("inf")
    return float(means.mean()) if len(means) else float("nan"), error, len(means)
