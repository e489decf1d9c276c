"""How likely the printed values of a trial are, for every point of a design and every point of the grids.

A trial has two effects of its own, normal on the scale of a standardised difference: ``u``, shared by its arms
(baseline and placebo), and ``v`` of the drug, on treated arms only; their spreads between trials are grids. Means are
normal with their printed error, so both are integrated in closed form; counts are binomial with both added to the log
odds, one standard deviation being pi / sqrt 3 (Chinn 2000, doi:10.1002/1097-0258(20001130)19:22<3127::AID-SIM784>
3.0.CO;2-M), integrated by Gauss-Hermite quadrature. Values of the same people at several times go together: means by
the stability of ratings, counts by the design effect 1 + (values - 1) stability (Kish 1965).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, log_expit, logit, logsumexp

from painloop.calibrate.observations import Datum

LOG_ODDS_PER_SD = float(np.pi / np.sqrt(3.0))
"""Chinn 2000."""
AT_ONCE = 2_000_000
"""Numbers of an array that are held at a time."""


@dataclass(frozen=True)
class Spreads:
    """Standard deviations between trials: of what arms share, and of the drug effect, (shift,) and (effect,).

    ``nodes`` of the Gauss-Hermite rule.
    """

    shift: np.ndarray
    effect: np.ndarray
    nodes: int = 5


def trial_likelihood(
    data: Sequence[Datum],
    expected: Sequence[np.ndarray],
    spreads: Spreads,
    stability: float,
    bias: float = 0.0,
) -> np.ndarray:
    """Log likelihood of a trial's values.

    Parameters
    ----------
    data, expected : printed values, and (points, shared, probabilities) of each; axes may have length one.
    stability : correlation of a person's ratings at different times.
    bias : standardised relief that a treated arm shows too much, per standard error 1 / sqrt n (small-study bias).

    Returns
    -------
    numpy.ndarray
        (points, shared, probabilities, shifts, effects).
    """
    shape = np.broadcast_shapes(*(one.shape for one in expected))
    shifted = [_biased(datum, one, bias) for datum, one in zip(data, expected, strict=True)]
    if all(datum.count is None for datum in data):
        return _normal(data, shifted, spreads, stability, shape)
    return _mixed(data, shifted, spreads, stability, shape)


def _biased(datum: Datum, expected: np.ndarray, bias: float) -> np.ndarray:
    """What is expected of a treated arm whose trial shows too much in proportion to its standard error."""
    if bias == 0.0 or not datum.treated:
        return expected
    shift = bias / np.sqrt(datum.n) if datum.n else bias * datum.error / datum.scale
    if datum.count is not None:
        return np.asarray(expit(logit(expected) + LOG_ODDS_PER_SD * shift))
    return expected + shift * datum.towards_relief


def covariance(data: Sequence[Datum], shift: float, effect: float, stability: float) -> np.ndarray:
    """Of printed means about their expectation, (values, values)."""
    errors = np.diag([datum.error**2 for datum in data])
    for i, one in enumerate(data):
        for j, other in enumerate(data):
            if i != j:
                errors[i, j] = _together(one, other, stability) * one.error * other.error
    arms = np.array([0.0 if one.against else one.towards_relief for one in data])
    drug = np.array([one.towards_relief if one.treated else 0.0 for one in data])
    return np.asarray(errors + shift**2 * np.outer(arms, arms) + effect**2 * np.outer(drug, drug))


def _together(one: Datum, other: Datum, stability: float) -> float:
    """Correlation of two errors: one arm at two times, or two arms of the same people where it was printed."""
    if one.arm == other.arm and one.against == other.against:
        return stability if (one.quantity in _LEVELS) == (other.quantity in _LEVELS) else -stability
    return min(one.together, other.together)


_LEVELS = frozenset({"nrs", "fraction_of_baseline", "auc_nrs_days"})


def _normal(
    data: Sequence[Datum],
    expected: Sequence[np.ndarray],
    spreads: Spreads,
    stability: float,
    shape: tuple[int, ...],
) -> np.ndarray:
    off = np.stack(
        [np.broadcast_to(datum.value - one, shape) for datum, one in zip(data, expected, strict=True)], -1
    )
    out = np.empty((*shape, len(spreads.shift), len(spreads.effect)))
    for s, shift in enumerate(spreads.shift):
        for t, effect in enumerate(spreads.effect):
            out[..., s, t] = _log_normal(off, covariance(data, float(shift), float(effect), stability))
    return out


def _log_normal(off: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Log density of (..., values) under a normal of mean zero."""
    root = np.linalg.cholesky(covariance)
    inverse = np.linalg.inv(root)
    scaled = off @ inverse.T
    constant = np.log(np.diag(root)).sum() + 0.5 * len(covariance) * np.log(2.0 * np.pi)
    return np.asarray(-0.5 * (scaled**2).sum(axis=-1) - constant)


