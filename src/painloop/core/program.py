"""The compiled program: steps the linear system exactly and the slow states by Runge-Kutta, and keeps what is seen.

Every array has the patients last, and every operation is one over them.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from painloop.core import propagators
from painloop.core.dynamics import Arrays, Signal, runge_kutta
from painloop.core.grid import FAMILY_UNITS_H, LEVELS
from painloop.core.model import Model
from painloop.core.observers import Observer, Sums, Trajectories
from painloop.core.structure import LinearStructure

OF_RUNS = ("first", "stop", "length_index", "length", "rate_set", "impulse_set", "edges_of_run", "run_row")
"""What is laid out run by run, with room for more runs than there are."""


def integrate(
    model: Model, rows: int, kind: str, shared: dict[str, Array], own: dict[str, Any]
) -> tuple[Any, ...]:
    """The whole course of the patients on one device; pure, so that it can be compiled and differentiated.

    ``kind`` is ``trajectory`` (quantities at every row, final states), the same ``at_rows`` where each row ends a
    run, or ``summary`` (sums over the patients).
    """
    own = own | {"parameters": shared.get("parameters", {}) | own["parameters"]}
    structure, dynamics, parameters = model.structure, model.dynamics, own["parameters"]
    table = propagators.table(
        structure, own["values"], shared["units"], shared["families"], LEVELS, shared["squarings"]
    )
    tables = table, table[:, np.array(structure.drive_positions, int)]
    edge_jump = _edge_jumps(structure, table, own, shared)
    zero = jnp.zeros_like(own["alive"])
    x = tuple(own["linear_start"]) if "linear_start" in own else (zero,) * structure.size
    y = tuple(own["slow_start"] if "slow_start" in own else (s + zero for s in dynamics.initial(parameters)))
    watching = kind != "summary"
    keep = (
        Trajectories(model, rows, shared, parameters, kind == "at_rows")
        if watching
        else Sums(model, rows, shared, own)
    )

    def signal_of(x: Arrays) -> Signal:
        return dynamics.signal(tuple(x[i] for i in structure.drive), parameters)

    def one_run(k: Array, carry: Any) -> Any:
        run = {name: shared[name][k] for name in OF_RUNS}
        x, y, kept = carry
        x = _enter(model, x, own["impulses"][run["impulse_set"]])
        stepper = _Stepper(model, tables, own, shared, run, edge_jump)
        start = x, y, signal_of(x), kept
        x, y, signal, kept = lax.fori_loop(run["first"], run["stop"], partial(stepper.step, keep), start)
        return x, y, keep.after_run(kept, run, x, signal, y)

    kept = keep.initial(x, signal_of(x), y)
    x, y, kept = lax.fori_loop(0, shared["runs"], one_run, (x, y, kept))
    if watching:
        slow = jnp.stack(y) if y else jnp.zeros((0, *zero.shape))
        return kept, jnp.stack(x), slow
    return tuple(a[None] for a in kept)


def _enter(model: Model, x: Arrays, amounts: Array) -> Arrays:
    states = list(x)
    for k, state in enumerate(model.impulse_states):
        states[state] = states[state] + amounts[k]
    return tuple(states)


def _edge_jumps(
    structure: LinearStructure, table: Array, own: dict[str, Any], shared: dict[str, Array]
) -> Array:
    """State change at the node after each edge, (edges, states, patients): what entered since the edge."""
    count = own["edge_h"].shape[0]
    if not count:
        return jnp.zeros((0, structure.size, own["alive"].shape[0]))

    lengths = FAMILY_UNITS_H[0] * 2.0 ** -jnp.arange(LEVELS + 1.0)  # the first family of every grid

    def jump(edge: tuple[Array, ...]) -> Array:
        which, delay, rate, amount = edge
        start = jnp.zeros((structure.size, rate.shape[0]))
        for j, state in enumerate(structure.inputs):
            start = start.at[state].add(jnp.where(which == j, amount, 0.0))
        rates = jnp.stack([jnp.where(which == j, rate, 0.0) for j in range(len(structure.inputs))])
        return propagators.advanced(
            structure, own["values"], table[: len(lengths)], lengths, start, rates, delay, shared["pieces"]
        )

    jumps: Array = lax.map(
        jump, (shared["edge_input"], own["edge_delay"], own["edge_rate"], own["edge_amount"])
    )
    return jumps


class _Stepper:
    """One step of a run: its propagator is read once per run, its input term too unless an edge may fall in."""

    def __init__(
        self,
        model: Model,
        tables: tuple[Array, Array],
        own: dict[str, Any],
        shared: dict[str, Array],
        run: dict[str, Array],
        jumps: Array,
    ) -> None:
        self.model, self.own, self.shared, self.run, self.jumps = model, own, shared, run, jumps
        full, half = tables
        self.full = lax.dynamic_index_in_dim(full, run["length_index"], 0, keepdims=False)
        self.half = lax.dynamic_index_in_dim(half, run["length_index"] + 1, 0, keepdims=False)
        self.rates = tuple(own["rates"][run["rate_set"]])
        self.ragged = own["edge_h"].shape[0] > 0
        self.pushed = self._input_terms(self.rates)

    def _input_terms(self, rates: Arrays) -> tuple[Arrays, Arrays]:
        structure = self.model.structure
        full = tuple(
            self._row(self.full, structure.rows[i], rates, inputs=True) for i in range(structure.size)
        )
        half, at = [], 0
        for i in structure.drive:
            row = tuple((at + k, j) for k, (_, j) in enumerate(structure.rows[i]))
            half.append(self._row(self.half, row, rates, inputs=True))
            at += len(row)
        return full, tuple(half)

    def _row(self, matrix: Array, row: tuple[tuple[int, int], ...], vector: Arrays, inputs: bool) -> Array:
        n = self.model.structure.size
        terms = [matrix[k] * vector[j - n if inputs else j] for k, j in row if (j >= n) == inputs]
        return sum(terms[1:], terms[0]) if terms else jnp.zeros_like(matrix[0])

    def signal(self, x: Arrays) -> Signal:
        drive = tuple(x[i] for i in self.model.structure.drive)
        return self.model.dynamics.signal(drive, self.own["parameters"])

    def _linear(self, x: Arrays, pushed: Arrays) -> Arrays:
        rows = self.model.structure.rows
        return tuple(self._row(self.full, rows[i], x, inputs=False) + pushed[i] for i in range(len(rows)))

    def _middle(self, x: Arrays, pushed: Arrays) -> Signal:
        structure, at, drive = self.model.structure, 0, []
        for place, i in enumerate(structure.drive):
            row = tuple((at + k, j) for k, (_, j) in enumerate(structure.rows[i]))
            drive.append(self._row(self.half, row, x, inputs=False) + pushed[place])
            at += len(row)
        return self.model.dynamics.signal(tuple(drive), self.own["parameters"])

    def step(self, keep: Observer, i: Array, state: Any) -> Any:
        x, y, start, kept = state
        full, half = self.pushed
        if self.ragged:
            full, half = self._input_terms(self._rates_at(i))
        middle = self._middle(x, half) if y else ()
        x = self._linear(x, full)
        if self.ragged:
            x = self._cross(i, x)
        end = self.signal(x)
        if y:
            y = runge_kutta(
                self.model.dynamics, self.own["parameters"], y, self.run["length"], start, middle, end
            )
        x, y, end = lax.optimization_barrier((x, y, end))  # else the compiler computes them twice over
        return x, y, end, keep.after_step(kept, self.shared["row"][i], x, end, y)

    def _rates_at(self, i: Array) -> Arrays:
        """Rates at the start of a step: the shared ones and what each patient's own edges have changed."""
        slots, begin = self.run["edges_of_run"], self.shared["start"][i] + 1e-12
        passed = (slots >= 0)[:, None] & (self.own["edge_h"][slots] <= begin)
        change = jnp.where(passed, self.own["edge_rate"][slots], 0.0)
        which = self.shared["edge_input"][slots]
        return tuple(
            rate + jnp.where((which == j)[:, None], change, 0.0).sum(0) for j, rate in enumerate(self.rates)
        )

    def _cross(self, i: Array, x: Arrays) -> Arrays:
        """What entered at the patients' own edges within a step is there at its end."""
        slots, begin = self.run["edges_of_run"], self.shared["start"][i] + 1e-12
        time = self.own["edge_h"][slots]
        inside = (slots >= 0)[:, None] & (time > begin) & (time <= begin + self.run["length"])
        come = jnp.where(inside[:, None, :], self.jumps[slots], 0.0).sum(0)
        return tuple(s + come[k] for k, s in enumerate(x))
