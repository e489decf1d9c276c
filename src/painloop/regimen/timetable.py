"""When sessions begin: phases laid out one after another on the calendar, in h."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from painloop.regimen.orders import Every, Frequency, Once, PerWeek, Phase

WEEK_H = 168.0


def whole_steps(count: float) -> int:
    """The smallest whole number of steps that reaches ``count`` steps, whatever the rounding of decimals."""
    return math.ceil(count - 1e-9 * max(count, 1.0))


def shortest_gap_h(frequency: Frequency) -> float | None:
    """The shortest time between two sessions, h; None when there is one session only.

    >>> shortest_gap_h(PerWeek(2)), shortest_gap_h(PerWeek(4))
    (72.0, 24.0)
    """
    if isinstance(frequency, Once):
        return None
    if isinstance(frequency, Every):
        return frequency.interval_h
    days = (*frequency.days, frequency.days[0] + 7)
    return 24.0 * min(b - a for a, b in itertools.pairwise(days))


def phase_starts(phase: Phase, start_h: float) -> Iterator[float]:
    """Times of the sessions of a phase that begins at ``start_h``; without an end when the phase has none."""
    offsets = _offsets(phase.frequency)
    if phase.sessions is not None:
        offsets = itertools.islice(offsets, phase.sessions)
    end = math.inf if phase.length_h is None else phase.length_h
    for offset in offsets:
        if offset >= end - 1e-9 * max(1.0, end):
            return
        yield start_h + offset


def _offsets(frequency: Frequency) -> Iterator[float]:
    if isinstance(frequency, Once):
        return iter((0.0,))
    if isinstance(frequency, Every):
        interval = frequency.interval_h
        return (i * interval for i in itertools.count())
    return (week * WEEK_H + 24.0 * day for week in itertools.count() for day in frequency.days)


def phase_end_h(phase: Phase, start_h: float) -> float:
    """When a phase is over: its length, or one interval (or whole weeks) after its last counted session."""
    if phase.length_h is not None:
        return start_h + phase.length_h
    if isinstance(phase.frequency, Once):
        return start_h
    if phase.sessions is None:
        return math.inf
    if isinstance(phase.frequency, PerWeek):
        return start_h + WEEK_H * math.ceil(phase.sessions / phase.frequency.times)
    return start_h + phase.sessions * phase.frequency.interval_h


def starts(phases: tuple[Phase, ...], delay_h: float, horizon_h: float) -> Iterator[tuple[int, float]]:
    """(phase, time) of every session that begins before ``horizon_h``.

    A phase begins when the one before it is over, and no sooner than one of its own intervals after the last
    session: after ``twice a week for 3 weeks`` (last session on day 17) ``every 4 weeks`` goes on at day 45.
    """
    begin, last = delay_h, None
    for index, phase in enumerate(phases):
        if last is not None:
            begin = max(begin, last + (shortest_gap_h(phase.frequency) or 0.0))
        for time in phase_starts(phase, begin):
            if time >= horizon_h:
                break
            last = time
            yield index, time
        begin = phase_end_h(phase, begin)
        if begin >= horizon_h:
            return


def end_h(phases: tuple[Phase, ...], delay_h: float) -> float:
    """When the last phase is over, h; infinite when it has no end.

    >>> end_h((Phase(Every(24.0), length_h=240.0),), 0.0)
    240.0
    """
    begin, last = delay_h, None
    for phase in phases:
        if last is not None:
            begin = max(begin, last + (shortest_gap_h(phase.frequency) or 0.0))
        end = phase_end_h(phase, begin)
        if math.isinf(end):
            return end
        for time in phase_starts(phase, begin):
            last = time
        begin = end
    return begin
