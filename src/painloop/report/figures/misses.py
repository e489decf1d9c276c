"""How far each printed result lies from its prediction, in halves of its own 95 % predictive interval."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from painloop.report.figures.chart import Chart, DataTable, Panels
from painloop.report.figures.drawing import Frame
from painloop.report.figures.palette import BLUE, FAINT, PAPER, VERMILLION
from painloop.report.figures.trial_chart import trial_chart
from painloop.report.numbers import fixed, signed
from painloop.report.trial_words import arm_words, in_order, interval_words, quantity_words, value_words, when

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from painloop.trial.answer import Prediction, TrialAnswer

_FARTHEST = 4.0
"""Rows farther away stand at the edge with an arrow and their number."""
_MOST = 24
"""So many rows are drawn, failures first; the table has them all."""


def misses_figure(answer: TrialAnswer) -> Chart | None:
    """One row a printed result that can be judged; ``None`` for fewer than two."""
    rows = [(row, away) for row in in_order(answer.predictions) if (away := distance(row)) is not None]
    if len(rows) < 2:
        return None
    shown = rows[:_MOST]
    left = f" The first {_MOST} of {len(rows)} rows are drawn." if len(rows) > _MOST else ""
    return trial_chart(
        answer,
        key="misses",
        question="Which printed results did the prediction miss?",
        summary=_sentence(rows),
        note="Zero is the predicted mean; −1 and +1 are the ends of the 95 % interval in which the result of a "
        "study of this size should lie. Right of zero the study saw more than predicted. Crosses fail; hollow "
        "points are in-sample: something here was fitted on them, so that they are no evidence." + left,
        table=_table(rows),
        panels=lambda frame: _panels(shown, frame),
    )


def distance(row: Prediction) -> float | None:
    """Observed minus predicted over the half of the interval on its side; ``None`` where there is no prediction."""
    if row.observed is None or row.predicted is None or row.low is None or row.high is None:
        return None
    half = row.high - row.predicted if row.observed > row.predicted else row.predicted - row.low
    miss = row.observed - row.predicted
    if half <= 0:
        return 0.0 if miss == 0 else float(np.sign(miss) * np.inf)
    return miss / half


def _panels(rows: list[tuple[Prediction, float]], frame: Frame) -> Panels:
    names = [_name(row, 50 if frame.narrow else 42) for row, _ in rows]
    lines = 1 + max(name.count("\n") for name in names)
    height = (0.22 if frame.narrow else 0.13) + 0.13 * lines

    def paint(axes: list[Axes]) -> None:
        axis = axes[0]
        axis.axvspan(-1, 1, color=BLUE, alpha=0.12, linewidth=0)
        axis.axvline(0, color=FAINT, linewidth=0.9)
        for y, (row, away) in enumerate(rows):
            _mark(axis, row, away, y)
            if frame.narrow:
                axis.text(
                    -_FARTHEST - 0.35, y - 0.09 / height, names[y], fontsize=7.5, va="bottom", ha="left"
                )
        axis.set_xlim(-_FARTHEST - 0.4, _FARTHEST + 0.4)
        axis.set_ylim(len(rows) - 0.6, -1.0 if frame.narrow else -0.6)
        axis.set_yticks(range(len(rows)), names) if not frame.narrow else axis.set_yticks([])
        axis.set_xticks(np.arange(-_FARTHEST, _FARTHEST + 1))
        axis.grid(axis="y", visible=False)
        between = "\n" if frame.narrow else " "
        axis.set_xlabel(f"Observed minus predicted{between}(1 = end of the 95 % interval)")

    return Panels((0.6 + height * (len(rows) + (0.4 if frame.narrow else 0.2)),), 1, paint)


def _name(row: Prediction, letters: int) -> str:
    at = "" if row.day is None else f", {when(row.day)}"
    what, who = f"{quantity_words(row.quantity)},", f"{arm_words(row.arm, row.against)}{at}"
    if len(what) + len(who) < letters:
        return f"{what} {who}"
    return "\n".join([what, *textwrap.wrap(who, letters)])


def _mark(axis: Axes, row: Prediction, away: float, y: float) -> None:
    color = BLUE if row.inside else VERMILLION
    x = float(np.clip(away, -_FARTHEST, _FARTHEST))
    axis.plot(
        [x], [y], marker="o" if row.inside else "X", markersize=6.5 if row.inside else 7.5, linestyle="none",
        color=color, markerfacecolor=PAPER if row.in_sample else color, markeredgewidth=1.3, zorder=5,
    )  # fmt: skip
    if abs(away) > _FARTHEST:
        text = f"{signed(away, 0)} →" if away > 0 else f"← {signed(away, 0)}"
        axis.annotate(
            text if np.isfinite(away) else "no spread", (x, y), (-8 if away > 0 else 8, 0), va="center",
            textcoords="offset points", fontsize=7.5, ha="right" if away > 0 else "left",
        )  # fmt: skip


def _sentence(rows: list[tuple[Prediction, float]]) -> str:
    fresh = [(row, away) for row, away in rows if not row.in_sample]
    if not fresh:
        return f"All {len(rows)} results are in-sample: the figure shows a fit, not a prediction."
    failed = sum(not row.inside for row, _ in fresh)
    worst, away = max(fresh, key=lambda pair: abs(pair[1]))
    text = (
        f"{failed} of {len(fresh)} printed results out of sample {'lies' if failed == 1 else 'lie'} outside "
        f"the interval; the farthest is "
        f"{quantity_words(worst.quantity)}, {arm_words(worst.arm, worst.against)}"
    )
    far = f", {fixed(abs(away), 1)} times as far from the prediction as the end of its interval"
    return text + (far if np.isfinite(away) else "") + "."


def _table(rows: list[tuple[Prediction, float]]) -> DataTable:
    listed = []
    for row, away in rows:
        contrast = row.against is not None
        listed.append(
            (
                quantity_words(row.quantity), arm_words(row.arm, row.against), when(row.day),
                value_words(row.quantity, row.observed, contrast=contrast),
                interval_words(row.quantity, row.low, row.high, contrast=contrast),
                signed(away, 2), "in-sample" if row.in_sample else "out of sample",
            )
        )  # fmt: skip
    head = ("Result", "Arm", "After", "Observed", "95 % predicted", "Distance", "Evidence")
    return DataTable("Distance of printed results from their prediction", head, tuple(listed))
