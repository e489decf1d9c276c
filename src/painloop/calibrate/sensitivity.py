"""What becomes of the answer when some trials, some values or the prior are changed: only reweighting, each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import logsumexp

from painloop.calibrate.choices import Choices
from painloop.calibrate.diagnostics import weighted_quantiles
from painloop.calibrate.fit import Fit
from painloop.calibrate.observations import Datum, FittedTrial
from painloop.calibrate.problem import Keep, Problem
from painloop.calibrate.weights import Weights, even, favouring, weigh


@dataclass(frozen=True)
class Changed:
    """One change: what the rivals weigh, the verdict, and the posterior medians of parameters."""

    what: str
    values: int
    weights: Weights
    medians: Mapping[str, float]


def held_out(fits: Mapping[str, Fit], clusters: Sequence[str]) -> dict[str, list[float]]:
    """Rival -> log predictive density of each cluster, given the others."""
    return {
        rival: [fit.log_evidence - fit.without((cluster,)).log_evidence for cluster in clusters]
        for rival, fit in fits.items()
    }


def changes(problem: Problem, fits: Mapping[str, Fit], judged: Sequence[str]) -> tuple[Changed, ...]:
    """All sensitivity analyses; ``judged`` are the clusters that weigh the rivals."""
    numbers = Choices.load().numbers
    small = int(numbers["small_trial"])
    kept: dict[str, Keep] = {
        "without cohorts that had no control": lambda trial, _: trial.controlled,
        f"without trials of fewer than {small}": lambda trial, _: trial.smallest >= small,
        "without values that were derived or rest on an assumed regimen": lambda _, datum: not datum.weak,
        "only the last value of each arm": _last,
    }
    found = []
    for what, keep in kept.items():
        changed = {rival: problem.fit(rival, keep) for rival in fits}
        found.append(_changed(what, problem, changed, judged, keep))
    biased = _small_study(problem, fits, numbers["small_study_slope"])
    found.append(_changed("with a small-study bias", problem, biased, judged))
    return (*found, *_priors(fits, judged))


def _last(trial: FittedTrial, datum: Datum) -> bool:
    return datum.time_h == max(one.time_h for one in trial.data if one.arm == datum.arm)


def _changed(
    what: str, problem: Problem, fits: Mapping[str, Fit], judged: Sequence[str], keep: Keep | None = None
) -> Changed:
    numbers = Choices.load().numbers
    left = {table.cluster for fit in fits.values() for table in fit.tables}
    clusters = [one for one in judged if one in left]
    weights = weigh(held_out(fits, clusters), even(list(fits)), numbers["decided_at"])
    values = sum(keep is None or keep(trial, datum) for trial in problem.trials for datum in trial.data)
    return Changed(what, values, weights, medians(fits))


def medians(fits: Mapping[str, Fit]) -> dict[str, float]:
    """Posterior median of every parameter."""
    found = {}
    for fit in fits.values():
        for k, name in enumerate(fit.design.names):
            found[name] = weighted_quantiles(fit.design.values[:, k], fit.of_point, (0.5,))[0]
    return found


def _small_study(problem: Problem, fits: Mapping[str, Fit], scale: float) -> dict[str, Fit]:
    """Fits with the slope of a small-study bias integrated out, half-normal."""
    slopes = np.linspace(0.0, 2.5 * scale, Choices.load().grids["small_study"])
    log_prior = -0.5 * (slopes / scale) ** 2
    log_prior = log_prior - logsumexp(log_prior)
    return {rival: _mixed([problem.fit(rival, bias=float(b)) for b in slopes], log_prior) for rival in fits}


def _mixed(fits: Sequence[Fit], log_prior: np.ndarray) -> Fit:
    """One fit whose points are those of all, each slope of the bias taking its share of the prior."""
    first = fits[0]
    design = replace(
        first.design,
        z=np.concatenate([fit.design.z for fit in fits]),
        log_weight=np.concatenate(
            [fit.design.log_weight + share for fit, share in zip(fits, log_prior, strict=True)]
        ),
    )
    tables = []
    for place, table in enumerate(first.tables):
        parts = [
            np.broadcast_to(one, (fit.design.size, *one.shape[1:]))
            for fit in fits
            for one in (fit.tables[place].log_likelihood,)
        ]
        tables.append(replace(table, log_likelihood=np.concatenate(parts)))
    return Fit(design, first.grids, tuple(tables))


def _priors(fits: Mapping[str, Fit], judged: Sequence[str]) -> list[Changed]:
    numbers = Choices.load().numbers
    scores = held_out(fits, judged)
    values = sum(len(fit.tables) for fit in list(fits.values())[:1])
    return [
        Changed(
            f"prior of {numbers['favoured']:g} for {rival}",
            values,
            weigh(scores, favouring(rival, list(fits), numbers["favoured"]), numbers["decided_at"]),
            {},
        )
        for rival in fits
    ]
