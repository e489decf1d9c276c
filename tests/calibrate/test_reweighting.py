"""Weights on a design give what a closed form gives, and leaving a trial out by weights is leaving it out."""

from __future__ import annotations

import numpy as np
import pytest
from calibration_toys import datum, toy_design, toy_fit
from scipy.stats import betabinom, binom, multivariate_normal, norm

from painloop.calibrate.crps import crps, crps_normal
from painloop.calibrate.design import first_wave, second_wave
from painloop.calibrate.likelihood import Spreads, covariance, trial_likelihood
from painloop.calibrate.weights import EQUAL, even, favouring, weigh

QUADRATURE = 2e-3
"""Trapezoids of 400 points over 12 standard deviations are exact far beyond this; float error and tails remain."""


def test_a_normal_mean_has_the_posterior_and_evidence_of_the_conjugate_formulas():
    values, errors, tau = [1.2, 0.4, 2.1], [0.5, 0.8, 0.6], 0.3
    trials = {f"t{k}": [datum(v, e)] for k, (v, e) in enumerate(zip(values, errors, strict=True))}
    spread = (np.array([tau]), np.zeros(1))
    fit = toy_fit(toy_design(400), trials, lambda z: z[:, 0], effect=spread)
    variance = np.array(errors) ** 2 + tau**2
    precision = 1.0 + (1.0 / variance).sum()
    mean = (np.array(values) / variance).sum() / precision
    assert fit.of_point @ fit.design.z[:, 0] == pytest.approx(mean, abs=QUADRATURE)
    sd = np.sqrt(fit.of_point @ (fit.design.z[:, 0] - mean) ** 2)
    assert sd == pytest.approx(precision**-0.5, abs=QUADRATURE)
    evidence = multivariate_normal(np.zeros(3), np.diag(variance) + 1.0).logpdf(values)
    assert fit.log_evidence == pytest.approx(evidence, abs=QUADRATURE)


def test_the_evidence_of_two_arms_has_the_covariance_of_their_shared_shift():
    pair = [datum(1.0, 0.5), datum(0.2, 0.4, treated=False, arm="placebo")]
    fit = toy_fit(
        toy_design(400), {"t": pair}, lambda z: 0.0 * z[:, 0],
        shift=(np.array([0.7]), np.zeros(1)), effect=(np.array([0.3]), np.zeros(1)),
    )  # fmt: skip
    wanted = np.array([[0.25 + 0.49 + 0.09, 0.49], [0.49, 0.16 + 0.49]])
    np.testing.assert_allclose(covariance(pair, 0.7, 0.3, 0.5), wanted)
    assert fit.log_evidence == pytest.approx(multivariate_normal([0, 0], wanted).logpdf([1.0, 0.2]), abs=1e-9)


def test_values_of_an_arm_at_two_times_go_together():
    twice = [datum(1.0, 0.5), datum(1.0, 0.5, time_h=336.0)]
    assert covariance(twice, 0.0, 0.0, 0.6)[0, 1] == pytest.approx(0.6 * 0.25)


def test_weights_without_a_cluster_are_those_of_a_fit_that_never_saw_it():
    trials = {"a": [datum(1.0)], "b": [datum(-0.5, 0.7)], "c": [datum(0.0, count=4, n=12)]}

    def predict(z: np.ndarray) -> np.ndarray:
        return 0.5 + 0.3 * np.tanh(z[:, 0])

    design = toy_design(64)
    whole = toy_fit(design, trials, predict)
    anew = toy_fit(design, {name: data for name, data in trials.items() if name != "b"}, predict)
    left = whole.without(("b",))
    np.testing.assert_allclose(left.of_point, anew.of_point, rtol=1e-12)
    assert left.log_evidence == pytest.approx(anew.log_evidence, abs=1e-12)


def test_the_density_foretold_of_a_cluster_is_that_of_the_conjugate_predictive():
    seen, error = [1.0, -0.2], 0.8
    trials = {f"t{k}": [datum(v, error)] for k, v in enumerate([*seen, 0.6])}
    fit = toy_fit(toy_design(400), trials, lambda z: z[:, 0])
    precision = 1.0 + len(seen) / error**2
    foretold = norm(sum(seen) / error**2 / precision, np.sqrt(1.0 / precision + error**2))
    told = fit.log_evidence - fit.without(("t2",)).log_evidence
    assert told == pytest.approx(foretold.logpdf(0.6), abs=QUADRATURE)
    assert fit.without(("t0", "t1", "t2")).log_evidence == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(("count", "n"), [(0, 12), (5, 12), (12, 12), (18, 34)])
def test_a_count_without_spread_between_trials_is_binomial(count, n):
    table = trial_likelihood(
        [datum(0.0, count=count, n=n)], [np.full((1, 1, 1), 0.3)], Spreads(np.zeros(1), np.zeros(1)), 0.5
    )
    assert table.item() == pytest.approx(binom(n, 0.3).logpmf(count), abs=1e-10)


