"""When a course is looked at: nothing that matters is missed, and no regimen asks for too many times."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.regimens import regimens

from painloop.errors import RegimenError
from painloop.regimen import Regimen, RepeatWhen, Schedule, expand, parse
from painloop.simulation.times import MOST_SESSIONS_CLOSELY, output_times, sessions

DAYS = st.one_of(st.integers(1, 400).map(float), st.floats(0.01, 400.0))


def schedule_of(regimen: Regimen, days: float) -> Schedule:
    try:
        return expand(regimen, days * 24.0)
    except RegimenError:  # sessions that overlap, or too many of them
        return Schedule(events=(), rules=())


def within(times: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Whether each wanted time is there; two times nearer than 1e-7 h are one."""
    return np.abs(times[:, None] - wanted[None, :]).min(axis=0) <= 1e-7


@given(regimens(), DAYS, st.lists(st.floats(0.0, 1.0), max_size=5))
@settings(max_examples=60)
def test_what_matters_is_looked_at(regimen: Regimen, days: float, asked: list[float]) -> None:
    schedule, end = schedule_of(regimen, days), days * 24.0
    at = np.array([share * end for share in asked])
    times = output_times(schedule, days, list(at))
    assert (np.diff(times) > 0.0).all()
    assert times[0] == 0.0
    assert within(times, np.array([end])).all()
    assert times[-1] <= end + 1e-9
    assert within(times, np.arange(0.0, end, 24.0)).all()
    if asked:
        assert within(times, at).all()
    spans = np.array(sessions(schedule)).reshape(-1, 2)
    if 0 < len(spans) < 2 * MOST_SESSIONS_CLOSELY:
        assert within(times, spans[spans <= end]).all()
    elif len(spans):
        looked = np.flatnonzero(within(times, spans[:, 0]) & within(times, spans[:, 1]))
        assert looked[0] == 0
        assert np.diff([*looked, len(spans)]).max() <= len(spans) / MOST_SESSIONS_CLOSELY


@given(regimens(), st.floats(0.01, 3650.0))
@settings(max_examples=60)
def test_no_regimen_asks_for_many_times(regimen: Regimen, days: float) -> None:
    """One a day, at most 80 sessions with nine each, 24 h * 8 hourly, 49 at first, 3 on 90 days for each rule."""
    schedule = schedule_of(regimen, days)
    repeats = 3 * 90 * sum(isinstance(rule, RepeatWhen) for rule in schedule.rules)
    assert len(output_times(schedule, days)) <= days + 2 + 80 * 9 + 24 * 8 + 1 + 49 + repeats


def test_the_first_hours_and_days_are_looked_at_closely() -> None:
    times = output_times(expand(parse("S-ketamine 20 mg iv over 1 h"), 720.0), 30.0)
    assert within(times, np.arange(0.0, 4.01, 1.0 / 12.0)).all()
    assert within(times, np.arange(0.0, 25.0)).all()
    assert (times > 48.0).sum() == 28


def test_without_drug_a_course_is_looked_at_once_a_day() -> None:
    np.testing.assert_array_equal(output_times(Schedule(events=(), rules=()), 2.5), [0.0, 24.0, 48.0, 60.0])
