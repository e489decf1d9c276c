"""Builds the arrays that the stepping code runs from a library file of kind ``circuits`` and a protocol."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from painloop.circuit import arrays, kernel
from painloop.circuit.cells import Chain, chain
from painloop.circuit.currents import (
    CHANNELS,
    GATES,
    Array,
    calcium_steady,
    ghk_parts,
    magnesium_free,
    peak_factor,
    steady,
    time_constant,
    warming,
)
from painloop.circuit.protocol import Protocol
from painloop.circuit.synapses import inhibitory, listens, members, poisson, stimulus_times, volleys
from painloop.library.schema.circuits import Circuit, Connection

_QUIET_AFTER_MS = 1000.0


@dataclass(frozen=True)
class Network:
    """A circuit under a protocol, ready to run: arrays for :mod:`painloop.circuit.kernel` and what rows mean."""

    circuit: Circuit
    protocol: Protocol
    names: tuple[str, ...]
    stimuli: Array
    until_ms: float
    step_ms: float
    membrane: arrays.Membrane
    constants: arrays.Constants
    receptors: arrays.Receptors
    arrivals: arrays.Arrivals
    wiring: arrays.Wiring
    table: Array
    rest: arrays.State


def build(circuit: Circuit, protocol: Protocol) -> Network:
    """The network of a library file under a protocol (intact unless the protocol says otherwise)."""
    common = numbers(circuit)
    step = (protocol.step_us or common["step"]) / 1000.0
    stimuli = stimulus_times(protocol, common["before_first_stimulus"])
    until = float(stimuli[-1]) + max(protocol.interval_ms, _QUIET_AFTER_MS)
    chains = [chain(cell, common) for cell in circuit.cells for _ in range(cell.count)]
    membrane = _membrane(chains, protocol, step)
    receptors = _receptors(circuit, protocol, chains, step)
    wiring = _wiring(circuit, protocol)
    return Network(
        circuit,
        protocol,
        tuple(f"{cell.name} {k + 1}" for cell in circuit.cells for k in range(cell.count)),
        stimuli,
        until,
        step,
        membrane,
        _constants(circuit, common, step),
        receptors,
        _arrivals(circuit, protocol, stimuli, until),
        wiring,
        _table(circuit, common, step),
        _rest(circuit, common, membrane, receptors, wiring, step),
    )


def numbers(circuit: Circuit) -> dict[str, float]:
    """The circuit's parameters as plain numbers."""
    return {name: value.number for name, value in circuit.parameters.items()}


def _membrane(chains: list[Chain], protocol: Protocol, step: float) -> arrays.Membrane:
    density = np.stack([one.density for one in chains])
    density[:, :, CHANNELS.index("calcium_cation")] *= protocol.cation
    leak = np.stack([one.leak for one in chains])
    return arrays.Membrane(
        np.stack([2.0 * one.capacitance / step for one in chains]),
        leak,
        density,
        np.stack([one.axial for one in chains]),
        np.stack([one.shell * one.removal for one in chains]),
        np.stack([step / (one.removal + step / 2.0) for one in chains]),
        np.zeros_like(leak),
        np.array([one.soma for one in chains]),
    )


def _constants(circuit: Circuit, common: dict[str, float], step: float) -> arrays.Constants:
    cation, potassium = circuit.calcium_gates["cation"], circuit.calcium_gates["potassium"]
    warm = [warming(one.q10, one.measured_at_C, common["temperature"]) for one in (cation, potassium)]
    return arrays.Constants(
        common["leak_reversal"],
        common["sodium_reversal"],
        common["potassium_reversal"],
        common["cation_reversal"],
        common["calcium_outside"],
        common["calcium_rest"],
        1.0 / cation.half_uM,
        step / 2.0 * cation.closing_per_ms * warm[0],
        step / 2.0 / cation.shortest_ms,
        1.0 / potassium.half_uM,
        step / 2.0 * potassium.closing_per_ms * warm[1],
        step / 2.0 / potassium.shortest_ms,
        common["spike_threshold"],
    )


def _receptors(circuit: Circuit, protocol: Protocol, chains: list[Chain], step: float) -> arrays.Receptors:
    names, cells = list(circuit.synapses), [cell for cell in circuit.cells for _ in range(cell.count)]
    times = np.array(
        [
            [
                (
                    cell.slower_rise_ms[name].number if name in cell.slower_rise_ms else one.rise_ms,
                    one.decay_ms,
                )
                for name, one in circuit.synapses.items()
            ]
            for cell in cells
        ]
    )
    chloride = protocol.lesion.chloride_reversal_mV
    if chloride is None:
        chloride = numbers(circuit)["chloride_reversal"]
    return arrays.Receptors(
        np.exp(-step / times),
        np.exp(-step / 2.0 / times),
        1.0 / times,
        np.array([[peak_factor(*pair) for pair in row] for row in times]),
        np.array(
            [chloride if inhibitory(name) else one.reversal_mV for name, one in circuit.synapses.items()]
        ),
        np.array([one.calcium_share for one in circuit.synapses.values()]),
        np.array([name == "NMDA" for name in names]),
        np.array([_scale(name, protocol) for name in names]),
        np.array(
            [
                [one.soma if s.on == "soma" else one.dendrite for s in circuit.synapses.values()]
                for one in chains
            ]
        ),
    )


