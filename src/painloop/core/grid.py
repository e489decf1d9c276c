"""The time grid that a cohort shares: graded after each event, aligned to events and outputs.

Steps come from a few dyadic families (1 h, 1/3 h, 1/15 h times powers of one half), so that few propagators serve
all of them and times in whole minutes are met exactly; what no family meets is closed by one short leftover step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEVELS = 8
"""Steps of a family: unit * 2**-k for k = 0 ... 7."""
FAMILY_UNITS_H = (1.0, 1.0 / 3.0, 1.0 / 15.0)
Grading = tuple[tuple[float, int], ...]
FINE: Grading = ((1.0, 5), (2.0, 4), (4.0, 3), (8.0, 2), (float("inf"), 0))
"""Up to how many hours after an event which step: 2**-k h. Keeps the benchmark's patients within 1e-6."""
COARSE: Grading = ((1.0, 4), (2.0, 3), (4.0, 2), (8.0, 1), (float("inf"), 0))
_CLOSE_H = 1e-9


@dataclass(frozen=True)
class Grid:
    """Steps in order; ``length_index`` points into the table of propagators (its half is the next entry).

    Attributes
    ----------
    start_h, length_h : (steps,), h.
    length_index : (steps,).
    row : (steps,), the output row that the end of the step belongs to (the last writer of a row is its node).
    units_h, leftovers_h : the lengths behind the table.
    output_h : (rows,), h, first row at the grid's start.
    """

    start_h: np.ndarray
    length_h: np.ndarray
    length_index: np.ndarray
    row: np.ndarray
    units_h: np.ndarray
    leftovers_h: np.ndarray
    output_h: np.ndarray

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.length_h)


def refine(grading: Grading, halvings: int = 1) -> Grading:
    """The same grading with every step halved ``halvings`` times (as far as the families reach)."""
    return tuple((until, min(LEVELS - 1, k + halvings)) for until, k in grading)


def lay(event_h: np.ndarray, output_h: np.ndarray, grading: Grading = FINE) -> Grid:
    """Lay a grid from the first to the last output time.

    Parameters
    ----------
    event_h : times at which a rate or an amount changes, h; those outside the horizon are ignored.
    output_h : (rows,) increasing, h; row 0 is the start.
    grading : see :data:`FINE`.
    """
    output_h = np.asarray(output_h, float)
    begin, end = output_h[0], output_h[-1]
    events = np.unique(np.asarray(event_h, float))
    events = events[(events >= begin - _CLOSE_H) & (events <= end + _CLOSE_H)]
    nodes = _merge(np.concatenate([output_h, events]))
    since = _last_event(nodes[:-1], events)
    lengths: list[tuple[float, float]] = []
    for a, b, last in zip(nodes[:-1], nodes[1:], since, strict=True):
        lengths.extend(_fill(a, b, last, grading))
    return _assemble(nodes[0], lengths, output_h)


def _merge(times: np.ndarray) -> np.ndarray:
    times = np.sort(times)
    return times[np.concatenate([[True], np.diff(times) > _CLOSE_H])]


def _last_event(times: np.ndarray, events: np.ndarray) -> np.ndarray:
    place = np.searchsorted(events, times + 2.0 * _CLOSE_H) - 1
    return np.where(place >= 0, events[np.maximum(place, 0)] if len(events) else 0.0, times - 1e6)


def _allowed(elapsed_h: float, grading: Grading) -> float:
    for until, k in grading:
        if elapsed_h < until - _CLOSE_H:
            return 2.0**-k
    return 1.0


def _family(length_h: float) -> float | None:
    for unit in FAMILY_UNITS_H:
        ticks = length_h / (unit * 2.0 ** -(LEVELS - 1))
        if abs(ticks - round(ticks)) * unit * 2.0 ** -(LEVELS - 1) < _CLOSE_H:
            return unit
    return None


def _fill(a: float, b: float, last_event: float, grading: Grading) -> list[tuple[float, float]]:
    """Steps (unit, length) from node a to node b; a leftover has unit 0 and comes last."""
    unit, tick = _family(b - a), 0.0
    leftover = 0.0
    if unit is None:
        unit = FAMILY_UNITS_H[0]
        tick = unit * 2.0 ** -(LEVELS - 1)
        leftover = (b - a) - np.floor((b - a) / tick) * tick
    tick = unit * 2.0 ** -(LEVELS - 1)
    remaining = round((b - a - leftover) / tick)
    steps, elapsed = [], a - last_event
    while remaining > 0:
        ticks = min(2 ** (LEVELS - 1), 1 << (remaining.bit_length() - 1))
        allowed = _allowed(elapsed, grading)
        while ticks > 1 and ticks * tick > allowed * (1 + 1e-12):
            ticks >>= 1
        steps.append((unit, ticks * tick))
        elapsed += ticks * tick
        remaining -= ticks
    if leftover > 0.0:
        steps.append((0.0, leftover))
    return steps


def _assemble(begin: float, lengths: list[tuple[float, float]], output_h: np.ndarray) -> Grid:
    unit = np.array([u for u, _ in lengths])
    length = np.array([h for _, h in lengths])
    ends = begin + np.cumsum(length)
    units = np.array(sorted({u for u in unit if u > 0.0}, reverse=True) or [FAMILY_UNITS_H[0]])
    leftovers = np.unique(np.round(length[unit == 0.0], 12))
    index = np.empty(len(length), int)
    for k, (u, h) in enumerate(zip(unit, length, strict=True)):
        if u > 0.0:
            family = int(np.argmin(np.abs(units - u)))
            index[k] = family * (LEVELS + 1) + round(np.log2(u / h))
        else:
            index[k] = len(units) * (LEVELS + 1) + 2 * int(np.argmin(np.abs(leftovers - h)))
    row = np.searchsorted(output_h, ends - 1e-7, side="left")
    return Grid(ends - length, length, index, np.minimum(row, len(output_h) - 1), units, leftovers, output_h)
