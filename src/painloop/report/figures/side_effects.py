"""What is felt and what circulation and breathing do while the drug acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from painloop.report.curves import SIDE_EFFECTS, Curve, Reportable, beyond_studied, curve_of, sessions
from painloop.report.figures.chart import Chart, Panels, make_chart, time_table
from painloop.report.figures.drawing import Frame, band, mark_sessions
from painloop.report.figures.exposure import band_note
from painloop.report.figures.palette import FAINT, GRID, look_of
from painloop.report.figures.timeline import Timeline, around_session
from painloop.report.numbers import duration, fixed, interval
from painloop.report.words import QUANTITIES, one_person

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANELS = (
    (("dissociation",), "Dissociation"),
    (("drug_high",), "Drug high"),
    (("sbp_rise", "dbp_rise"), "Blood pressure rise"),
    (("hr_rise",), "Heart rate rise"),
    (("nausea",), "Nausea"),
    (("dizziness",), "Dizziness"),
    (("sedation",), "Sedation"),
    (("ventilation_on_opioid",), "Breathing on an opioid"),
)
_UNITS = {"fraction": "% of maximum", "1": "% of maximum", "1/min": "beats/min"}
_SHARES = {
    "nausea": "% chance",
    "dizziness": "% chance",
    "sedation": "% chance",
    "ventilation_on_opioid": "% of drug-free",
}
_FALLS = ("ventilation_on_opioid",)
_Panel = tuple[list[Curve], str, float]


def side_effects_figure(result: Reportable) -> Chart | None:
    """Side effects around the session with the highest drug effect; ``None`` if the result has none."""
    found = [c for name in SIDE_EFFECTS if (c := curve_of(result.dataset, name)) is not None and c.moves]
    if not found:
        return None
    given = sessions(result.dataset)
    session = strongest_session(found[0], given)
    window = around_session(found[0].time_h, session)
    shown = {c.name: c.between(window.start_h, window.stop_h) for c in found}
    if not next(iter(shown.values())).time_h.size:
        return None
    panels = [
        (group, f"{title} ({_unit(group[0])})", _factor(group[0]))
        for names, title in _PANELS
        if (group := [shown[name] for name in names if name in shown])
    ]
    which = "" if len(given) < 2 else f" (session {given.index(session) + 1} of {len(given)}, the strongest)"
    beyond = {c.name: beyond_studied(result.dataset, c.name) for c in found}
    return make_chart(
        result,
        key="side-effects",
        question=f"What is felt, and what do circulation and breathing do, during the infusion{which}?"
        if session[1] > session[0]
        else f"What is felt, and what do circulation and breathing do, after the dose{which}?",
        summary=_sentence(list(shown.values()), one=one_person(result)),
        note=_note(shown, beyond, one=one_person(result)),
        table=time_table(
            "Side effects during and after the dose",
            window,
            [(f"{QUANTITIES[name]} ({_unit(curve)})", curve) for name, curve in shown.items()],
            lambda curve, value: fixed(value * _factor(curve), 1),
        ),
        panels=lambda frame: _layout(frame, panels, window, given, beyond),
    )


def _note(shown: dict[str, Curve], beyond: dict[str, list[tuple[float, float]]], *, one: bool) -> str:
    text = "Each effect has its own concentration-effect curve and its own axis. " + band_note(
        list(shown.values()), one=one
    )
    if any(name in shown for name in ("nausea", "dizziness", "sedation")):
        share = "chance of this person to have it" if one else "share of people who have it"
        text += f" Nausea, dizziness and sedation are the {share} because of the drug."
    if "ventilation_on_opioid" in shown:
        text += (
            " Breathing is shown for someone on an opioid that alone leaves 60 % of the ventilation; "
            "100 % is ventilation without any drug."
        )
    if any(beyond.values()):
        text += " Hatched: the drug level is above what the source of that curve studied; the curve is a guess there."
    return text


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
    frame: Frame,
    panels: list[_Panel],
    window: Timeline,
    given: Sequence[tuple[float, float]],
    beyond: dict[str, list[tuple[float, float]]],
) -> Panels:
    columns = 1 if frame.narrow or len(panels) == 1 else 2 if len(panels) < 5 else 3
    rows = -(-len(panels) // columns)

    def paint(axes: list[Axes]) -> None:
        for i, (axis, (curves, title, factor)) in enumerate(zip(axes, panels, strict=False)):
            _paint(axis, curves, window, factor)
            axis.set_title(title)
            _hatch(axis, beyond[curves[0].name], window)
            if i + columns < len(panels):
                axis.set_xlabel("")
            mark_sessions(axis, given, window.scale)
        for axis in axes[len(panels) :]:
            axis.set_visible(False)

    return Panels((1.7,) * rows, columns, paint)


def _hatch(axis: Axes, spans: list[tuple[float, float]], window: Timeline) -> None:
    """Grey lines over the times at which a curve is beyond what its source studied."""
    for start, stop in spans:
        axis.axvspan(
            max(start, window.start_h) * window.scale,
            min(stop, window.stop_h) * window.scale,
            facecolor="none",
            edgecolor=GRID,
            hatch="////",
            linewidth=0,
            zorder=0,
        )


def _paint(axis: Axes, curves: list[Curve], window: Timeline, factor: float) -> None:
    low, top = 0.0, 1e-3
    for curve in curves:
        look = look_of(curve.name)
        band(axis, curve, window.scale, factor, look)
        axis.plot(curve.time_h * window.scale, curve.median * factor, **look.line)
        top = max(top, factor * curve.extent()[1])
        low = min(low, factor * curve.extent()[0])
    axis.set_ylim(1.1 * low, 1.1 * top)
    if curves[0].name in _FALLS:
        axis.set_ylim(0, max(100.0, 1.02 * top))
        axis.axhline(100.0, color=FAINT, linewidth=0.8, linestyle="dotted")
    window.prepare(axis, wanted=5)
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
    if _factor(curve) > 1 and curve.name in _SHARES:
        return _SHARES[curve.name]
    return _UNITS.get(curve.unit, curve.unit.replace("0-10", "0–10"))


@dataclass(frozen=True)
class Extreme:
    """An effect at its worst in the median patient: when (h), value, 5-95 % of people then, the value at the start.

    Values are in ``unit``, the one people read.
    """

    name: str
    time_h: float
    value: float
    low: float | None
    high: float | None
    start: float
    unit: str


def extreme(curve: Curve) -> Extreme | None:
    """Where the median is highest; for breathing where it is farthest from its start."""
    at = curve.peak()
    if at is None:
        return None
    if curve.name in _FALLS:
        at = int(np.nanargmax(np.abs(curve.median - curve.median[0])))
    factor, spread = _factor(curve), curve.has_spread and curve.p05 is not None and curve.p95 is not None
    low, high = (float(p[at]) * factor if spread and p is not None else None for p in (curve.p05, curve.p95))
    value, start = (float(curve.median[i]) * factor for i in (at, 0))
    return Extreme(curve.name, float(curve.time_h[at]), value, low, high, start, _unit(curve))


def _sentence(curves: Sequence[Curve], *, one: bool) -> str:
    """Every effect at its worst, breathing last and by itself."""
    found = [worst for curve in curves if (worst := extreme(curve)) is not None]
    parts = [_told(worst) for worst in found if worst.name not in _FALLS]
    who = "this person" if one else "the median patient"
    spread = " (90 % of patients in brackets)" if curves[0].has_spread else ""
    text = ""
    if parts:
        when = duration(found[0].time_h)
        text = f"At their worst in {who}{spread}, around {when} after the first dose starts: {', '.join(parts)}. "
    for worst in found:
        if worst.name in _FALLS:
            far = _told(worst).partition(" ")[2]
            text += f"On an opioid, breathing goes from {fixed(worst.start, 0)} to {far}. "
    return text.strip()


def _told(one: Extreme) -> str:
    digits = 0 if "%" in one.unit else 1
    name = "breathing" if one.name in _FALLS else QUANTITIES[one.name].lower()
    text = f"{name} {fixed(one.value, digits)} {'of 10' if '0–10' in one.unit else one.unit}"
    if one.low is None or one.high is None:
        return text
    return f"{text} ({interval(fixed(one.low, digits), fixed(one.high, digits))})"
