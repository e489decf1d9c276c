"""Restricted likelihood of repeated measures: y = X beta + e, e ~ N(0, V) within a subject, visits missing.

The core below the mixed model for repeated measures and the mixed model of a crossover. V is linear in its
parameters, V = sum_k theta_k B_k, where the symmetric matrices B_k are the columns of ``basis``: every element of
its own, or one variance and one covariance (``structures``). Everything is computed for many replicates of a trial
at once; R replicates, n subjects, v visits, p coefficients, m parameters.

References
----------
Patterson and Thompson 1971, doi:10.1093/biomet/58.3.545 (REML); Jennrich and Schluchter 1986, doi:10.2307/2530695
(repeated measures with missing visits); Lindstrom and Bates 1988, doi:10.1080/01621459.1988.10478693 (Newton's method
and expectation-maximisation); Gilmour, Thompson and Cullis 1995, doi:10.2307/2533274 (average information).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

_SINGULAR = 1e-9
"""Smallest eigenvalue of a correlation matrix that still counts as one that can be inverted."""
_FLAT = 1e-2
"""The same of a curvature that a step may rely on: below it the step would be long and lead nowhere."""


@dataclass(frozen=True)
class Repeated:
    """Repeated measures of some replicates; zeros stand where ``seen`` is False.

    Parameters
    ----------
    outcome : (R, n, v). design : (R, n, v, p). seen : (R, n, v), whether a visit was observed.
    """

    outcome: Array
    design: Array
    seen: Flags

    @classmethod
    def of(cls, y: Array, X: Array) -> Repeated:
        """From outcomes (R, n, v) with nan where a visit is missing and designs (R, n, v, p) or (n, v, p)."""
        seen = np.isfinite(y) & np.isfinite(X).all(axis=-1)
        return cls(np.where(seen, y, 0.0), np.where(seen[..., None], X, 0.0), seen)

    def take(self, which: NDArray[np.intp]) -> Repeated:
        """Some of the replicates."""
        return Repeated(self.outcome[which], self.design[which], self.seen[which])


@dataclass(frozen=True)
class Solution:
    """Generalised least squares at one V per replicate, with what the derivatives are made of.

    Parameters
    ----------
    covariance : (R, v, v), V. log_likelihood : (R,), restricted, -inf where V or X'WX is singular.
    coefficients : (R, p). root : (R, p, p) with root root' = (X'WX)^-1. weights : (R, n, v, v), inverse of each
    subject's observed part of V, zero elsewhere. scaled : (R, n, v), W (y - X beta). spread : (R, n, v, p), W X root.
    lost : (R, n, v, v), what estimating the coefficients takes from W, spread spread'; zero in the full likelihood.
    """

    covariance: Array
    log_likelihood: Array
    coefficients: Array
    root: Array
    weights: Array
    scaled: Array
    spread: Array
    lost: Array


def solve(data: Repeated, covariance: Array, restricted: bool = True) -> Solution:
    """Coefficients, likelihood (restricted, or full) and weights of every replicate at V = ``covariance`` (R, v, v)."""
    sound = well_conditioned(covariance)
    covariance = np.where(sound[:, None, None], covariance, np.eye(covariance.shape[-1]))
    weights, log_determinant = _inverses(covariance, data.seen)
    weighted = weights @ data.design
    flat = _long(data.design)
    root, log_information, regular = _root(np.swapaxes(flat, 1, 2) @ _long(weighted))
    pull = np.einsum("rnvp,rnv->rp", weighted, data.outcome)
    coefficients = np.einsum("rij,rkj,rk->ri", root, root, pull)
    residual = data.outcome - np.einsum("rnvp,rp->rnv", data.design, coefficients)
    scaled = np.einsum("rnvw,rnw->rnv", weights, residual)
    deviance = (
        log_determinant + np.sum(residual * scaled, axis=(1, 2)) + np.log(2 * np.pi) * data.seen.sum((1, 2))
    )
    spread = (_long(weighted) @ root).reshape(weighted.shape)
    lost = np.zeros_like(weights)
    if restricted:
        deviance += log_information - np.log(2 * np.pi) * flat.shape[-1]
        lost = spread @ np.swapaxes(spread, 2, 3)
    likelihood = np.where(sound & regular, -deviance / 2, -np.inf)
    return Solution(covariance, likelihood, coefficients, root, weights, scaled, spread, lost)


def slope(found: Solution) -> Array:
    """Slope (R, v, v) of the likelihood in V: a change D of V gains tr(slope D) / 2."""
    moments = np.swapaxes(found.scaled, 1, 2) @ found.scaled
    return moments - (found.weights - found.lost).sum(axis=1)


def score(found: Solution, basis: Array) -> Array:
    """Slope (R, m) of the likelihood in the parameters of V."""
    return 0.5 * slope(found).reshape(len(found.scaled), -1) @ basis


def curvature(found: Solution, basis: Array) -> Array:
    """Observed information (R, m, m) but for one trace, and average information where that is not definite.

    Of the three traces of the expected information the last, which costs most, is taken to equal half of the second
    (as it does where no visit is missing and every visit has its own coefficients). Good enough to climb by.
    """
    nearly = _quadratic(found, basis, 0.5 * (found.weights - found.lost))
    poor = np.flatnonzero(~well_conditioned(nearly, _FLAT))
    if poor.size:
        nearly[poor] = average_information(pick(found, poor), basis)
    return nearly


def average_information(found: Solution, basis: Array) -> Array:
    """Mean (R, m, m) of observed and expected information: y'P B_k P B_l P y / 2."""
    return 0.5 * _quadratic(found, basis, np.zeros_like(found.weights))


