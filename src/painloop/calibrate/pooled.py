"""Meta-analyses beside what the posterior says of the library's controlled trials: compared with, never fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from painloop import library
from painloop.calibrate.expected import expected
from painloop.calibrate.fit import Fit
from painloop.calibrate.observations import Compared, Datum
from painloop.calibrate.problem import Problem
from painloop.library.schema.trials import MetaAnalysis, Pooled

TREATED, UNTREATED = "treated", "untreated"
DRAWS = 1000


@dataclass(frozen=True)
class BesidePooled:
    """A pooled difference in NRS points (below 0: less pain with ketamine) and the mean of painloop's.

    ``trials`` are those of the library that still followed their people and were averaged, weighed by them; ``fitted``
    those of them that the posterior was fitted to; ``likely`` whether the list of pooled trials was only guessed.
    """

    meta_analysis: str
    words: str
    at_h: float
    pooled: float
    interval: tuple[float, float] | None
    predicted: float
    low: float
    high: float
    trials: tuple[str, ...]
    fitted: tuple[str, ...]
    likely: bool
    confidence: str

    @property
    def inside(self) -> bool | None:
        """Whether the prediction lies within the pooled interval; ``None`` where there is none."""
        return None if self.interval is None else self.interval[0] <= self.predicted <= self.interval[1]


def comparisons() -> tuple[tuple[MetaAnalysis, Pooled], ...]:
    """The pooled differences in pain of the library that were read, in order."""
    return tuple(
        (entry, one)
        for entry in (library.load("meta_analyses", each) for each in library.ids("meta_analyses"))
        for one in entry.pooled
        if one.quantity == "nrs_difference" and one.confidence != "memory" and entry.controlled_only
    )


def middle_h(one: Pooled) -> float:
    """The middle of the time window of a pooled value, h after the start."""
    return round(0.5 * (one.time_h[0] + one.time_h[1]), 4)


def beside(
    problem: Problem,
    fits: Mapping[str, Fit],
    weights: Mapping[str, float],
    compared: Sequence[Compared],
) -> tuple[BesidePooled, ...]:
    """Each pooled difference beside the average over the library's trials that it pools."""
    known: dict[tuple[str, float], np.ndarray] = {}
    fitted = {trial.id for trial in problem.trials}
    found = []
    for entry, one in comparisons():
        at_h = middle_h(one)
        pooled = [t for t in compared if t.id in entry.includes and t.until_h >= one.time_h[0]]
        if not pooled:
            continue
        for trial in pooled:
            if (trial.id, at_h) not in known:
                known[trial.id, at_h] = _difference(problem, fits, weights, trial, at_h)
        draws = np.average(
            [known[trial.id, at_h] for trial in pooled], axis=0, weights=[trial.n for trial in pooled]
        )
        low, high = np.quantile(draws, [0.025, 0.975])
        names = tuple(trial.id for trial in pooled)
        found.append(
            BesidePooled(
                entry.id,
                one.time_words,
                at_h,
                one.value,
                one.ci95,
                float(draws.mean()),
                float(low),
                float(high),
                names,
                tuple(name for name in names if name in fitted),
                entry.includes_known != "read",
                one.confidence,
            )
        )
    return tuple(found)


def _difference(
    problem: Problem, fits: Mapping[str, Fit], weights: Mapping[str, float], trial: Compared, at_h: float
) -> np.ndarray:
    """Posterior draws of the mean difference in pain between a regimen and no drug, (draws,); rivals mix by weight."""
    by_regimen = {(c.regimen, c.condition): g for c, g in problem.given.items()}
    given = {TREATED: by_regimen[trial.regimen, trial.condition], UNTREATED: None}
    datum = Datum(TREATED, UNTREATED, "nrs", at_h, 0.0, 1.0, "none", trial.n, None, True, 1.0, weak=False)
    placebo = problem.grids.placebo[trial.condition][0]
    parts = []
    for rival, weight in weights.items():
        if weight <= 0.0:
            continue
        chance = np.random.default_rng([DRAWS, int(at_h)])
        at = fits[rival].draw(max(round(weight * DRAWS), 1), chance, (trial.condition,))
        points, point = np.unique(at.point, return_inverse=True)
        shares, share = np.unique(at.shared, return_inverse=True)
        drawn = {arm: one and one.at(rival, points) for arm, one in given.items()}
        shared = problem.grids.shared.at(shares)
        table = expected(datum, problem.people[trial.id], drawn, rival, shared, placebo)
        parts.append(table[point if len(table) > 1 else 0, share, at.placebo[trial.condition]])
    whole = np.concatenate(parts)
    return whole[np.linspace(0, len(whole) - 1, DRAWS).astype(int)]
