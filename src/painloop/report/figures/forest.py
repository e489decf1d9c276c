"""Rows of names with marks beside them: what the figures of the page of claims share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from painloop.report.figures.chart import Chart, DataTable, Panels
from painloop.report.figures.drawing import NARROW, WIDE, Caption, Frame, draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def drawn_twice(
    key: str, question: str, summary: str, note: str, footer: str, table: DataTable, panels: Callable[[Frame], Panels]
) -> Chart:  # fmt: skip
    """A chart in both frames."""
    drawn = {}
    for frame in (WIDE, NARROW):
        layout = panels(frame)
        drawn[frame] = draw(Caption(question, footer), frame, layout.heights, layout.columns, layout.paint)
    return Chart(key, question, summary, note, drawn[WIDE], drawn[NARROW], table)


def name_rows(axis: Axes, names: Sequence[str], frame: Frame) -> None:
    """Names of rows from the top, cut to what the frame has room for."""
    axis.set_yticks(range(len(names)), [_short(name, 26 if frame.narrow else 64) for name in names])
    axis.tick_params(axis="y", labelsize=6.2 if frame.narrow else 7.2, length=0)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")


def _short(name: str, letters: int) -> str:
    return name if len(name) <= letters else name[: letters - 1] + "…"
