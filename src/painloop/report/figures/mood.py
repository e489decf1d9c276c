"""What may follow from less pain or from the drug itself: mood, and the outcomes that a link moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from painloop.report.curves import (
    Curve,
    Reportable,
    comparator_curve,
    curve_of,
    listed,
    rival_curves,
    sessions,
)
from painloop.report.figures.chart import Chart, Panels, make_chart, time_table
from painloop.report.figures.drawing import Frame, band, mark_sessions
from painloop.report.figures.envelope import smoothed
from painloop.report.figures.exposure import band_note
from painloop.report.figures.legends import name_above
from painloop.report.figures.palette import look_of
from painloop.report.figures.timeline import whole
from painloop.report.numbers import duration, fixed, percent, significant
from painloop.report.words import comparator_label, quantity_label, rival_label, unit_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def mood_figure(result: Reportable) -> Chart | None:
    """Relative improvement of mood; ``None`` where the result has none or nothing changes."""
    curve = curve_of(result.dataset, "mood")
    if curve is None or not curve.moves:
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
        summary=_mood_sentence(curve, other, label),
        note="0 % is mood as before, 100 % free of symptoms. The curve was fitted by hand to depression that resists "
        "treatment; two trials in chronic pain saw no change of mood, and after long infusions it promises more than "
        "any trial has shown. " + band_note([curve]),
        table=time_table("Improvement of mood (%)", window, shown, lambda _, v: percent(v, 1)),
        panels=panels,
    )


def _mood_sentence(curve: Curve, other: Curve | None, label: str) -> str:
    at, end = curve.peak() or 0, float(curve.time_h[-1])
    who = "In the median patient" if curve.has_spread else "In this person"
    beside = (
        ""
        if other is None
        else f", against {percent(other.at(float(curve.time_h[at]), 'median'))} with {label}"
    )
    when = duration(float(curve.time_h[at]))
    return (
        f"{who} mood is at most {percent(curve.median[at])} better, {when} after the first dose starts{beside}; "
        f"after {duration(end)} {percent(curve.median[-1])} is left."
    )


def linked_figure(result: Reportable) -> Chart | None:
    """Outcomes that a link other than zero ties to pain, one panel each; ``None`` where every link is zero."""
    names = [str(entry["name"]) for entry in listed(result, "links") if entry.get("link")]
    found = {name: rival_curves(result, name) for name in names}
    found = {name: lines for name, lines in found.items() if any(curve.moves for _, curve in lines)}
    if not found:
        return None
    window, given = whole(next(iter(found.values()))[0][1].time_h), sessions(result.dataset)

    def panels(frame: Frame) -> Panels:
        columns = min(2, frame.columns, len(found))
        rows = -(-len(found) // columns)

        def paint(axes: list[Axes]) -> None:
            for axis, (name, lines) in zip(axes, found.items(), strict=False):
                for rival, curve in lines:
                    drawn = smoothed(curve, window, given)
                    axis.plot(drawn.time_h * window.scale, drawn.mean, **look_of(rival).line)
                unit = unit_label(lines[0][1].unit)
                axis.set_ylabel(quantity_label(name) + (f"\n({unit})" if unit else ""))
                window.prepare(axis, wanted=6)
                mark_sessions(axis, given, window.scale)
            name_above(axes[0], [(rival_label(r), look_of(r)) for r, _ in next(iter(found.values()))])
            for axis in axes[len(found) :]:
                axis.set_visible(False)

        return Panels((1.9,) * rows, columns, paint)

    shown = [
        (f"{quantity_label(n)}, {rival_label(r)}" if len(lines) > 1 else quantity_label(n), c)
        for n, lines in found.items()
        for r, c in lines
    ]
    return make_chart(
        result,
        key="linked",
        question="What changes with the pain?",
        summary=_linked_sentence(found),
        note="Means over patients. Each of these follows pain by a link that the table below names with its source; "
        "outcomes whose link is zero stay as before and are not drawn.",
        table=time_table("Linked outcomes (means)", window, shown, lambda _, v: significant(v), spread=False),
        panels=panels,
    )


def _linked_sentence(found: dict[str, list[tuple[str, Curve]]]) -> str:
    told = []
    for name, lines in found.items():
        _, curve = lines[-1]
        moved = int(np.nanargmax(np.abs(curve.mean - curve.mean[0])))
        unit = unit_label(curve.unit)
        far = fixed(curve.mean[moved], 1) + (f" {unit}" if unit else "")
        told.append(
            f"{quantity_label(name).lower()} goes from {fixed(curve.mean[0], 1)} to {far} "
            f"({duration(float(curve.time_h[moved]))}) and ends at {fixed(curve.mean[-1], 1)}"
        )
    who = "" if len(next(iter(found.values()))) == 1 else "Averaged over the explanations, "
    text = "; ".join(told)
    return f"{who}{text}." if who else f"{text[:1].upper()}{text[1:]}."
