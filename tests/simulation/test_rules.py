"""Rules that react: who is given more, who is given less, and that nobody else notices."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from simulation_runs import persons, typical

from painloop.errors import InputError
from painloop.simulation import Result, simulate

REPEAT = "ketamine 80 mg iv over 4 h, daily for 3 days, then repeat when pain returns above 5, at most every 4 weeks"
PLAIN = "ketamine 40 mg/h iv for 2 h"
LOWER = f"{PLAIN}, lower 25 % when dissociation above 4"
QUARTERS = tuple(np.arange(0.0, 2.01, 0.25))


@cache
def repeated(loop: str = "effect_delay") -> Result:
    return simulate(REPEAT, patients=200, days=65, loop=loop, individuals=True)


@cache
def lowered() -> tuple[Result, Result]:
    found = [
        simulate(order, patients=200, days=1, loop="none", at_h=QUARTERS, individuals=True)
        for order in (LOWER, PLAIN)
    ]
    return found[0], found[1]


def day_starts(result: Result, rival: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """(days, patients) each: whether a session begins, and pain just then."""
    daily = result.dataset.time.values % 24.0 == 0.0
    rate = result.dataset["dose_rate_individual"].values
    rate = rate[rival] if rate.ndim == 3 else rate
    return rate[daily] > 0.0, result.dataset["pain_individual"].values[rival][daily]


def test_no_one_is_treated_again_within_4_weeks_of_their_last_session() -> None:
    begun, _ = day_starts(repeated())
    assert begun[:3].all()
    assert not begun[3:30].any()  # the last session ordered began on day 2
    assert begun[30].any()
    for person in begun.T:
        days = np.flatnonzero(person)
        assert (np.diff(days[days >= 2]) >= 28).all()


def test_no_one_is_treated_again_while_pain_is_5_or_less() -> None:
    begun, felt = day_starts(repeated())
    assert felt[3:][begun[3:]].min() > 5.0
    last = np.full(begun.shape[1], 2)
    for day in range(3, len(begun) - 1):  # who is due and in pain is treated on that very day
        due = (felt[day] > 5.0 + 1e-5) & (day - last >= 28)
        np.testing.assert_array_equal(
            begun[day][np.abs(felt[day] - 5.0) > 1e-5], due[np.abs(felt[day] - 5.0) > 1e-5]
        )
        last[begun[day]] = day


def test_persons_differ_in_how_often_they_are_treated() -> None:
    begun, _ = day_starts(repeated())
    assert set(begun.sum(axis=0)) == {3, 4, 5}


def test_each_rival_treats_by_its_own_pain() -> None:
    result = repeated("none,effect_delay")
    assert result.dataset["dose_rate_individual"].dims == ("hypothesis", "time", "patient")
    assert result.dataset["dose_rate_individual"].shape == (2, result.dataset.sizes["time"], 200)
    for rival in (0, 1):
        begun, felt = day_starts(result, rival)
        assert felt[3:][begun[3:]].min() > 5.0
    alone, _ = day_starts(repeated())
    np.testing.assert_array_equal(day_starts(result, 1)[0], alone)
    assert day_starts(result, 0)[0].sum() > alone.sum()


def test_titration_lowers_the_rate_where_dissociation_was_too_strong_and_never_raises_it() -> None:
    """At each quarter of an hour: three quarters of the rate where the score is above 4, else the same rate."""
    result, _ = lowered()
    now = np.isin(result.dataset.time.values, QUARTERS)
    rate, score = (persons(result, name)[now] for name in ("dose_rate", "dissociation"))
    assert (np.diff(rate[:-1], axis=0) <= 1e-5).all()
    np.testing.assert_allclose(rate[0], 40.0, rtol=1e-6)
    for k in range(1, len(QUARTERS) - 1):
        clear = np.abs(score[k] - 4.0) > 1e-5
        step = np.where(score[k] > 4.0, 0.75, 1.0)[clear]
        np.testing.assert_allclose(rate[k][clear], rate[k - 1][clear] * step, rtol=1e-5)
    assert not rate[-1].any()


def test_titration_lowers_the_peak_of_who_needs_it_and_nothing_else_changes() -> None:
    with_rule, without = lowered()
    score, free = (persons(result, "dissociation") for result in (with_rule, without))
    over = free.max(axis=0) > 4.0
    assert 0.2 < over.mean() < 1.0
    assert (score <= free + 1e-5).all()
    triggered = (persons(with_rule, "dose_rate") < persons(without, "dose_rate") - 1e-3).any(axis=0)
    assert triggered.any()
    assert not triggered[~over].any()
    assert (score.max(axis=0) < free.max(axis=0) - 0.05)[triggered].mean() > 0.9
    for name in ("ketamine", "block", "dissociation", "dose_rate"):
        one, other = (persons(result, name)[:, ~triggered] for result in lowered())
        np.testing.assert_allclose(one, other, rtol=2e-7, atol=1e-12, err_msg=name)


@pytest.mark.parametrize(
    ("plain", "rule", "days"),
    [
        (PLAIN, ", lower 25 % when dissociation above 9.9", 3),
        (
            "ketamine 20 mg iv over 1 h, daily for 2 days",
            ", then repeat when pain returns above 9.9, at most every 7 days",
            12,
        ),
    ],
)
def test_a_rule_that_never_acts_changes_nothing(plain: str, rule: str, days: float) -> None:
    """Cutting a course at decisions keeps levels to 1e-9 and slow states within the stated bar of the grid, 1e-6."""
    without = typical(plain, days, loop="effect_delay")
    ruled = typical(plain + rule, days, loop="effect_delay")
    shared = without.dataset.time.values
    assert np.isin(shared, ruled.dataset.time.values).all()  # a rule adds times at which repeats would show
    here = np.flatnonzero(np.isin(ruled.dataset.time.values, shared))
    for name in without.dataset:
        if not str(name).endswith("_mean"):
            continue
        slow = str(name) in ("relief_mean", "pain_mean", "nrs_mean")
        np.testing.assert_allclose(
            ruled.dataset[name].isel(time=here),
            without.dataset[name],
            rtol=1e-6 if slow else 1e-9,
            atol=1e-9,
            err_msg=str(name),
        )


def test_a_blood_pressure_that_no_one_has_yet_is_refused_by_name() -> None:
    with pytest.raises(
        InputError, match=r"cannot be lowered by systolic pressure.*use dissociation or drug high"
    ):
        simulate(f"{PLAIN}, lower 25 % when systolic pressure above 160 mmHg", patients=1, days=1)
