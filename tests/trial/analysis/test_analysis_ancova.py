"""Analysis of covariance: a published example, another solver, missing outcomes, simulated trials."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from simulated_trials import trials

from painloop.errors import InputError
from painloop.trial import analysis as a

_SCORES = """
11 6  8 0  5 2  14 8  19 11  6 4  10 13  6 1  11 8  3 0
6 0  6 2  7 3  8 1  18 18  8 4  19 14  8 9  5 1  15 9
16 13  13 10  11 18  9 5  21 23  16 12  12 5  12 16  7 1  12 20
"""
LEPROSY = np.array(_SCORES.split(), float).reshape(30, 2)
"""Bacilli before and after drugs A, D and the control F, ten patients each: Snedecor and Cochran 1967, p. 422."""
DRUG = np.repeat([1, 2, 0], 10)


def test_the_leprosy_trial_gives_what_is_printed() -> None:
    """SAS/STAT user's guide, GLM procedure, example 4, every printed digit; the data were read there, the output is
    quoted."""
    found = a.ancova(LEPROSY[:, 1], a.columns(DRUG, LEPROSY[:, 0]))
    np.testing.assert_allclose(found.differences.estimate[0], [-3.446138280, -3.337166948], atol=6e-10)
    np.testing.assert_allclose(found.differences.standard_error[0], [1.88678065, 1.85386642], atol=6e-9)
    np.testing.assert_allclose(found.differences.p[0], [0.0793, 0.0835], atol=6e-5)
    np.testing.assert_allclose(found.means.estimate[0], [10.1611017, 6.7149635, 6.8239348], atol=6e-8)
    np.testing.assert_allclose(found.means.standard_error[0], [1.3159234, 1.2884943, 1.2724690], atol=6e-8)
    assert found.differences.degrees_of_freedom[0, 0] == 26


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**31), lost=st.integers(0, 8))
def test_replicates_with_strata_and_missing_outcomes_agree_with_lstsq(seed: int, lost: int) -> None:
    random = np.random.default_rng(seed)
    y, baseline = random.normal(size=(3, 40)), random.normal(5, 1, (3, 40))
    arm, stratum = np.arange(40) % 2, np.arange(40) // 2 % 3
    y[1, random.permutation(40)[:lost]] = np.nan
    found = a.ancova(y, a.columns(arm, baseline, [stratum]))
    for r in range(3):
        X = np.stack([np.ones(40), arm, baseline[r], stratum == 1, stratum == 2], axis=1)[np.isfinite(y[r])]
        seen = y[r][np.isfinite(y[r])]
        beta, squares, *_ = np.linalg.lstsq(X, seen)
        error = np.sqrt(squares[0] / (len(X) - 5) * np.linalg.inv(X.T @ X)[1, 1])
        assert found.differences.estimate[r, 0] == pytest.approx(beta[1], rel=1e-9, abs=1e-12)
        assert found.differences.standard_error[r, 0] == pytest.approx(error, rel=1e-9)
        assert found.patients[r] == len(X)


def test_a_change_from_baseline_differs_between_arms_as_the_value_does() -> None:
    trial = trials(5, 30, 3)
    value, before = trial.y[:, :, -1], trial.baseline
    columns = a.columns(trial.arm, before)
    by_value, by_change = a.ancova(value, columns), a.ancova(value - before, columns)
    np.testing.assert_allclose(by_value.differences.estimate, by_change.differences.estimate, rtol=1e-9)
    np.testing.assert_allclose(by_value.differences.p, by_change.differences.p, rtol=1e-7)


def test_without_an_effect_one_trial_in_twenty_rejects() -> None:
    trial = trials(2000, 40, 2, seed=4)
    found = a.ancova(trial.y[:, :, -1], a.columns(trial.arm, trial.baseline))
    assert binomtest(int((found.differences.p < 0.05).sum()), 2000, 0.05).pvalue > 0.01


def test_a_replicate_without_enough_patients_is_marked_and_has_no_number() -> None:
    trial = trials(3, 20, 2, missing=False)
    y = trial.y[:, :, -1].copy()
    y[1, trial.arm[1] == 0] = np.nan
    found = a.ancova(y, a.columns(trial.arm, trial.baseline))
    assert found.analysed.tolist() == [True, False, True]
    assert np.isnan(found.differences.p[1]).all()


def test_outcomes_that_are_all_alike_are_no_evidence_of_a_difference() -> None:
    found = a.ancova(np.zeros(20), a.columns(np.arange(20) % 2))
    assert (found.differences.estimate[0, 0], found.differences.p[0, 0], found.differences.t[0, 0]) == (
        0,
        1,
        0,
    )


def test_outcomes_of_other_patients_are_refused() -> None:
    with pytest.raises(InputError, match="29 outcomes do not fit the 30 patients"):
        a.ancova(LEPROSY[:29, 1], a.columns(DRUG, LEPROSY[:, 0]))
