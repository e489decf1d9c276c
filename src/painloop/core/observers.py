"""What is kept while a course runs: every quantity of every patient, or sums over the patients."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from painloop.core.dynamics import Arrays, Parameters
from painloop.core.model import Model


class Observer:
    """What is kept while the course runs; quantities are computed where the states are at hand."""

    def __init__(self, model: Model, rows: int, shared: dict[str, Array], parameters: Parameters) -> None:
        self.model, self.rows, self.shared, self.parameters = model, rows, shared, parameters

    def see(self, row: Array, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        """Every quantity at the time of a row."""
        watched = tuple(x[i] for i in self.model.watch)
        return self.model.observe(self.shared["output"][row], watched, signal, y, self.parameters)

    def initial(self, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        """What is kept before the first step."""
        raise NotImplementedError

    def after_step(self, kept: Arrays, row: Array, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        """What is kept after a step that belongs to an output row."""
        raise NotImplementedError

    def after_run(self, kept: Arrays, run: Any, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        """What is kept after a run of equal steps."""
        raise NotImplementedError


class Trajectories(Observer):
    """Keeps every quantity of every patient.

    Where rows are few, each ends a run and is looked at once; where nearly every step is a row, looking after each
    step is cheaper than as many runs, and steps before a row's node are written over by the node itself.
    """

    def __init__(
        self, model: Model, rows: int, shared: dict[str, Array], parameters: Parameters, at_rows: bool
    ) -> None:
        super().__init__(model, rows, shared, parameters)
        self.at_rows = at_rows

    def initial(self, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        zero = jnp.zeros_like(x[0])
        first = (a + zero for a in self.see(jnp.asarray(0), x, signal, y))
        return tuple(jnp.zeros((self.rows, *a.shape)).at[0].set(a) for a in first)

    def after_step(self, kept: Arrays, row: Array, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        return kept if self.at_rows else self._keep(kept, row, x, signal, y)

    def after_run(self, kept: Arrays, run: Any, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        return self._keep(kept, run["run_row"], x, signal, y) if self.at_rows else kept

    def _keep(self, kept: Arrays, row: Array, x: Arrays, signal: Arrays, y: Arrays) -> Arrays:
        now = self.see(row, x, signal, y)
        return tuple(
            lax.dynamic_update_index_in_dim(k, jnp.broadcast_to(a, k.shape[1:]), row, 0)
            for k, a in zip(kept, now, strict=True)
        )


class Sums(Observer):
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
