"""Climbs the likelihood of many replicates at once, Newton-like, and says where it failed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from painloop.trial.analysis.reml import (
    Array,
    Flags,
    Repeated,
    Solution,
    curvature,
    pick,
    score,
    slope,
    solve,
    well_conditioned,
    whitened,
)

_CLOSE = 1e-9
"""Expected gain in log-likelihood of the next step at which a climb is over."""
_HALVINGS = 12
_SLACK = 1e-9
"""Loss of log-likelihood, relative to its size, that is rounding and not a step too far."""
_EXPECTATIONS = 4
"""Steps of expectation and maximisation before the climb."""
_HIGHEST, _TINY = 0.999, 1e-12
"""Highest correlation to start from; variance of a visit without any."""


class Outcome(IntEnum):
    """How the climb of a replicate ended; everything but CONVERGED is a failure that the caller must report."""

    CONVERGED = 0
    TOO_MANY_STEPS = 1
    NO_FULL_RANK = 2
    SINGULAR = 3
    STALLED = 4

    @property
    def sentence(self) -> str:
        """What happened, in a few words."""
        return _SENTENCES[self]


_SENTENCES = {
    Outcome.CONVERGED: "converged",
    Outcome.TOO_MANY_STEPS: "did not converge within the allowed number of steps",
    Outcome.NO_FULL_RANK: "the observed visits do not identify every coefficient",
    Outcome.SINGULAR: "the visits do not identify the within-subject covariance",
    Outcome.STALLED: "no step raised the likelihood any more, though its slope was not zero",
}


@dataclass(frozen=True)
class Climb:
    """Where the climb of each of R replicates ended.

    Parameters
    ----------
    covariance : (R, v, v), V. outcome : (R,), values of :class:`Outcome`. iterations : (R,), steps taken.
    """

    covariance: Array
    outcome: NDArray[np.int8]
    iterations: NDArray[np.int64]


def climb(data: Repeated, basis: Array, steps: int = 60, restricted: bool = True) -> Climb:
    """The V of highest likelihood, restricted or full, for every replicate.

    A step S = sum_k s_k B_k, s = curvature^-1 score in units of V, moves V to V^1/2 (1 + S + S² / 2) V^1/2; it is
    halved while the likelihood would fall.
    """
    covariance, possible = start(data, basis)
    outcome = np.where(possible, Outcome.TOO_MANY_STEPS, Outcome.NO_FULL_RANK).astype(np.int8)
    iterations = np.zeros(len(outcome), dtype=np.int64)
    active = np.flatnonzero(possible)
    if not active.size:
        return Climb(covariance, outcome, iterations)
    now = data.take(active)
    here = solve(now, covariance[active], restricted)
    for _ in range(steps):
        if not active.size:
            break
        step, root, gain, sound = _step(here, basis)
        moved, better = _move(now, here, step, root, restricted)
        climbing = sound & better & (gain > _CLOSE)
        covariance[active] = moved.covariance
        iterations[active] += 1
        outcome[active[~climbing]] = np.where(gain[~climbing] <= _CLOSE, Outcome.CONVERGED, Outcome.STALLED)
        outcome[active[~sound]] = Outcome.SINGULAR
        keep = np.flatnonzero(climbing)
        active, now, here = active[keep], now.take(keep), pick(moved, keep)
    return Climb(covariance, outcome, iterations)


def start(data: Repeated, basis: Array) -> tuple[Array, Flags]:
    """V to climb from, and whether the design has full rank.

    Residuals of ordinary least squares give a variance a visit and one correlation; a few steps of expectation and
    maximisation, which cannot leave the positive definite matrices, let it take any form that ``basis`` allows.
    """
    flat = data.design.reshape(len(data.design), -1, data.design.shape[-1])
    information = np.swapaxes(flat, 1, 2) @ flat
    possible = well_conditioned(information)
    information = np.where(possible[:, None, None], information, np.eye(flat.shape[-1]))
    pull = np.einsum("rnvp,rnv->rp", data.design, data.outcome)
    beta = np.linalg.solve(information, pull[..., None])[..., 0]
    residual = np.where(data.seen, data.outcome - np.einsum("rnvp,rp->rnv", data.design, beta), 0.0)
    covariance = _one_correlation(residual, data.seen)
    onto = basis @ np.linalg.pinv(basis)
    for _ in range(_EXPECTATIONS):
        found = solve(data, covariance)
        gain = (
            covariance
            @ slope(found)
            @ covariance
            / np.maximum(data.seen.any(axis=2).sum(axis=1), 1)[:, None, None]
        )
        covariance = ((covariance + gain).reshape(len(gain), -1) @ onto).reshape(gain.shape)
    return covariance, possible


def _one_correlation(residual: Array, seen: Flags) -> Array:
    """A variance for every visit and the mean of the correlations that were seen, within (0, 1)."""
    pairs = np.swapaxes(seen, 1, 2).astype(float) @ seen
    moments = np.swapaxes(residual, 1, 2) @ residual / np.maximum(pairs, 1)
    variance = np.diagonal(moments, axis1=1, axis2=2)
    variance = np.where(variance > 0, variance, np.maximum(variance.mean(axis=1, keepdims=True), _TINY))
    scale = np.sqrt(variance)
    visits = seen.shape[2]
    products = moments / scale[:, :, None] / scale[:, None, :]
    correlation = (products.sum(axis=(1, 2)) - visits) / (visits * (visits - 1))
    correlation = np.clip(correlation, 0.0, _HIGHEST)[:, None, None]
    return (correlation + (1 - correlation) * np.eye(visits)) * scale[:, :, None] * scale[:, None, :]


def _step(here: Solution, basis: Array) -> tuple[Array, Array, Array, Flags]:
    """Step and root of V (R, v, v), the gain the step promises (R,), and whether the curvature could be inverted."""
    unit, root = whitened(here)
    push, information = score(unit, basis), curvature(unit, basis)
    sound = well_conditioned(information)
    information = np.where(sound[:, None, None], information, np.eye(basis.shape[1]))
    parameters = np.linalg.solve(information, push[..., None])[..., 0]
    step = (parameters @ basis.T).reshape(root.shape)
    return step, root, 0.5 * np.sum(push * parameters, axis=1), sound


def _move(
    data: Repeated, here: Solution, step: Array, root: Array, restricted: bool
) -> tuple[Solution, Flags]:
    """Takes the step, halved as often as needed; where even the shortest loses, nothing moves."""
    moved = solve(data, _moved(root, step), restricted)
    floor = here.log_likelihood - _SLACK * np.abs(here.log_likelihood)
    for halving in range(1, _HALVINGS + 1):
        behind = np.flatnonzero(moved.log_likelihood < floor)
        if not behind.size:
            break
        shorter = _moved(root[behind], step[behind] / 2**halving)
        moved = _insert(moved, behind, solve(data.take(behind), shorter, restricted))
    better = moved.log_likelihood >= floor
    behind = np.flatnonzero(~better)
    return _insert(moved, behind, pick(here, behind)), better


def _moved(root: Array, step: Array) -> Array:
    """V^1/2 (1 + S + S² / 2) V^1/2, which is positive definite whatever the step S is."""
    return root @ (np.eye(step.shape[-1]) + step + 0.5 * step @ step) @ root


def _insert(found: Solution, where: NDArray[np.intp], part: Solution) -> Solution:
    for name, value in vars(found).items():
        value[where] = getattr(part, name)
    return found
