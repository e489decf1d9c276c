"""From the sections of a library file to chains of compartments with capacitances, conductances and calcium shells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from painloop.circuit.currents import CHANNELS, FARADAY, Array
from painloop.library.schema.circuits import CellType, Section

_CM_PER_UM = 1e-4
_NS_PER_S = 1e9
_PA_PER_MA = 1e9
_PF_PER_UF = 1e6
_UM_PER_MM = 1e3
"""uM in a mM."""


@dataclass(frozen=True)
class Chain:
    """The compartments of one cell type in a row: (compartment,) arrays, ``density`` (compartment, channel).

    ``capacitance`` pF, ``leak`` nS, ``density`` nS (calcium_L: pA per mA/cm2 of flux), ``axial`` nS between a
    compartment and the next, ``shell`` uM/ms per pA, ``removal`` ms; ``soma`` and ``dendrite`` are the places where
    spikes are seen and synapses stand.
    """

    capacitance: Array
    leak: Array
    density: Array
    axial: Array
    shell: Array
    removal: Array
    soma: int
    dendrite: int


@dataclass(frozen=True)
class _Piece:
    length: float
    diameter: float
    values: dict[str, float]
    section: str

    @property
    def area(self) -> float:
        """Mantle, cm2."""
        return math.pi * self.diameter * self.length * _CM_PER_UM**2

    def half_resistance(self, resistivity: float) -> float:
        """From the middle to an end, in GOhm (resistivity in ohm cm)."""
        cross = math.pi * (self.diameter * _CM_PER_UM) ** 2 / 4.0
        return resistivity * self.length / 2.0 * _CM_PER_UM / cross * 1e-9


def chain(cell: CellType, common: dict[str, float]) -> Chain:
    """The compartments of a cell type; ``common`` holds capacitance, axial_resistivity and shell_depth."""
    pieces = [piece for section in cell.sections for piece in _cut(section)]
    names = [piece.section for piece in pieces]
    areas = np.array([piece.area for piece in pieces])
    density = np.array([[piece.values.get(name, 0.0) for name in CHANNELS] for piece in pieces])
    halves = [piece.half_resistance(common["axial_resistivity"]) for piece in pieces]
    charge = 2.0 * FARADAY * common["shell_depth"] * 1e-4
    dendrites = [number for number, name in enumerate(names) if name == "dendrite"]
    return Chain(
        capacitance=common["capacitance"] * areas * _PF_PER_UF,
        leak=_of(pieces, "leak") * areas * _NS_PER_S,
        density=density * areas[:, None] * _NS_PER_S,
        axial=np.array([1.0 / (a + b) for a, b in pairwise(halves)]),
        shell=_UM_PER_MM / (charge * areas * _PA_PER_MA),
        removal=_of(pieces, "calcium_removal", 1.0),
        soma=names.index("soma"),
        dendrite=dendrites[len(dendrites) // 2] if dendrites else names.index("soma"),
    )


def _cut(section: Section) -> list[_Piece]:
    values = {name: value.number for name, value in section.values.items()}
    length = values["length"] / section.compartments
    return [_Piece(length, values["diameter"], values, section.name)] * section.compartments


def _of(pieces: Sequence[_Piece], name: str, otherwise: float = 0.0) -> Array:
    return np.array([piece.values.get(name, otherwise) for piece in pieces])
