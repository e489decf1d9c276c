"""What becomes of the answer when some trials, some values or the prior are changed: only reweighting, each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import logsumexp

from painloop.calibrate.choices import Choices
from painloop.calibrate.diagnostics import weighted_quantiles
from painloop.calibrate.fit import Fit
from painloop.calibrate.held_out import held_out
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
        each = (problem.fit(rival, keep) for rival in fits)
        values = sum(keep(trial, datum) for trial in problem.trials for datum in trial.data)
        found.append(_changed(what, values, each, judged))
    every = sum(len(trial.data) for trial in problem.trials)
    biased = (_small_study(problem, rival, numbers["small_study_slope"]) for rival in fits)
    found.append(_changed("with a small-study bias", every, biased, judged))
    return (*found, *_priors(fits, judged, every))


def _last(trial: FittedTrial, datum: Datum) -> bool:
    return datum.time_h == max(one.time_h for one in trial.data if one.arm == datum.arm)


def _changed(what: str, values: int, fits: Iterable[Fit], judged: Sequence[str]) -> Changed:
    """Rivals one after the other, so that the tables of one are held at a time."""
    scores: dict[str, list[float]] = {}
    middle: dict[str, float] = {}
    for fit in fits:
        left = {table.cluster for table in fit.tables}
        scores |= held_out({fit.rival: fit}, [one for one in judged if one in left])
        middle |= medians({fit.rival: fit})
    return Changed(
        what, values, weigh(scores, even(list(scores)), Choices.load().numbers["decided_at"]), middle
    )


def medians(fits: Mapping[str, Fit]) -> dict[str, float]:
    """Posterior median of every parameter."""
    found = {}
    for fit in fits.values():
        for k, name in enumerate(fit.design.names):
            found[name] = weighted_quantiles(fit.design.values[:, k], fit.of_point, (0.5,))[0]
    return found


def _small_study(problem: Problem, rival: str, scale: float) -> Fit:
    """A fit with the slope of a small-study bias integrated out, half-normal."""
    slopes = np.linspace(0.0, 2.5 * scale, Choices.load().grids["small_study"])
    log_prior = -0.5 * (slopes / scale) ** 2
    log_prior[[0, -1]] -= np.log(2.0)
    log_prior = log_prior - logsumexp(log_prior)
    return _mixed([problem.fit(rival, bias=float(b)) for b in slopes], log_prior)


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


def _priors(fits: Mapping[str, Fit], judged: Sequence[str], values: int) -> list[Changed]:
    numbers = Choices.load().numbers
    scores = held_out(fits, judged)
    return [
        Changed(
            f"prior of {numbers['favoured']:g} for {rival}",
            values,
            weigh(scores, favouring(rival, list(fits), numbers["favoured"]), numbers["decided_at"]),
            {},
        )
        for rival in fits
    ]