def _mixed(
    data: Sequence[Datum],
    expected: Sequence[np.ndarray],
    spreads: Spreads,
    stability: float,
    shape: tuple[int, ...],
) -> np.ndarray:
    """Counts, perhaps with means: both effects by quadrature, once for each combination of expected values."""
    node, weight = np.polynomial.hermite_e.hermegauss(spreads.nodes)
    log_weight = np.log(weight / weight.sum())
    both = log_weight[:, None] + log_weight[None, :]
    power = _powers(data, stability)
    rows, place = _combinations(expected, shape)
    known = [np.unique(rows[:, k], return_inverse=True) for k in range(len(data))]
    out = np.empty((len(rows), len(spreads.shift), len(spreads.effect)))
    step = max(AT_ONCE // both.size, 1)
    for s, shift in enumerate(spreads.shift):
        for t, effect in enumerate(spreads.effect):
            u, v = (shift * node)[:, None], (effect * node)[None, :]
            tables = [
                power[k] * (_mean_given if datum.count is None else _counts)(datum, known[k][0], u, v)
                for k, datum in enumerate(data)
            ]
            for first in range(0, len(rows), step):
                total = both
                for table, (_, at) in zip(tables, known, strict=True):
                    total = total + table[at[first : first + step]]
                out[first : first + step, s, t] = logsumexp(total, axis=(-2, -1))
    return np.asarray(out[place])


def _combinations(expected: Sequence[np.ndarray], shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Distinct rows of expected values (rows, values), and which row stands at each place of ``shape``.

    Expected shares are whole numbers of simulated people, so there are far fewer rows than places.
    """
    code = np.zeros(shape, np.int64)
    for one in expected:
        known, place = np.unique(one, return_inverse=True)
        code = code * len(known) + place.reshape(one.shape)
        code = np.unique(code, return_inverse=True)[1].reshape(shape)
    first = np.unique(code, return_index=True)[1]
    rows = np.stack([np.broadcast_to(one, shape).ravel()[first] for one in expected], axis=1)
    return rows, code


def _powers(data: Sequence[Datum], stability: float) -> list[float]:
    """What each value counts for: several counts of an arm by the design effect, a mean for all of itself."""
    of_arm = Counter(one.arm for one in data if one.count is not None)
    return [1.0 if one.count is None else 1.0 / (1.0 + (of_arm[one.arm] - 1) * stability) for one in data]


def _counts(datum: Datum, expected: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Log probability of a count given the trial's effects, (..., u, v)."""
    assert datum.count is not None
    shift = u + (v if datum.treated else 0.0 * v)
    odds = logit(expected)[..., None, None] + LOG_ODDS_PER_SD * shift
    return log_binomial(datum.count, datum.n, odds)


def log_binomial(count: int, n: int, log_odds: np.ndarray) -> np.ndarray:
    """Log probability of ``count`` of ``n`` at log odds."""
    ways = gammaln(n + 1) - gammaln(count + 1) - gammaln(n - count + 1)
    return np.asarray(ways + count * log_odds + n * log_expit(-log_odds))


def _mean_given(datum: Datum, expected: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Log density of a mean given the trial's effects, (..., u, v)."""
    shift = (0.0 if datum.against else 1.0) * u + (v if datum.treated else 0.0 * v)
    off = datum.value - expected[..., None, None] - datum.towards_relief * shift
    return np.asarray(-0.5 * (off / datum.error) ** 2 - np.log(datum.error) - 0.5 * np.log(2.0 * np.pi))
