"""The mixed model for repeated measures: REML, unstructured within-subject covariance, visits missing at random.

``fit`` takes any design; ``designs.visit_design`` makes the usual one (arm by visit, baseline by visit, strata);
``contrast``, ``treatment_difference`` and ``least_squares_means`` read it. No other model is called MMRM here.

References
----------
Mallinckrodt and others 2008, doi:10.1177/009286150804200402; Jennrich and Schluchter 1986, doi:10.2307/2530695.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from painloop.errors import InputError
from painloop.trial.analysis.designs import VisitDesign
from painloop.trial.analysis.estimates import Estimates, t_estimates
from painloop.trial.analysis.reml import Array, Repeated, solve
from painloop.trial.analysis.scoring import Outcome, climb
from painloop.trial.analysis.small_samples import Method, contrast_variance, precision
from painloop.trial.analysis.structures import unstructured

_NUMBERS_AT_ONCE = 2_000_000
"""Numbers of the largest array of a batch of replicates, which bounds memory and keeps it in the cache."""


@dataclass(frozen=True)
class Fit:
    """Mixed models of R replicates; where ``converged`` is False every number but V is nan.

    Parameters
    ----------
    coefficients : (R, p). covariance : (R, p, p), model-based, of the coefficients. log_likelihood : (R,),
    restricted or full. within : (R, v, v), V. outcome : (R,), values of Outcome, whose ``sentence`` says what went
    wrong. iterations : (R,). y, X : the data, kept for contrasts. basis : of V. restricted : whether by REML.
    """

    coefficients: Array
    covariance: Array
    log_likelihood: Array
    within: Array
    outcome: NDArray[np.int8]
    iterations: NDArray[np.int64]
    y: Array
    X: Array
    basis: Array
    restricted: bool

    @property
    def converged(self) -> NDArray[np.bool_]:
        """(R,), whether the climb of the likelihood reached its top."""
        return self.outcome == Outcome.CONVERGED


def fit(y: ArrayLike, X: ArrayLike, steps: int = 60, restricted: bool = True) -> Fit:
    """Fits every replicate.

    Parameters
    ----------
    y : (n, v) or (R, n, v), nan where a visit is missing. X : (n, v, p) or (R, n, v, p), without nan where y is
    observed. steps : at most so many. restricted : REML; the full likelihood is for comparison with other programs
    and has no contrasts.

    Returns
    -------
    Fit with a leading axis of replicates, of length one for a single trial.

    Raises
    ------
    InputError : shapes that do not fit, or a single visit.
    """
    outcomes, design = _shapes(y, X)
    return fit_structure(outcomes, design, unstructured(outcomes.shape[2]), steps, restricted)


def fit_structure(y: Array, X: Array, basis: Array, steps: int = 60, restricted: bool = True) -> Fit:
    """The same with V in the span of ``basis`` (v², m), arrays with replicates; only unstructured V makes an MMRM."""
    parts = [_fit_batch(y[some], X[some], basis, steps, restricted) for some in _batches(y, X)]
    beta, covariance, likelihood, within, outcome, iterations = (
        np.concatenate(each) for each in zip(*parts, strict=True)
    )
    return Fit(beta, covariance, likelihood, within, outcome, iterations, y, X, basis, restricted)


def contrast(
    fitted: Fit, contrasts: ArrayLike, method: Method = "kenward-roger", level: float = 0.95
) -> Estimates:
    """Linear combinations of the coefficients.

    Parameters
    ----------
    contrasts : (p,), (q, p) or (R, q, p). method : of degrees of freedom and standard errors. level : of intervals.

    Returns
    -------
    Estimates of shape (R, q); nan where the fit did not converge.
    """
    if not fitted.restricted:
        raise InputError(
            "A fit by full likelihood has no contrasts, its standard errors are too small; fit by REML."
        )
    contrasts = np.atleast_2d(np.asarray(contrasts, float))
    if contrasts.shape[-1] != fitted.X.shape[-1]:
        raise InputError(
            f"A contrast of {contrasts.shape[-1]} numbers does not fit {fitted.X.shape[-1]} coefficients; "
            "give one number a coefficient."
        )
    contrasts = np.broadcast_to(contrasts, (len(fitted.y), *contrasts.shape[-2:]))
    estimate = np.einsum("rqp,rp->rq", contrasts, fitted.coefficients)
    variance, degrees = np.full_like(estimate, np.nan), np.full_like(estimate, np.nan)
    for some in _batches(fitted.y, fitted.X):
        good = np.flatnonzero(fitted.converged[some]) + some.start
        if good.size:
            found = solve(Repeated.of(fitted.y[good], fitted.X[good]), fitted.within[good])
            precise = precision(found, fitted.basis, method)
            variance[good], degrees[good] = contrast_variance(precise, contrasts[good])
    return t_estimates(estimate, np.sqrt(variance), degrees, level)


def treatment_difference(
    fitted: Fit,
    design: VisitDesign,
    visit: int = -1,
    arm: int = 1,
    reference: int = 0,
    method: Method = "kenward-roger",
    level: float = 0.95,
) -> Estimates:
    """Adjusted mean of an arm minus that of the reference at a visit (the last one unless told), shape (R, 1)."""
    wanted = design.mean(arm, visit) - design.mean(reference, visit)
    return contrast(fitted, wanted, method, level)


def least_squares_means(
    fitted: Fit, design: VisitDesign, method: Method = "kenward-roger", level: float = 0.95
) -> Estimates:
    """Adjusted means of every arm at every visit, shape (R, arms, v).

    Adjusted to the mean baseline of the replicate's patients and to equal weights of strata.
    """
    wanted = [design.mean(arm, visit) for arm in range(design.arms) for visit in range(design.visits)]
    found = contrast(fitted, np.array(wanted), method, level)
    shape = (len(fitted.y), design.arms, design.visits)
    return t_estimates(
        found.estimate.reshape(shape),
        found.standard_error.reshape(shape),
        found.degrees_of_freedom.reshape(shape),
        level,
    )


def _fit_batch(y: Array, X: Array, basis: Array, steps: int, restricted: bool) -> tuple[Any, ...]:
    data = Repeated.of(y, X)
    top = climb(data, basis, steps, restricted)
    found = solve(data, top.covariance, restricted)
    good = top.outcome == Outcome.CONVERGED
    beta = np.where(good[:, None], found.coefficients, np.nan)
    covariance = np.where(good[:, None, None], found.root @ np.swapaxes(found.root, 1, 2), np.nan)
    likelihood = np.where(good, found.log_likelihood, np.nan)
    return beta, covariance, likelihood, top.covariance, top.outcome, top.iterations


def _batches(y: Array, X: Array) -> list[slice]:
    _, subjects, visits, p = X.shape
    largest = max(subjects * visits * max(p, visits), (visits * p) ** 2, visits**4)
    size = max(1, _NUMBERS_AT_ONCE // largest)
    return [slice(first, first + size) for first in range(0, len(y), size)]


def _shapes(y: ArrayLike, X: ArrayLike) -> tuple[Array, Array]:
    y, X = np.asarray(y, float), np.asarray(X, float)
    y = y[None] if y.ndim == 2 else y
    if y.ndim != 3 or X.ndim not in (3, 4) or X.shape[-3:-1] != y.shape[1:]:
        raise InputError(
            f"Outcomes of shape {y.shape} and a design of shape {X.shape} do not fit; "
            "give (replicates, subjects, visits) and (replicates, subjects, visits, coefficients)."
        )
    if not 2 <= y.shape[2] <= 40:
        raise InputError(f"{y.shape[2]} visits are not within 2 to 40; one visit is analysed by ANCOVA.")
    return y, np.broadcast_to(X, (len(y), *X.shape[-3:]))
