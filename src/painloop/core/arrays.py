"""Lays grid, doses and patients out as the arrays that a compiled program takes, padded to few shapes."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from painloop.core import propagators
from painloop.core.course import Doses, Runs, divide
from painloop.core.grid import LEVELS, Grid
from painloop.core.model import Cohort, Model

RUNS, STEPS, SETS = 1024, 8192, 16
"""Least room for runs, steps and sets of doses; room that is not used costs next to nothing."""
FEW, ROWS, FAMILIES = 1024, 512, 8
"""Up to so many patients there is room for a multiple of so many rows, and for so many families: few programs."""
PADDED_ROWS = 512
"""For more patients the number of rows is padded up to so many; beyond, padding would cost memory."""
Names = tuple[tuple[str, ...], tuple[str, ...]]
"""Of the parameters that all patients share, and of those of their own."""
SHARED_FROM = 64
"""Patients from which a cohort is split over the devices; below, waiting for each other costs more."""


def devices_for(patients: int) -> int:
    """How many devices a cohort is split over."""
    return len(jax.devices()) if patients >= SHARED_FROM else 1


def padded(length: int, least: int = 1, factor: int = 2) -> int:
    """The next of ``least``, ``least * factor``, ...: few sizes, so that few programs are compiled."""
    size = least
    while size < length:
        size *= factor
    return size


def rows_of(grid: Grid, patients: int) -> int:
    """Rows of the output arrays: padded for few patients or few rows, exact where padding would cost memory."""
    count = len(grid.output_h)
    if patients <= FEW:
        return -(-count // ROWS) * ROWS
    return padded(count, 64) if count <= PADDED_ROWS else count


def _edge_count(doses: Doses) -> int:
    return padded(len(doses.edge_h), 16) if len(doses.edge_h) else 0


def _slots(edges: np.ndarray) -> np.ndarray:
    """Edges of a run, their number padded with none."""
    width = edges.shape[1]
    more = padded(width, 4) - width if width else 0
    return np.pad(edges, [(0, 0), (0, more)], constant_values=-1)


def _room(sets: tuple[tuple[int, ...], ...]) -> int:
    return padded(len(sets), SETS, 8)


def _pad(array: np.ndarray, length: int, value: float = 0) -> np.ndarray:
    widths = [(0, length - array.shape[0])] + [(0, 0)] * (array.ndim - 1)
    return np.pad(array, widths, constant_values=value)


def lay_out(
    model: Model, grid: Grid, doses: Doses, cohort: Cohort, at_rows: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Shared arrays and the patients' arrays (padded to whole devices)."""
    runs = divide(grid, doses, at_rows)
    count, families = len(runs.length_index), len(grid.units_h)
    many, steps = padded(count, RUNS, 4), padded(grid.steps, STEPS, 4)
    finest = float(grid.units_h.max()) * 2.0**-LEVELS
    last = runs.first[-1]
    shared: dict[str, Any] = {
        "units": _pad(grid.units_h, padded(families, FAMILIES if cohort.size <= FEW else 2)),
        "families": np.array(families),
        "squarings": np.array(propagators.squarings_needed(model.structure, cohort.values, finest)),
        "pieces": np.array(max(1, int(np.ceil(propagators.norm(model.structure, cohort.values) * finest)))),
        "runs": np.array(count),
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
        "output": _pad(grid.output_h, rows_of(grid, cohort.size), grid.output_h[-1]),
        "edge_input": _pad(doses.edge_input.astype(int), _edge_count(doses)),
    }
    shared["parameters"] = {
        name: np.asarray(v, float) for name, v in cohort.parameters.items() if not np.ndim(v)
    }
    return shared, _own_arrays(model, runs, grid, doses, cohort)


def _own_arrays(model: Model, runs: Runs, grid: Grid, doses: Doses, cohort: Cohort) -> dict[str, Any]:
    structure, n = model.structure, cohort.size
    width = -(-n // devices_for(n)) * devices_for(n)
    rates = np.zeros((_room(runs.rate_sets), len(structure.inputs), n))
    for k, members in enumerate(runs.rate_sets):
        for i in members:
            rates[k, int(doses.input[i])] += doses.rate[i]
    impulses = np.zeros((_room(runs.impulse_sets), len(model.impulse_states), n))
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
            name: np.broadcast_to(np.asarray(v, float), (n,))
            for name, v in cohort.parameters.items()
            if np.ndim(v)
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


def packed(shared: dict[str, Any], own: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], Names]:
    """The same with the parameters as one array each, and their names: handing over a hundred arrays takes long."""
    common, varying = shared["parameters"], own["parameters"]
    width = len(own["alive"])
    stacked = np.stack(list(varying.values())) if varying else np.zeros((0, width))
    return (
        shared | {"parameters": np.array(list(common.values()), float)},
        own | {"parameters": stacked},
        (tuple(common), tuple(varying)),
    )


def unpacked(
    shared: dict[str, Any], own: dict[str, Any], names: Names
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What :func:`packed` took."""
    parts = (
        {name: part["parameters"][k] for k, name in enumerate(known)}
        for part, known in zip((shared, own), names, strict=True)
    )
    common, varying = parts
    return shared | {"parameters": common}, own | {"parameters": varying}


def lay_out_plainly(
    model: Model, grid: Grid, doses: Doses, cohort: Cohort
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Shared arrays and patients' arrays of a trajectory run on the patients as they are (no padding)."""
    shared, own = lay_out(model, grid, doses, cohort, at_rows=False)
    own = jax.tree.map(lambda a: jnp.asarray(a[..., : cohort.size]), own)
    return jax.tree.map(jnp.asarray, shared), own
