"""What the rivals with a central gain would do: the states they allow, and how much block for how long resets one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from painloop.report.curves import Reportable, curve_of, rivals, sessions
from painloop.report.figures.chart import Chart, DataTable, Panels, make_chart
from painloop.report.figures.drawing import Frame
from painloop.report.numbers import duration, fixed, percent
from painloop.report.words import rival_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from painloop.loop.standing import Standing
    from painloop.report.figures.reset_map import Given

_GAINS = ("central_gain", "driven_gain")
_DAY_H = 24.0


def rivals_figure(result: Reportable) -> Chart | None:
    """States and reset map of the gain rivals in the result, with this course as a point.

    ``None`` without such a rival, and in a scenario, whose input moves.
    """
    names = [name for name in rivals(result.dataset) if name in _GAINS]
    if not names or result.dataset.attrs.get("scenario"):
        return None
    from painloop.loop.standing import standing
    from painloop.report.figures.bifurcation import bifurcation
    from painloop.report.figures.reset_map import reset_map

    listed = [standing(name) for name in names]
    course = _course(result)
    painters = [_titled(one, bifurcation(one)) for one in listed]
    painters += [_titled(one, reset_map(one, [course] if course else [])) for one in listed if one.folds]

    def panels(frame: Frame) -> Panels:
        columns = 1 if frame.narrow or len(painters) == 1 else 2
        rows = -(-len(painters) // columns)

        def paint(axes: list[Axes]) -> None:
            for painter, axis in zip(painters, axes, strict=False):
                painter(axis)
            for axis in axes[len(painters) :]:
                axis.set_visible(False)

        return Panels((2.6,) * rows, columns, paint)

    return make_chart(
        result,
        key="rivals",
        question="Could the sensitized state be reset, and by how much block?",
        summary=_sentence(listed, course),
        note="A person has an input N, the drive that keeps central gain up. Solid lines are states in which gain can "
        "rest; between the folds there are two, and the broken line is the watershed. In the map, a constant block "
        "held for longer than the line resets a person of that input. These are consequences of the equations, not "
        "observations; nobody has measured N.",
        table=_table(listed),
        panels=panels,
    )


def _titled(one: Standing, paint: Callable[[Axes], None]) -> Callable[[Axes], None]:
    """The painter with the name of the rival in the title."""

    def titled(axis: Axes) -> None:
        paint(axis)
        axis.set_title(f"{rival_label(one.name)}\n{axis.get_title(loc='left')}")

    return titled


def _course(result: Reportable) -> Given | None:
    """Days with drug and mean median block meanwhile; ``None`` for doses without a duration or without block."""
    from painloop.report.figures.reset_map import Given

    block, given = curve_of(result.dataset, "block"), sessions(result.dataset)
    length = sum(stop - start for start, stop in given)
    if block is None or not block.moves or length <= 0:
        return None
    area = np.concatenate(
        [[0.0], np.cumsum(np.diff(block.time_h) * (block.median[1:] + block.median[:-1]) / 2)]
    )
    total = sum(float(np.diff(np.interp(session, block.time_h, area))[0]) for session in given)
    paused = given[-1][1] - given[0][0] > 1.05 * length
    return Given("this course", length / _DAY_H, total / length, paused)


def _sentence(listed: list[Standing], course: Given | None) -> str:
    from painloop.report.figures.bifurcation import share_between

    told = []
    for one in listed:
        name = rival_label(one.name)
        if not one.folds:
            told.append(
                f"Under {name} there is one state for every input: whatever block takes away returns."
            )
            continue
        high, low = one.folds[0].input, one.folds[-1].input
        share = share_between(one)
        whom = "" if share is None else f", {percent(share)} of patients,"
        told.append(
            f"Under {name} inputs between {fixed(low, 3)} and {fixed(high, 3)}{whom} allow two states, and enough "
            "block moves a person from one to the other; no block resets the rest, who have one state."
        )
    if course is not None:
        held = "with pauses, which the lines do not know" if course.paused else "without a pause"
        told.append(
            f"This course blocks {percent(course.block)} of the receptors on average over "
            f"{duration(course.days * _DAY_H)} of infusion, {held}."
        )
    return " ".join(told)


def _table(listed: list[Standing]) -> DataTable:
    rows = [
        (rival_label(one.name), fixed(reset.input, 3), percent(reset.block), _days(reset.days))
        for one in listed
        for reset in one.resets
    ]
    rows += [(rival_label(one.name), "any", "any", "never") for one in listed if not one.folds]
    head = ("Explanation", "Input N", "Constant block", "Resets after")
    return DataTable("Time of constant block that resets", head, tuple(rows))


def _days(days: float | None) -> str:
    return "never" if days is None else duration(days * _DAY_H)
