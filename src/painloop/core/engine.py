"""Runs one cohort: exact linear steps, Runge-Kutta for the rest, everything with the patients last.

The cohort is split over the available devices; within a device every operation is an array operation over its
patients, so that no patient's result depends on who else is in the cohort.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.sharding import Mesh, PartitionSpec

from painloop.core import propagators
from painloop.core.course import Doses, divide
from painloop.core.dynamics import Arrays, Dynamics, NoDynamics, Parameters, runge_kutta
from painloop.core.grid import FAMILY_UNITS_H, LEVELS, Grid
from painloop.core.structure import LinearStructure

Observe = Callable[[Array, Arrays, Arrays, Arrays, Parameters], Arrays]
"""(time h, watched linear states, signal of the dynamics, slow states, parameters) -> one array per quantity."""


@dataclass(frozen=True)
class Model:
    """Everything that fixes a compiled program, apart from array shapes.

    Attributes
    ----------
    structure : the linear system's pattern.
    impulse_states : states into which doses may enter at once.
    watch : the linear states that ``observe`` is given, in this order.
    dynamics : the slow states.
    observe : a module-level function or another hashable callable.
    """

    structure: LinearStructure
    impulse_states: tuple[int, ...]
    watch: tuple[int, ...]
    observe: Observe
    dynamics: Dynamics = NoDynamics()


@dataclass(frozen=True)
class Cohort:
    """Values of one batch of patients.

    Attributes
    ----------
    values : (entries of A, patients), 1/h.
    parameters : name -> (patients,), for the dynamics and the observations.
    linear_start : (states, patients) or None for zero.
    slow_start : (slow states, patients) or None for the dynamics' own start.
    """

    values: np.ndarray
    parameters: dict[str, np.ndarray]
    linear_start: np.ndarray | None = None
    slow_start: np.ndarray | None = None

    @property
    def size(self) -> int:
        """Number of patients."""
        return int(self.values.shape[1])

    def of(self, who: np.ndarray) -> Cohort:
        """Some of the patients."""

        def some(values: np.ndarray | None) -> np.ndarray | None:
            return None if values is None else values[:, who]

        named = {name: np.broadcast_to(v, (self.size,))[who] for name, v in self.parameters.items()}
        return Cohort(self.values[:, who], named, some(self.linear_start), some(self.slow_start))


@dataclass(frozen=True)
class Trajectory:
    """What a run returns.

    Attributes
    ----------
    quantities : one (rows, patients) array per quantity.
    linear_end, slow_end : states at the end of the grid, (states, patients).
    """

    quantities: tuple[np.ndarray, ...]
    linear_end: np.ndarray
    slow_end: np.ndarray


def simulate(model: Model, grid: Grid, doses: Doses, cohort: Cohort) -> Trajectory:
    """Run a cohort over a grid and return every quantity at every output row.

    The number of patients is padded to a multiple of the devices; few distinct sizes should be asked for, as
    each compiles its own program.
    """
    quantities, linear, slow = launch(model, grid, doses, cohort)
    n, rows = cohort.size, len(grid.output_h)
    return Trajectory(
        tuple(np.asarray(q)[:rows, :n] for q in quantities),
        np.asarray(linear)[:, :n],
        np.asarray(slow)[:, :n],
    )


def launch(model: Model, grid: Grid, doses: Doses, cohort: Cohort) -> tuple[tuple[Array, ...], Array, Array]:
    """The same as :func:`simulate`, left on the devices that computed it and padded to a multiple of them.

    Returns at once, while the devices work; the arrays can be waited for with ``jax.block_until_ready``.
    """
    shared, own, squarings = _arrays(model, grid, doses, cohort, at_rows=False)
    run = _program(model, squarings, _rows(grid), "trajectory", _devices(cohort.size))
    result: tuple[tuple[Array, ...], Array, Array] = run(shared, own)
    return result


@dataclass(frozen=True)
class Summary:
    """Sums over the patients of a cohort: add them to merge cohorts.

    Attributes
    ----------
    count : number of patients.
    total, total_squares : (rows, quantities).
    below : (rows, quantities, edges), how many patients lie below each edge of the quantity's bins.
    """

    count: int
    total: np.ndarray
    total_squares: np.ndarray
    below: np.ndarray

    def __add__(self, other: Summary) -> Summary:
        return Summary(
            self.count + other.count,
            self.total + other.total,
            self.total_squares + other.total_squares,
            self.below + other.below,
        )


def summarise(model: Model, grid: Grid, doses: Doses, cohort: Cohort, edges: np.ndarray) -> Summary:
    """Run a cohort and keep only sums over its patients, accumulated while it runs.

    Parameters
    ----------
    edges : (quantities, edges), the bins' edges per quantity, increasing.
    """
    shared, own, squarings = _arrays(model, grid, doses, cohort, at_rows=True)
    shared["edges"] = np.asarray(edges, float)
    run = _program(model, squarings, _rows(grid), "summary", _devices(cohort.size))
    rows = len(grid.output_h)
    total, squares, below = (np.asarray(a).sum(axis=0)[:rows] for a in run(shared, own))
    return Summary(cohort.size, total, squares, below)


def program_arrays(
    model: Model, grid: Grid, doses: Doses, cohort: Cohort
) -> tuple[dict[str, Any], dict[str, Any], int]:
    """Shared arrays, patients' arrays and squarings of a trajectory run on the patients as they are (no padding)."""
    shared, own, squarings = _arrays(model, grid, doses, cohort, at_rows=False)
    own = jax.tree.map(lambda a: jnp.asarray(a[..., : cohort.size]), own)
    return jax.tree.map(jnp.asarray, shared), own, squarings


