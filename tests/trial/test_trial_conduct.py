"""Replicates of small trials: the people of a simulation, arms with their own curves, diaries as declared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from trial_protocols import KETAMINE, PLACEBO, WEEKS, trial, two_arms, without_ketamine

from painloop import library
from painloop.errors import InputError
from painloop.library.schema.trials import TrialEndpoint
from painloop.simulation import simulate, subjects
from painloop.simulation.parameters import ParameterSets
from painloop.trial import protocol
from painloop.trial.conduct import Conducted, conduct, worlds
from painloop.trial.endpoints import values
from painloop.trial.escalation import escalate
from painloop.trial.truth import alone

RIVAL = "effect_delay"
SINGLE_PRECISION = 1e-6
"""A simulation keeps its people in single precision: half a unit in the seventh digit of at most 10."""
DAILY = [{"name": f"day {day}", "day": day} for day in range(1, 29)]
LIVELY = {
    "visits": [{"name": "week 1", "day": 7, "early_d": 2, "late_d": 2, "diary_days": 3}, WEEKS[1]],
    "missing_diary": 0.2, "dropout": {"by_end": 0.3, "per_point": 0.3}, "unblinding": 1.0,
    "rescue": {"above": 6, "probability": 0.5, "relief": 1.5}, "allocation": {"strata": ["sex"]},
}  # fmt: skip


def crossover(**changes: Any) -> protocol.Protocol:
    periods = {"design": "crossover", "crossover": {"period_d": 14, "washout_d": 0}, "visits": WEEKS[:1]}
    return two_arms(**(periods | changes))


def in_arm(conducted: Conducted, name: str, values: np.ndarray) -> np.ndarray:
    """Values of the first period of an arm's people, (people, ...)."""
    return values[conducted.arm[..., 0] == conducted.protocol.names.index(name)]


def test_without_noise_and_leaving_people_are_those_of_a_simulation():
    found = conduct(two_arms(), 3, 0, 3, RIVAL)
    run = simulate(
        KETAMINE["regimen"], condition="crps", days=28, patients=60, seed=3, individuals=True, loop=RIVAL,
        placebo=True, at_h=[168.0, 672.0],
    )  # fmt: skip
    for number, whole in enumerate((run, run.comparator)):
        rows = [int(np.argmin(np.abs(whole.dataset.time.values - hour))) for hour in (168.0, 672.0)]
        pain = whole.dataset["pain_individual"].sel(hypothesis=RIVAL).values[rows]
        here = found.arm[..., 0].ravel() == number
        np.testing.assert_allclose(found.pain.reshape(60, 2)[here], pain.T[here], atol=SINGLE_PRECISION)


def test_a_replicate_is_the_same_whatever_is_run_with_it():
    lively = two_arms(**LIVELY)
    sets = ParameterSets(("effect_delay.C50",), np.array([[8.0], [10.0], [12.0]]), people=1)
    whole, part = conduct(lively, 4, 0, 4, RIVAL, sets), conduct(lively, 4, 2, 2, RIVAL, sets)
    assert (part.rival == whole.rival[2:]).all()
    for name in ("arm", "baseline", "rating", "on_treatment", "pain", "area", "left_day", "rescue_days"):
        np.testing.assert_allclose(getattr(part, name), getattr(whole, name)[2:], rtol=1e-9, err_msg=name)
    for name, had in part.events.items():
        assert (had == whole.events[name][2:]).all()


def test_a_null_trial_has_no_difference_beyond_its_interval_but_keeps_what_is_felt():
    dizzy = [{"name": "dizzy", "quantity": "adverse_event", "event": "dizziness"}]
    found = conduct(two_arms(endpoints=dizzy), 5, 0, 24, RIVAL, null=True)
    ratings = [in_arm(found, name, found.rating)[:, 0, 0] for name in found.protocol.names]
    error = np.sqrt(sum(one.var() / len(one) for one in ratings))
    assert abs(ratings[0].mean() - ratings[1].mean()) < 4 * error
    felt = [in_arm(found, name, found.events["dizziness"]).mean() for name in found.protocol.names]
    assert felt[0] > felt[1] + 0.2


def test_a_null_trial_that_asks_for_no_side_effect_is_the_same_without_the_engine(monkeypatch):
    followed = two_arms(endpoints=[{"name": "dizzy", "quantity": "adverse_event", "event": "dizziness"}])
    with_engine = conduct(followed, 5, 0, 3, RIVAL, null=True)
    monkeypatch.setattr(subjects, "shown", None)
    without = conduct(two_arms(), 5, 0, 3, RIVAL, null=True)
    assert (without.rating == with_engine.rating).all()
    assert without.events == {}


