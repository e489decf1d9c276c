"""Conducts replicates of a trial: allocation, treatment, diary, rescue, leaving, visits, side effects.

Replicate r of a seed has persons r n to r n + n - 1 and is the same whatever other replicates are run with it. The
world of a replicate is one rival, drawn for the replicate, because a hypothesis is true of a whole trial or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from painloop.errors import InputError
from painloop.loop.rivals import RIVALS
from painloop.patient.streams import uniform
from painloop.simulation import plan as planning
from painloop.simulation.parameters import ParameterSets
from painloop.trial import leaving, opioids, rescue, side_effects, treatment
from painloop.trial.allocation import allocate
from painloop.trial.conducted import Conducted
from painloop.trial.diary import Diary
from painloop.trial.protocol import HOURS_PER_DAY, Protocol

__all__ = ["Conducted", "conduct", "worlds"]

ALL = "all"


def conduct(
    protocol: Protocol,
    seed: int,
    first: int,
    replicates: int,
    loop: str | Mapping[str, float] = ALL,
    sets: ParameterSets | None = None,
    null: bool = False,
) -> Conducted:
    """Run some replicates.

    Parameters
    ----------
    first : number of the first replicate.
    loop : the rival that is true, ``all`` to draw one for each replicate with equal weight, or rival -> weight.
    sets : parameters of replicate r are those of row r, counted around; ``people`` is set to the participants.
    null : ketamine has no effect on pain beyond placebo. Its side effects are kept where an endpoint asks for them;
        otherwise they are not followed, and the engine has nothing to do.

    Raises
    ------
    InputError : no such rival, or a regimen cannot be given.
    """
    people = protocol.participants
    start, count = first * people, replicates * people
    shared = None if sets is None else ParameterSets(sets.names, sets.values, people)
    groups = treatment.enrol(protocol, seed, start, count, shared)
    body = groups[0].people
    female, age, weight, baseline = (
        np.asarray(one, float).reshape(replicates, people)
        for one in (body.female, body.age_y, body.weight_kg, groups[0].baseline)
    )
    sequence = allocate(protocol, seed, first, female, age, baseline)
    rival, diary = worlds(loop, seed, first, replicates), Diary.of(protocol)
    felt = treatment.give(
        protocol, diary, seed, groups, sequence.ravel(), np.repeat(rival, people), _name(loop), shared, null
    )
    kept = _keep(diary, diary.rate(felt.pain, groups[0].diary_noise(seed, diary.days)), seed, first, people)
    doses = opioids.taken(protocol.trial.opioids, felt.pain, baseline.ravel(), diary.time_h, seed, start)
    held = diary.held(seed, start, count)
    rating = diary.at_visits(kept.rating, held)
    carried = _on_treatment(diary, kept, rating, held, baseline.ravel())
    area = np.stack([diary.area(kept.rating, period) for period in range(protocol.periods)], axis=1)
    events = side_effects.happened(protocol, felt.worst, seed, start)

    def shaped(values: np.ndarray) -> np.ndarray:
        return values.reshape(replicates, people, *values.shape[1:])

    return Conducted(
        protocol, first, rival, np.array(protocol.sequences)[sequence], female, age, weight, baseline,
        shaped(rating), shaped(carried), shaped(diary.at_visits(felt.pain, held)), shaped(area), shaped(kept.left),
        shaped(_rescue_days(diary, kept)), {name: shaped(had) for name, had in events.items()},
        **{name: shaped(one) for name, one in _opioids(diary, kept, doses, held).items()},
        at_start=shaped(_at_start(diary, kept, baseline.ravel())) if protocol.trial.design == "crossover" else None,
    )  # fmt: skip


def _opioids(
    diary: Diary, kept: _Kept, doses: opioids.Taken | None, held: np.ndarray
) -> dict[str, np.ndarray]:
    """Opioids at the visits, the same while on treatment, and those before; nothing where they are not followed."""
    if doses is None:
        return {}
    there = replace(kept, rating=np.where(_gone(diary, kept.left), np.nan, doses.daily))
    at_visits = diary.at_visits(there.rating, held)
    carried = _on_treatment(diary, there, at_visits, held, doses.before)
    return {"mme": at_visits, "mme_on_treatment": carried, "mme_before": doses.before}


@dataclass(frozen=True)
class _Kept:
    """Diaries as they were kept.

    Ratings (rows, persons) with nan for missing, days with rescue (days, persons), day of leaving (persons,).
    """

    rating: np.ndarray
    used: np.ndarray
    left: np.ndarray


def _keep(diary: Diary, ideal: np.ndarray, seed: int, first: int, people: int) -> _Kept:
    """Ratings with rescue, until people leave, without the days that they leave out."""
    protocol, persons = diary.protocol, ideal.shape[1]
    rated, used = rescue.take(protocol.trial.rescue, ideal, diary.day, seed, first * people)
    last = float(protocol.starts_d[-1] + protocol.visit_days[-1])
    daily = rated[diary.daily].reshape(diary.days, -1, people)
    left = leaving.left_day(protocol.trial.dropout, daily, last, seed, first).ravel()
    omitted = diary.omitted(seed, first * people, persons)[diary.day]
    return _Kept(np.where(_gone(diary, left) | omitted, np.nan, rated), used, left)


def _gone(diary: Diary, left: np.ndarray) -> np.ndarray:
    """Rows after leaving, (rows, persons)."""
    return np.asarray(diary.time_h[:, None] >= left * HOURS_PER_DAY - 1e-9)


def worlds(loop: str | Mapping[str, float], seed: int, first: int, replicates: int) -> np.ndarray:
    """The rival that is true in each replicate, (replicates,)."""
    if isinstance(loop, str):
        weights: Mapping[str, float] = {one.name: 1.0 for one in planning.rivals_named(loop)}
    else:
        weights = loop
    unknown = [name for name in weights if name not in RIVALS]
    share = np.array(list(weights.values()), float)
    if unknown or not len(share) or share.min() < 0.0 or not 0.0 < share.sum() < np.inf:
        raise InputError(
            f"The weights of rivals {dict(weights)} are not numbers at or above 0 of {', '.join(RIVALS)}; give some "
            "above 0."
        )
    upto = np.cumsum(share / share.sum())
    place = np.searchsorted(upto, uniform(seed, "trial:world", first, replicates), side="right")
    return np.array(list(weights))[np.minimum(place, len(share) - 1)]


def _name(loop: str | Mapping[str, float]) -> str:
    """The rivals as ``--loop`` names them."""
    return loop if isinstance(loop, str) else ",".join(loop)


def _rescue_days(diary: Diary, kept: _Kept) -> np.ndarray:
    """Days with rescue in each period while in the trial, (persons, periods)."""
    days = np.arange(diary.days)
    counted = kept.used & (days[:, None] < kept.left)
    begins, horizon = diary.protocol.starts_d, diary.protocol.horizon_d
    return np.stack(
        [counted[(days >= begin) & (days <= begin + horizon)].sum(axis=0) for begin in begins], axis=1
    )


def _at_start(diary: Diary, kept: _Kept, baseline: np.ndarray) -> np.ndarray:
    """Ratings at the start of each period, (persons, periods); the baseline where there is none."""
    begins_h = diary.protocol.starts_d * HOURS_PER_DAY
    rows = np.searchsorted(diary.time_h, begins_h + 1e-6, side="right") - 1
    rated = kept.rating[rows].T
    return np.where(np.isfinite(rated), rated, baseline[:, None])


def _on_treatment(
    diary: Diary, kept: _Kept, rating: np.ndarray, held: np.ndarray, baseline: np.ndarray
) -> np.ndarray:
    """Ratings at visits with the last one before leaving or the first rescue carried on.

    (persons, periods, visits). Without a rating before it the baseline is carried; in a period that began after
    someone had left there is none.
    """
    found = rating.copy()
    for period, begin in enumerate(diary.protocol.starts_d):
        rows = diary.in_period(period)
        days, taken, values = (
            diary.time_h[rows] / HOURS_PER_DAY,
            kept.used[diary.day[rows]],
            kept.rating[rows],
        )
        stop = np.minimum(np.where(taken.any(axis=0), days[np.argmax(taken, axis=0)], np.inf), kept.left)
        before = np.isfinite(values) & (days[:, None] < stop)
        last = len(days) - 1 - np.argmax(before[::-1], axis=0)
        carried = np.take_along_axis(values, last[None], axis=0)[0]
        carried = np.where(before.any(axis=0), carried, baseline)
        carried = np.where(kept.left > begin, carried, np.nan)
        stopped = stop[:, None] <= held[period].T
        found[:, period] = np.where(stopped, carried[:, None], rating[:, period])
    return found
