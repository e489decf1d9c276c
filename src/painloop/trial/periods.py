"""Periods and visits of a trial: the order of the arms, and when people are looked at."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

from painloop.errors import InputError
from painloop.library.schema.courses import Observed
from painloop.library.schema.trials import Trial, TrialArm, Visit
from painloop.trial.statistics import HOURS_PER_DAY


def sequences(entry: Trial, arms: tuple[TrialArm, ...]) -> tuple[tuple[int, ...], ...]:
    """Places of arms period by period; in a parallel trial one arm each.

    Raises
    ------
    InputError : the declared sequences name other arms, or have unequal lengths.
    """
    names = [arm.name for arm in arms]
    if entry.crossover is None:
        return tuple((number,) for number in range(len(names)))
    if entry.crossover.sequences is None:
        return tuple(permutations(range(len(names))))
    wanted = entry.crossover.sequences
    unknown = [name for one in wanted for name in one if name not in [arm.name for arm in entry.arms]]
    if unknown or len({len(one) for one in wanted}) != 1:
        raise InputError(
            f"The sequences of {entry.id} need the same number of periods and arms from "
            f"{', '.join(arm.name for arm in entry.arms)}; correct crossover.sequences."
        )
    kept = [tuple(names.index(name) for name in one if name in names) for one in wanted]
    if len({len(one) for one in kept}) != 1 or not kept[0]:
        raise InputError(
            f"The sequences of {entry.id} use arms that cannot be predicted in unequal numbers; leave them out."
        )
    return tuple(kept)


def visits(entry: Trial, observed: Iterable[Observed]) -> tuple[Visit, ...]:
    """The visits of the file; without any, the times of what was printed.

    Raises
    ------
    InputError : there are none, none is after the start, or one is held when the next period has begun.
    """
    found = tuple(sorted(entry.visits, key=lambda visit: visit.day)) or _printed(entry, observed)
    last = found[-1]
    if last.day + last.late_d <= 0.0:
        raise InputError(f"The last visit of {entry.id} is at the start; give one after it.")
    if entry.crossover is not None and last.day > entry.crossover.period_d + entry.crossover.washout_d:
        raise InputError(
            f"The visit '{last.name}' of {entry.id} is on day {last.day:g} and the next period begins on day "
            f"{entry.crossover.period_d + entry.crossover.washout_d:g}; hold it before, or lengthen the period."
        )
    return found


def _printed(entry: Trial, observed: Iterable[Observed]) -> tuple[Visit, ...]:
    times = [*(one.time_h for one in observed), *(one.time_h for one in entry.contrasts)]
    printed = [time for time in times if time]
    if not printed:
        raise InputError(f"The trial {entry.id} has no visits and no printed results; give visits.")
    return tuple(visit_at(time) for time in sorted(set(printed)))


def visit_at(time_h: float) -> Visit:
    """A visit at a time since the start of the course, h."""
    named = f"day {time_h / HOURS_PER_DAY:g}" if time_h >= HOURS_PER_DAY else f"{time_h:g} h"
    return Visit(name=named, day=time_h / HOURS_PER_DAY)