def test_feeling_the_drug_adds_placebo_responders_to_its_arm_alone():
    plain, felt = (conduct(two_arms(unblinding=shift), 5, 0, 24, RIVAL, null=True) for shift in (0.0, 2.0))
    lower = plain.pain - felt.pain
    assert in_arm(plain, "ketamine", lower).max() > 1.0
    assert np.abs(in_arm(plain, "placebo", lower)).max() == 0.0


def test_what_a_first_period_leaves_is_carried_into_the_second():
    real, null = (conduct(crossover(), 6, 0, 10, RIVAL, null=null) for null in (False, True))
    relieved = null.pain - real.pain
    first = real.arm[..., 0] == 0
    assert relieved[first][:, 1].max() > 0.5
    assert np.abs(relieved[~first][:, 0]).max() == 0.0
    assert (real.arm.sum(axis=2) == 1).all()
    assert (first.sum(axis=1) == 5).all()


def test_changes_in_a_crossover_are_counted_from_the_start_of_the_period():
    visits = [{"name": "start", "day": 0}, {"name": "week 1", "day": 7}]
    of = crossover(visits=visits)
    change, response = (
        TrialEndpoint(name="e", quantity=quantity, visit="week 1")
        for quantity in ("nrs_change", "responder_30")
    )
    found = conduct(of, 6, 0, 10, null=True)
    start, end = found.rating[..., 0], found.rating[..., 1]
    np.testing.assert_array_equal(values(found, change, "treatment_policy"), end - start)
    np.testing.assert_array_equal(values(found, response, "treatment_policy"), end <= 0.7 * start)
    assert np.abs(start - found.baseline[..., None])[..., 1].max() > 0.5
    one = conduct(alone(of, 1, 40), 6, 0, 2)
    np.testing.assert_array_equal(one.before[..., 0], one.rating[:, :, 0, 0])


def test_without_a_rating_at_the_start_of_a_period_changes_are_counted_from_the_baseline():
    found = conduct(crossover(missing_diary=0.9), 6, 0, 10, null=True)
    away = found.before != found.baseline[..., None]
    assert 0.02 < away.mean() < 0.2
    parallel = conduct(two_arms(missing_diary=0.9), 6, 0, 10, null=True)
    assert (parallel.before == parallel.baseline[..., None]).all()


def test_an_active_control_follows_its_own_curve():
    active = {"name": "alfentanil", "treatment": "alfentanil", "role": "active", "n": 10,
              "control": "max-1995-alfentanil"}  # fmt: skip
    hours = np.array([1.0, 2.0, 2.8, 10.0])
    visits = [{"name": f"{hour} h", "day": hour / 24.0} for hour in hours]
    treated, untreated = (
        conduct(without_ketamine(30, arms=[KETAMINE, other], visits=visits), 7, 0, 4).pain[:, :, 0]
        for other in (active, PLACEBO)
    )
    entry = library.load("controls", "max-1995-alfentanil").parameters
    assert entry["peak_h"].number == 2.0
    half_lives = np.maximum(hours - 2.0, 0.0) / entry["half_life_h"].number
    expected = 1.0 - entry["relief"].number * np.minimum(hours / 2.0, 1.0) * 2.0**-half_lives
    np.testing.assert_allclose(treated / untreated, np.broadcast_to(expected, treated.shape), rtol=1e-9)


def test_a_missing_diary_leaves_the_mean_as_it_is():
    whole, some = (
        conduct(without_ketamine(200, missing_diary=share, visits=DAILY), 8, 0, 5) for share in (0.0, 0.3)
    )
    missing = np.isnan(some.rating)
    assert not np.isnan(whole.rating).any()
    assert missing.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / missing.size))
    error = whole.rating[..., -1].std() / np.sqrt(700)
    assert np.nanmean(some.rating[..., -1]) == pytest.approx(whole.rating[..., -1].mean(), abs=4 * error)


def test_a_visit_is_the_mean_of_its_diary_days():
    daily = conduct(without_ketamine(30, visits=DAILY), 8, 0, 2)
    weekly = conduct(without_ketamine(30, visits=[{"name": "week 2", "day": 14, "diary_days": 7}]), 8, 0, 2)
    np.testing.assert_allclose(weekly.rating[..., 0], daily.rating[..., 7:14].mean(axis=-1), rtol=1e-12)


def test_a_window_moves_visits_evenly_within_it():
    window = [{"name": "week 2", "day": 14, "early_d": 1.5, "late_d": 1.5}]
    moved = conduct(without_ketamine(300, visits=window), 8, 0, 2).pain[..., 0, 0]
    daily = conduct(without_ketamine(300, visits=DAILY), 8, 0, 2).pain[..., 0, 12:15]
    distance = np.abs(moved[..., None] - daily)
    assert distance.min(axis=-1).max() < 1e-12
    told_apart = np.ptp(daily, axis=-1) > 1e-6
    days = np.bincount(np.argmin(distance, axis=-1)[told_apart], minlength=3) / told_apart.sum()
    np.testing.assert_allclose(days, 1 / 3, atol=4 * np.sqrt(2 / 9 / told_apart.sum()))


