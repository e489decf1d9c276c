"""Design matrices of trials: arm, baseline and strata of each patient, for one visit or crossed with visits.

Baseline and strata are centred (baseline on the mean of the replicate's patients, strata on equal weights), so the
adjusted mean of an arm is the intercept plus its arm's column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from painloop.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """What stands in the design for each patient.

    Parameters
    ----------
    varying : (R, n, 1 + arms - 1 + baselines), intercept, arms 1, 2 ... against arm 0, baseline. strata : (R, n, s).
    arms : number of arms.
    """

    varying: Array
    strata: Array
    arms: int

    @property
    def design(self) -> Array:
        """(R, n, c), all columns, for one visit."""
        return np.concatenate([self.varying, self.strata], axis=2)


@dataclass(frozen=True)
class VisitDesign:
    """Arm by visit, baseline by visit, strata: the design of a mixed model for repeated measures.

    Parameters
    ----------
    X : (R, n, v, p), for ``fit``. arms, visits : how many. per_visit : columns that every visit has of its own.
    """

    X: Array
    arms: int
    visits: int
    per_visit: int

    def mean(self, arm: int, visit: int) -> Array:
        """The contrast (p,) that is the adjusted mean of an arm (0, 1 ...) at a visit (0, 1 ... or -1, -2 ...)."""
        _within("arm", arm, 0, self.arms - 1)
        _within("visit", visit, -self.visits, self.visits - 1)
        contrast = np.zeros(self.X.shape[-1])
        first = (visit % self.visits) * self.per_visit
        contrast[first] = 1.0
        if arm:
            contrast[first + arm] = 1.0
        return contrast


def columns(
    arm: ArrayLike,
    baseline: ArrayLike | None = None,
    strata: Sequence[ArrayLike] = (),
    arms: int | None = None,
) -> Columns:
    """Columns of every patient.

    Parameters
    ----------
    arm : (n,) or (R, n), whole numbers from 0, which is the reference. baseline : the same shapes. strata : factors,
    each of whole numbers from 0 in the same shapes; only their main effects enter. arms : if more than occur.

    Raises
    ------
    InputError : fewer than two arms.
    """
    codes = np.atleast_2d(np.asarray(arm, dtype=int))
    count = int(codes.max()) + 1 if arms is None else arms
    if count < 2 or codes.min() < 0 or codes.max() >= count:
        raise InputError(
            f"Arms {codes.min()} to {codes.max()} do not fit {count} arms; number at least two of them from 0."
        )
    varying = [np.ones(codes.shape), *(1.0 * (codes == each) for each in range(1, count))]
    if baseline is not None:
        value = np.atleast_2d(np.asarray(baseline, dtype=float))
        varying.append(value - np.nanmean(value, axis=1, keepdims=True))
    fixed = [column for factor in strata for column in _factor(factor)]
    shape = np.broadcast_shapes(*(column.shape for column in varying + fixed))
    return Columns(_stacked(varying, shape), _stacked(fixed, shape), count)


def visit_design(columns: Columns, visits: int) -> VisitDesign:
    """Crosses intercept, arms and baseline with visits; strata have the same effect at every visit."""
    replicates, patients, per_visit = columns.varying.shape
    own = np.einsum("vw,rnc->rnvwc", np.eye(visits), columns.varying)
    own = own.reshape(replicates, patients, visits, visits * per_visit)
    common = np.broadcast_to(
        columns.strata[:, :, None, :], (replicates, patients, visits, columns.strata.shape[-1])
    )
    return VisitDesign(np.concatenate([own, common], axis=-1), columns.arms, visits, per_visit)


def _factor(factor: ArrayLike) -> list[Array]:
    codes = np.atleast_2d(np.asarray(factor, dtype=int))
    levels = int(codes.max()) + 1
    return [(codes == level) - 1.0 / levels for level in range(1, levels)]


def _stacked(parts: list[Array], shape: tuple[int, ...]) -> Array:
    if not parts:
        return np.zeros((*shape, 0))
    return np.stack([np.broadcast_to(part, shape) for part in parts], axis=-1)


def _within(what: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise InputError(f"{what.capitalize()} {value} is not within {low} to {high}; count from 0.")