# --- arrays handed to the compiled program ---------------------------------------------------------------------


def padded(length: int, least: int = 1) -> int:
    """The next power of two, ``least`` or more: few sizes, so that few programs are compiled."""
    size = least
    while size < length:
        size *= 2
    return size


def _rows(grid: Grid) -> int:
    """Rows of the output arrays: padded where they are few, exact where padding would cost memory."""
    count = len(grid.output_h)
    return padded(count, 64) if count <= PADDED_ROWS else count


def _edge_count(doses: Doses) -> int:
    return padded(len(doses.edge_h), 16) if len(doses.edge_h) else 0


def _slots(edges: np.ndarray) -> np.ndarray:
    """Edges of a run, their number padded with none."""
    width = edges.shape[1]
    more = padded(width, 4) - width if width else 0
    return np.pad(edges, [(0, 0), (0, more)], constant_values=-1)


def _pad(array: np.ndarray, length: int, value: float = 0) -> np.ndarray:
    widths = [(0, length - array.shape[0])] + [(0, 0)] * (array.ndim - 1)
    return np.pad(array, widths, constant_values=value)


def _arrays(
    model: Model, grid: Grid, doses: Doses, cohort: Cohort, at_rows: bool
) -> tuple[dict[str, Any], dict[str, Any], int]:
    runs = divide(grid, doses, at_rows)
    many, steps = padded(len(runs.length_index), 64), padded(grid.steps, 256)
    units = _pad(grid.units_h, padded(len(grid.units_h)), grid.units_h[0])
    last = runs.first[-1]
    shared = {
        "units": units,
        "first": _pad(runs.first[:-1], many, last),
        "stop": _pad(runs.first[1:], many, last),
        "length_index": _pad(runs.length_index, many),
        "length": _pad(grid.length_h[runs.first[:-1]], many, 1.0),
        "rate_set": _pad(runs.rate_set, many),
        "impulse_set": _pad(runs.impulse_set, many),
        "edges_of_run": _pad(_slots(runs.edges), many, -1),
        "start": _pad(grid.start_h, steps),
        "row": _pad(grid.row, steps),
        "run_row": _pad(grid.row[runs.first[1:] - 1], many, len(grid.output_h) - 1),
        "output": _pad(grid.output_h, _rows(grid), grid.output_h[-1]),
        "edge_input": _pad(doses.edge_input.astype(int), _edge_count(doses)),
    }
    own = _own_arrays(model, runs, grid, doses, cohort)
    finest = float(units.max()) * 2.0**-LEVELS
    squarings = propagators.squarings_needed(model.structure, cohort.values, finest)
    shared["pieces"] = np.array(
        max(1, int(np.ceil(propagators.norm(model.structure, cohort.values) * finest)))
    )
    return shared, own, squarings


