"""A calibration from end to end: select, simulate once, weigh, check, score, compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from painloop import library
from painloop.calibrate import pooled, sensitivity
from painloop.calibrate.choices import Choices
from painloop.calibrate.design import first_wave, second_wave
from painloop.calibrate.diagnostics import Convergence, Identified, convergence, identified
from painloop.calibrate.expected import courses_of
from painloop.calibrate.fit import Fit
from painloop.calibrate.held_out import Against, against, held_out, scored_values, summaries, weights_from
from painloop.calibrate.observations import FittedTrial, Selection
from painloop.calibrate.onset import AssumedOnset, assumed_onset
from painloop.calibrate.pooled import BesidePooled
from painloop.calibrate.predictions import Move
from painloop.calibrate.problem import Problem, pose
from painloop.calibrate.scores import Scored, Summary
from painloop.calibrate.selection import select
from painloop.calibrate.sensitivity import Changed
from painloop.calibrate.weights import Weights
from painloop.errors import InputError
from painloop.library.schema.trials import Trial
from painloop.loop.rivals import RIVALS
from painloop.outcomes.curves import FILES

PEOPLE = 128
"""Persons at each point, the same at all."""
FEWEST_POINTS, MOST_POINTS = 16, 8192


@dataclass(frozen=True)
class Calibration:
    """Everything that a calibration found."""

    points: int
    people: int
    seed: int
    without: tuple[str, ...]
    selection: Selection
    problem: Problem
    fits: Mapping[str, Fit]
    weights: Weights
    seen_clusters: tuple[str, ...]
    convergence: tuple[Convergence, ...]
    identified: tuple[Identified, ...]
    scored: tuple[Scored, ...]
    summaries: Mapping[str, tuple[Summary, ...]]
    compared: tuple[Against, ...]
    changed: tuple[Changed, ...]
    pooled: tuple[BesidePooled, ...]
    held_out: Mapping[str, Mapping[str, float]]
    assumed_onset: AssumedOnset


def calibrate(
    points: int = 256,
    rivals: Sequence[str] = (),
    without: Sequence[str] = (),
    seed: int = 1,
    people: int = PEOPLE,
    trials: Sequence[Trial] | None = None,
    move: Move | None = None,
) -> Calibration:
    """What the published trials say about the rivals and their parameters.

    Parameters
    ----------
    points : of the design of each rival; a power of two fills it evenly.
    rivals : names; all by default.
    without : clusters of trials to leave out.
    trials : entries to use in place of those of the library.
    move : told (points simulated, points in all).

    Raises
    ------
    InputError : a rival or a cluster is not known, the design is too small or too large, the seed is
    negative, or no value is left.
    """
    names = _rivals(rivals)
    if not FEWEST_POINTS <= points <= MOST_POINTS:
        raise InputError(
            f"A design of {points} points is outside {FEWEST_POINTS} to {MOST_POINTS}; give one within, such as 256."
        )
    if seed < 0:
        raise InputError(f"A seed of {seed} is below 0; give a whole number from 0 up.")
    selection = _left(select(trials), without)
    problem, fits = _weighed(selection, names, points, people, seed, move)
    seen = _seen(selection.trials, fits)
    judged = [one for one in selection.clusters if one not in seen]
    every = held_out(fits, selection.clusters)
    weights = weights_from(fits, judged)
    scored = scored_values(problem, fits, selection, judged)
    slope = library.load("outcomes", FILES["analgesia"]).parameters["slope"].number
    return Calibration(
        points, people, seed, tuple(without), selection, problem, fits, weights, seen,
        tuple(convergence(problem, fit) for fit in fits.values()),
        tuple(identified(fit, slope) for fit in fits.values()),
        scored, summaries(scored, problem), against(scored), sensitivity.changes(problem, fits, judged),
        pooled.beside(problem, fits, weights.weight, selection.compared),
        {rival: dict(zip(selection.clusters, values, strict=True)) for rival, values in every.items()},
        assumed_onset(problem, fits, selection, judged, slope),
    )  # fmt: skip


def simulated_points(points: int, without: Sequence[str] = (), rivals: Sequence[str] = ()) -> int:
    """Points of all courses of a first wave, for a bar of progress; where no rival has parameters one is enough."""
    selection = select()
    kept = [trial for trial in selection.trials if trial.cluster not in without]
    moving = any(Choices.load().rivals.get(one) for one in rivals or RIVALS)
    return (points if moving else 1) * len(courses_of(kept, selection.compared, _pooled_h()))


def _pooled_h() -> list[float]:
    """When meta-analyses are compared with, h."""
    return sorted({pooled.middle_h(one) for _, one in pooled.comparisons()})


def _rivals(wanted: Sequence[str]) -> tuple[str, ...]:
    for name in wanted:
        if name not in RIVALS:
            raise InputError(f"'{name}' is not a rival; --rivals takes {', '.join(RIVALS)}.")
    return tuple(dict.fromkeys(wanted)) or tuple(RIVALS)


def _left(selection: Selection, without: Sequence[str]) -> Selection:
    for name in without:
        if name not in selection.clusters:
            known = ", ".join(selection.clusters)
            raise InputError(f"'{name}' is not a cluster of fitted trials; --without takes {known}.")
    kept = tuple(trial for trial in selection.trials if trial.cluster not in without)
    if not kept:
        raise InputError("No printed value is left to fit; leave out fewer clusters with --without.")
    return Selection(kept, selection.left_out, selection.compared)


def _weighed(
    selection: Selection, names: Sequence[str], points: int, people: int, seed: int, move: Move | None
) -> tuple[Problem, dict[str, Fit]]:
    """The problem and its fits; a second wave is laid where the first leaves too few effective points."""
    courses = {trial.course for trial in selection.trials}
    designs = {name: first_wave(name, points, courses, seed) for name in names}
    also_h = _pooled_h()
    problem = pose(selection.trials, designs, people, seed, selection.compared, also_h, move)
    fits = {name: problem.fit(name) for name in names}
    enough = Choices.load().numbers["least_effective"]
    if all(fit.effective >= enough or not fit.design.priors for fit in fits.values()):
        return problem, fits
    designs = {name: second_wave(designs[name], fit.of_point, points, seed + 1) for name, fit in fits.items()}
    problem = pose(selection.trials, designs, people, seed, selection.compared, also_h, move)
    return problem, {name: problem.fit(name) for name in names}


def _seen(trials: Sequence[FittedTrial], fits: Mapping[str, Fit]) -> tuple[str, ...]:
    """Clusters on which a prior of any rival, or the placebo response of its condition, was set."""
    saw = {name for fit in fits.values() for prior in fit.design.priors for name in prior.saw}
    for trial in trials:
        placebo = library.load("conditions", trial.condition).placebo
        for value in (placebo.responder_probability, placebo.responder_effect):
            fitted = value.fitted_on or ()
            saw |= {fitted} if isinstance(fitted, str) else set(fitted)
    return tuple(dict.fromkeys(t.cluster for t in trials if {t.course, t.id} & saw))