def test_the_last_rating_before_leaving_or_rescue_is_carried_on():
    changes = {"dropout": {"by_end": 0.5}, "rescue": {"above": 9, "probability": 0.2, "relief": 3}}
    found = conduct(without_ketamine(100, visits=DAILY, **changes), 9, 0, 2)
    rating, carried = found.rating[:, :, 0].reshape(200, -1), found.on_treatment[:, :, 0].reshape(200, -1)
    left, rescued = found.left_day.ravel(), found.rescue_days.ravel() > 0
    assert np.isnan(rating[:, -1]).sum() == np.isfinite(left).sum() > 50
    assert np.isfinite(carried).all()
    untouched = ~rescued & np.isinf(left)
    assert (carried[untouched] == rating[untouched]).all()
    for person in np.flatnonzero(~rescued & np.isfinite(left) & (left > 1.0)):
        stay = int(np.ceil(left[person])) - 1
        assert (carried[person, :stay] == rating[person, :stay]).all()
        assert (carried[person, stay:] == rating[person, stay - 1]).all()


def test_the_area_of_complete_diaries_is_their_trapezoid():
    found = conduct(without_ketamine(20, visits=[{"name": "start", "day": 0}, *DAILY]), 8, 0, 2)
    area = np.trapezoid(found.rating[:, :, 0], np.arange(29.0), axis=-1)
    np.testing.assert_allclose(found.area[..., 0], area, rtol=1e-12)


def test_the_world_of_a_replicate_is_drawn_by_weight():
    drawn = worlds({"none": 1.0, RIVAL: 3.0}, 1, 0, 4000)
    assert (drawn == RIVAL).mean() == pytest.approx(0.75, abs=4 * np.sqrt(0.1875 / 4000))
    assert (worlds("all", 1, 7, 3) == worlds("all", 1, 0, 20)[7:10]).all()
    assert set(worlds("none", 1, 0, 5)) == {"none"}
    assert set(worlds(f"none,{RIVAL}", 1, 0, 40)) == {"none", RIVAL}
    assert set(conduct(two_arms(), 1, 0, 8, f"none,{RIVAL}", null=True).rival) == {"none", RIVAL}
    with pytest.raises(InputError, match="above 0"):
        worlds({"none": 0.0}, 1, 0, 2)


def test_arms_that_cannot_be_predicted_are_left_out_with_their_reason():
    unread = KETAMINE | {"name": "unread", "regimen": None}
    nothing_known = {"name": "lidocaine", "treatment": "lidocaine", "role": "active"}
    found = two_arms(arms=[KETAMINE, unread, nothing_known, PLACEBO | {"n": None}])
    assert found.names == ("ketamine", "placebo")
    assert found.numbers == (10, 10)
    assert [one.arm for one in found.left_out] == ["unread", "lidocaine"]
    assert any("placebo" in sentence for sentence in found.says)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"arms": [KETAMINE | {"regimen": None}, PLACEBO]}, "no ketamine arm.*it has no regimen"),
        ({"condition": None}, "no condition"),
        ({"visits": []}, "give visits"),
        ({"visits": [{"name": "entry", "day": 0}]}, "at the start"),
        (
            {"design": "crossover", "crossover": {"period_d": 14}, "visits": WEEKS},
            "next period begins on day 14",
        ),
        (
            {"endpoints": [{"name": "d", "quantity": "adverse_event", "event": "dissociation", "above": 10}]},
            "scale ends at 10",
        ),
    ],
)
def test_a_trial_that_cannot_run_is_refused_in_a_sentence(changes, words):
    with pytest.raises(InputError, match=words):
        protocol.read(trial(**changes))


@pytest.mark.parametrize(("above", "highest"), [(0.01, "none"), (9.99, "high")])
def test_an_escalation_stops_at_once_or_never_when_everyone_or_nobody_is_limited(above, highest):
    low, high = ({"name": name, "regimen": "S-ketamine 2 mg/h iv for 24 h"} for name in ("low", "high"))
    found = two_arms(
        arms=[KETAMINE | low, KETAMINE | high], visits=WEEKS, design="dose-escalation",
        escalation={"cohort": 3, "quantity": "dissociation", "above": above},
    )  # fmt: skip
    conducted = conduct(found, 1, 0, 3, RIVAL)
    escalated = escalate(conducted)
    assert escalated.distribution[highest] == 1.0
    assert escalated.treated.tolist() == [[3, 0 if highest == "none" else 3]] * 3
