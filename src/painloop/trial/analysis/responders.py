"""Responders in two arms: exact tests, the difference of shares with its interval, the ratio of shares.

Replicates of a trial repeat few different tables; each is tested once.

References
----------
Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I; Miettinen and Nurminen 1985,
doi:10.1002/sim.4780040211; Boschloo 1970, doi:10.1111/j.1467-9574.1970.tb00104.x; McNemar 1947,
doi:10.1007/BF02295996; Katz and others 1978, doi:10.2307/2530610.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import ndtri

from painloop.errors import InputError
from painloop.trial.analysis.estimates import Array, check_level
from painloop.trial.analysis.intervals import wilson

Counts = NDArray[np.int64]
Test = Literal["fisher", "boschloo", "barnard"]
Interval = Literal["newcombe", "miettinen-nurminen"]
_HALVINGS = 60


@dataclass(frozen=True)
class Responders:
    """Responders of two arms, one element a replicate; arm 1 is compared with arm 0.

    Parameters
    ----------
    shares : (R, 2). p : two-sided, exact. difference, difference_low, difference_high : share of arm 1 minus that of
    arm 0. ratio, ratio_low, ratio_high : of the shares, on the log scale (Katz); nan where an arm has none.
    level : coverage the intervals claim.
    """

    shares: Array
    p: Array
    difference: Array
    difference_low: Array
    difference_high: Array
    ratio: Array
    ratio_low: Array
    ratio_high: Array
    level: float


@dataclass(frozen=True)
class Paired:
    """Responders of a crossover, one element a replicate.

    Parameters
    ----------
    difference : share of patients who respond to treatment 1 minus share who respond to treatment 0.
    p : two-sided, exact given the discordant patients.
    """

    difference: Array
    p: Array


def compare_responders(
    responders: ArrayLike,
    patients: ArrayLike,
    test: Test = "fisher",
    interval: Interval = "newcombe",
    level: float = 0.95,
) -> Responders:
    """Compares the shares of responders of two arms.

    Parameters
    ----------
    responders, patients : (2,) or (R, 2), arm 0 first. test : exact given the margins (fisher), or unconditional
    (boschloo, barnard; tens of milliseconds a table). interval : of the difference.

    Raises
    ------
    InputError : an empty arm, or more responders than patients.
    """
    check_level(level)
    hits, sizes = _counts(responders, patients)
    shares = hits / sizes
    difference = shares[:, 1] - shares[:, 0]
    limits = _INTERVALS[interval](hits[:, 1], sizes[:, 1], hits[:, 0], sizes[:, 0], level)
    return Responders(
        shares, _tested(hits, sizes, test), difference, *limits, *_ratio(hits, sizes, level), level
    )


def compare_paired(first_only: ArrayLike, second_only: ArrayLike, patients: ArrayLike) -> Paired:
    """McNemar's exact test: patients who respond to treatment 0 only, to treatment 1 only, and all patients."""
    only0, only1, total = (
        np.atleast_1d(np.asarray(each, dtype=int)) for each in (first_only, second_only, patients)
    )
    if (only0 < 0).any() or (only1 < 0).any() or (only0 + only1 > total).any() or (total < 1).any():
        raise InputError(
            f"{only0.max()} and {only1.max()} discordant patients do not fit {total.min()} patients; "
            "give counts that add up."
        )
    smaller = np.minimum(only0, only1)
    p = np.minimum(1.0, 2 * stats.binom.cdf(smaller, only0 + only1, 0.5))
    return Paired((only1 - only0) / total, p)


def newcombe(
    hits1: Counts, n1: Counts, hits0: Counts, n0: Counts, level: float = 0.95
) -> tuple[Array, Array]:
    """Limits of p1 - p0 from the Wilson limits of each (Newcombe's method 10)."""
    share1, share0 = hits1 / n1, hits0 / n0
    first, second = wilson(hits1, n1, level), wilson(hits0, n0, level)
    difference = share1 - share0
    low = difference - np.hypot(share1 - first.low, second.high - share0)
    high = difference + np.hypot(first.high - share1, share0 - second.low)
    return low, high


