"""Printed summaries against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from painloop.errors import InputError
from painloop.trial.statistics import QUANTITIES, filled, of_each, statistic

BASELINE = np.array([8.0, 6.0, 10.0, 4.0])
TIME_H = np.array([24.0, 72.0])
RATINGS = np.array([[8.0, 3.0, 7.0, np.nan], [4.0, 0.4, 10.0, 3.0]])
BY_HAND = {
    "nrs": (4.0 + 0.4 + 10.0 + 3.0) / 4,
    "nrs_fall": (4.0 + 5.6 + 0.0 + 1.0) / 4,
    "nrs_fall_median": 2.5,
    "fraction_of_baseline": 17.4 / 28.0,
    "relief_fraction": 10.6 / 28.0,
    "responders_30": 0.5,
    "responders_50": 0.5,
    "pain_free": 0.25,
    "peak_relief_fraction": 1.0 - (4.0 + 0.4 + 7.0 + 3.0) / 28.0,
    # by trapezoids over days 0, 1, 3; the fourth goes straight from 4 on day 0 to 3 on day 3
    "auc_nrs_days": (8.0 + 12.0 + 4.5 + 3.4 + 8.5 + 17.0 + 10.5) / 4,
}


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_summary_is_the_one_worked_out_by_hand(quantity):
    assert statistic(quantity, RATINGS, BASELINE, TIME_H) == pytest.approx(BY_HAND[quantity], rel=1e-12)


def test_who_was_not_rated_is_left_out():
    assert statistic("nrs", RATINGS, BASELINE, TIME_H, 24.0) == pytest.approx(6.0)
    assert statistic("fraction_of_baseline", RATINGS, BASELINE, TIME_H, 24.0) == pytest.approx(18.0 / 24.0)
    nobody = np.full((2, 4), np.nan)
    assert all(np.isnan(statistic(one, nobody, BASELINE, TIME_H)) for one in QUANTITIES)


def test_arrays_of_replicates_give_one_summary_each():
    many = np.stack([RATINGS, RATINGS + 1.0], axis=1)
    both = statistic("nrs", many, np.stack([BASELINE, BASELINE]), TIME_H)
    assert both == pytest.approx([BY_HAND["nrs"], BY_HAND["nrs"] + 1.0])


def test_gaps_are_bridged_as_numpy_interpolates():
    rng = np.random.default_rng(4)
    times = np.sort(rng.uniform(0.0, 9.0, 12))
    values = rng.uniform(0.0, 10.0, (12, 50))
    values[rng.uniform(size=values.shape) < 0.6] = np.nan
    values[0, np.isnan(values).all(axis=0)] = 5.0
    for person, whole in zip(values.T, filled(values, times).T, strict=True):
        there = np.isfinite(person)
        np.testing.assert_allclose(whole, np.interp(times, times[there], person[there]), atol=1e-12)


@pytest.mark.parametrize(("quantity", "at_h", "words"), [("mme", None, "mme"), ("nrs", 30.0, "30 h")])
def test_what_cannot_be_summarised_is_refused(quantity, at_h, words):
    with pytest.raises(InputError, match=words):
        of_each(quantity, RATINGS, BASELINE, TIME_H, at_h)
