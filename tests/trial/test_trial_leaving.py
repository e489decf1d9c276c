"""Leaving, rescue and escalation on ratings that are given, against what probability theory says."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom
from trial_protocols import trial

from painloop.trial import leaving, rescue
from painloop.trial.escalation import three_plus_three

LAST = 28.0
RATING = np.clip(np.random.default_rng(3).normal(6.0, 2.0, (29, 400, 50)), 0.0, 10.0)
PEOPLE = RATING[0].size


def left(by_end: float, per_point: float | None, rating: np.ndarray = RATING) -> np.ndarray:
    dropout = trial(dropout={"by_end": by_end, "per_point": per_point}).dropout
    return leaving.left_day(dropout, rating, LAST, 1, 0)


@pytest.mark.parametrize("by_end", [0.05, 0.3, 0.8])
@pytest.mark.parametrize("per_point", [None, 0.5])
def test_the_share_that_has_left_by_the_last_visit_is_the_declared_one(by_end, per_point):
    gone = int((left(by_end, per_point) < LAST).sum())
    low, high = binom.ppf([0.0005, 0.9995], PEOPLE, by_end)
    assert low <= gone <= high


def test_leaving_by_nothing_leaves_the_mean_as_it_is_and_leaving_by_pain_lowers_it():
    own = np.random.default_rng(8).normal(0.0, 1.5, RATING.shape[1:])
    last = RATING[-1] + own
    error = last.std() / np.sqrt(PEOPLE * 0.6)
    by_chance, by_pain = (np.isinf(left(0.4, slope, RATING + own)) for slope in (None, 0.5))
    assert last[by_chance].mean() == pytest.approx(last.mean(), abs=4 * error)
    assert last[by_pain].mean() < last.mean() - 8 * error


def test_leaving_of_a_replicate_is_the_same_whatever_is_run_with_it():
    dropout = trial(dropout={"by_end": 0.3, "per_point": 0.5}).dropout
    part = leaving.left_day(dropout, RATING[:, 7:9], LAST, 1, 7)
    assert (part == left(0.3, 0.5)[7:9]).all()


def test_nobody_leaves_a_trial_that_declares_no_dropout():
    assert np.isinf(leaving.left_day(None, RATING, LAST, 1, 0)).all()


def test_rescue_lowers_the_ratings_above_its_threshold_by_its_relief_as_often_as_declared():
    rule = trial(rescue={"above": 6, "probability": 0.25, "relief": 2}).rescue
    rating = RATING.reshape(29, -1)
    lower, used = rescue.take(rule, rating, np.arange(29), 1, 0)
    strong = rating > 6.0
    np.testing.assert_allclose(rating - lower, np.where(used, 2.0, 0.0), atol=1e-12)
    assert not used[~strong].any()
    low, high = binom.ppf([0.0005, 0.9995], strong.sum(), 0.25)
    assert low <= used.sum() <= high


def test_three_plus_three_stops_as_often_as_its_closed_form_says():
    """At one dose with risk p the next follows with q^3 + 3 p q^2 q^3: nobody of three, or one of six."""
    risks, replicates = np.array([0.1, 0.3, 0.5]), 40_000
    limiting = np.random.default_rng(2).uniform(size=(replicates, 3, 6)) < risks[:, None]
    found = three_plus_three(limiting, 3, ("low", "middle", "high"))
    q = 1.0 - risks
    follows = q**3 + 3 * risks * q**5
    exact = {"none": 1 - follows[0], "low": follows[0] * (1 - follows[1]),
             "middle": follows[0] * follows[1] * (1 - follows[2]), "high": np.prod(follows)}  # fmt: skip
    for name, share in found.distribution.items():
        assert share == pytest.approx(exact[name], abs=4 * np.sqrt(exact[name] / replicates))
    expected = 3 + 3 * 3 * risks[0] * q[0] ** 2
    assert found.treated[:, 0].mean() == pytest.approx(expected, abs=0.05)
    assert (found.treated[:, 2] == 0).mean() == pytest.approx(1 - follows[0] * follows[1], abs=0.01)
