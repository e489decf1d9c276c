"""Mood, which may follow from the drug itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from painloop.report.beside import beside_words
from painloop.report.curves import Curve, Reportable, comparator_curve, curve_of, sessions
from painloop.report.figures.chart import Chart, Panels, make_chart, time_table
from painloop.report.figures.drawing import Frame, band, mark_sessions
from painloop.report.figures.envelope import smoothed
from painloop.report.figures.exposure import band_note
from painloop.report.figures.legends import name_above
from painloop.report.figures.palette import look_of
from painloop.report.figures.timeline import whole
from painloop.report.numbers import duration, percent
from painloop.report.words import comparator_label, one_person

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_NONE = 0.005
"""An improvement below half a per cent in everyone is none."""


def mood_figure(result: Reportable) -> Chart | None:
    """Relative improvement of mood; ``None`` where the result has none or nothing changes."""
    curve = curve_of(result.dataset, "mood")
    if curve is None or not curve.moves or curve.extent()[1] < _NONE:
        return None
    window, given, look = whole(curve.time_h), sessions(result.dataset), look_of("mood")
    other, label = comparator_curve(result, "mood"), comparator_label(result)

    def panels(frame: Frame) -> Panels:
        def paint(axes: list[Axes]) -> None:
            axis, drawn = axes[0], smoothed(curve, window, given)
            band(axis, drawn, window.scale, 100.0, look)
            axis.plot(drawn.time_h * window.scale, drawn.median * 100, **look.line)
            if other is not None:
                axis.plot(other.time_h * window.scale, other.median * 100, **look_of("comparator").line)
                name_above(axis, [("treated", look), (label, look_of("comparator"))], columns=2)
            axis.set_ylabel("Mood better by (%)")
            window.prepare(axis, wanted=7 if frame.narrow else 14)
            mark_sessions(axis, given, window.scale)

        return Panels((1.9,), 1, paint)

    shown = [("Mood", curve)] + ([(label, other)] if other is not None else [])
    return make_chart(
        result,
        key="mood",
        question="Does low mood lift?",
        summary=_mood_sentence(result, curve, other),
        note="0 % is mood as before, 100 % free of symptoms. The curve was fitted by hand to depression that resists "
        "treatment; two trials in chronic pain saw no change of mood, and after long infusions it promises more than "
        "any trial has shown. " + band_note([curve], one=one_person(result)),
        table=time_table("Improvement of mood (%)", window, shown, lambda _, v: percent(v, 1)),
        panels=panels,
    )


def _mood_sentence(result: Reportable, curve: Curve, other: Curve | None) -> str:
    at, end = curve.peak() or 0, float(curve.time_h[-1])
    who = "In this person" if one_person(result) else "In the median patient"
    beside = (
        ""
        if other is None
        else f", against {percent(other.at(float(curve.time_h[at]), 'median'))} {beside_words(result)}"
    )
    when = duration(float(curve.time_h[at]))
    return (
        f"{who} mood is at most {percent(curve.median[at])} better, {when} after the first dose starts{beside}; "
        f"after {duration(end)} {percent(curve.median[-1])} is left."
    )
