"""Scores of predictive distributions against closed forms and published intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from painloop.validate.scores import TrialRow, coverage_at, crps, exact_interval, jeffreys

Z = float(norm.ppf(0.975))


def row(observed: float, mean: float = 0.0, sd: float = 1.0, **more: object) -> TrialRow:
    plain = {
        "trial": "made-up", "cluster": "made-up", "arm": "ketamine", "time_h": 24.0, "quantity": "nrs",
        "observed": observed, "predicted": mean, "predicted_low": mean - Z * sd, "predicted_high": mean + Z * sd,
        "inside": abs(observed - mean) <= Z * sd,
    }  # fmt: skip
    return TrialRow.model_validate(plain | more)


@settings(max_examples=15)
@given(st.floats(-3.0, 3.0), st.floats(0.2, 3.0))
def test_crps_is_the_integral_that_defines_it(observed: float, sd: float) -> None:
    """The squared distance between the predictive distribution and the step at the printed value."""
    one = row(observed, 0.0, sd)
    left = quad(lambda x: norm.cdf(x / sd) ** 2, -40.0, observed)[0]
    right = quad(lambda x: (1.0 - norm.cdf(x / sd)) ** 2, observed, 40.0)[0]
    assert crps(one) == pytest.approx(left + right, abs=1e-6)


def test_crps_of_a_certain_prediction_is_the_distance() -> None:
    assert crps(row(2.0, 0.5, 0.0)) == pytest.approx(1.5)


def test_intervals_of_a_normal_truth_hold_what_they_say() -> None:
    """10,000 draws: a share of 0.5 has a standard error of 0.005; four of them are allowed."""
    drawn = [row(float(x)) for x in np.random.default_rng(3).standard_normal(10_000)]
    for level in (0.1, 0.5, 0.9, 0.95):
        assert coverage_at(drawn, level) == pytest.approx(level, abs=0.02)


def test_a_share_has_the_interval_of_clopper_and_pearson() -> None:
    """10 of 20: 0.2720 to 0.7280 (Newcombe 1998, Stat Med 17:857); none and all reach 0 and 1."""
    assert exact_interval(10, 20) == pytest.approx((0.2720, 0.7280), abs=5e-5)
    assert exact_interval(0, 10)[0] == 0.0
    assert exact_interval(10, 10)[1] == 1.0


def test_a_share_has_the_interval_of_jeffreys() -> None:
    """3 of 6 as docs/side_effects.md prints it."""
    assert jeffreys(3, 6) == pytest.approx((0.17, 0.83), abs=0.005)


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [("nrs", "NRS points"), ("nrs_fall", "NRS points"), ("responders_50", "share of people"),
     ("nausea_fraction", "share of people"), ("relief_fraction", "fraction of pain before")],
)  # fmt: skip
def test_quantities_of_one_unit_are_scored_together(quantity: str, unit: str) -> None:
    assert row(0.0, quantity=quantity).unit == unit
