"""Where the gain rests without drug, for which input it can rest twice, and where the watershed lies.

Every fixed point is given in closed form by its drive u: S = u^h/(1 + u^h), g = k_up S/(k_up S + k_0),
e = k_e tau_e S/(1 + k_e tau_e S), and the input that holds it there is N = u/(1 + kappa_e e + kappa g). Folds are the
extrema of N(u); a branch is stable where N rises with u (early potentiation, hours, is fast against the gain, weeks).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq

from painloop.errors import InputError
from painloop.loop.gain import Constants

LOWEST_DRIVE, HIGHEST_DRIVE = 1e-3, 1e3
_SEARCHED = 2001
_BISECTIONS = 60


@dataclass(frozen=True)
class Fold:
    """A turning point of the branch of fixed points: input N, gain g, drive u (all without unit)."""

    input: float
    gain: float
    drive: float


@dataclass(frozen=True)
class Branch:
    """A stretch of fixed points, rising in drive: (points,) each."""

    stable: bool
    input: np.ndarray
    gain: np.ndarray


def potentiated(drive: np.ndarray, k: Constants) -> np.ndarray:
    """S(u)."""
    raised = np.asarray(drive, float) ** k.h
    return np.asarray(raised / (1.0 + raised))


def gain_at(drive: np.ndarray, k: Constants) -> np.ndarray:
    """g of the fixed point whose drive is u."""
    pushed = k.k_up * potentiated(drive, k)
    return np.asarray(pushed / (pushed + k.k_0))


def early_at(drive: np.ndarray, k: Constants) -> np.ndarray:
    """e that a drive u holds, quasi-steady."""
    pushed = k.k_e * k.tau_e * potentiated(drive, k)
    return np.asarray(pushed / (1.0 + pushed))


def input_at(drive: np.ndarray, k: Constants) -> np.ndarray:
    """N of the fixed point whose drive is u."""
    drive = np.asarray(drive, float)
    if k.frozen:
        return drive / (1.0 + k.kappa)
    return np.asarray(drive / (1.0 + k.kappa_e * early_at(drive, k) + k.kappa * gain_at(drive, k)))


def slope(drive: np.ndarray, k: Constants) -> np.ndarray:
    """d ln N / d ln u: positive on stable branches, zero at a fold."""
    drive = np.asarray(drive, float)
    if k.frozen:
        return np.ones_like(drive)
    s, g, e, a = potentiated(drive, k), gain_at(drive, k), early_at(drive, k), k.k_e * k.tau_e
    steep = k.h * s * (1.0 - s)
    rising_gain = steep * k.k_up * k.k_0 / (k.k_up * s + k.k_0) ** 2
    rising_early = steep * a / (1.0 + a * s) ** 2
    feedback = k.kappa_e * rising_early + k.kappa * rising_gain
    return np.asarray(1.0 - feedback / (1.0 + k.kappa_e * e + k.kappa * g))


@lru_cache(maxsize=64)
def folds(k: Constants) -> tuple[Fold, ...]:
    """Turning points in order of their drive; none where every input has one fixed point."""
    grid = np.geomspace(LOWEST_DRIVE, HIGHEST_DRIVE, _SEARCHED)
    signs = np.sign(slope(grid, k))
    found = []
    for at in np.flatnonzero(signs[1:] * signs[:-1] < 0.0):
        drive = np.array(brentq(lambda u: float(slope(np.array(u), k)), grid[at], grid[at + 1], xtol=1e-14))
        found.append(Fold(float(input_at(drive, k)), float(gain_at(drive, k)), float(drive)))
    return tuple(found)


def bistable_inputs(k: Constants) -> tuple[float, float] | None:
    """The inputs (N_L, N_H) between which two stable states exist, or ``None``."""
    turning = folds(k)
    if not turning:
        return None
    return min(f.input for f in turning), max(f.input for f in turning)


def _on_branch(inputs: np.ndarray, k: Constants, low: float, high: float, rising: bool) -> np.ndarray:
    """The drive between ``low`` and ``high`` at which N(u) is ``inputs``; N is monotonic there."""
    below, above = np.full(inputs.shape, np.log(low)), np.full(inputs.shape, np.log(high))
    for _ in range(_BISECTIONS):
        middle = 0.5 * (below + above)
        short = (input_at(np.exp(middle), k) < inputs) == rising
        below, above = np.where(short, middle, below), np.where(short, above, middle)
    return np.asarray(np.exp(0.5 * (below + above)))


def sensitized(inputs: np.ndarray, k: Constants) -> np.ndarray:
    """Gain of the highest fixed point, (patients,).

    Raises
    ------
    InputError : an input lies below the fold where the sensitized state ends.
    """
    inputs = np.atleast_1d(np.asarray(inputs, float))
    turning = folds(k)
    lowest = turning[-1].input if turning else 0.0
    if (inputs < lowest * (1.0 - 1e-12)).any():
        raise InputError(
            f"An input of {inputs.min():.4g} has no sensitized state; give one of at least {lowest:.4g}."
        )
    start = turning[-1].drive if turning else LOWEST_DRIVE
    return gain_at(_on_branch(np.maximum(inputs, lowest), k, start, HIGHEST_DRIVE, rising=True), k)


def separatrix(inputs: np.ndarray, k: Constants) -> np.ndarray:
    """Gain of the unstable fixed point, (points,): below it the gain falls on without drug, above it returns.

    Infinite where only the normal state exists, minus infinite where only the sensitized one does.
    """
    inputs = np.atleast_1d(np.asarray(inputs, float))
    window = bistable_inputs(k)
    if window is None:
        return np.full(inputs.shape, -np.inf)
    first, last = folds(k)[0], folds(k)[-1]
    gain = gain_at(_on_branch(np.clip(inputs, *window), k, first.drive, last.drive, rising=False), k)
    return np.where(inputs < window[0], np.inf, np.where(inputs > window[1], -np.inf, gain))


def branches(k: Constants, highest_input: float = 1.0, points: int = 400) -> tuple[Branch, ...]:
    """The branch of fixed points cut at its folds, for drawing."""
    top = (1.0 + k.kappa_e + k.kappa) * highest_input
    edges = [LOWEST_DRIVE, *(f.drive for f in folds(k)), max(top, 2.0)]
    found = []
    for number, (low, high) in enumerate(pairwise(edges)):
        drive = np.geomspace(low, high, points)
        found.append(Branch(number % 2 == 0, input_at(drive, k), gain_at(drive, k)))
    return tuple(found)
