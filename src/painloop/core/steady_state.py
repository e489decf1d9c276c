"""The state that a dose repeated for ever settles to: x* = exp(A tau) x* + b, solved per patient."""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm

from painloop.core.structure import LinearStructure


class NoSteadyState(ValueError):
    """A state of the model only accumulates."""


def dense(structure: LinearStructure, values: np.ndarray) -> np.ndarray:
    """A as full matrices, (patients, states, states), 1/h."""
    matrix = np.zeros((values.shape[1], structure.size, structure.size))
    for (i, j), value in zip(structure.entries, values, strict=True):
        matrix[:, i, j] = value
    return matrix


def steady_state(
    structure: LinearStructure, values: np.ndarray, added: np.ndarray, interval_h: float
) -> np.ndarray:
    """States just before a dose, when the same interval has been repeated for ever.

    Parameters
    ----------
    values : (entries, patients), 1/h.
    added : (states, patients), the states at the end of one interval that began at zero.
    interval_h : its length, h.

    Returns
    -------
    numpy.ndarray
        (states, patients).

    Raises
    ------
    NoSteadyState
        When a state only accumulates, so that there is no steady state.
    """
    propagator = expm(dense(structure, values) * interval_h)
    identity = np.eye(structure.size)
    try:
        solution = np.linalg.solve(identity - propagator, added.T[..., None])[..., 0]
    except np.linalg.LinAlgError:
        raise NoSteadyState("a state of the model only accumulates, so no steady state exists") from None
    return np.asarray(solution.T)


def area_to_infinity(structure: LinearStructure, values: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Integral of every state from now on without further input: (-A)^-1 x, (states, patients)."""
    return np.asarray(np.linalg.solve(-dense(structure, values), states.T[..., None])[..., 0].T)
