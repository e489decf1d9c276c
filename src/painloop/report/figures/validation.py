"""Figures of the page of claims: levels, trials, intervals and meta-analyses, observed beside predicted.

A mark is filled where nothing was fitted on the patients and hollow where something was; a cross, not only a colour,
marks what lies outside its interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from painloop.report.figures.chart import Chart, DataTable, Panels
from painloop.report.figures.drawing import NARROW, WIDE, Caption, Frame, draw
from painloop.report.figures.palette import BLUE, FAINT, GREEN, INK, VERMILLION
from painloop.report.numbers import MISSING, duration, percent, significant
from painloop.validate.scores import LEVELS, coverage_at

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from painloop.validate import Validation
    from painloop.validate.answer import LevelRow
    from painloop.validate.checks.pooled import PooledRow
    from painloop.validate.scores import TrialRow

ROW_INCH = 0.155
"""Height of a row of a forest."""


def charts_of(found: Validation) -> dict[str, list[Chart]]:
    """Section -> its figures; a section without data has none."""
    drawn = {
        "exposure": _of_levels,
        "trials-out": _out_of_sample,
        "trials-in": _in_sample,
        "meta": _of_reviews,
    }
    return {key: list(charts(found)) for key, charts in drawn.items() if key in found.sections}


def _of_levels(found: Validation) -> Iterator[Chart]:
    if found.levels:
        yield levels_chart(found.levels, _footer(found))


def _out_of_sample(found: Validation) -> Iterator[Chart]:
    scored = [one for one in found.trials if one.scored]
    unseen = [one for one in scored if not one.in_sample]
    if unseen:
        yield intervals_chart(scored, _footer(found))
        yield forest(unseen, False, _footer(found))


def _in_sample(found: Validation) -> Iterator[Chart]:
    seen = [one for one in found.trials if one.scored and one.in_sample]
    if seen:
        yield forest(seen, True, _footer(found))


def _of_reviews(found: Validation) -> Iterator[Chart]:
    pooled = [one for one in found.pooled if one.quantity == "nrs_difference" and one.predicted is not None]
    if pooled:
        yield pooled_chart(pooled, _footer(found))


def _footer(found: Validation) -> str:
    return f"painloop {found.provenance['painloop']} · filled: nothing fitted on these patients · hollow: in-sample"


def _chart(
    key: str, question: str, summary: str, note: str, footer: str, table: DataTable, panels: Callable[[Frame], Panels]
) -> Chart:  # fmt: skip
    drawn = {}
    for frame in (WIDE, NARROW):
        layout = panels(frame)
        drawn[frame] = draw(Caption(question, footer), frame, layout.heights, layout.columns, layout.paint)
    return Chart(key, question, summary, note, drawn[WIDE], drawn[NARROW], table)


def _labels(axis: Axes, names: Sequence[str], frame: Frame) -> None:
    axis.set_yticks(range(len(names)), [_short(name, 26 if frame.narrow else 64) for name in names])
    axis.tick_params(axis="y", labelsize=6.2 if frame.narrow else 7.2, length=0)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")


def _short(name: str, letters: int) -> str:
    return name if len(name) <= letters else name[: letters - 1] + "…"


def forest(rows: Sequence[TrialRow], in_sample: bool, footer: str) -> Chart:
    """Printed values beside their predictive intervals, a panel a unit, one row each; those outside come first."""
    by_unit: dict[str, list[TrialRow]] = {}
    for one in sorted(rows, key=lambda r: (bool(r.inside), r.trial, r.arm, r.time_h or 0.0)):
        by_unit.setdefault(one.unit, []).append(one)
    units = sorted(by_unit, key=lambda unit: -len(by_unit[unit]))
    outside = sum(not one.inside for one in rows)
    where = "in sample" if in_sample else "out of sample"

    def panels(frame: Frame) -> Panels:
        def paint(axes: list[Axes]) -> None:
            for axis, unit in zip(axes, units, strict=True):
                _paint_rows(axis, by_unit[unit], frame)
                axis.set_xlabel(unit)

        return Panels(tuple(ROW_INCH * len(by_unit[unit]) + 0.55 for unit in units), 1, paint)

    table = DataTable(
        f"Printed and predicted results of trials, {where}",
        ("Result", "unit", "inside", "printed", "predicted", "95 % low", "95 % high", "n"),
        tuple(
            (row_name(one), unit, "yes" if one.inside else "no", *(significant(x) for x in one.numbers),
             MISSING if one.n is None else str(one.n))
            for unit in units for one in by_unit[unit]
        ),
    )  # fmt: skip
    return _chart(
        f"trials-{'in' if in_sample else 'out'}",
        f"What did trials print, and what is predicted for a trial of that size ({where})?",
        f"{outside} of {len(rows)} printed values lie outside their 95 % interval; 5 % would be expected.",
        "Line: 95 % predictive interval of a study of the printed number of people, bar: its mean; mark: what was "
        "printed. Crosses lie outside and stand first. "
        + ("Hollow marks: a value of the library was fitted on these patients." if in_sample else ""),
        footer, table, panels,
    )  # fmt: skip


def _paint_rows(axis: Axes, rows: Sequence[TrialRow], frame: Frame) -> None:
    for place, one in enumerate(rows):
        observed, predicted, low, high = one.numbers
        color = INK if one.inside else VERMILLION
        axis.plot([low, high], [place, place], color=BLUE, linewidth=2.4, alpha=0.45)
        axis.plot([predicted], [place], "|", color=BLUE, markersize=7)
        axis.plot(
            [observed], [place], "o" if one.inside else "X", color=color, markersize=4.5,
            markerfacecolor="none" if one.in_sample else color,
        )  # fmt: skip
    _labels(axis, [row_name(one) for one in rows], frame)


def row_name(one: TrialRow) -> str:
    """A printed result in a line."""
    arm = one.arm if one.against is None else f"{one.arm} − {one.against}"
    when = "" if one.time_h is None else f", {duration(one.time_h)}"
    return f"{one.trial}: {arm}, {one.quantity.replace('_', ' ')}{when}"


def intervals_chart(rows: Sequence[TrialRow], footer: str) -> Chart:
    """Coverage of central intervals of every level, in and out of sample."""
    groups = [
        (name, [one for one in rows if one.in_sample == inside])
        for name, inside in (("out of sample", False), ("in sample", True))
    ]
    curves = [(name, some, [coverage_at(some, level) for level in LEVELS]) for name, some in groups if some]

    def panels(frame: Frame) -> Panels:
        def paint(axes: list[Axes]) -> None:
            axis = axes[0]
            axis.plot([0, 1], [0, 1], color=FAINT, linewidth=1, dashes=(3, 2))
            for (name, some, shares), color, line in zip(curves, (BLUE, GREEN), ("-", "--"), strict=False):
                filled = name == "out of sample"
                axis.plot(
                    LEVELS, shares, line, color=color, marker="o" if filled else "s", label=f"{name}, n = {len(some)}",
                    markerfacecolor=color if filled else "none",
                )  # fmt: skip
            axis.set_xlim(0, 1)
            axis.set_ylim(0, 1)
            axis.set_xlabel("level of the predictive interval")
            axis.set_ylabel("share of printed values inside")
            axis.legend(loc="upper left")

        return Panels((3.4 if not frame.narrow else 3.0,), 1, paint)

    table = DataTable(
        "Share of printed values inside predictive intervals",
        ("Level", *(f"{name} (n = {len(some)})" for name, some, _ in curves)),
        tuple(
            (percent(level), *(percent(shares[place]) for _, _, shares in curves))
            for place, level in enumerate(LEVELS)
        ),
    )
    said = "; ".join(f"{name} {percent(shares[-1])} of {len(some)}" for name, some, shares in curves)
    return _chart(
        "intervals", "Do predictive intervals hold as many printed values as they say?",
        "Of the 95 % intervals, read as normal ones of the same mean and width, this share holds the printed value: "
        f"{said}.",
        "On the dashed line intervals say what they hold; below it they are too narrow. Values of one trial are not "
        "independent.",
        footer, table, panels,
    )  # fmt: skip


def levels_chart(rows: Sequence[LevelRow], footer: str) -> Chart:
    """Fold errors of levels, an arm a row."""
    arms: dict[str, list[LevelRow]] = {}
    for one in sorted(rows, key=lambda r: (r.route, r.source)):
        arms.setdefault(f"{one.route}: {one.source}, {one.analyte}", []).append(one)

    def panels(frame: Frame) -> Panels:
        def paint(axes: list[Axes]) -> None:
            axis = axes[0]
            axis.set_xscale("log")
            axis.axvspan(0.5, 2.0, color=FAINT, alpha=0.14, linewidth=0)
            axis.axvline(1.0, color=FAINT, linewidth=1)
            for place, some in enumerate(arms.values()):
                for one in some:
                    look = ("o", INK) if 0.5 <= one.fold <= 2.0 else ("X", VERMILLION)
                    axis.plot([one.fold], [place], look[0], color=look[1], markersize=5)
            _labels(axis, list(arms), frame)
            folds = [one.fold for one in rows]
            low, high = min(0.4, *folds), max(2.5, *folds)
            axis.set_xlim(low / 1.1, high * 1.1)
            ticks = [t for t in (0.25, 0.5, 1.0, 2.0, 4.0) if low / 1.1 <= t <= high * 1.1]
            axis.set_xticks(ticks, [f"{t:g}" for t in ticks])
            axis.minorticks_off()
            axis.set_xlabel("predicted / measured\n(grey: within twofold)")

        return Panels((max(1.6, 0.2 * len(arms) + 0.5),), 1, paint)

    table = DataTable(
        "Measured and predicted levels",
        ("Reading", "route", "quantity", "measured", "predicted", "fold"),
        tuple(
            (f"{one.source}, {one.analyte}", one.route, one.quantity.replace("_", " "), significant(one.observed),
             significant(one.predicted), significant(one.fold))
            for one in sorted(rows, key=lambda r: -abs(math.log(r.fold)))
        ),
    )  # fmt: skip
    far = sum(not 0.5 <= one.fold <= 2.0 for one in rows)
    return _chart(
        "levels", "How far are predicted levels from measured ones that no model was fitted on?",
        f"{len(rows) - far} of {len(rows)} readings are predicted within twofold.",
        "Each mark is one published number, each row one study, route and substance; crosses are beyond twofold.",
        footer, table, panels,
    )  # fmt: skip


def pooled_chart(rows: Sequence[PooledRow], footer: str) -> Chart:
    """Pooled differences by time with their intervals, and painloop's contrast over the same trials."""
    order = sorted(rows, key=lambda r: (r.low_h, r.high_h))
    names = [f"{one.words}: {one.meta_analysis}" for one in order]

    def panels(frame: Frame) -> Panels:
        def paint(axes: list[Axes]) -> None:
            axis = axes[0]
            axis.axvline(0.0, color=FAINT, linewidth=1)
            for place, one in enumerate(order):
                if one.low is not None and one.high is not None:
                    axis.plot([one.low, one.high], [place, place], color=INK, linewidth=1.6)
                axis.plot([one.pooled], [place], "s", color=INK, markersize=4)
                color = {True: BLUE, False: VERMILLION, None: FAINT}[one.inside]
                assert one.predicted is not None
                axis.plot(
                    [one.predicted], [place + 0.25], "X" if one.inside is False else "o", color=color, markersize=5,
                    markerfacecolor="none" if one.fitted else color,
                )  # fmt: skip
            _labels(axis, names, frame)
            axis.set_xlabel("ketamine − control, NRS points\n(square: pooled; circle, cross: painloop)")

        return Panels((max(1.6, 0.24 * len(order) + 0.5),), 1, paint)

    table = DataTable(
        "Pooled and predicted differences",
        ("Time", "review", "pooled", "95 % interval", "painloop", "inside", "trials", "fitted on"),
        tuple(
            (one.words, one.meta_analysis, significant(one.pooled),
             MISSING if one.low is None else f"{significant(one.low)} to {significant(one.high)}",
             significant(one.predicted), {True: "yes", False: "no", None: MISSING}[one.inside], str(len(one.trials)),
             ", ".join(one.fitted) or "none")
            for one in order
        ),
    )  # fmt: skip
    outside = sum(one.inside is False for one in rows)
    judged = sum(one.inside is not None for one in rows)
    return _chart(
        "pooled", "How large is the difference from control at each time, pooled and predicted?",
        f"{outside} of {judged} predicted differences lie outside the pooled 95 % interval.",
        "Nothing was fitted to a meta-analysis. Grey: no interval to judge by. Hollow: something was fitted on some of "
        "the trials averaged over.",
        footer, table, panels,
    )  # fmt: skip
