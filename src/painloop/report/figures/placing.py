"""Where the names of points go on a busy panel: on the side that covers no line, no point and no other name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from painloop.report.curves import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LETTER, _LINE = 5.0, 10.0
"""Width of a letter and height of a line at 8 points, in points."""
_APART = 6.0
_NEAR = 1.5
_SHRINKS = 0.72
"""Height of a panel that titles, labels and footer leave of what it has before they are laid out."""
_OUTSIDE = 1000.0
_SIDES = (
    (1, 0),
    (-1, 0),
    (1, 1),
    (1, -1),
    (-1, 1),
    (-1, -1),
    (0, 1),
    (0, -1),
    (-1, 2),
    (1, 2),
    (0, -2),
    (0, -3),
)
"""Directions in which a name may stand, the ones easiest to read first."""
_Box = tuple[float, float, float, float]


def name_points(
    axis: Axes, points: Sequence[tuple[float, float, str]], lines: Sequence[tuple[Array, Array]]
) -> None:
    """Write the names of (x, y, name) beside their points, clear of ``lines``; scales and limits must be final."""
    extent = axis.get_window_extent().transformed(axis.figure.dpi_scale_trans.inverted())
    size = 72.0 * np.array([extent.width, _SHRINKS * extent.height])
    to_fraction = axis.transScale + axis.transLimits

    def place(x: Array, y: Array) -> Array:
        return np.asarray(to_fraction.transform(np.column_stack([x, y]))) * size

    at = (
        place(np.array([p[0] for p in points]), np.array([p[1] for p in points]))
        if points
        else np.empty((0, 2))
    )
    taken = np.concatenate([*(_dense(place(x, y)) for x, y in lines), at]) if lines else at
    boxes: list[_Box] = []
    for (x, y, name), here in zip(points, at, strict=True):
        others = taken[np.any(np.abs(taken - here) > 1e-9, axis=1)]
        side = min(_SIDES, key=lambda s: (_cost(_box(here, s, name), others, boxes, size), _SIDES.index(s)))
        boxes.append(_box(here, side, name))
        axis.annotate(
            name,
            (x, y),
            (_APART * side[0], _APART * side[1]),
            textcoords="offset points",
            fontsize=8.0,
            ha=("center", "left", "right")[_sign(side[0])],
            va=("center", "bottom", "top")[_sign(side[1])],
        )


def _dense(line: Array) -> Array:
    """Points no farther apart than a letter along a line."""
    steps = [np.linspace(a, b, 1 + int(np.hypot(*(b - a)) / _LETTER) * 2) for a, b in pairwise(line)]
    return np.concatenate([line, *steps])


def _box(here: Array, side: tuple[int, int], name: str) -> _Box:
    """Left, right, bottom and top of a name (points)."""
    width = _LETTER * max(map(len, name.splitlines()))
    height = _LINE * (name.count("\n") + 1)
    left = here[0] + _APART * side[0] - width * (1 - _sign(side[0])) / 2
    bottom = here[1] + _APART * side[1] - height * (1 - _sign(side[1])) / 2
    return float(left), float(left + width), float(bottom), float(bottom + height)


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _cost(box: _Box, taken: Array, boxes: Sequence[_Box], size: Array) -> float:
    """How much a name would cover, and whether it would leave the panel."""
    left, right, bottom, top = box
    x, y = taken[:, 0], taken[:, 1]
    covered = float(np.sum((x > left - 1) & (x < right + 1) & (y > bottom - 1) & (y < top + 1)))
    clash = sum(left < b[1] and right > b[0] and bottom < b[3] + _NEAR and top > b[2] - _NEAR for b in boxes)
    return (
        covered
        + 20.0 * clash
        + _OUTSIDE * (left < 0 or bottom < 0 or top > size[1] or right > size[0] + _LETTER)
    )
