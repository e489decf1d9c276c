"""Time on the horizontal axis: the unit people would use, the window worth showing, the rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from painloop.report.curves import Array
from painloop.report.numbers import duration, fixed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DAY, _WEEK = 24.0, 168.0
MOST_SESSIONS = 15
"""Up to so many sessions can be told apart in one panel."""
_UNITS = (("min", 1 / 60, 3.0), ("h", 1.0, 4 * _DAY), ("days", _DAY, 4 * _WEEK), ("weeks", _WEEK, np.inf))
_STEPS = {
    "min": (1, 2, 5, 10, 15, 20, 30, 60),
    "h": (0.5, 1, 2, 3, 4, 6, 12, 24),
    "days": (0.5, 1, 2, 5, 7),
    "weeks": (1, 2, 4, 13, 26, 52, 104, 260),
}


def told_weeks(end_h: float, weeks: Sequence[int] = (1,)) -> list[tuple[str, float]]:
    """("at week 1", hours) of the weeks that were simulated; the end of a shorter run."""
    found = [(f"at week {week}", 168.0 * week) for week in weeks if 168.0 * week <= end_h * (1 + 1e-9)]
    return found or [(f"after {duration(end_h)}", end_h)]


@dataclass(frozen=True)
class Timeline:
    """A window in hours shown in ``unit`` of ``length_h`` hours each."""

    start_h: float
    stop_h: float
    unit: str
    length_h: float

    @property
    def scale(self) -> float:
        """Factor from hours to the axis unit."""
        return 1.0 / self.length_h

    def label(self, time_h: float) -> str:
        """A time as a number in the axis unit."""
        decimals = {"min": 0, "h": 2, "days": 2, "weeks": 2}[self.unit]
        text = fixed(time_h * self.scale, decimals)
        return text.rstrip("0").rstrip(".") if "." in text else text

    def prepare(self, axis: Axes, *, label: bool = True, wanted: int = 8) -> None:
        """Set limits, ticks and label of the horizontal axis."""
        axis.set_xlim(self.start_h * self.scale, self.stop_h * self.scale)
        axis.set_xticks([t * self.scale for t in self._ticks(wanted)])
        if label:
            axis.set_xlabel(f"Time since the first dose ({self.unit})")

    def _ticks(self, wanted: int) -> list[float]:
        span = (self.stop_h - self.start_h) * self.scale
        step = (
            next((s for s in _STEPS[self.unit] if span / s <= wanted), _STEPS[self.unit][-1]) * self.length_h
        )
        first = np.ceil(self.start_h / step - 1e-9) * step
        return [float(t) for t in np.arange(first, self.stop_h * (1 + 1e-9) + 1e-9, step)]

    def rows(self, time_h: Array, most: int = 24) -> list[int]:
        """Indices of at most about ``most`` simulated times for a table: those nearest to round times."""
        inside = np.flatnonzero((time_h >= self.start_h - 1e-9) & (time_h <= self.stop_h + 1e-9))
        if inside.size <= most:
            return [int(i) for i in inside]
        near = [int(inside[np.argmin(np.abs(time_h[inside] - t))]) for t in self._ticks(most)]
        return sorted({*near, int(inside[0]), int(inside[-1])})


def timeline(start_h: float, stop_h: float) -> Timeline:
    """The window from ``start_h`` to ``stop_h`` with the unit that gives readable numbers."""
    stop_h = max(stop_h, start_h + 1 / 60)
    unit, length, _ = next(entry for entry in _UNITS if stop_h - start_h <= entry[2])
    return Timeline(float(start_h), float(stop_h), unit, float(length))


def whole(time_h: Array) -> Timeline:
    """The whole simulated time."""
    return timeline(float(min(0.0, time_h[0])), float(time_h[-1]))


def first_days(time_h: Array, sessions: Sequence[tuple[float, float]]) -> Timeline:
    """The sessions of the first week, as many as can be told apart, and some time after to see the drug leave."""
    early = [stop for start, stop in sessions if start < _WEEK]
    if len(early) > MOST_SESSIONS:
        return timeline(0.0, _simulated(time_h, sessions[MOST_SESSIONS][0]))
    last = min(max(early, default=_DAY), 2 * _WEEK)
    return timeline(0.0, _simulated(time_h, last + min(max(0.7 * last, 6.0), 3 * _DAY)))


def first_session(time_h: Array, sessions: Sequence[tuple[float, float]]) -> Timeline:
    """The first session and the hours after it; the first day where more doses follow on it."""
    start, stop = sessions[0] if sessions else (0.0, 0.0)
    after = min(max(0.5 * (stop - start), 8.0), _DAY)
    if any(start < other < start + _DAY for other, _ in sessions[1:]):
        stop, after = max(stop, start + _DAY), 0.0
    return timeline(min(0.0, start), _simulated(time_h, stop + after))


def around_session(time_h: Array, session: tuple[float, float]) -> Timeline:
    """One session and the hours after it."""
    start, stop = session
    after = min(max(0.5 * (stop - start), 2.0), _DAY)
    return timeline(start, _simulated(time_h, stop + after))


def _simulated(time_h: Array, stop_h: float) -> float:
    """The last simulated time up to ``stop_h``, so that curves reach the edge of the figure."""
    reached = time_h[time_h <= stop_h + 1e-9]
    return float(reached[-1]) if reached.size else float(time_h[-1])
