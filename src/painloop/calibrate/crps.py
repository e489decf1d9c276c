"""Scores of a predictive distribution that is known by draws (Gneiting & Raftery 2007, 10.1198/016214506000001437)."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr


def crps(draws: np.ndarray, observed: float) -> float:
    """Continuous ranked probability score of equally likely draws, in the unit of the value; less is better.

    E|X - y| - E|X - X'| / 2, both means over all pairs (equations 20 and 21 there).

    Examples
    --------
    >>> crps(np.array([2.0, 2.0]), 3.0)
    1.0
    """
    x = np.sort(np.asarray(draws, float))
    n = len(x)
    spread = 2.0 * float(((2.0 * np.arange(1, n + 1) - n - 1.0) * x).sum()) / n**2
    return float(np.abs(x - observed).mean() - 0.5 * spread)


def crps_normal(mean: float, sd: float, observed: float) -> float:
    """Of a normal distribution, in closed form (equation 5 there)."""
    z = (observed - mean) / sd
    density = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    return float(sd * (z * (2.0 * ndtr(z) - 1.0) + 2.0 * density - 1.0 / np.sqrt(np.pi)))
