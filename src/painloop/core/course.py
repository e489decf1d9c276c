"""What a cohort is given, and the runs of equal steps that it divides a grid into.

A run is a stretch of steps of one length with constant shared rates; doses enter at its start. Times that differ
between patients (lags, absorption times) are *edges*: the change enters exactly at the next node.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from painloop.core.grid import Grid

_CLOSE_H = 1e-9


def _none(*shape: int) -> Any:
    return field(default_factory=lambda: np.zeros(shape))


@dataclass(frozen=True)
class Doses:
    """Amounts and rates, patients last; times are shared unless they are edges.

    Attributes
    ----------
    impulse_h, impulse_state : (impulses,), h and state index.
    impulse_amount : (impulses, patients), mg.
    start_h, stop_h, input : (infusions,), h and index into the structure's inputs.
    rate : (infusions, patients), mg/h.
    edge_h : (edges, patients), h; each patient's own time of a change.
    edge_input : (edges,), the input whose rate changes, or whose state an amount enters.
    edge_rate, edge_amount : (edges, patients), the change of rate (mg/h) and the amount (mg) at that time.
    edge_until_h : (edges,), from when on the changes of an input have cancelled for everyone, h.
    """

    impulse_h: np.ndarray = _none(0)
    impulse_state: np.ndarray = _none(0)
    impulse_amount: np.ndarray = _none(0, 1)
    start_h: np.ndarray = _none(0)
    stop_h: np.ndarray = _none(0)
    input: np.ndarray = _none(0)
    rate: np.ndarray = _none(0, 1)
    edge_h: np.ndarray = _none(0, 1)
    edge_input: np.ndarray = _none(0)
    edge_rate: np.ndarray = _none(0, 1)
    edge_amount: np.ndarray = _none(0, 1)
    edge_until_h: np.ndarray = _none(0)

    def event_h(self) -> np.ndarray:
        """Shared times at which the grid must have a node and is graded."""
        return np.unique(np.concatenate([self.impulse_h, self.start_h, self.stop_h]))

    def of(self, who: np.ndarray) -> Doses:
        """The doses of some of the patients."""

        def some(values: np.ndarray) -> np.ndarray:
            return values[:, who] if values.shape[1] > 1 else values

        return replace(
            self, impulse_amount=some(self.impulse_amount), rate=some(self.rate), edge_h=some(self.edge_h),
            edge_rate=some(self.edge_rate), edge_amount=some(self.edge_amount),
        )  # fmt: skip

    def window(self, begin_h: float, end_h: float) -> Doses:
        """What falls into [begin, end): impulses by their time, infusions and edges where they overlap."""
        i = (self.impulse_h >= begin_h - _CLOSE_H) & (self.impulse_h < end_h - _CLOSE_H)
        opened = self.edge_h.min(axis=1, initial=np.inf) if len(self.edge_h) else np.zeros(0)
        e = (opened < end_h + _CLOSE_H) & (self.edge_until_h > begin_h - _CLOSE_H)
        f = (self.start_h < end_h - _CLOSE_H) & (self.stop_h > begin_h + _CLOSE_H)
        return Doses(
            self.impulse_h[i], self.impulse_state[i], self.impulse_amount[i],
            self.start_h[f], self.stop_h[f], self.input[f], self.rate[f],
            self.edge_h[e], self.edge_input[e], self.edge_rate[e], self.edge_amount[e], self.edge_until_h[e],
        )  # fmt: skip


def join(first: Doses, second: Doses) -> Doses:
    """Both together."""
    pairs = {one.name: (getattr(first, one.name), getattr(second, one.name)) for one in fields(Doses)}
    return Doses(**{name: np.concatenate(both) for name, both in pairs.items()})


def entered(
    doses: Doses, begin_h: float, end_h: float, inputs: tuple[int, ...], like: np.ndarray
) -> np.ndarray:
    """What entered each state in [begin, end), (states, patients) like ``like``, mg."""
    total = np.zeros_like(like)
    for time, state, amount in zip(doses.impulse_h, doses.impulse_state, doses.impulse_amount, strict=True):
        if begin_h - _CLOSE_H <= time < end_h - _CLOSE_H:
            total[int(state)] += amount
    for start, stop, column, rate in zip(doses.start_h, doses.stop_h, doses.input, doses.rate, strict=True):
        total[inputs[int(column)]] += rate * max(0.0, min(stop, end_h) - max(start, begin_h))
    for time, column, rate, amount in zip(
        doses.edge_h, doses.edge_input, doses.edge_rate, doses.edge_amount, strict=True
    ):
        state = inputs[int(column)]
        total[state] += rate * np.clip(end_h - np.maximum(time, begin_h), 0.0, None)
        total[state] += np.where((time >= begin_h) & (time < end_h), amount, 0.0)
    return total


@dataclass(frozen=True)
class Runs:
    """Runs of a grid under given doses: indices only, amounts stay with the patients.

    Attributes
    ----------
    first : (runs + 1,), first step of each run.
    length_index : (runs,).
    rate_set, impulse_set : (runs,), index into the sets below; impulse set 0 is empty.
    rate_sets : per set the indices of the infusions that run.
    impulse_sets : per set the indices of the impulses that enter (set 0 none).
    edges : (runs, k), the edges that may fall into a run, padded with -1.
    """

    first: np.ndarray
    length_index: np.ndarray
    rate_set: np.ndarray
    impulse_set: np.ndarray
    rate_sets: tuple[tuple[int, ...], ...]
    impulse_sets: tuple[tuple[int, ...], ...]
    edges: np.ndarray


def divide(grid: Grid, doses: Doses, at_rows: bool = False) -> Runs:
    """Divide a grid into runs; with ``at_rows`` each output row also ends a run."""
    starts = grid.start_h
    breaks = np.zeros(grid.steps, bool)
    breaks[0] = True
    breaks[1:] = np.diff(grid.length_index) != 0
    if at_rows:
        breaks[1:] |= np.diff(grid.row) != 0
    for time in doses.event_h():
        place = int(np.searchsorted(starts, time - 1e-7))
        if place < grid.steps and abs(starts[place] - time) < 1e-7:
            breaks[place] = True
    first = np.flatnonzero(breaks)
    begin = starts[first]
    rate_sets, rate_set = _sets(_running(doses, begin))
    impulses = _entering(doses, begin)
    impulse_sets, impulse_set = _sets([(), *impulses])
    ends = np.append(begin[1:], grid.output_h[-1])
    return Runs(
        np.append(first, grid.steps), grid.length_index[first], rate_set, impulse_set[1:],
        rate_sets, impulse_sets, _edges(doses, begin, ends),
    )  # fmt: skip


def _running(doses: Doses, begin: np.ndarray) -> list[tuple[int, ...]]:
    on = (doses.start_h[None, :] <= begin[:, None] + _CLOSE_H) & (
        doses.stop_h[None, :] > begin[:, None] + _CLOSE_H
    )
    return [tuple(np.flatnonzero(row)) for row in on]


def _entering(doses: Doses, begin: np.ndarray) -> list[tuple[int, ...]]:
    at = np.abs(doses.impulse_h[None, :] - begin[:, None]) < 1e-7
    return [tuple(np.flatnonzero(row)) for row in at]


def _sets(wanted: list[tuple[int, ...]]) -> tuple[tuple[tuple[int, ...], ...], np.ndarray]:
    seen: dict[tuple[int, ...], int] = {}
    index = np.array([seen.setdefault(w, len(seen)) for w in wanted])
    return tuple(seen), index


def _edges(doses: Doses, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    if not len(doses.edge_h):
        return np.full((len(begin), 0), -1)
    opened, closed = doses.edge_h.min(axis=1), doses.edge_until_h
    near = [
        np.flatnonzero((opened <= e + _CLOSE_H) & (closed > b - _CLOSE_H))
        for b, e in zip(begin, end, strict=True)
    ]
    width = max(1, max((len(n) for n in near), default=0))
    out = np.full((len(begin), width), -1)
    for row, n in zip(out, near, strict=True):
        row[: len(n)] = n
    return out
