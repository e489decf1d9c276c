"""Mixed models for repeated measures: published likelihoods, whole matrices, exact cases, simulated trials."""

from __future__ import annotations

import numpy as np
import pytest
from dense_likelihood import Dense
from growth_data import BOYS, COMPLETE, EACH_AGE, GIRLS, INCOMPLETE, LINES
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from simulated_trials import trials

from painloop.errors import InputError
from painloop.trial import analysis as a
from painloop.trial.analysis.structures import unstructured


@pytest.mark.parametrize(
    ("y", "X", "deviance"),
    [
        (COMPLETE, EACH_AGE.X, 416.509),
        (COMPLETE, LINES, 419.477),
        (INCOMPLETE, EACH_AGE.X, 386.957),
        (INCOMPLETE, LINES, 393.288),
    ],
)
def test_full_likelihoods_of_the_growth_data_are_those_published(
    y: np.ndarray, X: np.ndarray, deviance: float
) -> None:
    """-2 log L of models 1 and 2 with unstructured covariance: Jennrich and Schluchter 1986 (complete), Verbeke and
    Molenberghs 2000, chapter 17 (incomplete); quoted, the pages were not at hand. Printed with three decimals, so half
    of the last one is allowed."""
    fitted = a.fit(y, X, restricted=False)
    assert fitted.converged.all()
    assert -2 * fitted.log_likelihood[0] == pytest.approx(deviance, abs=5.1e-4)


def test_the_full_likelihood_finds_the_published_covariance_and_lines() -> None:
    """SAS/STAT user's guide, MIXED procedure, example 2; quoted, the output was not at hand. Four decimals."""
    fitted = a.fit(COMPLETE, LINES, restricted=False)
    printed = [5.1192, 2.4409, 3.9279, 3.6105, 2.7175, 5.9798, 2.5222, 3.0624, 3.8235, 4.6180]
    np.testing.assert_allclose(fitted.within[0][np.tril_indices(4)], printed, atol=6e-5)
    assert fitted.coefficients[0, 1] == pytest.approx(-1.5831, abs=6e-5)
    assert fitted.coefficients[0, 3] == pytest.approx(0.3504, abs=6e-5)


def test_complete_visits_with_a_mean_each_have_the_exact_solution() -> None:
    """V is the pooled covariance within sexes, the difference at an age is a t test of n - 2 degrees of freedom."""
    fitted = a.fit(COMPLETE, EACH_AGE.X)
    girls, boys = COMPLETE[:GIRLS], COMPLETE[GIRLS:]
    pooled = (np.cov(girls.T) * (GIRLS - 1) + np.cov(boys.T) * (BOYS - 1)) / (GIRLS + BOYS - 2)
    np.testing.assert_allclose(fitted.within[0], pooled, rtol=1e-5)  # the climb ends 1e-9 of a log unit away
    for visit in range(4):
        for method in ("satterthwaite", "kenward-roger"):
            found = a.treatment_difference(fitted, EACH_AGE, visit, method=method)
            error = np.sqrt(pooled[visit, visit] * (1 / GIRLS + 1 / BOYS))
            assert found.estimate[0, 0] == pytest.approx(boys[:, visit].mean() - girls[:, visit].mean())
            assert found.standard_error[0, 0] == pytest.approx(error, rel=1e-5)
            assert found.degrees_of_freedom[0, 0] == pytest.approx(GIRLS + BOYS - 2, rel=1e-4)


def test_complete_visits_give_what_ancova_of_each_visit_gives() -> None:
    """With arm by visit and baseline by visit, generalised least squares is least squares visit by visit."""
    trial = trials(4, 30, 5, missing=False)
    fitted = a.fit(trial.y, trial.design.X)
    means = a.least_squares_means(fitted, trial.design)
    for visit in range(5):
        one = a.ancova(trial.y[:, :, visit], a.columns(trial.arm, trial.baseline))
        found = a.treatment_difference(fitted, trial.design, visit)
        np.testing.assert_allclose(found.estimate, one.differences.estimate, rtol=1e-8)
        np.testing.assert_allclose(found.standard_error, one.differences.standard_error, rtol=1e-4)
        np.testing.assert_allclose(found.degrees_of_freedom, one.differences.degrees_of_freedom, rtol=1e-3)
        np.testing.assert_allclose(means.estimate[:, :, visit], one.means.estimate, rtol=1e-8)


