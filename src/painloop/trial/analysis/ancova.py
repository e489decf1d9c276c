"""Analysis of covariance at one visit: outcome on arm, baseline and strata by least squares, all replicates at once.

Patients whose outcome (or baseline) is missing are left out. The outcome may be a value or a change; with the
baseline among the covariates the difference between arms is the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from painloop.errors import InputError
from painloop.trial.analysis.designs import Columns
from painloop.trial.analysis.estimates import Array, Estimates, t_estimates
from painloop.trial.analysis.reml import well_conditioned


@dataclass(frozen=True)
class Ancova:
    """Least squares of R replicates; nan where ``analysed`` is False.

    Parameters
    ----------
    differences : (R, arms - 1), each arm against arm 0. means : (R, arms), adjusted to the mean baseline and equal
    weights of strata. residual_deviation : (R,), in the unit of the outcome. patients : (R,), who were observed.
    analysed : (R,), False where too few patients remain to identify every coefficient.
    """

    differences: Estimates
    means: Estimates
    residual_deviation: Array
    patients: NDArray[np.int64]
    analysed: NDArray[np.bool_]


def ancova(y: ArrayLike, columns: Columns, level: float = 0.95) -> Ancova:
    """Compares arms at one visit.

    Parameters
    ----------
    y : (n,) or (R, n), nan where missing. columns : of the patients, from ``designs.columns``. level : of intervals.

    Raises
    ------
    InputError : outcomes and columns of different numbers of patients.
    """
    outcome = np.atleast_2d(np.asarray(y, dtype=float))
    design = columns.design
    if outcome.shape[1] != design.shape[1]:
        raise InputError(
            f"{outcome.shape[1]} outcomes do not fit the {design.shape[1]} patients of the design; give one a patient."
        )
    seen = np.isfinite(outcome) & np.isfinite(design).all(axis=2)
    X, y = np.where(seen[..., None], design, 0.0), np.where(seen, outcome, 0.0)
    beta, inverse, sound = least_squares(X, y)
    patients = seen.sum(axis=1)
    degrees = np.where(sound & (patients > X.shape[2]), patients - X.shape[2], np.nan)
    residual = np.where(seen, y - np.einsum("rnp,rp->rn", X, beta), 0.0)
    deviation = np.sqrt(np.sum(residual**2, axis=1) / degrees)

    def read(contrasts: Array) -> Estimates:
        error = deviation[:, None] * np.sqrt(np.einsum("qi,rij,qj->rq", contrasts, inverse, contrasts))
        estimate = np.where(np.isfinite(degrees)[:, None], beta @ contrasts.T, np.nan)
        return t_estimates(estimate, error, degrees[:, None], level)

    arms = np.eye(columns.arms, X.shape[2])
    means = arms.copy()
    means[:, 0] = 1.0
    return Ancova(read(arms[1:]), read(means), deviation, patients, np.isfinite(degrees))


def least_squares(X: Array, y: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Coefficients (R, p), (X'X)^-1 (R, p, p) and whether it exists, of designs (R, n, p) and outcomes (R, n)."""
    information = np.swapaxes(X, 1, 2) @ X
    sound = well_conditioned(information)
    inverse = np.linalg.inv(np.where(sound[:, None, None], information, np.eye(X.shape[2])))
    return np.einsum("rij,rnj,rn->ri", inverse, X, y, optimize=True), inverse, sound
