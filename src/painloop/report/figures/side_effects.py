"""What is felt and what the circulation does while the drug runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from painloop.report.curves import SIDE_EFFECTS, Curve, Reportable, curve_of, sessions
from painloop.report.figures.chart import Chart, Panels, make_chart, time_table
from painloop.report.figures.drawing import Frame, band, mark_sessions
from painloop.report.figures.exposure import band_note
from painloop.report.figures.palette import look_of
from painloop.report.figures.timeline import Timeline, around_session
from painloop.report.numbers import duration, fixed, interval
from painloop.report.words import QUANTITIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANELS = (
    (("drug_high",), "Drug high"),
    (("dissociation",), "Dissociation"),
    (("sbp_rise", "dbp_rise"), "Blood pressure rise"),
    (("hr_rise",), "Heart rate rise"),
)
_UNITS = {"fraction": "% of maximum", "1": "% of maximum", "1/min": "beats/min"}
_Panel = tuple[list[Curve], str, float]


def side_effects_figure(result: Reportable) -> Chart | None:
    """Side effects around the session with the highest drug effect; ``None`` if the result has none."""
    found = [curve for name in SIDE_EFFECTS if (curve := curve_of(result.dataset, name)) is not None]
    found = [curve for curve in found if np.any(np.isfinite(curve.median))]
    if not found:
        return None
    given = sessions(result.dataset)
    session = strongest_session(found[0], given)
    window = around_session(found[0].time_h, session)
    shown = {c.name: c.between(window.start_h, window.stop_h) for c in found}
    if not next(iter(shown.values())).time_h.size:
        return None
    panels = [
        (found, f"{title} ({_unit(found[0])})", _factor(found[0]))
        for names, title in _PANELS
        if (found := [shown[name] for name in names if name in shown])
    ]
    which = "" if len(given) < 2 else f" (session {given.index(session) + 1} of {len(given)}, the strongest)"
    return make_chart(
        result,
        key="side-effects",
        question=f"What is felt, and what do blood pressure and pulse do, during the infusion{which}?",
        summary=_sentence(list(shown.values())),
        note="Each effect has its own concentration-effect curve and its own axis. "
        + band_note(list(shown.values())),
        table=time_table(
            "Side effects during the infusion",
            window,
            [(f"{QUANTITIES[name]} ({_unit(curve)})", curve) for name, curve in shown.items()],
            lambda curve, value: fixed(value * _factor(curve), 1),
        ),
        panels=lambda frame: _layout(frame, panels, window, given),
    )


def strongest_session(curve: Curve, given: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The session during which ``curve`` is highest; the whole time if there is no session."""
    if not given:
        return float(curve.time_h[0]), float(curve.time_h[-1])

    def height(session: tuple[float, float]) -> float:
        part = curve.between(session[0], session[1] + 2.0).mean
        return float(np.nanmax(part)) if part.size and np.any(np.isfinite(part)) else -np.inf

    best = max(height(session) for session in given)
    return next((s for s in given if height(s) >= best * (1 - 1e-3)), given[0])


def _layout(
    frame: Frame, panels: list[_Panel], window: Timeline, given: Sequence[tuple[float, float]]
) -> Panels:
    columns = 1 if frame.narrow or len(panels) == 1 else 2
    rows = -(-len(panels) // columns)

    def paint(axes: list[Axes]) -> None:
        for i, (axis, (curves, title, factor)) in enumerate(zip(axes, panels, strict=False)):
            _paint(axis, curves, window, factor)
            axis.set_title(title)
            if i + columns < len(panels):
                axis.set_xlabel("")
            mark_sessions(axis, given, window.scale)
        for axis in axes[len(panels) :]:
            axis.set_visible(False)

    return Panels((1.9,) * rows, columns, paint)


def _paint(axis: Axes, curves: list[Curve], window: Timeline, factor: float) -> None:
    low, top = 0.0, 1e-3
    for curve in curves:
        look = look_of(curve.name)
        band(axis, curve, window.scale, factor, look)
        axis.plot(curve.time_h * window.scale, curve.median * factor, **look.line)
        top = max(top, factor * curve.extent()[1])
        low = min(low, factor * curve.extent()[0])
    axis.set_ylim(1.1 * low, 1.1 * top)
    window.prepare(axis, wanted=6)
    if len(curves) > 1:
        _name_at_peak(axis, curves, window, factor)


def _name_at_peak(axis: Axes, curves: list[Curve], window: Timeline, factor: float) -> None:
    """Names written on the lines at their peaks, where lines that both end at zero are still apart."""
    for i, curve in enumerate(curves):
        at = curve.peak()
        if at is None:
            continue
        right_half = curve.time_h[at] > (window.start_h + window.stop_h) / 2
        axis.annotate(
            QUANTITIES[curve.name].split()[0].lower(),
            (float(curve.time_h[at]) * window.scale, float(curve.median[at]) * factor),
            xytext=(
                -4 if right_half else 4,
                3 if i == 0 else -3,
            ),  # the upper name above, the lower one below
            textcoords="offset points",
            ha="right" if right_half else "left",
            va="bottom" if i == 0 else "top",
            fontsize=8.0,
        )


def _factor(curve: Curve) -> float:
    return 100.0 if curve.unit in ("fraction", "1") else 1.0


def _unit(curve: Curve) -> str:
    return _UNITS.get(curve.unit, curve.unit.replace("0-10", "0–10"))


def _sentence(curves: Sequence[Curve]) -> str:
    """The highest point of every effect."""
    parts = []
    for curve in curves:
        at = curve.peak()
        if at is None:
            continue
        factor, unit = _factor(curve), "of 10" if "0-10" in curve.unit else _unit(curve)
        text = f"{QUANTITIES[curve.name].lower()} {fixed(curve.median[at] * factor, 1)} {unit}"
        if curve.has_spread and curve.p05 is not None and curve.p95 is not None:
            spread = interval(fixed(curve.p05[at] * factor, 1), fixed(curve.p95[at] * factor, 1))
            text += f" (90 % of patients {spread})"
        parts.append(text)
    first = next((c for c in curves if c.peak() is not None), None)
    if first is None:
        return ""
    who = "in the median patient" if first.has_spread else "in this person"
    when = duration(float(first.time_h[first.peak() or 0]))
    return f"At their highest {who}, around {when} after the first dose starts: {', '.join(parts)}."
