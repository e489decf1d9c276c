"""How much of the NMDA receptor is occupied, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from painloop.report.curves import Curve, Reportable, curve_of, sessions
from painloop.report.figures.chart import Chart, Panels, make_chart, time_table
from painloop.report.figures.drawing import Frame, band, mark_sessions
from painloop.report.figures.exposure import band_note
from painloop.report.figures.palette import look_of
from painloop.report.figures.timeline import first_days
from painloop.report.numbers import duration, interval, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def block_figure(result: Reportable) -> Chart | None:
    """NMDA block over the first days; ``None`` if the result has none."""
    curve = curve_of(result.dataset, "block")
    if curve is None or not np.any(np.nan_to_num(curve.median) > 0):
        return None
    given = sessions(result.dataset)
    window = first_days(curve.time_h, given)
    shown = curve.between(window.start_h, window.stop_h)

    def panels(frame: Frame) -> Panels:
        def paint(axes: list[Axes]) -> None:
            axis, look = axes[0], look_of("block")
            band(axis, shown, window.scale, 100.0, look)
            axis.plot(shown.time_h * window.scale, shown.median * 100, **look.line)
            top = 100 * shown.extent()[1]
            axis.set_ylim(0, min(100.0, max(1.0, 1.1 * top)))
            axis.set_ylabel("NMDA receptors blocked (%)")
            window.prepare(axis, wanted=6 if frame.narrow else 10)
            mark_sessions(axis, given, window.scale)

        return Panels((2.4,), 1, paint)

    return make_chart(
        result,
        key="block",
        question="How much of the NMDA receptor is blocked?",
        summary=_sentence(shown),
        note="The share of receptors that ketamine and norketamine occupy at the effect site, computed from free drug "
        "and binding data; nobody has measured it in patients with chronic pain. " + band_note([shown]),
        table=time_table("NMDA receptor block (%)", window, [("Block", shown)], lambda _, v: percent(v, 1)),
        panels=panels,
    )


def _sentence(curve: Curve) -> str:
    at = curve.peak()
    if at is None:
        return ""
    half = curve.time_h[curve.median >= curve.median[at] / 2]
    text = f"Block peaks at {percent(curve.median[at], 1)} after {duration(float(curve.time_h[at]))}"
    if curve.has_spread and curve.p05 is not None and curve.p95 is not None:
        text += f" in the median patient (90 % of patients: {interval(percent(curve.p05[at]), percent(curve.p95[at]))})"
    return (
        f"{text} and has fallen below half of that {duration(float(half[-1]))} after the first dose starts."
    )
