"""Runs a network: from a library file and a protocol to the spikes of its cells."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from painloop.circuit import arrays, kernel
from painloop.circuit.currents import Array
from painloop.circuit.network import Network, build
from painloop.circuit.protocol import Protocol
from painloop.circuit.synapses import Index
from painloop.errors import PainloopError
from painloop.library.schema.circuits import Circuit

_SPIKES_PER_CELL_MS = 1.0


@dataclass(frozen=True)
class Spikes:
    """What a run left: for every spike its cell (row of ``names``) and its time (ms); stimuli (ms); durations (s)."""

    network: Network
    cell: Index
    time: Array
    model_s: float
    wall_s: float

    @property
    def names(self) -> tuple[str, ...]:
        return self.network.names

    @property
    def stimuli(self) -> Array:
        return self.network.stimuli


def run(circuit: Circuit, protocol: Protocol) -> Spikes:
    """Run a circuit under a protocol.

    Raises
    ------
    PainloopError : a voltage left the range of the tables, or cells fired without end.
    """
    network = build(circuit, protocol)
    spikes, _, wall = step_through(network)
    return Spikes(network, spikes[:, 0].astype(np.int64), spikes[:, 1], network.until_ms / 1000.0, wall)


def step_through(network: Network, every: int = 0) -> tuple[Array, Array, float]:
    """Spikes (n, 2), voltages (m, cell, compartment) of every ``every``-th step, and seconds of computing."""
    steps = int(np.ceil(network.until_ms / network.step_ms))
    cells, compartments = network.rest.voltage.shape
    spikes = np.empty((int(network.until_ms * cells * _SPIKES_PER_CELL_MS), 2))
    trace = np.empty((steps // every if every else 0, cells, compartments))
    start = time.perf_counter()
    found = kernel.advance(
        steps, network.step_ms, network.membrane, network.constants, network.receptors, network.arrivals,
        network.wiring, arrays.State(*(part.copy() for part in network.rest)), network.table, spikes, every, trace,
    )  # fmt: skip
    wall = time.perf_counter() - start
    if found < 0:
        why = "a voltage left the range of its tables" if found == -1 else "the cells fired without end"
        raise PainloopError(
            f"The circuit run was stopped because {why}; give a smaller time step or weaker input."
        )
    return spikes[:found], trace, wall
