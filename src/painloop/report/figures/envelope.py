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
_FEW = 3
_CLOSE = 0.025
"""Sessions closer than this share of the axis run into each other, unless there are only a few."""

Sessions = Sequence[tuple[float, float]]


def crowded(given: Sessions, window: Timeline) -> bool:
    """Whether the sessions within the window are too many or too close to be drawn one by one."""
    starts = [start for start, _ in given if window.start_h <= start <= window.stop_h]
    if len(starts) <= _FEW:
        return False
    close = float(np.median(np.diff(starts))) < _CLOSE * (window.stop_h - window.start_h)
    return close or len(starts) > MOST_SESSIONS


def envelope(
    curve: Curve, window: Timeline, given: Sessions, line: str = "median"
) -> tuple[Array, Array, Array]:
    """Middle (h), lowest and highest value of a line in steps of a day or of the time between two doses."""
    edges, values = _edges(curve, window, given), getattr(curve, line)
    at_edges = np.interp(edges, curve.time_h, values)
    low, high = np.minimum(at_edges[1:], at_edges[:-1]), np.maximum(at_edges[1:], at_edges[:-1])
    inside = (curve.time_h >= edges[0]) & (curve.time_h < edges[-1])
    number = np.searchsorted(edges, curve.time_h[inside], side="right") - 1
    np.minimum.at(low, number, values[inside])
    np.maximum.at(high, number, values[inside])
    return (edges[1:] + edges[:-1]) / 2, low, high


def smoothed(curve: Curve, window: Timeline, given: Sessions) -> Curve:
    """The curve as means over time in each step of :func:`envelope` where doses are crowded; itself elsewhere."""
    if not crowded(given, window) or not np.isfinite(curve.mean).all():
        return curve
    edges = _edges(curve, window, given)
    lines: dict[str, Any] = {}
    for key in ("mean", "median", "p05", "p25", "p75", "p95"):
        values = getattr(curve, key)
        if values is None:
            continue
        pieces = np.diff(curve.time_h) * (values[1:] + values[:-1]) / 2
        area = np.interp(edges, curve.time_h, np.concatenate([[0.0], np.cumsum(pieces)]))
        ends = np.interp(edges[[0, -1]], curve.time_h, values)
        lines[key] = np.concatenate([ends[:1], np.diff(area) / np.diff(edges), ends[1:]])
    middle = (edges[1:] + edges[:-1]) / 2
    return replace(curve, time_h=np.concatenate([edges[:1], middle, edges[-1:]]), **lines)


def draw_envelope(
    axis: Axes,
    curve: Curve,
    window: Timeline,
    given: Sessions,
    factor: float,
    look: Look,
    line: str = "median",
) -> None:
    """The strip between trough and peak; of a median also the lines along both."""
    time_h, low, high = envelope(curve, window, given, line)
    x = time_h * window.scale
    strong = line == "median"
    axis.fill_between(
        x, low * factor, high * factor, color=look.color, alpha=0.3 if strong else 0.15, linewidth=0
    )
    if strong:
        axis.plot(x, high * factor, **{**look.line, "linewidth": 1.2})
        axis.plot(x, low * factor, **{**look.line, "linewidth": 0.7})


def _edges(curve: Curve, window: Timeline, given: Sessions) -> Array:
    """Ends of the steps (h), from the start of the window to the last simulated time in it."""
    starts = np.array([start for start, _ in given])
    apart = float(np.median(np.diff(starts))) if starts.size > 1 else _DAY_H
    step = max(_DAY_H, apart, (window.stop_h - window.start_h) / _STEPS)
    first, last = max(window.start_h, float(curve.time_h[0])), min(window.stop_h, float(curve.time_h[-1]))
    edges = np.arange(first, last - 1e-6 * step, step)
    return np.append(edges, last)