@pytest.fixture(scope="module")
def dense() -> Dense:
    return Dense.of(INCOMPLETE, EACH_AGE.X[0], unstructured(4))


def test_a_general_optimiser_finds_no_higher_restricted_likelihood(dense: Dense) -> None:
    fitted = a.fit(INCOMPLETE, EACH_AGE.X)
    theta = dense.maximum(np.diag(np.nanvar(INCOMPLETE, axis=0)))
    assert fitted.log_likelihood[0] == pytest.approx(dense.log_likelihood(theta), abs=1e-6)
    np.testing.assert_allclose(fitted.within[0][np.tril_indices(4)], theta, rtol=2e-3)  # where BFGS stops


@pytest.mark.parametrize("visit", [0, 1, 3])
def test_degrees_of_freedom_are_those_of_whole_matrices_and_differences(dense: Dense, visit: int) -> None:
    """1e-3: second differences of a log-likelihood keep that many digits."""
    fitted = a.fit(INCOMPLETE, EACH_AGE.X)
    contrast = EACH_AGE.mean(1, visit) - EACH_AGE.mean(0, visit)
    theta = fitted.within[0][np.tril_indices(4)]
    plain = a.contrast(fitted, contrast, "satterthwaite")
    adjusted = a.contrast(fitted, contrast, "kenward-roger")
    expected = dense.satterthwaite(theta, contrast)
    assert plain.degrees_of_freedom[0, 0] == pytest.approx(expected, rel=1e-3)
    assert adjusted.degrees_of_freedom[0, 0] == pytest.approx(expected, rel=1e-3)
    error = np.sqrt(contrast @ dense.kenward_roger(theta) @ contrast)
    assert adjusted.standard_error[0, 0] == pytest.approx(error, rel=1e-4)
    assert plain.standard_error[0, 0] == pytest.approx(
        np.sqrt(contrast @ dense.phi(theta) @ contrast), rel=1e-9
    )


def test_replicates_fitted_together_are_those_fitted_alone() -> None:
    trial = trials(5, 24, 4)
    together = a.fit(trial.y, trial.design.X)
    for r in range(5):
        alone = a.fit(trial.y[r], trial.design.X[r])
        np.testing.assert_allclose(alone.coefficients[0], together.coefficients[r], rtol=1e-9)
        assert alone.iterations[0] == together.iterations[r]


@settings(max_examples=15, deadline=None)
@given(shift=st.floats(-5, 5), scale=st.floats(0.05, 20), order=st.permutations(range(4)))
def test_units_and_the_order_of_visits_do_not_matter(shift: float, scale: float, order: list[int]) -> None:
    trial = trials(1, 24, 4, seed=3)
    known = a.treatment_difference(a.fit(trial.y, trial.design.X), trial.design, 2)
    moved = shift + scale * trial.y[:, :, order]
    found = a.treatment_difference(a.fit(moved, trial.design.X), trial.design, order.index(2))
    assert found.estimate[0, 0] == pytest.approx(scale * known.estimate[0, 0], rel=1e-3)
    assert found.degrees_of_freedom[0, 0] == pytest.approx(known.degrees_of_freedom[0, 0], rel=1e-3)
    assert found.p[0, 0] == pytest.approx(known.p[0, 0], rel=1e-3)


def test_without_an_effect_one_trial_in_twenty_rejects() -> None:
    """99 % binomial limits of 500 trials of 40 patients with dropout and single missed visits; fixed seed."""
    trial = trials(500, 40, 4, seed=11)
    fitted = a.fit(trial.y, trial.design.X)
    assert fitted.converged.all()
    found = a.treatment_difference(fitted, trial.design)
    assert binomtest(int((found.p < 0.05).sum()), 500, 0.05).pvalue > 0.01


def test_an_effect_is_recovered_and_intervals_cover_it() -> None:
    trial = trials(500, 40, 4, effect=-0.7, seed=12)
    found = a.treatment_difference(a.fit(trial.y, trial.design.X), trial.design)
    missed = int(((found.low > -0.7) | (found.high < -0.7)).sum())
    assert binomtest(missed, 500, 0.05).pvalue > 0.01
    bias = a.monte_carlo(found.estimate[:, 0], truth=-0.7)
    assert abs(bias.mean) < 3 * bias.error
    assert np.mean(found.standard_error**2) == pytest.approx(
        bias.deviation**2, rel=0.2
    )  # 3 errors of a variance


