"""Figures of the page of claims by section: levels and meta-analyses here, trials beside it.

A mark is filled where nothing was fitted on the patients and hollow where something was; a cross, not only a colour,
marks what lies outside its interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from painloop.report.figures.chart import Chart, DataTable, Panels
from painloop.report.figures.drawing import Frame
from painloop.report.figures.forest import drawn_twice, name_rows
from painloop.report.figures.palette import BLUE, FAINT, INK, VERMILLION
from painloop.report.figures.validation_trials import forest, intervals
from painloop.report.numbers import MISSING, significant

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from painloop.validate.answer import LevelRow, Validation
    from painloop.validate.checks.pooled import PooledRow


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
        yield intervals(scored, _footer(found))
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
            name_rows(axis, list(arms), frame)
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
    return drawn_twice(
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
            name_rows(axis, names, frame)
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
    return drawn_twice(
        "pooled", "How large is the difference from control at each time, pooled and predicted?",
        f"{outside} of {judged} predicted differences lie outside the pooled 95 % interval.",
        "Nothing was fitted to a meta-analysis. Grey: no interval to judge by. Hollow: something was fitted on some of "
        "the trials averaged over.",
        footer, table, panels,
    )  # fmt: skip
