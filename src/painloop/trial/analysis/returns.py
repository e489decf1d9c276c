"""Time until pain returns: Kaplan-Meier, log-rank test and restricted mean time, for every replicate.

Patients whose pain had not returned when they were last seen are censored there. No hazard model is assumed.

References
----------
Kaplan and Meier 1958, doi:10.1080/01621459.1958.10501452; Mantel 1966 (log-rank); Royston and Parmar 2013,
doi:10.1186/1471-2288-13-152 (restricted mean time).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import chdtrc

from painloop.errors import InputError
from painloop.trial.analysis.estimates import Array, Estimates, t_estimates

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Survival:
    """Kaplan-Meier estimate of one arm of one replicate.

    Parameters
    ----------
    times : (k,), at which pain returned or a patient was censored, ascending. pain_free : (k,), share still free of
    returned pain just after.
    """

    times: Array
    pain_free: Array


@dataclass(frozen=True)
class Returns:
    """Times to return of pain in two arms, one element a replicate; arm 1 is compared with arm 0.

    Parameters
    ----------
    medians : (R, 2), in the unit of the times, infinite where fewer than half returned. chi_squared, p : (R,), of
    the log-rank test, nan where nobody's pain returned. restricted_means : (R, 2), mean time free of returned pain up
    to ``horizon``. difference : Estimates (R,), arm 1 minus arm 0, normal.
    """

    medians: Array
    chi_squared: Array
    p: Array
    restricted_means: Array
    difference: Estimates
    horizon: float


def survival(times: ArrayLike, returned: ArrayLike) -> Survival:
    """Kaplan-Meier estimate of one arm.

    Parameters
    ----------
    times : (n,), of return or of last sight. returned : (n,), False where censored.
    """
    times, returned = np.asarray(times, dtype=float), np.asarray(returned, dtype=bool)
    if not times.size or not np.isfinite(times).all() or (times < 0).any():
        raise InputError(
            f"{times.size} times are not all finite and at least 0; leave out patients without any."
        )
    curve = stats.ecdf(stats.CensoredData(uncensored=times[returned], right=times[~returned])).sf
    return Survival(np.asarray(curve.quantiles, dtype=float), np.asarray(curve.probabilities, dtype=float))


def median(curve: Survival) -> float:
    """First time at which half or fewer are still free of returned pain; infinite if that never happens."""
    reached = np.flatnonzero(curve.pain_free <= 0.5 + 1e-12)
    return float(curve.times[reached[0]]) if reached.size else float("inf")


def compare_returns(
    times: ArrayLike, returned: ArrayLike, arm: ArrayLike, horizon: float, level: float = 0.95
) -> Returns:
    """Compares two arms.

    Parameters
    ----------
    times, returned : (n,) or (R, n). arm : (n,) or (R, n), 0 or 1. horizon : up to which the mean is taken, in the
    unit of the times, at most the shorter follow-up of the arms.

    Raises
    ------
    InputError : a horizon that is not positive, an empty arm, times that are missing.
    """
    if not horizon > 0:
        raise InputError(f"A horizon of {horizon:g} is not above 0; give the end of follow-up.")
    times, returned, arm = np.broadcast_arrays(
        np.atleast_2d(np.asarray(times, float)), np.asarray(returned, bool), np.asarray(arm, int)
    )
    rows = [_compare(*each, horizon) for each in zip(times, returned, arm, strict=True)]
    medians, tests, means, variances = (np.array(each) for each in zip(*rows, strict=True))
    difference = means[:, 1] - means[:, 0]
    error = np.sqrt(variances.sum(axis=1))
    estimates = t_estimates(difference, error, np.full_like(error, np.inf), level)
    return Returns(medians, tests, chdtrc(1, tests), means, estimates, horizon)


def log_rank(times: Array, returned: Flags, arm: NDArray[np.int64]) -> float:
    """Chi-squared of one degree of freedom; nan where nobody's pain returned."""
    if not returned.any():
        return float("nan")
    samples = [
        stats.CensoredData(uncensored=times[which & returned], right=times[which & ~returned])
        for which in (arm == 0, arm == 1)
    ]
    return float(stats.logrank(*samples).statistic) ** 2


def restricted_mean(times: Array, returned: Flags, horizon: float) -> tuple[float, float]:
    """Area under the Kaplan-Meier curve up to ``horizon`` and its variance (Greenwood)."""
    curve = survival(times, returned)
    inside = curve.times < horizon
    edges = np.concatenate([[0.0], curve.times[inside], [horizon]])
    heights = np.concatenate([[1.0], curve.pain_free[inside]])
    areas = heights * np.diff(edges)
    ahead = areas[::-1].cumsum()[::-1][1:]
    at = curve.times[inside]
    events = np.array([np.count_nonzero(returned & (times == each)) for each in at])
    at_risk = np.array([np.count_nonzero(times >= each) for each in at])
    open_risk = at_risk > events
    terms = ahead[open_risk] ** 2 * events[open_risk] / (at_risk * (at_risk - events))[open_risk]
    return float(areas.sum()), float(terms.sum())


def _compare(
    times: Array, returned: Flags, arm: NDArray[np.int64], horizon: float
) -> tuple[list[float], float, list[float], list[float]]:
    arms = [(times[arm == each], returned[arm == each]) for each in (0, 1)]
    if not all(part[0].size for part in arms):
        raise InputError("An arm has no patient; give every patient arm 0 or 1 and both arms a patient.")
    medians = [median(survival(*part)) for part in arms]
    means, variances = zip(*(restricted_mean(*part, horizon) for part in arms), strict=True)
    return medians, log_rank(times, returned, arm), list(means), list(variances)
