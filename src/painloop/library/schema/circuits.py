"""The shapes of circuit files: gates, receptors, cells, fibres, connections, and runs to compare with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from painloop.library.schema.base import Fraction, Number, PositiveNumber, Record, Sourced, Text, Value
from painloop.library.schema.effects import Effect


class Rate(Record):
    """An opening or closing rate against voltage, with y = (at - V)/slope and k = |slope|.

    ``linoid`` is rate * k * y/(exp(y) - 1), ``exponential`` rate * exp(y), ``sigmoid`` rate/(1 + exp(y)).
    ``rate`` is per ms (per ms and mV for a linoid; 1 for a steady state), ``at`` and ``slope`` are in mV.
    """

    form: Literal["linoid", "exponential", "sigmoid"]
    rate: PositiveNumber
    at: Number
    slope: Number


class Gate(Sourced):
    """A voltage gate: x' = q (opening (1 - x) - closing x), q = q10^((T - measured_at_C)/10).

    Where ``steady`` is given it replaces opening/(opening + closing) as the value that x tends to.
    """

    opening: Rate
    closing: Rate
    steady: Rate | None = None
    q10: PositiveNumber
    measured_at_C: Number


class CalciumGate(Sourced):
    """A gate that calcium opens by two sites: x tends to c/(1 + c), c = (Ca/half)^2, at closing * (1 + c) per ms."""

    half_uM: PositiveNumber
    closing_per_ms: PositiveNumber
    q10: PositiveNumber
    measured_at_C: Number
    shortest_ms: PositiveNumber


class Synapse(Sourced):
    """A receptor: a conductance that rises and decays with two time constants (ms), peak = weight."""

    rise_ms: PositiveNumber
    decay_ms: PositiveNumber
    reversal_mV: Number
    calcium_share: Fraction = 0.0
    on: Literal["dendrite", "soma"] = "dendrite"


class Section(Record):
    """A cylinder, cut into equal compartments; values are its geometry and its densities."""

    name: Literal["hillock", "soma", "dendrite"]
    compartments: int = Field(ge=1, le=20)
    values: dict[str, Value]


class CellType(Record):
    """Cells of one type, their sections in the order hillock, soma, dendrite, and what they inhibit or excite."""

    name: Text
    role: Literal["projection", "excitatory", "inhibitory"]
    count: int = Field(ge=1, le=20)
    sections: tuple[Section, ...] = Field(min_length=1)
    slower_rise_ms: dict[str, Value] = {}


class Fibres(Record):
    """Afferents of one type: how many, and how long after a stimulus their impulses arrive."""

    name: Literal["A", "C"]
    count: int = Field(ge=1, le=200)
    values: dict[str, Value]


class Connection(Record):
    """All synapses of one receptor from a type of fibre or cell onto a type of cell.

    ``weight`` (nS) is the peak conductance of one impulse of one source at one target; a target listens to the
    ``share`` of the sources; ``delay`` (ms) follows the impulse.
    """

    source: Text
    target: Text
    receptor: Text
    weight: Value
    delay: Value
    share: Value | None = None


class Run(Sourced):
    """One run of this or another program: spikes of the projection cell in the C window, stimulus by stimulus."""

    name: Text
    frequency_Hz: PositiveNumber
    nmda_scale: Fraction = 1.0
    cation_scale: Fraction = 1.0
    inhibition_scale: float = Field(default=1.0, ge=0.0, le=4.0)
    step_us: PositiveNumber
    counts: tuple[int, ...] = Field(min_length=2)


class Circuit(Effect):
    """A conductance-based network of dorsal-horn neurones, or what was seen when a published one was run."""

    gates: dict[str, Gate] = {}
    calcium_gates: dict[str, CalciumGate] = {}
    synapses: dict[str, Synapse] = {}
    cells: tuple[CellType, ...] = ()
    fibres: tuple[Fibres, ...] = ()
    connections: tuple[Connection, ...] = ()
    runs: tuple[Run, ...] = ()

    @model_validator(mode="after")
    def _connect_what_exists(self) -> Circuit:
        targets = {one.name for one in self.cells}
        sources = targets | {one.name for one in self.fibres} | {"background"}
        for number, one in enumerate(self.connections):
            for what, name, known in (
                ("source", one.source, sources), ("target", one.target, targets),
                ("receptor", one.receptor, set(self.synapses)),
            ):  # fmt: skip
                if name not in known:
                    said = ", ".join(sorted(known)) or "none"
                    raise ValueError(f"connections.{number}.{what}: unknown '{name}', known are {said}")
        return self
