"""Runs the network over blocks, frequencies and seeds and fits what the slow loop takes from it.

What is left of wind-up under a block B is the excess (spikes above the first response, all stimuli) as a share of that
without block; the curve A(B) = 1/(1 + (B/half)^steepness) is fitted to it by least squares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from painloop.circuit.currents import Array
from painloop.circuit.protocol import Protocol
from painloop.circuit.run import run
from painloop.circuit.wind_up import wind_up
from painloop.errors import PainloopError
from painloop.library.schema.circuits import Circuit
from painloop.library.schema.effects import DriveRun

BLOCKS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9)
FREQUENCIES_HZ = (1.0, 1.5, 2.0)
SEEDS = (1, 2, 3)
STIMULI = 15


@dataclass(frozen=True)
class Fit:
    """The curve A(B): its two numbers, and the root mean square of what it misses."""

    half: float
    steepness: float
    residual: float


@dataclass(frozen=True)
class Curve:
    """The fit to all runs, and fits to single frequencies and to single seeds."""

    all: Fit
    by_frequency: dict[float, Fit]
    by_seed: dict[int, Fit]

    def spread(self, name: str) -> tuple[float, float]:
        """Least and greatest value of ``half`` or ``steepness`` over frequencies and seeds."""
        values = [getattr(one, name) for one in (*self.by_frequency.values(), *self.by_seed.values())]
        return min(values), max(values)


def one_run(
    circuit: Circuit, block: float, frequency_Hz: float, seed: int, stimuli: int = STIMULI
) -> DriveRun:
    """One run of the table."""
    counts = wind_up(run(circuit, Protocol(frequency_Hz, stimuli, block, seed=seed)))
    return DriveRun(
        block=block, frequency_Hz=frequency_Hz, seed=seed,
        first=round(counts.first, 4), excess=round(counts.excess, 4),
    )  # fmt: skip


def tabulate(
    circuit: Circuit,
    blocks: Sequence[float] = BLOCKS,
    frequencies: Sequence[float] = FREQUENCIES_HZ,
    seeds: Sequence[int] = SEEDS,
    progress: Callable[[float], None] = lambda _: None,
) -> tuple[DriveRun, ...]:
    """All runs; ``progress`` is told the share that is done."""
    plan = [(b, f, s) for f in frequencies for s in seeds for b in blocks]
    found = []
    for number, (block, frequency, seed) in enumerate(plan):
        found.append(one_run(circuit, block, frequency, seed))
        progress((number + 1) / len(plan))
    return tuple(found)


def left(runs: Iterable[DriveRun]) -> tuple[Array, Array]:
    """Blocks above 0, and the share of the unblocked excess that each leaves, frequency by frequency (seeds pooled).

    Raises
    ------
    PainloopError : a frequency has no run without block, or does not wind up.
    """
    kept = list(runs)
    blocks, shares = [], []
    for frequency in sorted({one.frequency_Hz for one in kept}):
        here = [one for one in kept if one.frequency_Hz == frequency]
        free = float(np.mean([one.excess for one in here if one.block == 0.0] or [0.0]))
        if free <= 0.0:
            raise PainloopError(
                f"Nothing winds up at {frequency:g} Hz without block; leave that frequency out."
            )
        for block in sorted({one.block for one in here} - {0.0}):
            blocks.append(block)
            shares.append(float(np.mean([one.excess for one in here if one.block == block])) / free)
    return np.array(blocks), np.array(shares)


def fit(runs: Iterable[DriveRun]) -> Fit:
    """The curve through runs, by least squares on A(B)."""
    block, share = left(runs)

    def missed(logs: Array) -> Array:
        half, steepness = np.exp(logs)
        return np.asarray(1.0 / (1.0 + (block / half) ** steepness) - share)

    best = least_squares(missed, np.log([0.2, 1.5]), bounds=(np.log([0.005, 0.3]), np.log([2.0, 12.0])))
    half, steepness = np.exp(best.x)
    return Fit(float(half), float(steepness), float(np.sqrt(np.mean(best.fun**2))))


def curve(runs: Sequence[DriveRun]) -> Curve:
    """The fit to all runs, to each frequency and to each seed."""
    frequencies, seeds = sorted({one.frequency_Hz for one in runs}), sorted({one.seed for one in runs})
    return Curve(
        fit(runs),
        {f: fit([one for one in runs if one.frequency_Hz == f]) for f in frequencies},
        {s: fit([one for one in runs if one.seed == s]) for s in seeds},
    )
