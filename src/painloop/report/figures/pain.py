"""Pain over weeks: every rival, their mixture, the comparator arm and the published points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from painloop.report.curves import (
    AVERAGED,
    Curve,
    Reportable,
    acting,
    comparator_curve,
    rival_curves,
    sessions,
)
from painloop.report.figures.chart import Chart, Panels, make_chart, time_table
from painloop.report.figures.drawing import Frame, band, mark_sessions
from painloop.report.figures.envelope import crowded, draw_envelope, smoothed
from painloop.report.figures.legends import name_lines, plot_points, point_keys
from painloop.report.figures.palette import Look, look_of
from painloop.report.figures.timeline import Timeline, first_days, told_weeks, whole
from painloop.report.numbers import duration, fixed
from painloop.report.observed import Point, of_quantity, points, within
from painloop.report.words import comparator_label, rival_label

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
    """The lines in a window, the comparator last, and how they are drawn."""
    other, label = comparator_curve(result, "pain"), comparator_label(result)
    marks = within(of_quantity(points(result), "nrs", "pain"), window.start_h, window.stop_h)
    looks, names = (look_of(AVERAGED), look_of("comparator")), ("treated", label)
    given = sessions(result.dataset)
    lines = [
        (rival_label(name), curve.between(window.start_h, window.stop_h), look_of(name))
        for name, curve in curves
    ]
    treated = lines[-1][1]
    if other is not None:
        lines.append((label, other.between(window.start_h, window.stop_h), looks[1]))

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
            name_lines(axes[0], frame, ends, point_keys(marks, looks, names))

        return Panels((3.1 if frame.narrow else 3.2,), 1, paint)

    return lines, panels


def _means_figure(
    result: Reportable, curves: list[tuple[str, Curve]], window: Timeline, key: str, question: str
) -> Chart:
    lines, panels = _means(result, curves, window)
    marks = within(of_quantity(points(result), "nrs", "pain"), window.start_h, window.stop_h)
    shown = [(name, line) for (name, _), (_, line, _) in zip(curves, lines, strict=False)]
    other = lines[-1][1] if len(lines) > len(curves) else None
    listed = [(name, curve) for name, curve, _ in lines]
    caption = "Mean pain (NRS 0–10)" + ("" if key == "pain" else " at first")
    return make_chart(
        result,
        key=key,
        question=question,
        summary=_sentence(
            shown, other, comparator_label(result), acting(result.dataset, shown[-1][1].time_h)
        ),
        note=_note(marks) + (_DAILY if crowded(sessions(result.dataset), window) else ""),
        table=time_table(caption, window, listed, lambda _, v: fixed(v, 2), spread=False),
        panels=panels,
    )


def pain_bands_figure(result: Reportable) -> Chart | None:
    """One panel a rival with the spread over patients; ``None`` where patients do not differ."""
    curves = pain_curves(result)
    if not any(curve.has_spread for _, curve in curves):
        return None
    window, other = whole(curves[0][1].time_h), comparator_curve(result, "pain")
    given = sessions(result.dataset)
    listed = [(rival_label(name), curve) for name, curve in curves]
    if other is not None:
        listed.append((comparator_label(result), other))
    looks = [look_of(name) for name, _ in curves] + [look_of("comparator")]

    def panels(frame: Frame) -> Panels:
        columns = min(frame.columns, len(listed)) if len(listed) != 4 else min(frame.columns, 2)
        rows = -(-len(listed) // columns)

        def paint(axes: list[Axes]) -> None:
            for i, (axis, (name, full), look) in enumerate(zip(axes, listed, looks, strict=False)):
                curve = smoothed(full, window, given)
                band(axis, curve, window.scale, 1.0, look)
                axis.plot(curve.time_h * window.scale, curve.median, **look.line)
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
        summary=_spread_sentence(curves),
        note="One panel for each explanation of lasting relief. Lines are the median patient; the darker band holds "
        "the middle half of the patients, the lighter one 90 % of them. "
        "The mixture mixes the patients of all explanations; it is not a mean of the curves.",
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


def _note(marks: Sequence[Point]) -> str:
    text = (
        "Lines are means over patients of the expected pain, without day-to-day rating noise. "
        "Bars on the time axis: drug is being given. Relief while the drug acts follows a straight line without "
        "a ceiling, read from experimental pain in volunteers; in patients and over days it is an extrapolation."
    )
    if marks:
        text += (
            " Markers are published means with their standard error, which is how well a mean is known, not how "
            "patients differ; hollow ones are in-sample (a model was fitted on "
            "these patients), filled ones are not."
        )
    return text


def _sentence(
    curves: Sequence[tuple[str, Curve]], other: Curve | None, other_name: str, acute: NDArray[np.bool_]
) -> str:
    """The mixture at week 1 (or the end of a shorter run) against the comparator, then start, end and lowest point."""
    _, main = curves[-1]
    end, lowest = float(main.time_h[-1]), int(np.nanargmin(main.mean))
    ((when, time_h),) = told_weeks(end)
    who = "mean pain" if len(curves) == 1 else "mean pain averaged over the explanations"

    def beside(at_h: float) -> str:
        return "" if other is None else f", against {fixed(other.at(at_h), 2)} with {other_name}"

    text = f"{when[:1].upper()}{when[1:]} {who} is {fixed(main.at(time_h), 2)}{beside(time_h)}"
    several = [(curve.at(time_h), rival_label(name)) for name, curve in curves[:-1]]
    ranked = sorted((value, name) for value, name in several if value is not None)
    if len(ranked) > 1:
        (low, best), (high, worst) = ranked[0], ranked[-1]
        text += f"; single explanations give {fixed(low, 2)} ({best}) to {fixed(high, 2)} ({worst})"
    if end > time_h:
        text += f"; after {duration(end)} it is {fixed(main.mean[-1], 2)}{beside(end)}"
    return (
        f"{text}. It starts at {fixed(main.mean[0], 2)} and is lowest at {fixed(main.mean[lowest], 2)} "
        f"after {duration(float(main.time_h[lowest]))}{', while the drug acts' if acute[lowest] else ''}."
    )


def _spread_sentence(curves: Sequence[tuple[str, Curve]]) -> str:
    name, curve = curves[-1]
    low, high = curve.p05, curve.p95
    if low is None or high is None:
        return ""
    at = int(np.nanargmin(curve.mean))
    return (
        f"When mean pain is lowest ({duration(float(curve.time_h[at]))}, {rival_label(name)}), nine of ten patients "
        f"lie between {fixed(low[at], 1)} and {fixed(high[at], 1)} on the 0–10 scale."
    )
