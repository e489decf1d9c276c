"""Names of series and the key of published points: beside the lines where there is room, above them on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from painloop.report.figures.drawing import Frame, label_ends
from painloop.report.figures.palette import PAPER, Look
from painloop.report.observed import Point

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes


_CLOSE = 0.02
"""Ends closer than this share of the axis are one."""


def name_lines(
    axis: Axes,
    frame: Frame,
    ends: Sequence[tuple[float, str, Look]],
    extra: Sequence[Artist] = (),
    gap: float = 0.075,
) -> None:
    """Name each line at its end (wide) or in a legend above the panel (narrow); ``extra`` go into a legend.

    ``gap`` is the least distance of two names as a fraction of the panel's height.
    """
    if frame.narrow:
        name_above(axis, [(name, look) for _, name, look in ends], extra)
        return
    label_ends(axis, ends, gap)
    if extra:
        name_above(axis, (), extra, columns=2)


def name_explanations(
    axis: Axes,
    frame: Frame,
    ends: Sequence[tuple[float, str, Look]],
    count: int,
    same: bool,
    extra: Sequence[Artist] = (),
    gap: float = 0.075,
) -> None:
    """Names of the first ``count`` lines, which are the explanations, then of the line beside them.

    Explanations that coincide (``same``) are named once; several lines beside them, each of its own explanation, have
    no names: they are dotted in the colour of theirs.
    """
    named, beside = list(ends[:count]), list(ends[count:])
    if same:
        who = "both explanations" if count == 2 else "all explanations"
        low, high = axis.get_ylim()
        if len(beside) == 1 and abs(beside[0][0] - named[-1][0]) < _CLOSE * (high - low):
            words, beside = f"{who} coincide,\nat the end with {beside[0][1]}", []
        else:
            words = f"{who}\ncoincide"
        named = [(named[-1][0], words, named[-1][2])]
    if len(beside) == 1:
        named += beside
    name_lines(axis, frame, named, extra, 2 * gap if same else gap)


def name_above(
    axis: Axes, named: Sequence[tuple[str, Look]], extra: Sequence[Artist] = (), columns: int = 1
) -> None:
    """A legend above the panel for lines (name, look) and for ``extra`` handles."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], label=name, **look.line) for name, look in named]
    axis.legend(
        handles=[*handles, *extra],
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=columns,
        borderaxespad=0.2,
        handlelength=2.6,
        labelspacing=0.25,
        columnspacing=1.2,
    )


def plot_points(
    axis: Axes, points: Sequence[Point], scale: float, factor: float, looks: tuple[Look, Look]
) -> None:
    """Published means with ± SEM: hollow when in-sample, filled when not.

    ``looks`` are those of the treated arm and of the comparator arm.
    """
    for point in points:
        look = looks[1] if point.comparator else looks[0]
        axis.errorbar(
            [point.time_h * scale],
            [point.mean * factor],
            yerr=None if point.sem is None else [point.sem * factor],
            **_marker(look, point.in_sample),
        )


def point_keys(points: Sequence[Point], looks: tuple[Look, Look], names: tuple[str, str]) -> list[Artist]:
    """Legend entries for the kinds of points that occur; each says whether it is in-sample."""
    from matplotlib.lines import Line2D

    handles: list[Artist] = []
    for comparator in (False, True):
        for in_sample in (True, False):
            kind = [p for p in points if p.comparator == comparator and p.in_sample == in_sample]
            if not kind:
                continue
            style = _marker(looks[comparator], in_sample)
            style.pop("capsize"), style.pop("elinewidth")
            where = "in-sample" if in_sample else "out of sample"
            handles.append(Line2D([], [], label=f"published, {names[comparator]} ({where})", **style))
    return handles


def _marker(look: Look, in_sample: bool) -> dict[str, Any]:
    return {
        "color": look.color,
        "marker": look.marker,
        "markersize": 6.5,
        "markerfacecolor": PAPER if in_sample else look.color,
        "markeredgecolor": look.color,
        "markeredgewidth": 1.4,
        "linestyle": "none",
        "capsize": 3,
        "elinewidth": 1.2,
        "zorder": 6,
    }
