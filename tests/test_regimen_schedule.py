"""From a regimen to doses: times against the calendar, amounts against sums by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.regimens import regimens

from painloop.errors import InputError
from painloop.regimen import (
    Caps,
    Dose,
    Every,
    Give,
    LowerWhen,
    Phase,
    Prescription,
    Regimen,
    RegimenError,
    RepeatWhen,
    Schedule,
    expand,
    parse,
    session_events,
)

YEAR_H = 365.0 * 24.0
PEOPLE = np.array([50.0, 70.0, 100.0])


def days(text: str, horizon_h: float = YEAR_H) -> list[float]:
    return [event.start_h / 24.0 for event in expand(parse(text), horizon_h).events]


def amounts(text: str, weights: np.ndarray = PEOPLE, **more: np.ndarray) -> np.ndarray:
    return expand(parse(text), YEAR_H).amounts(weights, **more)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("", [0]),
        ("once", [0]),
        ("daily for 5 days", [0, 1, 2, 3, 4]),
        ("daily x3", [0, 1, 2]),
        ("every other day for 5 days", [0, 2, 4]),
        ("twice a week for 2 weeks", [0, 3, 7, 10]),
        ("twice a week for 3 sessions", [0, 3, 7]),
        ("three times a week for 1 week", [0, 2, 4]),
        ("4 times a week for 1 week", [0, 1, 3, 5]),
        ("weekly for 3 weeks", [0, 7, 14]),
        ("twice a day for 1 day", [0, 0.5]),
        ("weekly for 2 weeks, starting after 5 days", [5, 12]),
        # the next phase begins an interval after the last session, and not before the phase is over
        ("twice a week for 3 weeks, then every 4 weeks for 8 weeks", [0, 3, 7, 10, 14, 17, 45, 73]),
        ("daily for 5 days, then weekly for 2 weeks", [0, 1, 2, 3, 4, 11, 18]),
        ("weekly for 2 weeks, then daily for 2 days", [0, 7, 14, 15]),
        ("once, then every 4 weeks for 8 weeks", [0, 28, 56]),
        ("then every 4 weeks for 8 weeks", [0, 28, 56]),
    ],
)
def test_sessions_fall_on_these_days(when: str, expected: list[float]) -> None:
    assert days(f"ketamine 25 mg oral {when}") == pytest.approx(expected)


def test_a_phase_without_an_end_goes_on_to_the_horizon() -> None:
    assert days("ketamine 25 mg oral every 8 h", 48.0) == pytest.approx([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3])


def test_steps_follow_each_other_without_a_gap() -> None:
    events = expand(
        parse("ketamine 0.3 mg/kg iv over 15 min, then 0.3 mg/kg/h for 4 h, then 10 mg"), 24.0
    ).events
    assert [(e.start_h, e.duration_h, e.per) for e in events] == [
        (0.0, 0.25, "kg"),
        (0.25, 4.0, "kg"),
        (4.25, 0.0, ""),
    ]
    assert [e.amount for e in events] == pytest.approx([0.3, 1.2, 10.0])


def test_a_ramp_becomes_constant_rates_that_know_how_far_they_are() -> None:
    events = expand(
        parse("S-ketamine 5 mg/h iv, raise 5 mg/h every 12 h to 20 mg/h, for 100 h"), YEAR_H
    ).events
    assert [e.start_h for e in events] == [0.0, 12.0, 24.0, 36.0]
    assert [e.duration_h for e in events] == [12.0, 12.0, 12.0, 64.0]
    assert [e.amount for e in events] == pytest.approx([60.0, 120.0, 180.0, 1280.0])
    assert [e.ramp_fraction for e in events] == pytest.approx([0.0, 1 / 3, 2 / 3, 1.0])


def test_a_ramp_whose_steps_do_not_divide_ends_at_its_end_rate() -> None:
    events = expand(parse("ketamine 5 mg/h iv, raise 10 mg/h every 1 h to 20 mg/h, for 4 h"), 24.0).events
    assert [e.amount / e.duration_h for e in events] == pytest.approx([5.0, 15.0, 20.0])
    down = expand(parse("ketamine 20 mg/h iv, lower 10 mg/h every 1 h to 5 mg/h, for 4 h"), 24.0).events
    assert [e.amount / e.duration_h for e in down] == pytest.approx([20.0, 10.0, 5.0])


def test_the_published_titration_reaches_its_mean_rate_in_eight_steps() -> None:
    text = "S-ketamine 5 mg/h/70kg iv, raise 2.15 mg/h/70kg every 12 h to 22.2 mg/h/70kg, for 100 h"
    events = expand(parse(text), YEAR_H).events
    assert len(events) == 9
    assert (events[-1].start_h, events[-1].duration_h) == (96.0, 4.0)


def test_amounts_follow_the_weight_as_ordered() -> None:
    assert amounts("ketamine 0.5 mg/kg iv over 40 min")[0] == pytest.approx([25.0, 35.0, 50.0])
    assert amounts("ketamine 35 mg/70kg iv over 40 min")[0] == pytest.approx([25.0, 35.0, 50.0])
    assert amounts("ketamine 35 mg iv over 40 min")[0] == pytest.approx([35.0, 35.0, 35.0])
    assert amounts("ketamine 10 mcg/kg/min iv for 30 min")[0] == pytest.approx([15.0, 21.0, 30.0])


def test_a_salt_is_given_as_its_base() -> None:
    assert amounts("esketamine 32.3 mg HCl nasal")[0] == pytest.approx([28.0] * 3, rel=3e-3)
    assert amounts("esketamine 57.7 mg HCl sublingual")[0] == pytest.approx([50.0] * 3, rel=3e-3)
    assert amounts("esketamine 28 mg nasal")[0] == pytest.approx([28.0] * 3, abs=0)


def test_the_library_ratio_meets_the_labels_it_is_checked_by() -> None:
    from pathlib import Path

    import yaml

    import painloop.regimen.facts as facts

    content = yaml.safe_load(Path(facts.LIBRARY, "substances", "ketamine.yaml").read_text(encoding="utf-8"))
    assert len(content["checks"]) == 2
    for check in content["checks"]:
        assert check["HCl_mg"] * facts.base_fraction("HCl") == pytest.approx(
            check["base_mg"], rel=check["tolerance"]
        )


def test_a_rate_cap_lowers_the_rate_of_heavy_people_only() -> None:
    capped = amounts("ketamine 0.35 mg/kg/h iv for 4 h, max 25 mg/h")[0]
    assert capped == pytest.approx([70.0, 98.0, 100.0])  # 0.35 * 4 * kg, at most 25 * 4


def test_a_session_cap_lowers_all_its_doses_in_proportion() -> None:
    capped = amounts("ketamine 0.3 mg/kg iv, then 0.3 mg/kg/h for 3 h, max 60 mg")
    assert pytest.approx(np.array([[15.0, 45.0], [15.0, 45.0], [15.0, 45.0]])) == capped.T


def test_a_daily_cap_counts_the_day_of_each_dose() -> None:
    capped = amounts("ketamine 50 mg oral every 8 h for 2 days, max 120 mg/day")
    assert capped == pytest.approx(np.full((6, 3), 40.0))


def test_a_daily_cap_lowers_only_the_days_that_exceed_it() -> None:
    schedule = expand(
        parse("ketamine 2 mg/h iv for 24 h, then 10 mg/h for 24 h, then 4 mg/h for 12 h, max 120 mg/day"),
        100.0,
    )
    assert [e.duration_h for e in schedule.events] == [24.0, 24.0, 12.0]
    assert schedule.amounts(np.array([70.0]))[:, 0] == pytest.approx([48.0, 120.0, 48.0])


def test_an_infusion_under_a_daily_cap_is_cut_at_midnight() -> None:
    schedule = expand(parse("ketamine 10 mg/h iv for 30 h, max 120 mg/day"), 100.0)
    assert [(e.start_h, e.duration_h) for e in schedule.events] == [(0.0, 24.0), (24.0, 6.0)]
    assert schedule.amounts(np.array([70.0]))[:, 0] == pytest.approx([120.0, 60.0])


def test_caps_apply_one_after_another() -> None:
    text = "ketamine 0.35 mg/kg/h iv for 4 h, max 25 mg/h, max 90 mg, max 80 mg/day"
    assert amounts(text)[0] == pytest.approx([70.0, 80.0, 80.0])


def test_a_titrated_end_rate_moves_every_rate_of_the_ramp() -> None:
    text = "S-ketamine 5 mg/h/70kg iv, raise 5 mg/h/70kg every 12 h to 20 mg/h/70kg, for 100 h"
    weights, ends = np.array([70.0, 35.0]), np.array([20.0, 11.0])
    given_ = amounts(text, weights, end_rate=ends)
    assert given_[:, 0] == pytest.approx([60.0, 120.0, 180.0, 1280.0])
    assert given_[:, 1] == pytest.approx([0.5 * 12 * 5, 0.5 * 12 * 7, 0.5 * 12 * 9, 0.5 * 64 * 11])


def test_an_end_rate_respects_the_cap() -> None:
    text = "ketamine 5 mg/h iv, raise 5 mg/h every 12 h to 20 mg/h, for 100 h, max 25 mg/h"
    assert amounts(text, np.array([70.0]), end_rate=np.array([50.0]))[-1, 0] == pytest.approx(64 * 25.0)


def test_an_end_rate_needs_a_ramp() -> None:
    with pytest.raises(InputError, match="has no ramp"):
        amounts("ketamine 5 mg/h iv for 4 h", end_rate=np.ones(3))


@pytest.mark.parametrize("weight", [0.0, -70.0, np.nan, np.inf])
def test_a_weight_that_cannot_be_is_refused(weight: float) -> None:
    with pytest.raises(InputError, match="body weight"):
        amounts("ketamine 5 mg oral", np.array([70.0, weight]))


@pytest.mark.parametrize("horizon", [0.0, -1.0, np.nan, np.inf])
def test_a_horizon_that_cannot_be_is_refused(horizon: float) -> None:
    with pytest.raises(InputError, match="horizon"):
        expand(parse("ketamine 5 mg oral"), horizon)


def test_placebo_has_no_doses() -> None:
    schedule = expand(parse("placebo"), 100.0)
    assert schedule == Schedule(())
    assert schedule.amounts(PEOPLE).shape == (0, 3)


def test_the_horizon_cuts_an_infusion_without_changing_what_came_before() -> None:
    text = "ketamine 0.3 mg/kg iv, then 0.3 mg/kg/h for 3 h, max 60 mg"
    whole, cut = (expand(parse(text), horizon) for horizon in (24.0, 1.0))
    assert cut.events[-1].duration_h == 1.0
    assert cut.amounts(PEOPLE)[0] == pytest.approx(whole.amounts(PEOPLE)[0])
    assert cut.amounts(PEOPLE)[1] == pytest.approx(whole.amounts(PEOPLE)[1] / 3.0)


def test_a_dose_that_the_horizon_leaves_out_still_counts_in_the_cap() -> None:
    text = "ketamine 40 mg iv over 1 h, then 40 mg over 1 h, max 60 mg"
    assert expand(parse(text), 0.5).amounts(PEOPLE) == pytest.approx(np.full((1, 3), 15.0))


def test_parallel_prescriptions_are_merged_in_time_order() -> None:
    schedule = expand(
        parse("esketamine 84 mg nasal, weekly for 2 weeks ; ketamine 25 mg oral every 84 h for 7 days"),
        YEAR_H,
    )
    assert [(e.start_h, e.prescription, e.session) for e in schedule.events] == [
        (0.0, 0, 0), (0.0, 1, 0), (84.0, 1, 1), (168.0, 0, 1),
    ]  # fmt: skip


def test_rules_are_handed_over_and_not_expanded() -> None:
    text = (
        "ketamine 80 mg iv over 4 h, daily for 5 days, then repeat when pain returns above 5, at most every 4 weeks, "
        "lower 25 % when dissociation above 5"
    )
    schedule = expand(parse(text), YEAR_H)
    assert len(schedule.events) == 5
    assert schedule.rules == (
        LowerWhen(0, "dissociation", 5.0, 0.25),
        RepeatWhen(0, 5.0, 672.0, 120.0, float("inf"), None),
    )


def test_a_repeated_session_is_the_ordered_one_at_another_time() -> None:
    (order,) = parse(
        "ketamine 0.3 mg/kg iv over 15 min, then 10 mg/h for 1 h, then repeat when pain above 5, at most every 1 week"
    ).prescriptions
    later = session_events(order, 0, 7, 1000.0)
    assert [(e.session, e.start_h) for e in later] == [(7, 1000.0), (7, 1000.25)]


def test_overlapping_sessions_are_refused() -> None:
    order = Prescription("ketamine", "iv", (Give(Dose(10.0), 30.0),), (Phase(Every(24.0), 72.0),))
    with pytest.raises(RegimenError, match="lengthen the interval"):
        expand(Regimen((order,)), 100.0)


def test_a_continuous_infusion_may_follow_itself_without_a_gap() -> None:
    order = Prescription(
        "ketamine", "iv", (Give(Dose(10.0), 24.0),), (Phase(Every(24.0), 72.0),), caps=Caps(mg=5.0)
    )
    schedule = expand(Regimen((order,)), 100.0)
    assert [e.start_h for e in schedule.events] == [0.0, 24.0, 48.0]
    assert schedule.amounts(np.array([70.0]))[:, 0] == pytest.approx([5.0, 5.0, 5.0])


def test_too_many_doses_are_refused() -> None:
    with pytest.raises(RegimenError, match="more than 100000 doses"):
        expand(parse("ketamine 0.01 mg oral every 2 min"), 24.0 * 365.0)


@settings(max_examples=80)
@given(regimens(), st.floats(1.0, 2000.0))
def test_doses_are_in_order_within_the_horizon_and_under_their_caps(regimen: Regimen, horizon: float) -> None:
    schedule = expand(regimen, horizon)
    starts = [event.start_h for event in schedule.events]
    assert starts == sorted(starts)
    assert all(
        e.start_h < horizon and e.start_h + e.duration_h <= horizon * (1 + 1e-12) for e in schedule.events
    )
    amounts_ = schedule.amounts(PEOPLE)
    assert amounts_.shape == (len(schedule.events), 3)
    assert np.isfinite(amounts_).all()
    assert (amounts_ > 0.0).all()
    for index, order in enumerate(regimen.prescriptions):
        rows = [i for i, e in enumerate(schedule.events) if e.prescription == index]
        _check_caps(schedule, amounts_, rows, order.caps)


def _check_caps(schedule: Schedule, given_: np.ndarray, rows: list[int], caps: Caps) -> None:
    def total(of: list[int]) -> float:
        return float(given_[of].sum(axis=0).max())

    for _, group in itertools.groupby(rows, key=lambda i: schedule.events[i].session):
        assert caps.mg is None or total(list(group)) <= caps.mg * (1 + 1e-9)
    if caps.mg_per_day is not None:
        for day in {schedule.events[i].day for i in rows}:
            assert total([i for i in rows if schedule.events[i].day == day]) <= caps.mg_per_day * (1 + 1e-9)
    for i in rows:
        if caps.mg_per_h is not None and schedule.events[i].duration_h:
            assert total([i]) <= caps.mg_per_h * schedule.events[i].duration_h * (1 + 1e-9)
