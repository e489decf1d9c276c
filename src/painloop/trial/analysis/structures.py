"""Forms that the covariance of a subject's visits may take: V = sum_k theta_k B_k, the B_k as columns of a basis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def unstructured(visits: int) -> Array:
    """Basis (v², v (v + 1) / 2) in which every variance and covariance is a parameter."""
    rows, columns = np.tril_indices(visits)
    basis = np.zeros((visits, visits, rows.size))
    basis[rows, columns, np.arange(rows.size)] = basis[columns, rows, np.arange(rows.size)] = 1.0
    return basis.reshape(visits**2, -1)


def compound_symmetry(visits: int) -> Array:
    """Basis (v², 2): variance within, and covariance between, visits of a subject (a random intercept)."""
    return np.stack([np.eye(visits).ravel(), np.ones(visits**2)], axis=1)
