"""The time grid that a cohort shares: graded after each event, aligned to events and outputs.

Steps come from a few dyadic families (4 h, 4/3 h, 4/15 h times powers of one half), so that few propagators serve
all of them and times in whole minutes are met exactly; what no family meets is closed by one short leftover step, which
becomes the finest step of a family of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

LEVELS = 10
"""Steps of a family: unit * 2**-k for k = 0 ... 9."""
FAMILY_UNITS_H = (4.0, 4.0 / 3.0, 4.0 / 15.0)
Grading = tuple[tuple[float, int], ...]
FINE: Grading = (
    (0.5, 5), (1.0, 4), (4.0, 3), (8.0, 2), (16.0, 1), (24.0, 0), (72.0, -1), (float("inf"), -2),
)  # fmt: skip
"""Up to how many hours after an event which step: 2**-k h. Keeps 8,000 patients of the benchmark within 1e-6."""
_CLOSE_H = 1e-9


@dataclass(frozen=True)
class Grid:
    """Steps in order; ``length_index`` points into the table of propagators (its half is the next entry).

    Attributes
    ----------
    start_h, length_h : (steps,), h.
    length_index : (steps,).
    row : (steps,), the output row that the end of the step belongs to (the last writer of a row is its node).
    units_h : (families,), the lengths behind the table: ``units_h * 2**-k``, h; the first is 4 h.
    output_h : (rows,), h, first row at the grid's start.
    """

    start_h: np.ndarray
    length_h: np.ndarray
    length_index: np.ndarray
    row: np.ndarray
    units_h: np.ndarray
    output_h: np.ndarray

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.length_h)


def refine(grading: Grading, halvings: int = 1) -> Grading:
    """The same grading with every step halved ``halvings`` times (as far as the families reach)."""
    finest = LEVELS - 1 - round(np.log2(FAMILY_UNITS_H[0]))
    return tuple((until, min(finest, k + halvings)) for until, k in grading)


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
    settled = max((until for until, _ in grading if np.isfinite(until)), default=0.0)
    gaps, elapsed = np.round(np.diff(nodes), 10), np.round(np.minimum(nodes[:-1] - since, settled), 10)
    for gap, hours in zip(gaps.tolist(), elapsed.tolist(), strict=True):
        lengths.extend(_fill(gap, hours, grading))
    return _assemble(nodes[0], lengths, output_h)


def _merge(times: np.ndarray) -> np.ndarray:
    times = np.sort(times)
    kept: np.ndarray = times[np.concatenate([[True], np.diff(times) > _CLOSE_H])]
    return kept


def _last_event(times: np.ndarray, events: np.ndarray) -> np.ndarray:
    place = np.searchsorted(events, times + 2.0 * _CLOSE_H) - 1
    return np.where(place >= 0, events[np.maximum(place, 0)] if len(events) else 0.0, times - 1e6)


def _allowed(elapsed_h: float, grading: Grading) -> float:
    for until, k in grading:
        if elapsed_h < until - _CLOSE_H:
            return 2.0**-k
    return FAMILY_UNITS_H[0]


def _family(length_h: float) -> float | None:
    for unit in FAMILY_UNITS_H:
        ticks = length_h / (unit * 2.0 ** -(LEVELS - 1))
        if abs(ticks - round(ticks)) * unit * 2.0 ** -(LEVELS - 1) < _CLOSE_H:
            return unit
    return None


@lru_cache(maxsize=4096)
def _fill(gap: float, elapsed: float, grading: Grading) -> tuple[tuple[float, float], ...]:
    """Steps (unit, length) that fill a gap; ``elapsed`` h after an event. A leftover has unit 0 and comes last."""
    unit, leftover = _family(gap), 0.0
    if unit is None:
        unit = FAMILY_UNITS_H[0]
        tick = unit * 2.0 ** -(LEVELS - 1)
        leftover = gap - np.floor(gap / tick) * tick
    tick = unit * 2.0 ** -(LEVELS - 1)
    remaining = round((gap - leftover) / tick)
    steps = []
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
    return tuple(steps)


def _assemble(begin: float, lengths: list[tuple[float, float]], output_h: np.ndarray) -> Grid:
    unit, length = np.array(lengths).T
    ends = begin + np.cumsum(length)
    unit = np.where(unit > 0.0, unit, np.round(length, 12) * 2.0 ** (LEVELS - 1))
    units = np.unique(np.append(unit, FAMILY_UNITS_H[0]))[::-1]
    family = np.searchsorted(-units, -unit)
    index = family * (LEVELS + 1) + np.round(np.log2(unit / length)).astype(int)
    row = np.searchsorted(output_h, ends - 1e-7, side="left")
    return Grid(ends - length, length, index, np.minimum(row, len(output_h) - 1), units, output_h)
