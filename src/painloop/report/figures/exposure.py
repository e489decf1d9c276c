"""How much drug is in the blood: every analyte of the model, on a linear and on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from painloop.report.curves import Curve, Reportable, concentrations, sessions
from painloop.report.figures.chart import Chart, Panels, make_chart, time_table
from painloop.report.figures.drawing import Frame, band, mark_sessions
from painloop.report.figures.legends import name_above
from painloop.report.figures.palette import look_of
from painloop.report.figures.timeline import Timeline, first_days
from painloop.report.numbers import duration, interval, significant
from painloop.report.words import one_person

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DECADES = 4.0
"""How far below the peak a logarithmic axis reaches (powers of ten)."""


def exposure_figure(result: Reportable) -> Chart | None:
    """Concentrations over the first days; ``None`` if there is no drug in the result."""
    curves = concentrations(result.dataset)
    given = sessions(result.dataset)
    if not curves or not any(np.nanmax(c.median) > 0 for c in curves):
        return None
    window = first_days(curves[0].time_h, given)
    shown = [curve.between(window.start_h, window.stop_h) for curve in curves]
    return make_chart(
        result,
        key="exposure",
        question="How much drug is in the blood in the first days?",
        summary=" ".join(text[:1].upper() + text[1:] for text in map(_sentence, shown)),
        note="Left or top on a linear axis, right or below the same on a logarithmic one, where a straight fall means "
        "that a constant share leaves per hour. " + band_note(shown, one=one_person(result)),
        table=time_table(
            "Concentrations in the first days (ng/mL)",
            window,
            [(c.name, c) for c in shown],
            lambda _, value: significant(value),
        ),
        panels=lambda frame: concentration_panels(frame, shown, window, given),
    )


def band_note(curves: Sequence[Curve], *, one: bool = False) -> str:
    """How lines, bands and marks are to be read; ``one``: a single person was simulated."""
    if any(curve.has_spread for curve in curves):
        return (
            "Lines are the median patient; the darker band holds the middle half of the patients, the lighter one "
            "90 % of them. Bars on the time axis: drug is being given."
        )
    who = "one person simulated" if one else "median patient; patients do not differ here"
    return f"Lines are the {who}. Bars on the time axis: drug is being given."


def concentration_panels(
    frame: Frame, curves: Sequence[Curve], window: Timeline, given: Sequence[tuple[float, float]]
) -> Panels:
    """A linear and a logarithmic panel of the same curves."""

    def paint(axes: list[Axes]) -> None:
        for axis, logarithmic in zip(axes, (False, True), strict=True):
            _paint(axis, curves, window, logarithmic=logarithmic)
            mark_sessions(axis, given, window.scale)
        name_above(
            axes[0], [(curve.name, look_of(curve.name)) for curve in curves], columns=1 if frame.narrow else 2
        )

    return Panels((2.3, 2.1), 1, paint) if frame.narrow else Panels((2.7,), 2, paint)


def _paint(axis: Axes, curves: Sequence[Curve], window: Timeline, *, logarithmic: bool) -> None:
    top = max(1e-12, *(curve.extent()[1] for curve in curves))
    floor = top * 10**-DECADES if logarithmic else 0.0
    for curve in curves:
        look = look_of(curve.name)
        drawn = _above(curve, floor) if logarithmic else curve
        band(axis, drawn, window.scale, 1.0, look)
        axis.plot(drawn.time_h * window.scale, drawn.median, **look.line)
    if logarithmic:
        axis.set_yscale("log")
    axis.set_ylim(floor, top * (1.5 if logarithmic else 1.06))
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")
    window.prepare(axis, wanted=6)
    unit = curves[0].unit or "ng/mL"
    axis.set_ylabel(f"{unit}, log axis" if logarithmic else f"Concentration ({unit})")


def _above(curve: Curve, floor: float) -> Curve:
    """The curve with everything below ``floor`` lifted to it, so that a logarithm exists."""
    lifted: dict[str, Any] = {
        key: None if (values := getattr(curve, key)) is None else np.maximum(values, floor)
        for key in ("mean", "median", "p05", "p25", "p75", "p95")
    }
    return replace(curve, **lifted)


def _sentence(curve: Curve) -> str:
    """The highest point of the median curve and the spread there."""
    at = curve.peak()
    if at is None:
        return ""
    unit = curve.unit or "ng/mL"
    when = duration(float(curve.time_h[at]))
    text = f"{curve.name} is highest {when} after the first dose starts, at {significant(curve.median[at])} {unit}"
    if curve.has_spread and curve.p05 is not None and curve.p95 is not None:
        spread = interval(significant(curve.p05[at]), significant(curve.p95[at]))
        return f"{text} in the median patient (90 % of patients: {spread} {unit})."
    return f"{text}."