def miettinen_nurminen(
    hits1: Counts, n1: Counts, hits0: Counts, n0: Counts, level: float = 0.95
) -> tuple[Array, Array]:
    """Limits of p1 - p0 by inverting the score test with Miettinen and Nurminen's variance, by bisection."""
    bound = ndtri(0.5 + level / 2)
    difference = hits1 / n1 - hits0 / n0
    ends = []
    for outside in (-1.0, 1.0):
        inner, outer = difference.astype(float), np.full_like(difference, outside)
        for _ in range(_HALVINGS):
            middle = (inner + outer) / 2
            inside = np.abs(_score(middle, hits1, n1, hits0, n0)) <= bound
            inner, outer = np.where(inside, middle, inner), np.where(inside, outer, middle)
        ends.append((inner + outer) / 2)
    return ends[0], ends[1]


def _score(delta: Array, hits1: Counts, n1: Counts, hits0: Counts, n0: Counts) -> Array:
    """Score statistic of p1 - p0 = delta; the likelihood under it is greatest at a root of a cubic (appendix 1)."""
    total, hits = n1 + n0, hits1 + hits0
    c = (n0 * delta - total - 2 * hits0) * delta + hits
    b = (n1 + 2 * n0) * delta - total - hits
    d = hits0 * delta * (1 - delta)
    a = total.astype(float)
    q = (b / (3 * a)) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    root = np.sign(q) * np.sqrt(np.maximum((b / (3 * a)) ** 2 - c / (3 * a), 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = np.where(root == 0, 0.0, q / root**3)
    turn = (np.pi + np.arccos(np.clip(angle, -1, 1))) / 3
    share0 = np.clip(2 * root * np.cos(turn) - b / (3 * a), 0, 1)
    share1 = np.clip(share0 + delta, 0, 1)
    variance = (share1 * (1 - share1) / n1 + share0 * (1 - share0) / n0) * total / (total - 1)
    gap = hits1 / n1 - hits0 / n0 - delta
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.abs(gap) < 1e-14, 0.0, gap / np.sqrt(np.maximum(variance, 0.0)))


def _counts(responders: ArrayLike, patients: ArrayLike) -> tuple[Counts, Counts]:
    hits, sizes = np.broadcast_arrays(
        np.atleast_2d(np.asarray(responders, dtype=int)), np.atleast_2d(np.asarray(patients, dtype=int))
    )
    if (sizes < 1).any() or (hits < 0).any() or (hits > sizes).any():
        raise InputError(
            f"{hits.max()} responders do not fit arms of {sizes.min()} to {sizes.max()} patients; "
            "every arm needs a patient and no more responders than patients."
        )
    return hits, sizes


def _tested(hits: Counts, sizes: Counts, test: Test) -> Array:
    tables, where = np.unique(np.hstack([hits, sizes]), axis=0, return_inverse=True)
    p = [_TESTS[test]([[a1, a0], [n1 - a1, n0 - a0]]) for a0, a1, n0, n1 in tables]
    return np.array(p)[where.ravel()]


def _ratio(hits: Counts, sizes: Counts, level: float) -> tuple[Array, Array, Array]:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (hits[:, 1] / sizes[:, 1]) / (hits[:, 0] / sizes[:, 0])
        error = np.sqrt((1 / hits - 1 / sizes).sum(axis=1))
        reach = np.exp(ndtri(0.5 + level / 2) * error)
        known = (hits > 0).all(axis=1)
        return tuple(np.where(known, each, np.nan) for each in (ratio, ratio / reach, ratio * reach))  # type: ignore[return-value]


_TESTS: dict[str, Callable[[list[list[int]]], float]] = {
    "fisher": lambda table: float(stats.fisher_exact(table).pvalue),
    "boschloo": lambda table: float(stats.boschloo_exact(table).pvalue),
    "barnard": lambda table: float(stats.barnard_exact(table).pvalue),
}
_INTERVALS = {"newcombe": newcombe, "miettinen-nurminen": miettinen_nurminen}
