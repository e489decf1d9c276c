"""Spikes per stimulus of the projection cells, how they grow, and what of it is wind-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from painloop.circuit.currents import Array
from painloop.circuit.network import numbers
from painloop.circuit.run import Spikes


@dataclass(frozen=True)
class WindUp:
    """Mean spikes of a projection cell for every stimulus, in the A and in the C window."""

    A: Array
    C: Array

    @property
    def first(self) -> float:
        """C response to the first stimulus."""
        return float(self.C[0])

    @property
    def last(self) -> float:
        """C response to the last stimulus."""
        return float(self.C[-1])

    @property
    def growth(self) -> float | None:
        """Last over first C response; None where there was no first."""
        return self.last / self.first if self.first > 0.0 else None

    @property
    def excess(self) -> float:
        """Spikes above the first response, summed over all stimuli."""
        return excess(self.C)


def excess(counts: Array | Sequence[float]) -> float:
    """Sum of all responses less as many times the first one."""
    values = np.asarray(counts, dtype=np.float64)
    return float(values.sum() - values.size * values[0])


def wind_up(spikes: Spikes) -> WindUp:
    """Count the spikes of the projection cells in the windows that the circuit file gives."""
    circuit, protocol = spikes.network.circuit, spikes.network.protocol
    value = numbers(circuit)
    roles = [cell.role for cell in circuit.cells for _ in range(cell.count)]
    projection = np.array([role == "projection" for role in roles])
    time = spikes.time[projection[spikes.cell]]
    end = min(value["C_window_end"], protocol.interval_ms)
    edges = (value["A_window_start"], value["C_window_start"], end)
    counts = [
        [np.count_nonzero((time >= at + low) & (time < at + high)) for at in spikes.stimuli]
        for low, high in pairwise(edges)
    ]
    early, late = np.array(counts) / projection.sum()
    return WindUp(early, late)


def mean(several: Sequence[WindUp]) -> WindUp:
    """The mean over runs, stimulus by stimulus."""
    return WindUp(np.mean([one.A for one in several], axis=0), np.mean([one.C for one in several], axis=0))
