"""Restricted likelihood and its small-sample theory with whole matrices, straight from the papers.

Slow and simple: one N x N covariance of all observations, derivatives by differences. Compared with, never shipped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag
from scipy.optimize import minimize


@dataclass(frozen=True)
class Dense:
    """One trial: observations (N,), design (N, p), a list of matrices (v, v) that span V, visits of each subject."""

    y: np.ndarray
    X: np.ndarray
    basis: list[np.ndarray]
    visits: list[np.ndarray]

    @classmethod
    def of(cls, y: np.ndarray, X: np.ndarray, basis: np.ndarray) -> Dense:
        v = y.shape[1]
        seen = np.isfinite(y)
        return cls(y[seen], X[seen], [b.reshape(v, v) for b in basis.T], [np.flatnonzero(s) for s in seen])

    def whole(self, V: np.ndarray) -> np.ndarray:
        return block_diag(*(V[np.ix_(at, at)] for at in self.visits))

    def within(self, theta: np.ndarray) -> np.ndarray:
        return sum(t * b for t, b in zip(theta, self.basis, strict=True))

    def phi(self, theta: np.ndarray) -> np.ndarray:
        return np.linalg.inv(self.X.T @ np.linalg.solve(self.whole(self.within(theta)), self.X))

    def log_likelihood(self, theta: np.ndarray) -> float:
        V = self.within(theta)
        if np.linalg.eigvalsh(V)[0] <= 1e-8:
            return -1e10
        inverse = np.linalg.inv(self.whole(V))
        information = self.X.T @ inverse @ self.X
        residual = self.y - self.X @ np.linalg.solve(information, self.X.T @ inverse @ self.y)
        determinants = np.linalg.slogdet(self.whole(V))[1] + np.linalg.slogdet(information)[1]
        free = len(self.y) - self.X.shape[1]
        return -0.5 * float(free * np.log(2 * np.pi) + determinants + residual @ inverse @ residual)

    def maximum(self, start: np.ndarray) -> np.ndarray:
        """By a general optimiser from ``start`` (v, v); V = L L' if every element is a parameter."""
        v = len(start)
        lower = np.tril_indices(v)

        def theta(x: np.ndarray) -> np.ndarray:
            L = np.zeros((v, v))
            L[lower] = x
            return (L @ L.T)[lower]

        best = minimize(
            lambda x: -self.log_likelihood(theta(x)),
            np.linalg.cholesky(start)[lower],
            method="BFGS",
            options={"gtol": 1e-6},
        )
        return theta(best.x)

    def observed_information(self, theta: np.ndarray, step: float = 1e-3) -> np.ndarray:
        """Minus the second differences of the restricted likelihood."""
        steps = step * np.eye(len(theta))
        f = self.log_likelihood
        return -np.array(
            [
                [(f(theta + a + b) - f(theta + a - b) - f(theta - a + b) + f(theta - a - b)) for b in steps]
                for a in steps
            ]
        ) / (4 * step**2)

    def satterthwaite(self, theta: np.ndarray, contrast: np.ndarray) -> float:
        """2 v² / var(v), v = c' Phi c, by the delta method with differences."""
        step = 1e-4 * np.eye(len(theta))
        slope = [
            (contrast @ self.phi(theta + s) @ contrast - contrast @ self.phi(theta - s) @ contrast) / 2e-4
            for s in step
        ]
        variance = contrast @ self.phi(theta) @ contrast
        return float(2 * variance**2 / (slope @ np.linalg.solve(self.observed_information(theta), slope)))

    def kenward_roger(self, theta: np.ndarray) -> np.ndarray:
        """Adjusted covariance of the coefficients, equation (5) of Kenward and Roger 1997 with R = 0."""
        inverse = np.linalg.inv(self.whole(self.within(theta)))
        phi = self.phi(theta)
        weights = np.linalg.inv(self.observed_information(theta))
        parts = [inverse @ self.whole(b) @ inverse for b in self.basis]
        P = [-self.X.T @ part @ self.X for part in parts]
        middle = np.zeros_like(phi)
        for k, left in enumerate(self.basis):
            for m, right in enumerate(self.basis):
                Q = self.X.T @ inverse @ self.whole(left) @ inverse @ self.whole(right) @ inverse @ self.X
                middle += weights[k, m] * (Q - P[k] @ phi @ P[m])
        return phi + 2 * phi @ middle @ phi
