"""Figures of a calibration: what was foretold of held-out values, and parameters before and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from painloop.calibrate.answer import CalibrationAnswer
from painloop.calibrate.diagnostics import Identified
from painloop.calibrate.scores import Scored
from painloop.report.figures.chart import Chart, DataTable, Panels
from painloop.report.figures.drawing import NARROW, WIDE, Caption, Frame, draw
from painloop.report.figures.palette import BLUE, FAINT, INK, VERMILLION
from painloop.report.numbers import duration, fixed, significant

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_INCH = 0.16
SHARES = ("responders_30", "responders_50", "pain_free")


def _chart(
    said: CalibrationAnswer, key: str, question: str, summary: str, note: str, table: DataTable,
    panels: Callable[[Frame], Panels],
) -> Chart:  # fmt: skip
    caption = Caption(question, f"painloop {said.version} · {said.points} points · seed {said.seed}")
    drawn = {}
    for frame in (WIDE, NARROW):
        layout = panels(frame)
        drawn[frame] = draw(caption, frame, layout.heights, layout.columns, layout.paint)
    return Chart(key, question, summary, note, drawn[WIDE], drawn[NARROW], table)


def foretold_chart(said: CalibrationAnswer) -> Chart:
    """Each held-out value beside the 95 % interval foretold of it, as a share of people or a printed level."""
    rows = [one for one in said.predictions if one.method == "painloop"]
    groups = {
        "share of people": [one for one in rows if one.quantity in SHARES],
        "fraction of pain": [
            one for one in rows if one.quantity not in SHARES and _is_fraction(one)
        ],
        "NRS points": [one for one in rows if one.quantity.startswith("nrs")],
        "NRS × days": [one for one in rows if one.quantity == "auc_nrs_days"],
    }  # fmt: skip
    groups = {name: some for name, some in groups.items() if some}
    outside = sum(not one.covered for one in rows)

    def panels(frame: Frame) -> Panels:
        def paint(axes: list[Axes]) -> None:
            for axis, (name, some) in zip(axes, groups.items(), strict=True):
                _paint_rows(axis, some, frame)
                axis.set_xlabel(name)

        return Panels(tuple(ROW_INCH * len(some) + 0.5 for some in groups.values()), 1, paint)

    table = DataTable(
        "Held-out values",
        ("Value", "printed", "foretold", "95 % low", "95 % high"),
        tuple(
            (_name(one), *(significant(x) for x in (one.observed, one.mean, one.low, one.high)))
            for one in rows
        ),
    )
    return _chart(
        said,
        "foretold",
        "What do the other trials let painloop expect of each printed value?",
        f"{outside} of {len(rows)} values lie outside their 95 % interval; 5 % would be expected.",
        "Line: 95 % interval foretold without the value's cluster, bar: its mean; mark: what was printed, a cross "
        "where it lies outside. Hollow: a prior was set on this cluster, so this is not out of sample.",
        table,
        panels,
    )


def _is_fraction(one: Scored) -> bool:
    return one.quantity in ("fraction_of_baseline", "relief_fraction", "peak_relief_fraction")


def _name(one: Scored) -> str:
    return f"{one.trial}, {one.arm}, {duration(one.time_h)}"


def _paint_rows(axis: Axes, rows: list[Scored], frame: Frame) -> None:
    for place, one in enumerate(rows):
        color = INK if one.covered else VERMILLION
        axis.plot([one.low, one.high], [place, place], color=BLUE, linewidth=2.4, alpha=0.45)
        axis.plot([one.mean], [place], "|", color=BLUE, markersize=7)
        axis.plot(
            [one.observed], [place], "o" if one.covered else "X", color=color, markersize=4.5,
            markerfacecolor="none" if one.seen else color,
        )  # fmt: skip
    names = [_name(one) for one in rows]
    letters = 24 if frame.narrow else 60
    axis.set_yticks(
        range(len(names)), [name if len(name) <= letters else name[: letters - 1] + "…" for name in names]
    )
    axis.tick_params(axis="y", labelsize=6.2 if frame.narrow else 7.2, length=0)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")


def parameter_chart(said: CalibrationAnswer, one: Identified) -> Chart:
    """Middle 90 % of each parameter before and after, over the prior median."""
    names = [told.name.partition(".")[2] for told in one.told]

    def panels(_: Frame) -> Panels:
        def paint(axes: list[Axes]) -> None:
            (axis,) = axes
            for place, told in enumerate(one.told):
                for off, values, color in ((-0.15, told.prior, FAINT), (0.15, told.posterior, BLUE)):
                    low, middle, high = sorted(value / told.prior[1] for value in values)
                    axis.plot([low, high], [place + off] * 2, color=color, linewidth=2.4, alpha=0.6)
                    axis.plot([middle], [place + off], "o", color=color, markersize=4)
            axis.set_xscale("log")
            axis.xaxis.set_major_formatter(lambda value, _: significant(value))
            axis.xaxis.set_minor_formatter(lambda *_: "")
            axis.set_yticks(range(len(names)), names)
            axis.set_ylim(len(names) - 0.5, -0.5)
            axis.set_xlabel("times the prior median (grey: prior, blue: posterior)")

        return Panels((0.32 * len(names) + 0.5,), 1, paint)

    table = DataTable(
        f"Parameters of {one.rival}",
        ("Parameter", "prior 5 %", "median", "95 %", "posterior 5 %", "median", "95 %", "SD ratio"),
        tuple(
            (told.name, *(significant(x) for x in (*told.prior, *told.posterior)), fixed(told.ratio, 2))
            for told in one.told
        ),
    )
    least = min(one.told, key=lambda told: told.ratio)
    return _chart(
        said,
        f"parameters-{one.rival}",
        f"How far do the trials narrow the parameters of {one.rival}?",
        f"Most was learnt of {least.name}: its spread is {fixed(least.ratio, 2)} of the prior's.",
        "Lines: middle 90 %; marks: medians. A posterior as wide as the prior has learnt nothing.",
        table,
        panels,
    )
