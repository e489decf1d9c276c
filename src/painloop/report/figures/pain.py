"""Pain over weeks: every rival, their mixture, the comparator arm and the published points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from painloop.report.beside import beside_curves, coincide, in_scenario
from painloop.report.curves import AVERAGED, Curve, Reportable, acting, rival_curves, sessions
from painloop.report.figures.chart import Chart, Panels, make_chart, time_table
from painloop.report.figures.drawing import Frame, band, mark_sessions
from painloop.report.figures.envelope import crowded, draw_envelope, smoothed
from painloop.report.figures.legends import name_explanations, plot_points, point_keys
from painloop.report.figures.pain_words import means_note, means_sentence, spread_sentence
from painloop.report.figures.palette import Look, look_of, untreated
from painloop.report.figures.timeline import Timeline, first_days, whole
from painloop.report.numbers import fixed
from painloop.report.observed import of_quantity, points, within
from painloop.report.words import comparator_label, one_person, rival_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TOP = 10.0
"""Upper end of the numeric rating scale."""
_EARLY = 0.3
"""The first days get a figure of their own when they are less than this share of the simulated time."""
_DAILY = (
    " Doses stand so close that lines are means over each day or over the time between two doses; the grey strip "
    "reaches from the lowest to the highest value of the last treated line in that time."
)


def pain_curves(result: Reportable) -> list[tuple[str, Curve]]:
    """(rival, expected pain) for every rival of the result, the mixture last."""
    return rival_curves(result, "pain")


QUESTION = "Does pain fall, and how long does it stay down?"


def pain_figure(result: Reportable) -> Chart | None:
    """Mean pain of every rival, of their mixture and of the comparator, with the published points."""
    curves = pain_curves(result)
    return _means_figure(result, curves, whole(curves[0][1].time_h), "pain", QUESTION) if curves else None


def pain_panels(result: Reportable, frame: Frame) -> Panels:
    """What :func:`pain_figure` draws, for a picture of its own; the result must have pain."""
    curves = pain_curves(result)
    return _means(result, curves, whole(curves[0][1].time_h))[1](frame)


def early_pain_figure(result: Reportable) -> Chart | None:
    """The same in the first hours or days where something was published; the mechanism figure has the rest."""
    curves, given = pain_curves(result), sessions(result.dataset)
    if not curves or not given:
        return None
    everything, window = whole(curves[0][1].time_h), first_days(curves[0][1].time_h, given)
    marks = within(of_quantity(points(result), "nrs", "pain"), window.start_h + 1e-6, 0.99 * window.stop_h)
    if window.stop_h > _EARLY * everything.stop_h or not marks:
        return None
    span = {"min": "hours", "h": "hours"}.get(window.unit, "days")
    return _means_figure(result, curves, window, "pain-early", f"What happens to pain in the first {span}?")


Lines = list[tuple[str, Curve, Look]]


def _means(
    result: Reportable, curves: list[tuple[str, Curve]], window: Timeline
) -> tuple[Lines, Callable[[Frame], Panels]]:
    """The treated lines in a window, those beside them last, and how they are drawn."""
    label, scenario = comparator_label(result), in_scenario(result)
    marks = within(of_quantity(points(result), "nrs", "pain"), window.start_h, window.stop_h)
    looks, names = (look_of(AVERAGED), look_of("comparator")), ("treated", label)
    given = sessions(result.dataset)
    lines = [
        (rival_label(name), curve.between(window.start_h, window.stop_h), look_of(name))
        for name, curve in curves
    ]
    treated, count = lines[-1][1], len(lines)
    for rival, curve in beside_curves(result, "pain"):
        name = f"{rival_label(rival)}, {label}" if scenario else label
        look = untreated(look_of(rival)) if scenario else looks[1]
        lines.append((name, curve.between(window.start_h, window.stop_h), look))

    def panels(frame: Frame) -> Panels:
        def paint(axes: list[Axes]) -> None:
            for _, full, look in lines:
                curve = smoothed(full, window, given)
                if full is treated and curve is not full:
                    draw_envelope(axes[0], full, window, given, 1.0, looks[0], "mean")
                axes[0].plot(curve.time_h * window.scale, curve.mean, **look.line)
            plot_points(axes[0], marks, window.scale, 1.0, looks)
            _prepare(axes[0], window, given, wanted=7 if frame.narrow else 14)
            ends = [(float(curve.mean[-1]), name, look) for name, curve, look in lines]
            same = coincide([curve for _, curve, _ in lines[:count]], _TOP)
            name_explanations(axes[0], frame, ends, count, same, point_keys(marks, looks, names))
            if scenario and len(lines) > count:
                text = f"dotted: the same explanation {label}"
                axes[0].text(0.99, 0.97, text, transform=axes[0].transAxes, ha="right", va="top")

        return Panels((3.1 if frame.narrow else 3.2,), 1, paint)

    return lines, panels


def _means_figure(
    result: Reportable, curves: list[tuple[str, Curve]], window: Timeline, key: str, question: str
) -> Chart:
    lines, panels = _means(result, curves, window)
    marks = within(of_quantity(points(result), "nrs", "pain"), window.start_h, window.stop_h)
    shown = [(name, line) for (name, _), (_, line, _) in zip(curves, lines, strict=False)]
    others = [line for _, line, _ in lines[len(curves) :]]
    listed = [(name, curve) for name, curve, _ in lines]
    caption = "Pain (NRS 0–10)" if one_person(result) else "Mean pain (NRS 0–10)"
    caption += "" if key == "pain" else " at first"
    return make_chart(
        result,
        key=key,
        question=question,
        summary=means_sentence(result, shown, others, acting(result.dataset, shown[-1][1].time_h)),
        note=means_note(marks, one=one_person(result))
        + (_DAILY if crowded(sessions(result.dataset), window) else ""),
        table=time_table(caption, window, listed, lambda _, v: fixed(v, 2), spread=False),
        panels=panels,
    )


def pain_bands_figure(result: Reportable) -> Chart | None:
    """One panel a rival with the spread over patients; ``None`` where patients do not differ.

    One person has none: what spread the mixture then shows is that of the explanations.
    """
    curves = pain_curves(result)
    if one_person(result) or not any(curve.has_spread for _, curve in curves):
        return None
    window, given = whole(curves[0][1].time_h), sessions(result.dataset)
    listed = [(rival_label(name), curve) for name, curve in curves]
    looks = [look_of(name) for name, _ in curves]
    own = dict(beside_curves(result, "pain")) if in_scenario(result) else {}
    if not own:
        listed += [(comparator_label(result), curve) for _, curve in beside_curves(result, "pain")]
        looks += [look_of("comparator")] * (len(listed) - len(curves))

    def panels(frame: Frame) -> Panels:
        columns = min(frame.columns, len(listed)) if len(listed) != 4 else min(frame.columns, 2)
        rows = -(-len(listed) // columns)

        def paint(axes: list[Axes]) -> None:
            for i, (axis, (name, full), look) in enumerate(zip(axes, listed, looks, strict=False)):
                curve = smoothed(full, window, given)
                band(axis, curve, window.scale, 1.0, look)
                axis.plot(curve.time_h * window.scale, curve.median, **look.line)
                if i < len(curves) and (beside := own.get(curves[i][0])) is not None:
                    axis.plot(beside.time_h * window.scale, beside.median, **look_of("comparator").line)
                last_row = i + columns >= len(listed)
                _prepare(axis, window, given if i < len(curves) else (), wanted=7, label=last_row)
                axis.set_title(name, fontweight="bold")
                if i % columns:
                    axis.set_ylabel("")
            for axis in axes[len(listed) :]:
                axis.set_visible(False)

        return Panels((2.1,) * rows, columns, paint)

    return make_chart(
        result,
        key="pain-bands",
        question="How much do patients differ under each explanation?",
        summary=spread_sentence(curves),
        note="One panel for each explanation of lasting relief. Lines are the median patient; the darker band holds "
        "the middle half of the patients, the lighter one 90 % of them. "
        "The mixture mixes the patients of all explanations; it is not a mean of the curves."
        + (f" Dotted: the median {comparator_label(result)} under the same explanation." if own else ""),
        table=time_table(
            "Spread of expected pain over patients (NRS 0–10)", window, listed, lambda _, v: fixed(v, 2)
        ),
        panels=panels,
    )


def _prepare(
    axis: Axes, window: Timeline, given: Sequence[tuple[float, float]], *, wanted: int, label: bool = True
) -> None:
    axis.set_ylim(0, _TOP)
    axis.set_yticks(np.arange(0, _TOP + 1, 2))
    axis.set_ylabel("Pain (NRS 0–10)")
    window.prepare(axis, wanted=wanted, label=label)
    mark_sessions(axis, given, window.scale)