def _scale(receptor: str, protocol: Protocol) -> float:
    if receptor == "NMDA":
        return 1.0 - protocol.block
    return protocol.lesion.inhibition if inhibitory(receptor) else 1.0


def _arrivals(circuit: Circuit, protocol: Protocol, stimuli: Array, until: float) -> arrays.Arrivals:
    fibres = {one.name: volleys(one, protocol, stimuli, until) for one in circuit.fibres}
    counts = {one.name: one.count for one in circuit.fibres}
    receptors = list(circuit.synapses)
    none = np.empty(0)
    columns: list[tuple[Array, Array, Array, Array]] = [(none, none, none, none)]
    for one in circuit.connections:
        targets = members(circuit, one.target)
        if one.source == "background":
            rate = numbers(circuit)["background_rate"]
            impulses = poisson(protocol.seed, f"circuit:{one.receptor}", targets.size, rate, until)
            heard = np.eye(targets.size, dtype=bool)
        elif one.source in fibres:
            impulses = fibres[one.source]
            heard = listens(one, protocol.seed, counts[one.source], targets.size)
        else:
            continue
        for row, cell in enumerate(targets):
            time = impulses.time[heard[row, impulses.fibre]] + one.delay.number
            same = np.ones(time.size)
            columns.append(
                (time, same * cell, same * receptors.index(one.receptor), same * one.weight.number)
            )
    time, cell, receptor, weight = (np.concatenate(part) for part in zip(*columns, strict=True))
    order = np.argsort(time, kind="stable")
    return arrays.Arrivals(
        time[order], cell[order].astype(np.int64), receptor[order].astype(np.int64), weight[order]
    )


def _wiring(circuit: Circuit, protocol: Protocol) -> arrays.Wiring:
    kinds = {cell.name for cell in circuit.cells}
    between = [one for one in circuit.connections if one.source in kinds]
    rows = sorted(row for one in between for row in _pairs(circuit, protocol, one))
    sources = np.array([row[0] for row in rows], dtype=np.int64)
    cells = sum(cell.count for cell in circuit.cells)
    return arrays.Wiring(
        np.searchsorted(sources, np.arange(cells + 1)).astype(np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=np.int64),
        np.array([row[3] for row in rows], dtype=np.float64),
        np.array([row[4] for row in rows], dtype=np.float64),
    )


def _pairs(circuit: Circuit, protocol: Protocol, one: Connection) -> list[tuple[int, int, int, float, float]]:
    sources, targets = members(circuit, one.source), members(circuit, one.target)
    heard = listens(one, protocol.seed, sources.size, targets.size)
    receptor = list(circuit.synapses).index(one.receptor)
    return [
        (int(sources[k]), int(targets[t]), receptor, one.weight.number, one.delay.number)
        for t in range(targets.size)
        for k in range(sources.size)
        if heard[t, k]
    ]


def _table(circuit: Circuit, common: dict[str, float], step: float) -> Array:
    voltage = np.linspace(
        kernel.V_LOW, kernel.V_HIGH, round((kernel.V_HIGH - kernel.V_LOW) * kernel.ROWS_PER_MV) + 1
    )
    gates = [circuit.gates[name] for name in GATES]
    keeps = [np.exp(-step / time_constant(one, voltage, common["temperature"])) for one in gates]
    free = magnesium_free(voltage, common["magnesium"], common["magnesium_half"], common["magnesium_voltage"])
    flux = ghk_parts(voltage, common["temperature"])
    return np.ascontiguousarray(
        np.stack([*(steady(one, voltage) for one in gates), *keeps, *flux, free], axis=1)
    )


def _rest(
    circuit: Circuit,
    common: dict[str, float],
    membrane: arrays.Membrane,
    receptors: arrays.Receptors,
    wiring: arrays.Wiring,
    step: float,
) -> arrays.State:
    shape = membrane.leak.shape
    voltage = np.full(shape, common["leak_reversal"])
    gates = np.stack([steady(circuit.gates[name], voltage) for name in GATES], axis=2)
    calcium = np.full(shape, common["calcium_rest"])
    synapses = np.zeros((*receptors.factor.shape, 2))
    slots = int(max(wiring.delay, default=0.0) / step) + 3
    return arrays.State(
        voltage,
        gates,
        calcium_steady(circuit.calcium_gates["cation"], calcium),
        calcium_steady(circuit.calcium_gates["potassium"], calcium),
        calcium,
        synapses,
        np.zeros((slots, *synapses.shape)),
    )
