"""Paired analysis of a crossover: treatment and period effects within patients.

Where every patient finished every period, least squares on differences within patients. Where periods are missing, a
mixed model with a random patient intercept (V of compound symmetry) by REML with Kenward and Roger's degrees of
freedom, which keeps the patients of whom only some periods are known. The latter is a mixed model, not an MMRM.

References
----------
Senn 2002, Cross-over Trials in Clinical Research, 2nd edition, chapter 3; Kenward and Roger 1997,
doi:10.2307/2533558.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from painloop.errors import InputError
from painloop.trial.analysis.ancova import least_squares
from painloop.trial.analysis.estimates import Array, Estimates, t_estimates
from painloop.trial.analysis.mmrm import contrast, fit_structure
from painloop.trial.analysis.scoring import Outcome
from painloop.trial.analysis.structures import compound_symmetry


@dataclass(frozen=True)
class Crossover:
    """Crossovers of R replicates.

    Parameters
    ----------
    differences : (R, treatments - 1), each treatment against treatment 0. periods : (R, periods - 1), each period
    against the first. mixed : (R,), whether periods were missing and a mixed model was used. outcome : (R,), values
    of scoring.Outcome; where it is not CONVERGED every number is nan.
    """

    differences: Estimates
    periods: Estimates
    mixed: NDArray[np.bool_]
    outcome: NDArray[np.int8]


def crossover(y: ArrayLike, treatment: ArrayLike, level: float = 0.95) -> Crossover:
    """Compares treatments within patients.

    Parameters
    ----------
    y : (n, periods) or (R, n, periods), nan where missing. treatment : the same shapes, whole numbers from 0 in
    order of the reference first; what was given in each period of each patient.

    Raises
    ------
    InputError : shapes that do not fit, one period, or one treatment.
    """
    outcomes, codes = _shapes(y, treatment)
    count = int(codes.max()) + 1
    X = _design(codes, count)
    mixed = np.asarray(np.isnan(outcomes).any(axis=(1, 2)))
    parts = np.full((3, len(outcomes), X.shape[-1] - 1), np.nan)
    ended = np.full(len(outcomes), int(Outcome.CONVERGED), dtype=np.int8)
    for some, analyse in ((~mixed, _within_patients), (mixed, _random_patients)):
        if some.any():
            parts[:, some], ended[some] = analyse(outcomes[some], X[some])
    periods = outcomes.shape[2] - 1
    estimate, error, degrees = parts
    return Crossover(
        t_estimates(estimate[:, periods:], error[:, periods:], degrees[:, periods:], level),
        t_estimates(estimate[:, :periods], error[:, :periods], degrees[:, :periods], level),
        mixed,
        ended,
    )


def _within_patients(y: Array, X: Array) -> tuple[Array, NDArray[np.int8]]:
    """Least squares on what is left when every patient's mean is taken off."""
    replicates, patients, periods = y.shape
    centred = (X - X.mean(axis=2, keepdims=True))[..., 1:].reshape(replicates, patients * periods, -1)
    left = (y - y.mean(axis=2, keepdims=True)).reshape(replicates, -1)
    beta, inverse, sound = least_squares(centred, left)
    degrees = patients * (periods - 1) - centred.shape[-1]
    residual = left - np.einsum("rnp,rp->rn", centred, beta)
    variance = np.sum(residual**2, axis=1) / degrees if degrees > 0 else np.full(replicates, np.nan)
    error = np.sqrt(variance[:, None] * np.diagonal(inverse, axis1=1, axis2=2))
    found = np.where(sound[:, None], np.stack([beta, error, np.full_like(beta, degrees)]), np.nan)
    return found, np.where(sound, Outcome.CONVERGED, Outcome.NO_FULL_RANK).astype(np.int8)


def _random_patients(y: Array, X: Array) -> tuple[Array, NDArray[np.int8]]:
    fitted = fit_structure(y, X, compound_symmetry(y.shape[2]))
    found = contrast(fitted, np.eye(X.shape[-1])[1:], "kenward-roger")
    return np.stack([found.estimate, found.standard_error, found.degrees_of_freedom]), fitted.outcome


def _design(codes: NDArray[np.int64], count: int) -> Array:
    """Intercept, periods 2, 3 ..., treatments 1, 2 ..., (R, n, periods, p)."""
    periods = codes.shape[2]
    period = np.broadcast_to(np.eye(periods)[:, 1:], (*codes.shape, periods - 1))
    given = codes[..., None] == np.arange(1, count)
    return np.concatenate([np.ones((*codes.shape, 1)), period, given], axis=-1)


def _shapes(y: ArrayLike, treatment: ArrayLike) -> tuple[Array, NDArray[np.int64]]:
    outcomes, codes = np.asarray(y, dtype=float), np.asarray(treatment, dtype=int)
    outcomes = outcomes[None] if outcomes.ndim == 2 else outcomes
    if outcomes.ndim != 3 or codes.shape[-2:] != outcomes.shape[1:] or outcomes.shape[2] < 2:
        raise InputError(
            f"Outcomes of shape {outcomes.shape} and treatments of shape {codes.shape} do not make a crossover; "
            "give (replicates, patients, periods) twice, with two periods or more."
        )
    if codes.min() < 0 or codes.max() < 1:
        raise InputError(
            f"Treatments {codes.min()} to {codes.max()} are not two or more; number them from 0."
        )
    return outcomes, np.broadcast_to(codes, outcomes.shape)
