"""Figures of published trials: what was printed beside what is predicted, and whether intervals hold what they say.

A mark is filled where nothing was fitted on the patients and hollow where something was; a cross, not only a colour,
marks what lies outside its interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from painloop.report.figures.chart import Chart, DataTable, Panels
from painloop.report.figures.drawing import Frame
from painloop.report.figures.forest import drawn_twice, name_rows
from painloop.report.figures.palette import BLUE, FAINT, GREEN, INK, VERMILLION
from painloop.report.numbers import MISSING, duration, percent, significant
from painloop.validate.scores import LEVELS, SAFETY, coverage_at

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from painloop.validate.scores import TrialRow

ROW_INCH = 0.155
"""Height of a row of a forest."""
SHORT = {
    "nrs": "pain",
    "nrs_fall": "fall of pain",
    "nrs_fall_median": "median fall of pain",
    "responders_30": "≥ 30 % less pain",
    "responders_50": "≥ 50 % less pain",
    "pain_free": "free of pain",
    "relief_fraction": "relief",
    "peak_relief_fraction": "largest relief",
    "fraction_of_baseline": "pain left",
    "auc_nrs_days": "area under pain",
    "effect_size_sd": "effect size",
    "psychomimetic_fraction": "psychomimetic",
}
"""Names of quantities beside a row, whose panel names the unit."""


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
    return drawn_twice(
        f"trials-{'in' if in_sample else 'out'}",
        f"What did trials print, and what is predicted for a trial of that size ({where})?",
        f"{outside} of {len(rows)} printed values{_of_which_side_effects(rows)} lie outside their 95 % interval; 5 % "
        "would be expected.",
        "Line: 95 % predictive interval of a study of the printed number of people, bar: its mean; mark: what was "
        "printed. Crosses lie outside and stand first. "
        + ("Hollow marks: a value of the library was fitted on these patients." if in_sample else ""),
        footer, table, panels,
    )  # fmt: skip


def _of_which_side_effects(rows: Sequence[TrialRow]) -> str:
    """Side effects are drawn with the rest, and judged under claims of their own."""
    number = sum(one.quantity in SAFETY for one in rows)
    return f" ({number} of them side effects)" if number else ""


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
    name_rows(axis, [row_name(one) for one in rows], frame)


def row_name(one: TrialRow) -> str:
    """A printed result in a line."""
    arm = one.arm if one.against is None else f"{one.arm} − {one.against}"
    when = "" if one.time_h is None else f", {duration(one.time_h)}"
    return f"{one.trial}: {arm}, {SHORT.get(one.quantity, one.quantity.replace('_', ' '))}{when}"


def intervals(rows: Sequence[TrialRow], footer: str) -> Chart:
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
    return drawn_twice(
        "intervals", "Do predictive intervals hold as many printed values as they say?",
        "Of the 95 % intervals, read as normal ones of the same mean and width, this share holds the printed value: "
        f"{said}.",
        "On the dashed line intervals say what they hold; below it they are too narrow. Values of one trial are not "
        "independent.",
        footer, table, panels,
    )  # fmt: skip
