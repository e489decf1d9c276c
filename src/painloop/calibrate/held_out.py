"""Every printed value beside what the other clusters let each method foretell of it, and who fares better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from painloop.calibrate import baselines
from painloop.calibrate.choices import Choices
from painloop.calibrate.fit import Fit
from painloop.calibrate.observations import Datum, FittedTrial, Selection
from painloop.calibrate.problem import Problem
from painloop.calibrate.scores import Scored, Summary, difference, foretell, key, score, summary, unit_of
from painloop.calibrate.weights import Weights, even, multiple, weigh

PAINLOOP, NONE = "painloop", "none and placebo"
"""Names of methods that foretell; the third is :data:`painloop.calibrate.baselines.NAME`."""
LASTING_H = 24.0
"""A value later than this after the last dose is one of lasting relief."""
EARLY, LATE = "during the course", "after the course"
GROUPS = ("all", EARLY, LATE)
"""Which values a summary is of."""


@dataclass(frozen=True)
class Against:
    """painloop against a baseline: mean CRPS of the one minus the other (below 0: painloop is better)."""

    method: str
    what: str
    value: float
    error: float
    clusters: int

    @property
    def beaten(self) -> bool:
        """Whether painloop is better by more than the error over clusters explains."""
        at = Choices.load().numbers["decided_at"]
        return self.clusters > 1 and self.value < -multiple(at, self.clusters) * self.error


def held_out(fits: Mapping[str, Fit], clusters: Sequence[str]) -> dict[str, list[float]]:
    """Rival -> log predictive density of each cluster, given the others."""
    return {
        rival: [fit.log_evidence - fit.without((cluster,)).log_evidence for cluster in clusters]
        for rival, fit in fits.items()
    }


def weights_from(fits: Mapping[str, Fit], judged: Sequence[str]) -> Weights:
    """Weights from the clusters that judge, each foretold without itself."""
    return weigh(held_out(fits, judged), even(list(fits)), Choices.load().numbers["decided_at"])


def is_lasting(problem: Problem, trial: FittedTrial, datum: Datum) -> bool:
    """Whether a value is of more than a day after the last dose of the trial."""
    ends = [given.end_h for given in problem.courses(trial).values() if given is not None]
    return datum.time_h > max(ends, default=0.0) + LASTING_H


def scored_values(
    problem: Problem,
    fits: Mapping[str, Fit],
    selection: Selection,
    judged: Sequence[str],
) -> tuple[Scored, ...]:
    """Every value of an arm beside what each method foretells of it without its cluster."""
    others = baselines.known(selection.trials, lambda trial, datum: is_lasting(problem, trial, datum))
    found = []
    for cluster in selection.clusters:
        left = {rival: fit.without((cluster,)) for rival, fit in fits.items()}
        weights = weights_from(left, [one for one in judged if one != cluster]).weight
        for trial in (one for one in selection.trials if one.cluster == cluster):
            for place, datum in enumerate(trial.data):
                lasting = is_lasting(problem, trial, datum)
                told = {PAINLOOP: foretell(problem, left, weights, trial, place)}
                if "none" in left:
                    told[NONE] = foretell(problem, left, {"none": 1.0}, trial, place)
                mean = baselines.foretell(others, datum, trial, lasting)
                told |= {baselines.NAME: mean} if mean else {}
                unit = unit_of(datum, baselines.baseline_of(trial))
                found += [
                    score(datum, trial, unit, one, method, lasting, cluster not in judged)
                    for method, one in told.items()
                ]
    return tuple(found)


def _of(group: str, scored: Sequence[Scored], method: str) -> list[Scored]:
    """Values of treated arms and placebo arms out of sample."""
    return [
        one
        for one in scored
        if one.method == method and not one.seen
        and (group == "all" or one.lasting == (group == LATE))
    ]  # fmt: skip


def summaries(scored: Sequence[Scored], problem: Problem) -> dict[str, tuple[Summary, ...]]:
    """Group -> summary of each method, over the values that all of them foretold."""
    units = {
        (trial.id, datum.arm, datum.quantity, datum.time_h): unit_of(datum, baselines.baseline_of(trial))
        for trial in problem.trials
        for datum in trial.data
    }
    found = {}
    for group in GROUPS:
        by_method = {method: _of(group, scored, method) for method in (PAINLOOP, NONE, baselines.NAME)}
        by_method = {method: values for method, values in by_method.items() if values}
        if not by_method:
            continue
        common = set.intersection(*({key(one) for one in values} for values in by_method.values()))
        shared = {m: [one for one in values if key(one) in common] for m, values in by_method.items()}
        if common:
            found[group] = tuple(summary(values, units) for values in shared.values())
    return found


def against(scored: Sequence[Scored]) -> tuple[Against, ...]:
    """painloop beside each baseline, over the values of each group that both foretold."""
    found = []
    for group in GROUPS:
        ours = _of(group, scored, PAINLOOP)
        for method in (NONE, baselines.NAME):
            theirs = _of(group, scored, method)
            if not theirs:
                continue
            value, error, clusters = difference(ours, theirs)
            if np.isfinite(value):
                found.append(Against(method, group, value, error, clusters))
    return tuple(found)
