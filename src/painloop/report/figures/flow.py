"""The way of participants through a trial, after the CONSORT diagram (10.1136/bmj.c332): one replicate and the mean."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from painloop.report.figures.chart import Chart, DataTable, Panels
from painloop.report.figures.drawing import Frame
from painloop.report.figures.palette import FAINT, INK
from painloop.report.figures.trial_chart import trial_chart
from painloop.report.numbers import count, fixed
from painloop.report.trial_words import participants

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from painloop.trial.answer import Flow, TrialAnswer

_LINE, _PAD, _GAP = 0.165, 0.11, 0.24
"""Height of a line of text, space inside a box, and length of an arrow (inch)."""
_WIDE_COLUMNS = 3
_RAIL = 0.24
"""Room on the left for the line that leads to a second row of arms (inch)."""


def flow_figure(answer: TrialAnswer) -> Chart | None:
    """Boxes from enrolment to analysis, one column an arm; ``None`` without participants."""
    if not answer.flow:
        return None
    return trial_chart(
        answer,
        key="flow",
        question="Who stays until the analysis?",
        summary=_sentence(answer),
        note="Virtual participants: the first replicate in whole numbers, and in brackets the mean of all replicates. "
        "These people were simulated; nobody was counted.",
        table=_table(answer),
        panels=lambda frame: _panels(answer, frame),
    )


def _panels(answer: TrialAnswer, frame: Frame) -> Panels:
    columns = 1 if frame.narrow else 2 if len(answer.flow) == 4 else min(_WIDE_COLUMNS, len(answer.flow))
    rows = [answer.flow[i : i + columns] for i in range(0, len(answer.flow), columns)]
    width, rail = frame.width - 0.2, _RAIL if len(rows) > 1 else 0.0
    room = (width - rail) / columns
    boxes = {flow.arm: _boxes(flow, room) for flow in answer.flow}
    heights = [max(_height(boxes[flow.arm]) for flow in row) for row in rows]
    top = _box_height(_head(answer))
    total = top + sum(heights) + 0.1

    def paint(axes: list[Axes]) -> None:
        axis = axes[0]
        axis.set_axis_off()
        axis.set_xlim(0, width)
        axis.set_ylim(-total, 0)
        _box(axis, width / 2, 0.0, min(width, 4.2), _head(answer), bold=True)
        start = -top
        axis.plot([width / 2] * 2, [start, start - _GAP / 3], color=FAINT, linewidth=1.1)
        for row, height in zip(rows, heights, strict=True):
            wide = (width - rail) / len(row) if not rail else room
            for k, flow in enumerate(row):
                x = rail + (k + 0.5) * wide
                _branch(axis, width / 2 if start == -top else rail / 3, x, start)
                _column(axis, x, start, wide - 0.12, boxes[flow.arm])
            start -= height
        if rail:
            last = -total + 0.1 + heights[-1] - _GAP / 3
            axis.plot(
                [width / 2, rail / 3, rail / 3], [-top - _GAP / 3] * 2 + [last], color=FAINT, linewidth=1.1
            )

    return Panels((total,), 1, paint)


def _head(answer: TrialAnswer) -> str:
    text = f"{count(participants(answer))} virtual participants"
    return f"{text}, each through every arm" if answer.design == "crossover" else text


def _boxes(flow: Flow, width: float) -> list[str]:
    """The texts of an arm's boxes from allocation to analysis."""
    letters = max(20, int((width - 0.3) / 0.068))
    between = (
        _counted("left before the last visit", flow.left, flow.mean_left),
        _counted("took rescue medication", flow.rescued, flow.mean_rescued),
        _counted("no rating at the primary visit", flow.missing, flow.mean_missing),
    )
    return [
        f"{_wrapped(flow.arm, letters)}\nallocated {count(flow.allocated)}",
        "\n".join(between),
        f"analysed {count(flow.analysed)} ({fixed(flow.mean_analysed, 1)})",
    ]


def _counted(what: str, first: int, mean: float) -> str:
    return f"{what} {count(first)} ({fixed(mean, 1)})"


def _wrapped(text: str, letters: int) -> str:
    return "\n".join(textwrap.wrap(text, letters)) or text


def _box_height(text: str) -> float:
    return _LINE * (text.count("\n") + 1) + 2 * _PAD


def _height(boxes: list[str]) -> float:
    return sum(_GAP + _box_height(text) for text in boxes) + _GAP / 2


def _column(axis: Axes, x: float, start: float, width: float, boxes: list[str]) -> None:
    y = start
    for number, text in enumerate(boxes):
        _arrow(axis, x, y - (_GAP / 3 if number == 0 else 0.0), y - _GAP)
        y -= _GAP
        _box(axis, x, y, width, text, bold=number != 1)
        y -= _box_height(text)


def _box(axis: Axes, x: float, top: float, width: float, text: str, *, bold: bool) -> None:
    from matplotlib.patches import Rectangle

    height = _box_height(text)
    edge = INK if bold else FAINT
    axis.add_patch(
        Rectangle((x - width / 2, top - height), width, height, fill=False, edgecolor=edge, linewidth=1.1)
    )
    axis.text(x, top - height / 2, text, ha="center", va="center", fontsize=8.5, linespacing=1.35)


def _arrow(axis: Axes, x: float, start: float, stop: float) -> None:
    axis.annotate(
        "", (x, stop), (x, start), arrowprops={"arrowstyle": "-|>", "color": FAINT, "linewidth": 1.1,
                                              "shrinkA": 0, "shrinkB": 0, "mutation_scale": 9},
    )  # fmt: skip


def _branch(axis: Axes, middle: float, x: float, y: float) -> None:
    axis.plot([middle, x], [y - _GAP / 3, y - _GAP / 3], color=FAINT, linewidth=1.1)


def _sentence(answer: TrialAnswer) -> str:
    crossover = answer.design == "crossover"
    who = "periods" if crossover else "people"
    go = "are left before their last visit" if crossover else "leave before the last visit"
    allocated = sum(flow.allocated for flow in answer.flow)
    left, analysed = (
        sum(flow.mean_left for flow in answer.flow),
        sum(flow.mean_analysed for flow in answer.flow),
    )
    if left == 0 and analysed == allocated:
        return f"All {count(allocated)} {who} are followed and analysed: this file lets nobody leave."
    text = (
        f"On average {fixed(left, 1)} of {count(allocated)} {who} {go} and {fixed(analysed, 1)} are analysed"
    )
    if answer.missing is not None:
        return (
            f"{text}; {fixed(100 * answer.missing, 1)} % have no rating at the visit of the primary endpoint."
        )
    return f"{text}."


def _table(answer: TrialAnswer) -> DataTable:
    visits = list(dict.fromkeys(name for flow in answer.flow for name in flow.reached))
    head = (
        "Arm", "Allocated", "Left (mean)", "Rescue (mean)", "No primary rating (mean)", "Analysed (mean)",
        *(f"Rated at {name}" for name in visits),
    )  # fmt: skip
    rows = tuple(
        (
            flow.arm, count(flow.allocated), _pair(flow.left, flow.mean_left), _pair(flow.rescued, flow.mean_rescued),
            _pair(flow.missing, flow.mean_missing), _pair(flow.analysed, flow.mean_analysed),
            *(count(flow.reached.get(name)) for name in visits),
        )
        for flow in answer.flow
    )  # fmt: skip
    return DataTable("Participants by arm: first replicate (mean of all)", head, rows)


def _pair(first: int, mean: float) -> str:
    return f"{count(first)} ({fixed(mean, 1)})"
