"""The whole line on one time axis: drug given, drug in blood, receptor block, pain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from painloop.report.curves import (
    AVERAGED,
    Curve,
    Reportable,
    comparator_curve,
    concentrations,
    curve_of,
    main_rival,
    sessions,
)
from painloop.report.figures.chart import Chart, DataTable, Panels, make_chart
from painloop.report.figures.drawing import Frame, band
from painloop.report.figures.palette import INK, Look, look_of
from painloop.report.figures.timeline import Timeline, whole
from painloop.report.numbers import duration

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class _Row:
    """One panel: curve and its look, factor to the axis unit, axis label, upper limit, a line without band."""

    curve: Curve
    look: Look
    factor: float
    label: str
    top: float | None = None
    other: Curve | None = None


def course_figure(result: Reportable) -> Chart | None:
    """The course at a glance; ``None`` without pain and without drug."""
    dataset, given = result.dataset, sessions(result.dataset)
    rows = _rows(result)
    if not rows:
        return None
    window = whole(rows[0].curve.time_h)
    rate = curve_of(dataset, "dose_rate")

    def panels(frame: Frame) -> Panels:
        def paint(axes: list[Axes]) -> None:
            _paint_dose(axes[0], given, rate, window)
            for axis, row in zip(axes[1:], rows, strict=True):
                _paint(axis, row, window)
            for axis in axes:
                window.prepare(axis, label=axis is axes[-1], wanted=7 if frame.narrow else 14)
                axis.tick_params(labelbottom=axis is axes[-1])

        return Panels((0.9 if rate is not None else 0.45, *([1.15] * len(rows))), 1, paint)

    table = DataTable(
        "When drug was given",
        ("Session", f"Start ({window.unit})", f"Stop ({window.unit})", "Length"),
        tuple(
            (
                str(i + 1),
                window.label(a),
                window.label(b),
                "bolus or single dose" if b <= a else duration(b - a),
            )
            for i, (a, b) in enumerate(given)
        )
        or (("no drug", "–", "–", "–"),),
    )
    return make_chart(
        result,
        key="course",
        question="What happens over the whole course?",
        summary=_sentence(given, float(rows[0].curve.time_h[-1])),
        note="From top to bottom: drug given, drug in the blood, receptors blocked, pain (solid: treated, averaged "
        "over the explanations; dotted: comparator). Lines are medians, for pain means; "
        "bands hold half and 90 % of patients.",
        table=table,
        panels=panels,
    )


def _rows(result: Reportable) -> list[_Row]:
    rows = []
    drugs = [c for c in concentrations(result.dataset) if np.nanmax(c.median) > 0]
    if drugs:
        first = drugs[0]
        rows.append(_Row(first, look_of(first.name), 1.0, f"{first.name}\n({first.unit or 'ng/mL'})"))
    block = curve_of(result.dataset, "block")
    if block is not None and np.nanmax(block.median) > 0:
        rows.append(_Row(block, look_of("block"), 100.0, "Block\n(%)"))
    pain = curve_of(result.dataset, "pain", main_rival(result.dataset))
    if pain is not None:
        other = comparator_curve(result, "pain")
        rows.append(_Row(pain, look_of(AVERAGED), 1.0, "Pain\n(NRS 0–10)", 10.0, other))
    return rows


def _paint_dose(axis: Axes, given: list[tuple[float, float]], rate: Curve | None, window: Timeline) -> None:
    """Bars while drug is given, or the mean rate as steps where the result has it."""
    if rate is not None:
        axis.fill_between(
            rate.time_h * window.scale, rate.mean, step="post", color=INK, alpha=0.35, linewidth=0
        )
        axis.plot(rate.time_h * window.scale, rate.mean, drawstyle="steps-post", **look_of("dose").line)
        axis.set_ylim(bottom=0)
        axis.set_ylabel(f"Dose\n({rate.unit or 'mg/h'})")
        return
    span = (window.stop_h - window.start_h) * window.scale
    bars = [(start * window.scale, max((stop - start) * window.scale, 0.004 * span)) for start, stop in given]
    axis.broken_barh(bars, (0.1, 0.8), color=INK)
    axis.set_ylim(0, 1)
    axis.set_yticks([])
    axis.grid(visible=False)
    axis.set_ylabel("Dose")


def _paint(axis: Axes, row: _Row, window: Timeline) -> None:
    x, line = row.curve.time_h * window.scale, row.curve.mean if row.top else row.curve.median
    band(axis, row.curve, window.scale, row.factor, row.look)
    axis.plot(x, line * row.factor, **row.look.line)
    if row.other is not None:
        axis.plot(row.other.time_h * window.scale, row.other.mean * row.factor, **look_of("comparator").line)
    axis.set_ylim(0, row.top)
    axis.set_ylabel(row.label)


def _sentence(given: list[tuple[float, float]], end_h: float) -> str:
    if not given:
        return f"No drug is given; people are followed for {duration(end_h)}."
    total = sum(stop - start for start, stop in given)
    times = "once" if len(given) == 1 else f"{len(given)} times"
    length = f", {duration(total)} in all" if total > 0 else ""
    return (
        f"Drug is given {times}{length}, the last of it {duration(given[-1][1])} after the start; "
        f"people are followed for {duration(end_h)}."
    )