def whitened(found: Solution) -> tuple[Solution, Array]:
    """The solution in units in which V is the unit matrix, and the root of V, (R, v, v), that brings a step back.

    Where visits are nearly the same the elements of V are nearly collinear; in these units they never are.
    """
    values, vectors = np.linalg.eigh(found.covariance)
    root = (vectors * np.sqrt(values)[:, None, :]) @ np.swapaxes(vectors, 1, 2)
    wide = root[:, None]
    unit = replace(
        found,
        weights=wide @ found.weights @ wide,
        lost=wide @ found.lost @ wide,
        scaled=found.scaled @ root,
        spread=wide @ found.spread,
    )
    return unit, root


def pick(found: Solution, which: NDArray[np.intp]) -> Solution:
    """Some of the replicates of a solution."""
    return replace(found, **{name: value[which] for name, value in vars(found).items()})


def bearings(found: Solution, basis: Array) -> Array:
    """How the coefficients bear on each parameter: N_k = root' X'W B_k W X root, shape (R, m, p, p)."""
    replicates, subjects, visits, p = found.spread.shape
    flat = found.spread.reshape(replicates, subjects, -1)
    gram = (np.swapaxes(flat, 1, 2) @ flat).reshape(replicates, visits, p, visits, p)
    pairs = np.swapaxes(gram, 2, 3).reshape(replicates, visits**2, p * p)
    return (basis.T @ pairs).reshape(replicates, -1, p, p)


def expected_information(found: Solution, basis: Array, borne: Array) -> Array:
    """Expected (Fisher) information (R, m, m) of the parameters: tr(P B_k P B_l) / 2; ``borne`` from bearings."""
    pairs = borne.reshape(*borne.shape[:2], -1)
    return 0.5 * (
        _traces(found.weights - 2 * found.lost, found.weights, basis) + pairs @ np.swapaxes(pairs, 1, 2)
    )


