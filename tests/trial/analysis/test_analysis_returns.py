"""Time to return of pain: the leukaemia trial every textbook prints, complete data, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from painloop.errors import InputError
from painloop.trial import analysis as a

TREATED = np.array([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], float)
"""Weeks in remission on 6-mercaptopurine, the first nine to relapse, the others censored; and on placebo, all to
relapse: Freireich 1963, Blood 21:699."""
PLACEBO = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], float)
TIMES = np.concatenate([PLACEBO, TREATED])
RELAPSED = np.concatenate([np.ones(21, bool), np.arange(21) < 9])
ARM = np.repeat([0, 1], 21)


def test_medians_and_log_rank_test_of_the_leukaemia_trial_are_those_published() -> None:
    """Medians 8 and 23 weeks, chi-squared 16.79 (as in Kleinbaum and Klein, Survival Analysis, chapter 2)."""
    found = a.compare_returns(TIMES, RELAPSED, ARM, horizon=23)
    assert found.medians[0].tolist() == [8.0, 23.0]
    assert found.chi_squared[0] == pytest.approx(16.79, abs=6e-3)
    assert found.p[0] == pytest.approx(4.17e-5, rel=2e-3)


def test_the_curve_of_the_treated_is_the_published_one() -> None:
    """Kaplan-Meier table of the same chapter: 0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482 (quoted)."""
    curve = a.survival(TREATED, np.arange(21) < 9)
    at = np.searchsorted(curve.times, [6, 7, 10, 13, 16, 22, 23])
    printed = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    np.testing.assert_allclose(curve.pain_free[at], printed, atol=6e-5)


def test_without_censoring_the_restricted_mean_is_a_mean_with_its_error() -> None:
    horizon = 12.0
    found = a.compare_returns(TIMES, np.ones(42, bool), ARM, horizon)
    capped = np.minimum(TIMES, horizon)
    means = [capped[each == ARM].mean() for each in (0, 1)]
    np.testing.assert_allclose(found.restricted_means[0], means, rtol=1e-12)
    variance = sum(capped[each == ARM].var() / 21 for each in (0, 1))
    assert found.difference.standard_error[0] == pytest.approx(np.sqrt(variance), rel=1e-9)


def test_the_median_is_infinite_where_pain_returned_in_fewer_than_half() -> None:
    found = a.compare_returns([1.0, 5, 5, 5, 1, 2, 5, 5], [1, 0, 0, 0, 1, 1, 0, 0], [0] * 4 + [1] * 4, 5)
    assert found.medians[0].tolist() == [float("inf"), 2.0]


def test_the_log_rank_test_has_no_value_where_nobody_s_pain_returned() -> None:
    found = a.compare_returns(np.full(6, 90.0), np.zeros(6, bool), [0, 0, 0, 1, 1, 1], 90)
    assert np.isnan(found.p[0])
    assert found.restricted_means[0].tolist() == [90.0, 90.0]


def test_without_an_effect_one_trial_in_twenty_rejects() -> None:
    """99 % binomial limits of 300 trials of 60 patients."""
    random = np.random.default_rng(6)
    times, follow_up = random.exponential(30, (300, 60)), 60.0
    found = a.compare_returns(np.minimum(times, follow_up), times < follow_up, np.arange(60) % 2, follow_up)
    assert binomtest(int((found.p < 0.05).sum()), 300, 0.05).pvalue > 0.01
    assert binomtest(int((found.difference.p < 0.05).sum()), 300, 0.05).pvalue > 0.01


@pytest.mark.parametrize(
    ("times", "arm", "horizon", "words"),
    [
        ([1.0, 2], [0, 1], 0, "horizon of 0"),
        ([1.0, 2], [0, 0], 5, "no patient"),
        ([1.0, np.nan], [0, 1], 5, "finite"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    times: list[float], arm: list[int], horizon: float, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        a.compare_returns(times, [True, True], arm, horizon)
