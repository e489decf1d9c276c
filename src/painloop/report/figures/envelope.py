"""Courses of many doses: instead of ninety lines too close to be told apart, the strip from trough to peak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from painloop.report.curves import Array, Curve
from painloop.report.figures.palette import Look
from painloop.report.figures.timeline import MOST_SESSIONS, Timeline

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DAY_H = 24.0
_STEPS = 90

Sessions = Sequence[tuple[float, float]]


def crowded(given: Sessions, window: Timeline) -> bool:
    """Whether more sessions start within the window than can be drawn one by one."""
    return sum(window.start_h <= start <= window.stop_h for start, _ in given) > MOST_SESSIONS


def envelope(curve: Curve, window: Timeline, given: Sessions) -> tuple[Array, Array, Array]:
    """Middle (h), lowest and highest value of the median curve in steps of a day or of the time between doses.

    A step without a simulated time is left out.
    """
    kept = [(middle, part.min(), part.max()) for middle, part in _parts(curve, curve.median, window, given)]
    middle, low, high = (np.array(column, dtype=float) for column in zip(*kept, strict=True))
    return middle, low, high


def smoothed(curve: Curve, window: Timeline, given: Sessions) -> Curve:
    """The curve as means over the steps of :func:`envelope` where doses are crowded; the curve itself elsewhere."""
    if not crowded(given, window) or not np.isfinite(curve.mean).all():
        return curve
    lines: dict[str, Any] = {}
    for key in ("mean", "median", "p05", "p25", "p75", "p95"):
        values = getattr(curve, key)
        if values is not None:
            parts = _parts(curve, values, window, given)
            lines[key] = np.array([values[0], *(part.mean() for _, part in parts), values[-1]])
    middle = [at for at, _ in _parts(curve, curve.mean, window, given)]
    return replace(curve, time_h=np.array([curve.time_h[0], *middle, curve.time_h[-1]]), **lines)


def _parts(curve: Curve, values: Array, window: Timeline, given: Sessions) -> list[tuple[float, Array]]:
    """(middle of the step in h, the finite values in it) for every step with a simulated time."""
    starts = np.array([start for start, _ in given])
    apart = float(np.median(np.diff(starts))) if starts.size > 1 else _DAY_H
    step = max(_DAY_H, apart, (window.stop_h - window.start_h) / _STEPS)
    inside = (curve.time_h >= window.start_h) & (curve.time_h <= window.stop_h) & np.isfinite(values)
    number = np.floor((curve.time_h - window.start_h) / step + 1e-9).astype(int)
    middles = {i: min(window.start_h + (i + 0.5) * step, window.stop_h) for i in np.unique(number[inside])}
    return [(middle, values[inside & (number == i)]) for i, middle in middles.items()]


def draw_envelope(
    axis: Axes, curve: Curve, window: Timeline, given: Sessions, factor: float, look: Look
) -> None:
    """The strip between trough and peak of the median, with a line along the peaks."""
    time_h, low, high = envelope(curve, window, given)
    x = time_h * window.scale
    axis.fill_between(x, low * factor, high * factor, color=look.color, alpha=0.3, linewidth=0)
    axis.plot(x, high * factor, **{**look.line, "linewidth": 1.2})
    axis.plot(x, low * factor, **{**look.line, "linewidth": 0.7})