@pytest.mark.parametrize("count", [0, 3, 9, 20])
def test_a_count_with_spread_is_the_integral_over_the_log_odds(count):
    p, tau, n = 0.3, 0.4, 20
    table = trial_likelihood(
        [datum(0.0, count=count, n=n)],
        [np.full((1, 1, 1), p)],
        Spreads(np.array([tau]), np.zeros(1), 21),
        0.5,
    )
    x = np.linspace(-8.0, 8.0, 20_001)
    odds = np.log(p / (1.0 - p)) + np.pi / np.sqrt(3.0) * tau * x
    dense = np.trapezoid(binom(n, 1.0 / (1.0 + np.exp(-odds))).pmf(count) * norm.pdf(x), x)
    assert table.item() == pytest.approx(np.log(dense), abs=2e-3)


def test_a_count_spreads_between_trials_as_a_beta_binomial_of_the_same_variance():
    """Two ways to spread a share differ in their tails; near the middle they agree within a tenth."""
    p, n, tau = 0.5, 12, 0.25
    sd = p * (1.0 - p) * np.pi / np.sqrt(3.0) * tau
    total = p * (1.0 - p) / sd**2 - 1.0
    for count in (4, 6, 8):
        table = trial_likelihood(
            [datum(0.0, count=count, n=n)], [np.full((1, 1, 1), p)],
            Spreads(np.array([tau]), np.zeros(1), 15), 0.5,
        )  # fmt: skip
        assert table.item() == pytest.approx(betabinom(n, p * total, p * total).logpmf(count), abs=0.1)


def test_probabilities_of_all_counts_add_up_to_one():
    spreads = Spreads(np.array([0.8]), np.array([0.5]), 5)
    whole = sum(
        np.exp(trial_likelihood([datum(0.0, count=k, n=9)], [np.full((1, 1, 1), 0.2)], spreads, 0.5).item())
        for k in range(10)
    )
    assert whole == pytest.approx(1.0, abs=1e-10)


def test_means_beside_counts_give_the_closed_form_when_the_count_says_nothing():
    spreads = Spreads(np.array([0.4]), np.array([0.2]), 31)
    empty = datum(0.0, count=0, n=1, time_h=24.0)
    mean = datum(1.0, 0.5)
    both = trial_likelihood([mean, empty], [np.zeros((1, 1, 1)), np.full((1, 1, 1), 1e-9)], spreads, 0.5)
    assert both.item() == pytest.approx(norm(0, np.sqrt(0.25 + 0.16 + 0.04)).logpdf(1.0), abs=1e-3)


def test_a_second_wave_keeps_the_prior_it_stands_for():
    first = first_wave("effect_delay", 256)
    tilted = np.exp(first.z[:, 0] * 2.0)
    both = second_wave(first, tilted / tilted.sum(), 256)
    weight = np.exp(both.log_weight)
    assert both.size == 512
    np.testing.assert_allclose(weight @ both.z, 0.0, atol=0.1)
    np.testing.assert_allclose(weight @ both.z**2, 1.0, atol=0.15)


def test_equal_rivals_keep_their_prior_and_a_better_one_does_not():
    prior = even(("a", "b"))
    same = weigh({"a": [-1.0, -2.0, -3.0], "b": [-1.0, -2.0, -3.0]}, prior, 2.0)
    assert same.verdict == EQUAL
    assert same.weight == prior
    noisy = weigh({"a": [-1.0, -4.0, -1.0], "b": [-3.0, -1.0, -3.5]}, prior, 2.0)
    assert noisy.verdict == EQUAL
    better = weigh({"a": [-1.0, -1.1, -0.9], "b": [-2.0, -2.2, -1.9]}, prior, 2.0)
    assert better.verdict == "the trials prefer a over b"
    assert better.weight["a"] / better.weight["b"] == pytest.approx(np.exp(3.1))
    few = weigh({"a": [-1.0, -1.0, -1.0], "b": [-1.2, -1.3, -1.05]}, prior, 2.0)
    assert few.verdict == EQUAL, "2.5 standard errors of three clusters are within Student's t"
    one = weigh({"a": [-1.0], "b": [-9.0]}, favouring("a", ("a", "b"), 0.7), 2.0)
    assert one.weight == pytest.approx({"a": 0.7, "b": 0.3})


@pytest.mark.parametrize("observed", [-1.0, 0.3, 2.5])
def test_the_score_of_draws_tends_to_the_closed_form_of_a_normal(observed):
    quantile = norm(0.5, 0.8).ppf((np.arange(4000) + 0.5) / 4000)
    assert crps(quantile, observed) == pytest.approx(crps_normal(0.5, 0.8, observed), abs=1e-3)


def test_a_true_parameter_lies_in_its_interval_as_often_as_it_says():
    """400 worlds with a parameter from the prior: coverage of 90 % intervals within three binomial errors."""
    chance = np.random.default_rng(5)
    design = toy_design(300)
    inside = 0
    for _ in range(400):
        truth = chance.standard_normal()
        trials = {
            f"t{k}": [datum(truth + 0.3 * chance.standard_normal() + 0.6 * chance.standard_normal(), 0.6)]
            for k in range(4)
        }
        fit = toy_fit(design, trials, lambda z: z[:, 0], effect=(np.array([0.3]), np.zeros(1)))
        edges = np.cumsum(fit.of_point)
        low, high = (design.z[np.searchsorted(edges, q), 0] for q in (0.05, 0.95))
        inside += low <= truth <= high
    assert abs(inside / 400 - 0.9) < 3.0 * np.sqrt(0.09 / 400) + 12.0 / 300
