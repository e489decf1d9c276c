"""When a course is looked at: closely while drug comes and goes, hourly in the first days, then once a day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from painloop.regimen import RepeatWhen, Schedule

HOURS_PER_DAY = 24.0
AROUND_A_SESSION_H = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
FIRST_HOURS_STEP_H = 1.0 / 12.0
FIRST_HOURS_H = 4.0
HOURLY_UNTIL_DAYS = 7.0
HOURLY_AFTER_LAST_H = 24.0
MOST_SESSIONS_CLOSELY = 40
REPEATS_LOOKED_AT_DAYS = 90.0
OF_A_REPEAT = (0.5, 1.0, 1.25)
"""Shares of a session's length at which a possible repeat is looked at."""


def sessions(schedule: Schedule) -> list[tuple[float, float]]:
    """Start and stop of every session, h."""
    spans: dict[tuple[int, int], tuple[float, float]] = {}
    for event in schedule.events:
        key = (event.prescription, event.session)
        begin, end = spans.get(key, (event.start_h, event.start_h))
        spans[key] = (min(begin, event.start_h), max(end, event.start_h + event.duration_h))
    return sorted(spans.values())


def output_times(schedule: Schedule, days: float, at_h: Sequence[float] = ()) -> np.ndarray:
    """Output times from 0 to the horizon, h: one a day and a few hundred more, whatever the regimen."""
    end = days * HOURS_PER_DAY
    spans = sessions(schedule)
    wanted = [np.arange(0.0, end + 1e-9, HOURS_PER_DAY), np.array([0.0, end]), np.asarray(at_h, float)]
    if spans:
        first = spans[0][0]
        wanted.append(first + np.arange(0.0, FIRST_HOURS_H + 1e-9, FIRST_HOURS_STEP_H))
        close = min(HOURLY_UNTIL_DAYS * HOURS_PER_DAY, spans[-1][1] + HOURLY_AFTER_LAST_H)
        wanted.append(first + np.arange(0.0, close - first + 1e-9, 1.0))
        every = max(1, len(spans) // MOST_SESSIONS_CLOSELY)
        for begin, stop in spans[::every]:
            wanted.append(np.array([begin, (begin + stop) / 2.0]))
            wanted.append(stop + np.array(AROUND_A_SESSION_H))
        wanted += [
            _possible_repeats(schedule, rule, end) for rule in schedule.rules if isinstance(rule, RepeatWhen)
        ]
    times = np.sort(np.concatenate(wanted))
    times = times[(times >= 0.0) & (times <= end + 1e-9)]
    return times[np.concatenate([[True], np.diff(times) > 1e-7])]


def _possible_repeats(schedule: Schedule, rule: RepeatWhen, end_h: float) -> np.ndarray:
    """Times within and after a session that the rule may add, on each of its first ninety days, h."""
    mine = [event for event in schedule.events if event.prescription == rule.prescription]
    if not mine:
        return np.zeros(0)
    one = [event for event in mine if event.session == mine[0].session]
    lasting = max(event.start_h + event.duration_h for event in one) - min(event.start_h for event in one)
    first = np.ceil(rule.from_h / HOURS_PER_DAY)
    days = np.arange(first, min(end_h / HOURS_PER_DAY, first + REPEATS_LOOKED_AT_DAYS)) * HOURS_PER_DAY
    return (days[:, None] + np.array(OF_A_REPEAT) * max(lasting, 1.0)).ravel()
