"""Crossovers: a published one, the mixed model beside least squares and whole matrices, simulated trials."""

from __future__ import annotations

import numpy as np
import pytest
from dense_likelihood import Dense
from scipy.optimize import minimize
from scipy.stats import binomtest

from painloop.errors import InputError
from painloop.trial import analysis as a
from painloop.trial.analysis.structures import compound_symmetry

_FLOWS = """
310 270  310 260  370 300  410 390  250 210  380 350  330 365
370 385  310 400  380 410  290 320  260 340  90 220
"""
PEF = np.array(_FLOWS.split(), float).reshape(13, 2)
"""Peak expiratory flow of 13 children after formoterol and salbutamol: Senn 2002, chapter 3, as printed in example 4
of the TTEST procedure, SAS/STAT user's guide."""
FORMOTEROL = np.array([[1, 0]] * 7 + [[0, 1]] * 6)


def test_the_asthma_crossover_gives_what_senn_prints() -> None:
    """46.6 l/min, standard error 10.8, 11 degrees of freedom, 95 % from 22.9 to 70.3, as many digits; quoted, the
    book was not at hand."""
    found = a.crossover(PEF, FORMOTEROL).differences
    assert found.estimate[0, 0] == pytest.approx(46.6, abs=0.05)
    assert found.standard_error[0, 0] == pytest.approx(10.8, abs=0.05)
    assert found.degrees_of_freedom[0, 0] == 11
    assert (found.low[0, 0], found.high[0, 0]) == pytest.approx((22.9, 70.3), abs=0.05)


def test_it_is_the_two_sample_test_of_half_the_period_differences() -> None:
    half = (PEF[:, 0] - PEF[:, 1]) / 2
    first, second = half[:7], half[7:]
    pooled = (first.var(ddof=1) * 6 + second.var(ddof=1) * 5) / 11
    found = a.crossover(PEF, FORMOTEROL).differences
    assert found.estimate[0, 0] == pytest.approx(first.mean() - second.mean())
    assert found.standard_error[0, 0] == pytest.approx(np.sqrt(pooled * (1 / 7 + 1 / 6)))


def test_a_missing_period_is_left_to_the_mixed_model_which_whole_matrices_confirm() -> None:
    """Compound symmetry by REML, Kenward and Roger's error (their equation 5) and degrees of freedom."""
    y = PEF.copy()
    y[3, 1] = y[9, 0] = np.nan
    found = a.crossover(y, FORMOTEROL)
    assert found.mixed.tolist() == [True]
    X = np.stack([np.ones((13, 2)), np.broadcast_to([0.0, 1.0], (13, 2)), FORMOTEROL], axis=-1)
    dense = Dense.of(y, X, compound_symmetry(2))
    best = minimize(
        lambda t: -dense.log_likelihood(t), [1000.0, 4000.0], method="Nelder-Mead", options={"xatol": 1e-4}
    )
    contrast = np.array([0.0, 0, 1])
    error = np.sqrt(contrast @ dense.kenward_roger(best.x) @ contrast)
    # 1e-3: where the simplex stops and the second differences of a likelihood in units of thousands
    assert found.differences.standard_error[0, 0] == pytest.approx(error, rel=1e-3)
    degrees = dense.satterthwaite(best.x, contrast)
    assert found.differences.degrees_of_freedom[0, 0] == pytest.approx(degrees, rel=3e-3)


def test_patients_with_one_period_of_two_keep_the_estimate_between_the_halves() -> None:
    """A patient seen once adds what is known between patients, so the estimate moves less than if left out."""
    y = np.vstack([PEF, [[400.0, np.nan]]])
    given = np.vstack([FORMOTEROL, [[1, 0]]])
    found = a.crossover(y, given).differences
    complete = a.crossover(PEF, FORMOTEROL).differences
    assert abs(found.estimate[0, 0] - complete.estimate[0, 0]) < complete.standard_error[0, 0]
    assert found.degrees_of_freedom[0, 0] == pytest.approx(11, abs=1.5)


def test_replicates_with_and_without_missing_periods_stand_side_by_side() -> None:
    y = np.stack([PEF, PEF, PEF])
    y[1, 0, 0] = np.nan
    found = a.crossover(y, FORMOTEROL)
    assert found.mixed.tolist() == [False, True, False]
    assert (found.outcome == a.Outcome.CONVERGED).all()
    assert found.differences.estimate[0, 0] == found.differences.estimate[2, 0]


def test_three_treatments_in_three_periods_recover_their_effects_and_cover_them() -> None:
    """99 % binomial limits of 300 crossovers of 24 patients, a tenth of the periods missing."""
    random = np.random.default_rng(9)
    given = np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 2, 1], [2, 1, 0], [1, 0, 2]] * 4)
    effects, periods = np.array([0.0, -1.0, -2.0]), np.array([0.0, -0.5, 0.3])
    y = 6 + random.normal(0, 1.5, (300, 24, 1)) + random.normal(0, 1, (300, 24, 3)) + effects[given] + periods
    y[random.random(y.shape) < 0.1] = np.nan
    found = a.crossover(y, given)
    for which, truth in ((0, -1.0), (1, -2.0)):
        bias = a.monte_carlo(found.differences.estimate[:, which], truth)
        assert abs(bias.mean) < 3 * bias.error
        low, high = found.differences.low[:, which], found.differences.high[:, which]
        assert binomtest(int(((low > truth) | (high < truth)).sum()), 300, 0.05).pvalue > 0.01


@pytest.mark.parametrize(
    ("y", "given", "words"),
    [
        (PEF[:, :1], FORMOTEROL[:, :1], "two periods or more"),
        (PEF, FORMOTEROL[:5], "do not make a crossover"),
        (PEF, 0 * FORMOTEROL, "number them from 0"),
    ],
)
def test_what_is_no_crossover_is_refused(y: np.ndarray, given: np.ndarray, words: str) -> None:
    with pytest.raises(InputError, match=words):
        a.crossover(y, given)
