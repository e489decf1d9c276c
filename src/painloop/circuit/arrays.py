"""What the stepping code is given and moves: plain arrays under names. Units are mV, ms, nS, pA, pF and uM."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Membrane(NamedTuple):
    """Compartments, arrays (cell, compartment): nS, pF, mV, pA; ``density`` (cell, compartment, channel)."""

    inertia: NDArray[np.float64]  # 2 C/dt, nS
    leak: NDArray[np.float64]
    density: NDArray[np.float64]  # nS; calcium_L: pA per mA/cm2
    axial: NDArray[np.float64]  # nS, between a compartment and the next
    shell: NDArray[np.float64]  # uM per pA of calcium current that lasts
    removed: NDArray[np.float64]  # share of what calcium has above rest that a step removes
    injected: NDArray[np.float64]  # pA
    soma: NDArray[np.int64]  # (cell,)


class Constants(NamedTuple):
    """Reversals (mV), calcium (uM inside, mM outside), calcium gates, threshold (mV)."""

    leak: float
    sodium: float
    potassium: float
    cation: float
    calcium_outside: float
    calcium_rest: float
    cation_per_half: float  # 1/uM
    cation_half_speed: float  # dt/2 times the closing rate
    cation_fastest: float  # dt/2 over the shortest time constant
    potassium_per_half: float
    potassium_half_speed: float
    potassium_fastest: float
    threshold: float


class Receptors(NamedTuple):
    """Per receptor or (cell, receptor): shares kept in a step and half a step, reversal, calcium share, place."""

    keep: NDArray[np.float64]  # (cell, receptor, 2): rise, decay
    keep_half: NDArray[np.float64]
    rates: NDArray[np.float64]  # 1/ms, (cell, receptor, 2)
    factor: NDArray[np.float64]  # (cell, receptor)
    reversal: NDArray[np.float64]  # (receptor,)
    calcium_share: NDArray[np.float64]
    voltage_gated: NDArray[np.bool_]
    scale: NDArray[np.float64]
    place: NDArray[np.int64]  # (cell, receptor)


class Arrivals(NamedTuple):
    """Impulses of fibres at synapses, sorted by time (ms)."""

    time: NDArray[np.float64]
    cell: NDArray[np.int64]
    receptor: NDArray[np.int64]
    weight: NDArray[np.float64]


class Wiring(NamedTuple):
    """Synapses between cells, those of cell i at start[i]:start[i + 1]; delays in ms, weights in nS."""

    start: NDArray[np.int64]
    cell: NDArray[np.int64]
    receptor: NDArray[np.int64]
    weight: NDArray[np.float64]
    delay: NDArray[np.float64]


class State(NamedTuple):
    """What moves: (cell, compartment) voltages, gates, calcium (uM); (cell, receptor, 2) synapses; queued impulses."""

    voltage: NDArray[np.float64]
    gates: NDArray[np.float64]
    cation: NDArray[np.float64]
    potassium: NDArray[np.float64]
    calcium: NDArray[np.float64]
    synapses: NDArray[np.float64]
    queue: NDArray[np.float64]  # (slot, cell, receptor, 2)
