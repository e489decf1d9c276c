"""Runs one cohort: exact linear steps, Runge-Kutta for the rest, everything with the patients last.

The cohort is split over the available devices; within a device every operation is an array operation over its
patients, so that no patient's result depends on who else is in the cohort.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import numpy as np
from jax import Array
from jax.sharding import Mesh, PartitionSpec

from painloop.core.arrays import Names, devices_for, lay_out, packed, rows_of, unpacked
from painloop.core.course import Doses
from painloop.core.grid import Grid
from painloop.core.model import Cohort, Model
from painloop.core.program import integrate

__all__ = ["Cohort", "Model", "Summary", "Trajectory", "launch", "simulate", "summarise"]


ROWS_PER_STEP = 0.5
"""Where fewer of the steps end on an output row, each row ends a run and is looked at once."""


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
    _need_double_precision()
    at_rows = len(grid.output_h) < ROWS_PER_STEP * grid.steps
    shared, own = lay_out(model, grid, doses, cohort, at_rows)
    kind = "at_rows" if at_rows else "trajectory"
    shared, own, names = packed(shared, own)
    run = _program(model, rows_of(grid, cohort.size), kind, devices_for(cohort.size), names)
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
    _need_double_precision()
    shared, own = lay_out(model, grid, doses, cohort, at_rows=True)
    shared["edges"] = np.asarray(edges, float)
    shared, own, names = packed(shared, own)
    run = _program(model, rows_of(grid, cohort.size), "summary", devices_for(cohort.size), names)
    rows = len(grid.output_h)
    total, squares, below = (np.asarray(a).sum(axis=0)[:rows] for a in run(shared, own))
    return Summary(cohort.size, total, squares, below)


def _need_double_precision() -> None:
    if not jax.config.jax_enable_x64:  # type: ignore[attr-defined]
        raise RuntimeError("the engine needs float64: call painloop.core.startup.configure() first")


@lru_cache(maxsize=64)
def _program(model: Model, rows: int, kind: str, devices: int, names: Names) -> Callable[..., Any]:
    mesh = Mesh(np.array(jax.devices()[:devices]), ("patients",))

    def body(shared: dict[str, Any], own: dict[str, Any]) -> Any:
        return integrate(model, rows, kind, *unpacked(shared, own, names))

    def spec(array: Any) -> PartitionSpec:
        return PartitionSpec(*([None] * (np.ndim(array) - 1)), "patients")

    def outer(shared: dict[str, Any], own: dict[str, Any]) -> Any:
        ends = PartitionSpec("patients") if kind == "summary" else PartitionSpec(None, "patients")
        return jax.shard_map(
            body,
            mesh=mesh,
            in_specs=(jax.tree.map(lambda _: PartitionSpec(), shared), jax.tree.map(spec, own)),
            out_specs=ends,
            check_vma=False,
        )(shared, own)

    on_cpu = jax.default_backend() == "cpu"
    return jax.jit(outer, compiler_options={"xla_cpu_prefer_vector_width": 512} if on_cpu else None)