def well_conditioned(matrices: Array, smallest: float = _SINGULAR) -> Flags:
    """Whether symmetric matrices (R, k, k), scaled to correlations, have no eigenvalue below ``smallest``."""
    diagonal = np.diagonal(matrices, axis1=1, axis2=2)
    usable: Flags = np.asarray(np.isfinite(matrices).all(axis=(1, 2)) & (diagonal > 0).all(axis=1))
    safe = np.where(usable[:, None, None], matrices, np.eye(matrices.shape[-1]))
    scale = 1 / np.sqrt(np.diagonal(safe, axis1=1, axis2=2))
    return usable & (np.linalg.eigvalsh(safe * scale[:, :, None] * scale[:, None, :])[:, 0] > smallest)


def _inverses(covariance: Array, seen: Flags) -> tuple[Array, Array]:
    """Inverse of the observed part of V for every subject, and the sum of log determinants per replicate.

    Subjects of a replicate who missed the same visits share one inverse.
    """
    replicates, subjects, visits = seen.shape
    codes = seen @ (1 << np.arange(visits)) + (np.arange(replicates)[:, None] << visits)
    _, first, back = np.unique(codes, return_index=True, return_inverse=True)
    pattern = seen.reshape(-1, visits)[first]
    both = pattern[:, :, None] & pattern[:, None, :]
    observed = np.where(both, covariance[first // subjects], np.eye(visits))
    pivots = np.diagonal(np.linalg.cholesky(observed), axis1=1, axis2=2)
    back = back.reshape(replicates, subjects)
    determinants = 2 * np.log(pivots).sum(axis=1)[back].sum(axis=1)
    return (np.linalg.inv(observed) * both)[back], determinants


def _root(information: Array) -> tuple[Array, Array, Flags]:
    """Root of the inverse of X'WX, its log determinant, and whether it exists (the unit matrix if not)."""
    regular = np.ones(len(information), dtype=bool)
    try:
        factor = np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        regular = well_conditioned(information)
        factor = np.linalg.cholesky(
            np.where(regular[:, None, None], information, np.eye(information.shape[-1]))
        )
    determinant = 2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    return np.swapaxes(np.linalg.inv(factor), 1, 2), determinant, regular


def _long(array: Array) -> Array:
    """(R, n, v, p) as (R, n v, p)."""
    return array.reshape(len(array), -1, array.shape[-1])


def _columns(array: Array) -> Array:
    """(R, n, v, v) as (R, v², n)."""
    return np.swapaxes(array.reshape(*array.shape[:2], -1), 1, 2)


def _quadratic(found: Solution, basis: Array, traces: Array) -> Array:
    """y'P B_k P B_l P y less the sum over subjects of tr(T_i B_k W_i B_l), (R, m, m), T being ``traces``."""
    replicates, subjects, visits = found.scaled.shape
    outer = found.scaled[..., :, None] * found.scaled[..., None, :]
    borne = np.swapaxes(found.scaled, 1, 2) @ found.spread.reshape(replicates, subjects, -1)
    borne = basis.T @ borne.reshape(replicates, visits**2, -1)
    return _traces(outer - traces, found.weights, basis) - borne @ np.swapaxes(borne, 1, 2)


def _traces(left: Array, right: Array, basis: Array) -> Array:
    """Sum over subjects of tr(L_i B_k R_i B_l), (R, m, m), made symmetric in k and l."""
    crossed = _columns(left) @ right.reshape(*right.shape[:2], -1)
    traces = _sandwich(_interleave(crossed, left.shape[-1]), basis)
    return 0.5 * (traces + np.swapaxes(traces, 1, 2))


def _interleave(crossed: Array, visits: int) -> Array:
    """From [ad, bc] to [ab, cd], the order in which B_k and B_l stand between the factors."""
    split = crossed.reshape(-1, visits, visits, visits, visits)
    return split.transpose(0, 1, 3, 4, 2).reshape(-1, visits**2, visits**2)


def _sandwich(inner: Array, basis: Array) -> Array:
    return basis.T @ (inner @ basis)
