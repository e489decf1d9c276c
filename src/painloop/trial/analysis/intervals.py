"""What replicates can say: binomial intervals of power, type I error and coverage, Monte Carlo errors of means.

References
----------
Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404; Wilson 1927, doi:10.1080/01621459.1927.10502953; Morris, White
and Crowther 2019, doi:10.1002/sim.8086 (Monte Carlo errors).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, ndtri

from painloop.errors import InputError
from painloop.trial.analysis.estimates import check_level

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """A share with an interval; ``count`` of ``total``, arrays of one shape."""

    share: Array
    low: Array
    high: Array
    level: float


@dataclass(frozen=True)
class Mean:
    """A mean over replicates with its Monte Carlo standard error; ``replicates`` were finite and counted."""

    mean: Array
    error: Array
    deviation: Array
    replicates: NDArray[np.int64]


def clopper_pearson(count: ArrayLike, total: ArrayLike, level: float = 0.95) -> Share:
    """Exact interval of a share; covers at least ``level``."""
    count, total = _checked(count, total, level)
    tail = (1 - level) / 2
    low = np.where(count > 0, betaincinv(np.maximum(count, 1), total - count + 1, tail), 0.0)
    high = np.where(count < total, betaincinv(count + 1, np.maximum(total - count, 1), 1 - tail), 1.0)
    return Share(count / total, low, high, level)


def wilson(count: ArrayLike, total: ArrayLike, level: float = 0.95) -> Share:
    """Score interval of a share; covers ``level`` on average."""
    count, total = _checked(count, total, level)
    z = ndtri(0.5 + level / 2)
    share = count / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    reach = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    low, high = np.maximum(centre - reach, 0.0), np.minimum(centre + reach, 1.0)
    return Share(share, np.where(count == 0, 0.0, low), np.where(count == total, 1.0, high), level)


def monte_carlo(values: ArrayLike, truth: float = 0.0) -> Mean:
    """Mean of ``values`` minus ``truth`` (a bias, if truth is what was put in), over the first axis.

    Parameters
    ----------
    values : (R, ...), nan where a replicate could not be analysed; those are left out and ``replicates`` says so.
    """
    values = np.asarray(values, dtype=float)
    seen = np.isfinite(values)
    count = seen.sum(axis=0)
    if (count < 2).any():
        raise InputError(f"{np.min(count)} replicates give no Monte Carlo error; at least 2 are needed.")
    mean = np.where(seen, values, 0.0).sum(axis=0) / count
    deviation = np.sqrt(np.where(seen, (values - mean) ** 2, 0.0).sum(axis=0) / (count - 1))
    return Mean(mean - truth, deviation / np.sqrt(count), deviation, count)


def _checked(count: ArrayLike, total: ArrayLike, level: float) -> tuple[Array, Array]:
    check_level(level)
    count, total = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(total, dtype=float))
    if (total < 1).any() or (count < 0).any() or (count > total).any():
        raise InputError(
            f"A count of {np.max(count):g} does not fit a total of {np.min(total):g}; "
            "give 0 to total successes of at least one trial."
        )
    return count, total
