"""After an acute injury: does pain go away or stay, with and without ketamine, under each explanation?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from painloop.report.curves import AVERAGED, Curve, Reportable, curve_of, rivals, sessions
from painloop.report.figures.chart import Chart, Panels, make_chart, time_table
from painloop.report.figures.drawing import Frame, band, mark_sessions
from painloop.report.figures.palette import Look, look_of
from painloop.report.figures.timeline import Timeline, whole
from painloop.report.numbers import duration, fixed, percent
from painloop.report.words import one_person, rival_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROWS = (
    ("pain", "Pain\n(NRS 0–10)", 1.0, 10.0),
    ("gain", "Central\ngain", 1.0, None),
    ("resolved", "Pain below 3\n(% of people)", 100.0, 100.0),
)
"""Quantity, axis label, factor to the axis unit, upper limit."""
_NAMES = {"pain": "pain", "gain": "gain", "resolved": "pain below 3"}
WITH, WITHOUT = "with ketamine", "without"
_Pair = tuple[Curve, Curve | None]
_Row = tuple[str, str, float, float | None]


def injury_figure(result: Reportable) -> Chart | None:
    """Pain, gain and the share that resolved by explanation; ``None`` unless the result tells of an injury."""
    if result.dataset.attrs.get("scenario") != "injury":
        return None
    names = [name for name in rivals(result.dataset) if name != AVERAGED]
    wanted = [row for row in _ROWS if row[0] != "resolved" or not one_person(result)]
    found = {
        (row[0], name): pair for row in wanted for name in names if (pair := _pair(result, row[0], name))
    }
    rows = [row for row in wanted if any((row[0], name) in found for name in names)]
    if not rows or rows[0][0] != "pain":
        return None
    window, given = whole(found["pain", names[0]][0].time_h), sessions(result.dataset)

    def panels(frame: Frame) -> Panels:
        columns = 1 if frame.narrow else len(names)
        cells = [(row, name) for row in rows for name in names]
        if frame.narrow:
            cells = [(row, name) for name in names for row in rows if (row[0], name) in found]

        def paint(axes: list[Axes]) -> None:
            for i, (axis, (row, name)) in enumerate(zip(axes, cells, strict=True)):
                if (row[0], name) not in found:
                    axis.set_visible(False)
                    continue
                _paint(axis, row, found[row[0], name], look_of(name), window)
                window.prepare(axis, label=False, wanted=5)
                if frame.narrow or row is rows[-1]:
                    axis.set_xlabel(f"Time ({window.unit})")
                if row[0] == "pain":
                    axis.set_title(rival_label(name), fontweight="bold")
                    mark_sessions(axis, given, window.scale)
                if not frame.narrow and any((row[0], other) in found for other in names[: i % columns]):
                    axis.set_ylabel("")
            if result.comparator is not None:
                axes[0].text(0.97, 0.94, "dotted: without", transform=axes[0].transAxes, ha="right", va="top")

        return Panels((1.5,) * (len(cells) // columns), columns, paint)

    return make_chart(
        result,
        key="injury",
        question="After an injury, does pain go away or stay?",
        summary=_sentence(found, names, one=one_person(result)),
        note="One column for each explanation. Coloured lines: with ketamine; grey dotted lines: without. "
        + (
            "Lines are the one person simulated. "
            if one_person(result)
            else "Pain is the median with half and 90 % of patients, gain is a mean. "
            "Someone counts as resolved while pain is below 3. "
        )
        + "This is what each explanation would do if it were true, not what a trial has found: trials of ketamine "
        "around surgery found little or no effect "
        "on chronic pain.",
        table=time_table(
            "After the injury" + ("" if one_person(result) else " (means and shares)"),
            window,
            _listed(found),
            lambda c, v: percent(v) if c.name == "resolved" else fixed(v, 2),
            spread=False,
        ),
        panels=panels,
    )


def _listed(found: dict[tuple[str, str], _Pair]) -> list[tuple[str, Curve]]:
    """Every curve with its name, for the table."""
    named = []
    for (quantity, name), pair in found.items():
        what = f"{_NAMES[quantity]}, {rival_label(name)}"
        named += [
            (f"{what}, {arm}", c) for arm, c in zip((WITH, WITHOUT), pair, strict=True) if c is not None
        ]
    return named


def _pair(result: Reportable, quantity: str, rival: str) -> _Pair | None:
    treated = curve_of(result.dataset, quantity, rival)
    if treated is None or not treated.moves:
        return None
    other = None if result.comparator is None else curve_of(result.comparator.dataset, quantity, rival)
    return treated, other


def _paint(axis: Axes, row: _Row, pair: _Pair, look: Look, window: Timeline) -> None:
    (name, label, factor, top), (treated, other) = row, pair
    highest = 0.0
    if name == "pain":
        band(axis, treated, window.scale, factor, look)
    for curve, drawn in ((other, look_of("comparator")), (treated, look)):
        if curve is None:
            continue
        line = curve.median if name == "pain" else curve.mean
        axis.plot(curve.time_h * window.scale, line * factor, **drawn.line)
        highest = max(highest, float(np.nanmax(line)) * factor)
    axis.set_ylim(0, top or 1.1 * highest)
    axis.set_ylabel(label)


def _sentence(found: dict[tuple[str, str], _Pair], names: list[str], *, one: bool) -> str:
    """What the end looks like under every explanation, without ketamine and with it."""
    told = []
    for name in names:
        quantity = "resolved" if ("resolved", name) in found else "pain"
        pair = found.get((quantity, name))
        if pair is None:
            continue
        ends = [
            percent(float(c.mean[-1])) if quantity == "resolved" else fixed(float(c.mean[-1]), 1)
            for c in pair
            if c is not None
        ]
        told.append(f"{rival_label(name)} {' against '.join(ends)}")
    what = (
        "people with pain below 3"
        if "resolved" in {key for key, _ in found}
        else "pain"
        if one
        else "mean pain"
    )
    both = f" {WITH} against {WITHOUT}" if any(other is not None for _, other in found.values()) else ""
    end = duration(float(found["pain", names[0]][0].time_h[-1]))
    return f"After {end}, {what}{both}: {'; '.join(told)}."
