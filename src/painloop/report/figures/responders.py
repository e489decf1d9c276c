"""How many people have less pain: shares whose pain fell by at least 30 % and at least 50 % of their own baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from painloop.report.beside import beside_words, coincide, in_scenario
from painloop.report.curves import (
    AVERAGED,
    RESPONDERS,
    Curve,
    Reportable,
    acting,
    comparator_curve,
    rival_curves,
    sessions,
)
from painloop.report.figures.chart import Chart, Panels, make_chart, time_table
from painloop.report.figures.drawing import Frame, mark_sessions
from painloop.report.figures.envelope import smoothed
from painloop.report.figures.legends import name_explanations, plot_points, point_keys
from painloop.report.figures.palette import look_of
from painloop.report.figures.timeline import Timeline, told_weeks, whole
from painloop.report.numbers import duration, fixed, percent
from painloop.report.observed import of_quantity, points, within
from painloop.report.words import QUANTITIES, comparator_label, one_person, rival_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_FIVE_PEOPLE_IN_100 = 5.0
"""Shares are steps, one person each: explanations count as one where they differ by less than 5 % at every moment."""


def responder_curves(result: Reportable, name: str) -> list[tuple[str, Curve]]:
    """(rival, share of responders) for every rival, the mixture last."""
    return rival_curves(result, name)


def responders_figure(result: Reportable) -> Chart | None:
    """Shares of responders over time; ``None`` if absent, if only one person was simulated, and in a scenario, where
    pain has its own course without ketamine and a share that is better than at the start says little.
    """
    curves = {name: listed for name in RESPONDERS if (listed := responder_curves(result, name))}
    if not curves or one_person(result) or in_scenario(result):
        return None
    window = whole(next(iter(curves.values()))[0][1].time_h)
    others = {name: comparator_curve(result, name) for name in curves}

    def panels(frame: Frame) -> Panels:
        def paint(axes: list[Axes]) -> None:
            for i, (axis, (name, listed)) in enumerate(zip(axes, curves.items(), strict=True)):
                named = i == (0 if frame.narrow else len(curves) - 1)
                _paint(axis, frame, result, (name, listed, others[name]), window, named=named)
                if frame.narrow and i < len(curves) - 1:
                    axis.set_xlabel("")

        return Panels((2.2,) * len(curves), 1, paint) if frame.narrow else Panels((2.8,), len(curves), paint)

    listed = []
    for name, group in curves.items():
        level = f"≥ {name.removeprefix('responder_')} %"
        listed += [(f"{level}, {rival_label(rival)}", curve) for rival, curve in group]
        if (other := others[name]) is not None:
            listed.append((f"{level}, {comparator_label(result)}", other))
    return make_chart(
        result,
        key="responders",
        question="How many people have less pain?",
        summary=_sentence(result, curves, others),
        note="A responder is a person whose expected pain is lower than their own baseline by at least the stated "
        "share at that moment (means over each day where doses stand close). Some get there "
        "without drug: compare with the comparator arm.",
        table=time_table("Share of responders (%)", window, listed, lambda _, value: percent(value, 1)),
        panels=panels,
    )


def _paint(
    axis: Axes,
    frame: Frame,
    result: Reportable,
    group: tuple[str, list[tuple[str, Curve]], Curve | None],
    window: Timeline,
    *,
    named: bool,
) -> None:
    name, listed, other = group
    looks, names = (look_of(AVERAGED), look_of("comparator")), ("treated", comparator_label(result))
    ends = []
    given = sessions(result.dataset)
    for rival, curve in listed:
        drawn = smoothed(curve, window, given)
        axis.plot(drawn.time_h * window.scale, drawn.mean * 100, **look_of(rival).line)
        ends.append((100 * float(curve.mean[-1]), rival_label(rival), look_of(rival)))
    if other is not None:
        axis.plot(other.time_h * window.scale, other.mean * 100, **looks[1].line)
        ends.append((100 * float(other.mean[-1]), names[1], looks[1]))
    marks = within(of_quantity(points(result), name), window.start_h, window.stop_h)
    plot_points(axis, marks, window.scale, 100.0, looks)
    axis.set_ylim(0, 100)
    axis.set_ylabel("Share of patients (%)")
    window.prepare(axis, wanted=7)
    mark_sessions(axis, given, window.scale)
    keys = point_keys(marks, looks, names)
    if named:
        same = coincide([curve for _, curve in listed], _FIVE_PEOPLE_IN_100)
        name_explanations(axis, frame, ends, len(listed), same, keys if frame.narrow else ())
    if keys and not frame.narrow:
        axis.legend(handles=keys, loc="upper right")
    if frame.narrow:  # the legend stands where the title would
        axis.text(0.98, 0.96, QUANTITIES[name], transform=axis.transAxes, ha="right", va="top")
    else:
        axis.set_title(QUANTITIES[name])


def _sentence(
    result: Reportable, curves: dict[str, list[tuple[str, Curve]]], others: dict[str, Curve | None]
) -> str:
    name = RESPONDERS[-1] if RESPONDERS[-1] in curves else next(iter(curves))
    _, curve = curves[name][-1]
    best, other = int(np.nanargmax(curve.mean)), others[name]
    told = []
    for when, time_h in told_weeks(float(curve.time_h[-1]), (1, 4)):
        share, beside = curve.at(time_h), None if other is None else other.at(time_h)
        if share is None or beside is None:
            told.append(f"{percent(share)} {when}")
            continue
        gap = 100 * (share - beside)
        if fixed(abs(gap), 0) == "0":
            told.append(f"as many {when} as {beside_words(result)} ({percent(share)})")
            continue
        told.append(
            f"{fixed(abs(gap), 0)} percentage points {'more' if gap >= 0 else 'fewer'} {when} than "
            f"{beside_words(result)} ({percent(share)} against {percent(beside)})"
        )
    text = (
        f"People with at least {name.removeprefix('responder_')} % less pain than before: {', '.join(told)}."
    )
    text += f" The highest share is {percent(curve.mean[best])}, after {duration(float(curve.time_h[best]))}"
    acute = acting(result.dataset, curve.time_h)[best]
    return text + (", while the drug acts." if acute else ".")
