"""What the arms do to the pain of participants: ketamine by the engine, controls and co-treatments by their files.

All periods of a participant run as one schedule, so that what a period leaves is carried into the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from painloop import library
from painloop.library.schema.base import Value
from painloop.outcomes import cotreatments, pain
from painloop.outcomes.expectation import Expectation
from painloop.simulation import subjects
from painloop.simulation.parameters import ParameterSets
from painloop.simulation.plan import Plan
from painloop.simulation.subjects import FELT, Period, Shown, Subjects
from painloop.trial import controls, side_effects
from painloop.trial.diary import Diary
from painloop.trial.protocol import HOURS_PER_DAY, Protocol


@dataclass(frozen=True)
class Felt:
    """Pain under the arms and the worst of each side effect.

    Attributes
    ----------
    pain : NRS, (rows of the diary, persons).
    worst : side effect -> (persons, periods); empty where none is followed.
    """

    pain: np.ndarray
    worst: dict[str, np.ndarray]


def enrol(
    protocol: Protocol, seed: int, start: int, count: int, sets: ParameterSets | None
) -> tuple[Subjects, Subjects]:
    """The participants as they expect to be given the drug, and not."""
    declared = protocol.trial.unblinding
    shift = Expectation().unblinding if declared is None else declared.number

    def drawn(treated: bool) -> Subjects:
        expectation = Expectation(shift, treated)
        found = subjects.enrol(protocol.condition, seed, start, count, expectation=expectation, sets=sets)
        return _with_its_baseline(found, protocol.trial.baseline)

    other = drawn(treated=False)
    return (drawn(treated=True) if shift else other), other


def _with_its_baseline(people: Subjects, printed: Value | None) -> Subjects:
    """The same people moved to the mean baseline of the trial, where its file gives one."""
    if printed is None or printed.value is None or not printed.unit.startswith("NRS"):
        return people
    by = printed.number - people.condition.baseline.mean.number
    moved = np.clip(people.baseline + by, 0.0, pain.SCALE)
    usual = np.clip(people.course["usual"] + moved - people.baseline, 0.0, pain.SCALE)
    return replace(people, baseline=moved, course=dict(people.course) | {"baseline": moved, "usual": usual})


def give(
    protocol: Protocol, diary: Diary, seed: int, people: tuple[Subjects, Subjects], sequence: np.ndarray,
    rival: np.ndarray, loop: str, sets: ParameterSets | None, null: bool,
) -> Felt:  # fmt: skip
    """Treat the participants.

    Parameters
    ----------
    people : the same participants as they expect to be given the drug, and not.
    sequence : place of each person's sequence, (persons,).
    rival : the world of each person, (persons,).
    null : ketamine changes what is felt, and no pain.
    """
    persons, rows = len(sequence), len(diary.time_h)
    untreated = _untreated(protocol, diary, people, sequence) * _others(protocol, diary, sequence)
    if null and not side_effects.followed(protocol):
        return Felt(np.clip(untreated, 0.0, pain.SCALE), {})
    relief, acute = np.zeros((rows, persons)), np.zeros((rows, persons))
    worst = {name: np.zeros((persons, protocol.periods)) for name in FELT}
    for chosen, plan in _plans(protocol, diary, sequence, loop):
        with_sets = replace(plan, settings=replace(plan.settings, sets=sets))
        shown = subjects.shown(with_sets, seed, people[0].start, persons, chosen)
        some = next(iter(shown.values()))
        for name, values in some.felt.items():
            worst[name][chosen] = side_effects.worst_in(values, plan.output_h, protocol)
        worst = {name: values for name, values in worst.items() if name in some.felt}
        if not null:
            kept = np.searchsorted(plan.output_h, diary.time_h - 1e-6)
            relief[:, chosen], acute[:, chosen] = _of_worlds(shown, rival[chosen], kept)
    return Felt(np.clip(untreated * (1.0 - relief) + acute, 0.0, pain.SCALE), worst)


def _of_worlds(shown: dict[str, Shown], rival: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Relief and acute change of each person in the world of that person, (rows, persons) each."""
    relief, acute = np.zeros((len(rows), len(rival))), np.zeros((len(rows), len(rival)))
    for name, part in shown.items():
        here = np.flatnonzero(rival == name)
        relief[:, here], acute[:, here] = part.relief[np.ix_(rows, here)], part.acute[np.ix_(rows, here)]
    return relief, acute


def _untreated(
    protocol: Protocol, diary: Diary, people: tuple[Subjects, Subjects], sequence: np.ndarray
) -> np.ndarray:
    """Pain before any drug, with the expectation of the arm of each period, (rows, persons)."""
    treated, other = (one.untreated(diary.time_h) for one in people)
    drug = np.array([arm.role == "ketamine" for arm in protocol.arms])
    period = np.searchsorted(protocol.starts_d, diary.time_h / HOURS_PER_DAY + 1e-9, side="right") - 1
    received = np.array(protocol.sequences)[sequence]
    return np.where(drug[received[:, period]].T, treated, other)


def _plans(
    protocol: Protocol, diary: Diary, sequence: np.ndarray, loop: str
) -> Iterator[tuple[np.ndarray, Plan]]:
    """Who is given which schedule of ketamine; sequences of the same schedule run together."""
    published = protocol.trial.status == "published"
    schedules: dict[tuple[Period, ...], list[int]] = {}
    for place, arms in enumerate(protocol.sequences):
        schedules.setdefault(_schedule(protocol, arms), []).append(place)
    for periods, places in schedules.items():
        chosen = np.flatnonzero(np.isin(sequence, places))
        if periods and len(chosen):
            at_h = tuple(diary.time_h.tolist())
            yield chosen, _plan(periods, protocol.condition, at_h, loop, published)


def _schedule(protocol: Protocol, arms: tuple[int, ...]) -> tuple[Period, ...]:
    """The courses of ketamine of a sequence."""
    crossover = protocol.trial.crossover
    days = crossover.period_d if crossover else None
    return tuple(
        Period(str(protocol.arms[arm].regimen), float(begin), days)
        for arm, begin in zip(arms, protocol.starts_d, strict=True)
        if protocol.arms[arm].role == "ketamine"
    )


@lru_cache(maxsize=64)
def _plan(
    periods: tuple[Period, ...], condition: str, at_h: tuple[float, ...], loop: str, published: bool
) -> Plan:
    """A course looked at for the diary and at the peaks of side effects; doses of a published trial may be extreme."""
    found = subjects.course(periods, condition, at_h, loop, allow_extreme=published)
    also = side_effects.peaks(found.line.schedule)
    times = np.unique(np.round(np.concatenate([found.output_h, also[also <= at_h[-1]]]), 9))
    return replace(found, output_h=times)


def _others(protocol: Protocol, diary: Diary, sequence: np.ndarray) -> np.ndarray:
    """What active controls and co-treatments leave of the pain of each person, (rows, persons)."""
    factors = np.ones((len(protocol.sequences), len(diary.time_h)))
    for place, arms in enumerate(protocol.sequences):
        for arm, begin in zip(arms, protocol.starts_d, strict=True):
            since = diary.time_h - begin * HOURS_PER_DAY
            one = protocol.arms[arm]
            if one.control is not None:
                factors[place] *= 1.0 - controls.relief(library.load("controls", one.control), since)
            during = (since >= -1e-9) & (since <= protocol.horizon_d * HOURS_PER_DAY + 1e-9)
            factors[place] *= np.where(during, cotreatments.factor(protocol.beside[arm], since), 1.0)
    return factors[sequence].T