def test_a_fit_that_fails_says_why_and_gives_no_number() -> None:
    trial = trials(4, 30, 4, missing=False, seed=5)
    y = trial.y.copy()
    y[1, trial.arm[1] == 1, 3] = np.nan
    y[2, :, 2] = y[2, :, 1]
    fitted = a.fit(y, trial.design.X)
    assert fitted.outcome.tolist() == [0, a.Outcome.NO_FULL_RANK, a.Outcome.SINGULAR, 0]
    found = a.treatment_difference(fitted, trial.design)
    assert np.isnan(found.p[[1, 2]]).all()
    assert np.isfinite(found.p[[0, 3]]).all()
    hurried = a.fit(INCOMPLETE, EACH_AGE.X, steps=1)
    assert hurried.outcome[0] == a.Outcome.TOO_MANY_STEPS
    assert "did not converge" in a.Outcome(hurried.outcome[0]).sentence
    assert np.isnan(hurried.coefficients).all()


def test_a_replicate_without_data_or_without_variation_does_not_disturb_the_others() -> None:
    trial = trials(4, 30, 4, seed=6)
    y = trial.y.copy()
    y[0] = np.nan
    y[1, :, 2] = 0.0
    y[2] = 5.0
    fitted = a.fit(y, trial.design.X)
    assert fitted.outcome[:2].tolist() == [a.Outcome.NO_FULL_RANK, a.Outcome.SINGULAR]
    assert fitted.converged.tolist() == [False, False, False, True]
    np.testing.assert_allclose(fitted.coefficients[3], a.fit(trial.y[3], trial.design.X[3]).coefficients[0])
    assert a.fit(y[0], trial.design.X[0]).outcome.tolist() == [a.Outcome.NO_FULL_RANK]


@pytest.mark.parametrize("patients", [5, 7])
def test_too_few_patients_for_the_visits_never_pass_as_a_fit(patients: int) -> None:
    """Two arms of together v + 1 patients or fewer leave no covariance of v visits of full rank."""
    y = np.random.default_rng(2).normal(size=(10, patients, 6))
    fitted = a.fit(y, a.visit_design(a.columns(np.arange(patients) % 2), 6).X)
    assert not fitted.converged.any()


def test_visits_that_are_nearly_the_same_still_converge() -> None:
    random = np.random.default_rng(5)
    y = random.normal(0, 2, (20, 60, 1)) + random.normal(0, 0.02, (20, 60, 6))
    y[random.random(y.shape) < 0.2] = np.nan
    assert a.fit(y, a.visit_design(a.columns(np.arange(60) % 2), 6).X).converged.all()


def test_strata_are_adjusted_with_equal_weights() -> None:
    """A stratum effect that is only an offset moves the adjusted mean by half of it, whatever the strata's sizes."""
    trial = trials(1, 40, 3, missing=False, seed=7)
    stratum = (np.arange(40) < 8).astype(int)
    design = a.visit_design(a.columns(trial.arm, trial.baseline, [stratum]), 3)
    plain = a.least_squares_means(a.fit(trial.y, design.X), design)
    moved = a.least_squares_means(a.fit(trial.y + 2.0 * stratum[:, None], design.X), design)
    np.testing.assert_allclose(moved.estimate - plain.estimate, 1.0, atol=1e-6)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: a.fit(COMPLETE[:, :1], EACH_AGE.X[0][:, :1]), "one visit is analysed by ANCOVA"),
        (lambda: a.fit(COMPLETE[:5], EACH_AGE.X), "do not fit"),
        (lambda: a.contrast(a.fit(COMPLETE, LINES), [1, 0]), "one number a coefficient"),
        (lambda: a.contrast(a.fit(COMPLETE, LINES, restricted=False), np.eye(4)), "fit by REML"),
        (lambda: EACH_AGE.mean(2, 0), "Arm 2"),
        (lambda: EACH_AGE.mean(1, 4), "Visit 4"),
        (lambda: a.columns(np.zeros(5)), "at least two"),
        (lambda: a.contrast(a.fit(COMPLETE, LINES), np.eye(4), level=95), "between 0 and 1"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_in_a_sentence(act: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        act()  # type: ignore[operator]