def _own_arrays(model: Model, runs: Any, grid: Grid, doses: Doses, cohort: Cohort) -> dict[str, Any]:
    structure, n = model.structure, cohort.size
    width = -(-n // _devices(n)) * _devices(n)
    rates = np.zeros((padded(len(runs.rate_sets), 2), len(structure.inputs), n))
    for k, members in enumerate(runs.rate_sets):
        for i in members:
            rates[k, int(doses.input[i])] += doses.rate[i]
    impulses = np.zeros((padded(len(runs.impulse_sets), 2), len(model.impulse_states), n))
    for k, members in enumerate(runs.impulse_sets):
        for i in members:
            impulses[k, model.impulse_states.index(int(doses.impulse_state[i]))] += doses.impulse_amount[i]
    edges, count = len(doses.edge_h), _edge_count(doses)

    def of_edges(values: np.ndarray, filler: float) -> np.ndarray:
        return _pad(np.broadcast_to(values, (edges, n)), count, filler)

    own: dict[str, Any] = {
        "values": cohort.values,
        "rates": rates,
        "impulses": impulses,
        "edge_h": of_edges(doses.edge_h, np.inf),
        "edge_rate": of_edges(doses.edge_rate, 0.0),
        "edge_amount": of_edges(doses.edge_amount, 0.0),
        "edge_delay": of_edges(_delay(grid, np.broadcast_to(doses.edge_h, (edges, n))), 0.0),
        "parameters": {
            name: np.broadcast_to(np.asarray(v, float), (n,)) for name, v in cohort.parameters.items()
        },
        "alive": np.ones(n),
    }
    if cohort.linear_start is not None:
        own["linear_start"] = cohort.linear_start
    if cohort.slow_start is not None:
        own["slow_start"] = cohort.slow_start
    if width == n:
        return own

    def widen(a: np.ndarray) -> np.ndarray:
        return np.pad(a, [(0, 0)] * (a.ndim - 1) + [(0, width - n)], mode="edge")

    own = jax.tree.map(widen, own)
    own["alive"][n:] = 0.0
    return own


def _delay(grid: Grid, edge_h: np.ndarray) -> np.ndarray:
    """From each patient's edge to the node at or after it, h."""
    nodes = np.append(grid.start_h, grid.output_h[-1])
    place = np.minimum(np.searchsorted(nodes, edge_h), len(nodes) - 1)
    inside = (edge_h > nodes[0]) & (edge_h <= nodes[-1])
    return np.where(inside, np.maximum(nodes[place] - edge_h, 0.0), 0.0)


# --- the compiled program --------------------------------------------------------------------------------------


PADDED_ROWS = 512
SHARED_FROM = 64
"""Patients from which a cohort is split over the devices; below, waiting for each other costs more."""


def _devices(patients: int) -> int:
    return len(jax.devices()) if patients >= SHARED_FROM else 1


@lru_cache(maxsize=64)
def _program(model: Model, squarings: int, rows: int, kind: str, devices: int) -> Callable[..., Any]:
    mesh = Mesh(np.array(jax.devices()[:devices]), ("patients",))
    body = partial(integrate, model, squarings, rows, kind)

    def spec(array: Any) -> PartitionSpec:
        return PartitionSpec(*([None] * (np.ndim(array) - 1)), "patients")

    def outer(shared: dict[str, Any], own: dict[str, Any]) -> Any:
        ends = PartitionSpec(None, "patients") if kind == "trajectory" else PartitionSpec("patients")
        return jax.shard_map(
            body,
            mesh=mesh,
            in_specs=(jax.tree.map(lambda _: PartitionSpec(), shared), jax.tree.map(spec, own)),
            out_specs=ends,
            check_vma=False,
        )(shared, own)

    on_cpu = jax.default_backend() == "cpu"
    return jax.jit(outer, compiler_options={"xla_cpu_prefer_vector_width": 512} if on_cpu else None)


def integrate(
    model: Model, squarings: int, rows: int, kind: str, shared: dict[str, Array], own: dict[str, Any]
) -> tuple[Any, ...]:
    """The whole course of the patients on one device; pure, so that it can be compiled and differentiated.

    ``kind`` is ``trajectory`` (quantities at every row, final states) or ``summary`` (sums over the patients).
    """
    structure, dynamics, parameters = model.structure, model.dynamics, own["parameters"]
    table = propagators.table(structure, own["values"], shared["units"], LEVELS, squarings)
    tables = table, table[:, np.array(structure.drive_positions, int)]
    edge_jump = _edge_jumps(structure, table, own, shared)
    zero = jnp.zeros_like(own["alive"])
    x = tuple(own["linear_start"]) if "linear_start" in own else (zero,) * structure.size
    y = tuple(own["slow_start"]) if "slow_start" in own else dynamics.initial(parameters)
    watching = kind == "trajectory"
    keep = _Trajectory(model, rows, shared, parameters) if watching else _Sums(model, rows, shared, own)

    def signal_of(x: Arrays) -> Arrays:
        return dynamics.signal(tuple(x[i] for i in structure.drive), parameters)

    def one_run(carry: Any, run: dict[str, Array]) -> tuple[Any, None]:
        x, y, kept = carry
        x = _enter(model, x, own["impulses"][run["impulse_set"]])
        stepper = _Stepper(model, tables, own, shared, run, edge_jump)
        start = x, y, signal_of(x), kept
        x, y, signal, kept = lax.fori_loop(run["first"], run["stop"], partial(stepper.step, keep), start)
        return (x, y, keep.after_run(kept, run, x, signal, y)), None

    names = ("first", "stop", "length_index", "length", "rate_set", "impulse_set", "edges_of_run", "run_row")
    kept = keep.initial(x, signal_of(x), y)
    (x, y, kept), _ = lax.scan(one_run, (x, y, kept), {name: shared[name] for name in names})
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

    def signal(self, x: Arrays) -> Arrays:
        drive = tuple(x[i] for i in self.model.structure.drive)
        return self.model.dynamics.signal(drive, self.own["parameters"])

    def _linear(self, x: Arrays, pushed: Arrays) -> Arrays:
        rows = self.model.structure.rows
        return tuple(self._row(self.full, rows[i], x, inputs=False) + pushed[i] for i in range(len(rows)))

    def _middle(self, x: Arrays, pushed: Arrays) -> Arrays:
        structure, at, drive = self.model.structure, 0, []
        for place, i in enumerate(structure.drive):
            row = tuple((at + k, j) for k, (_, j) in enumerate(structure.rows[i]))
            drive.append(self._row(self.half, row, x, inputs=False) + pushed[place])
            at += len(row)
        return self.model.dynamics.signal(tuple(drive), self.own["parameters"])

    def step(self, keep: _Trajectory | _Sums, i: Array, state: Any) -> Any:
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


class _Observer:
    """What is kept while the course runs; quantities are computed where the states are at hand."""

    def __init__(self, model: Model, rows: int, shared: dict[str, Array], parameters: Parameters) -> None:
        self.model, self.rows, self.shared, self.parameters = model, rows, shared, parameters

    def see(self, row: Array, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        """Every quantity at the time of a row."""
        watched = tuple(x[i] for i in self.model.watch)
        return self.model.observe(self.shared["output"][row], watched, signal, y, self.parameters)


class _Trajectory(_Observer):
    """Keeps every quantity of every patient; steps before a row's node are written over by the node itself."""

    def initial(self, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        zero = jnp.zeros_like(x[0])
        first = (a + zero for a in self.see(jnp.asarray(0), x, signal, y))
        return tuple(jnp.zeros((self.rows, *a.shape)).at[0].set(a) for a in first)

    def after_step(self, kept: Arrays, row: Array, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        now = self.see(row, x, signal, y)
        return tuple(
            lax.dynamic_update_index_in_dim(k, jnp.broadcast_to(a, k.shape[1:]), row, 0)
            for k, a in zip(kept, now, strict=True)
        )

    def after_run(self, kept: Arrays, run: Any, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        return kept


class _Sums(_Observer):
    """Keeps sums over the patients and counts below the edges, at the runs that end on an output row."""

    def __init__(self, model: Model, rows: int, shared: dict[str, Array], own: dict[str, Any]) -> None:
        super().__init__(model, rows, shared, own["parameters"])
        self.edges, self.alive = shared["edges"], own["alive"]

    def _sums(self, row: Array, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        values = jnp.stack([jnp.broadcast_to(a, self.alive.shape) for a in self.see(row, x, signal, y)])
        below = jnp.where(values[:, None, :] < self.edges[:, :, None], self.alive, 0.0).sum(-1)
        return (values * self.alive).sum(-1), (values * values * self.alive).sum(-1), below

    def initial(self, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        first = self._sums(jnp.asarray(0), x, signal, y)
        return tuple(jnp.zeros((self.rows, *a.shape)).at[0].set(a) for a in first)

    def after_step(self, kept: Arrays, row: Array, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        return kept

    def after_run(self, kept: Arrays, run: Any, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        row = run["run_row"]
        now = self._sums(row, x, signal, y)
        return tuple(lax.dynamic_update_index_in_dim(k, a, row, 0) for k, a in zip(kept, now, strict=True))
