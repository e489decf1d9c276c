"""The whole chain on one time axis: drug in blood, receptor block, wind-up in the circuit, central gain, pain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from painloop.report.beside import beside_curves, coincide, in_scenario
from painloop.report.curves import (
    AVERAGED,
    Curve,
    Reportable,
    concentrations,
    curve_of,
    rival_curves,
    sessions,
)
from painloop.report.figures.chart import Chart, Panels, make_chart, time_table
from painloop.report.figures.drawing import Frame, band, mark_sessions
from painloop.report.figures.envelope import crowded, draw_envelope, smoothed
from painloop.report.figures.legends import name_explanations
from painloop.report.figures.palette import Look, look_of, untreated
from painloop.report.figures.timeline import Timeline, first_session, whole
from painloop.report.numbers import duration, fixed, percent, significant
from painloop.report.words import comparator_label, one_person, rival_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GAP = 0.19
"""Least distance of two names, inch."""


@dataclass(frozen=True)
class _Row:
    """One step of the chain: axis label, named lines with their looks, factor to the axis unit, upper limit.

    ``people``: it shows the spread over people (one line); otherwise it compares explanations, which are the first
    ``count`` lines.
    """

    label: str
    lines: tuple[tuple[str, Curve, Look], ...]
    factor: float = 1.0
    top: float | None = None
    people: bool = True
    count: int = 1


def mechanism_figure(result: Reportable) -> Chart | None:
    """Drug, block, circuit, gain and pain under each other; ``None`` where no drug acts on anything."""
    drug, rows = _drug(result), [row for row in _steps(result) if row is not None]
    if drug is None or not rows:
        return None
    rows = [drug, *rows]
    time_h, given = drug.lines[0][1].time_h, sessions(result.dataset)
    windows = [("First", first_session(time_h, given)), ("All", whole(time_h))]
    if windows[0][1].stop_h > 0.5 * windows[1][1].stop_h:
        windows = windows[1:]

    def panels(frame: Frame) -> Panels:
        columns = 1 if frame.narrow else len(windows)
        cells = [(row, name, window) for row in rows for name, window in windows]
        if frame.narrow:
            cells = [(row, name, window) for name, window in windows for row in rows]

        def paint(axes: list[Axes]) -> None:
            for axis, (row, name, window) in zip(axes, cells, strict=True):
                _paint(axis, frame, row, window, given)
                if row is drug and len(windows) > 1:
                    axis.set_title(f"{name} {duration(window.stop_h)}", fontweight="bold")
                if columns > 1 and name == "All":
                    axis.set_ylabel("")
                window.prepare(axis, label=row is rows[-1], wanted=7)
                axis.tick_params(labelbottom=row is rows[-1])

        heights = tuple(_height(row) for row in rows)
        return Panels(heights * (len(windows) if frame.narrow else 1), columns, paint)

    window = windows[0][1]
    shown = [
        (name, curve.between(window.start_h, window.stop_h)) for row in rows for name, curve, _ in row.lines
    ]
    return make_chart(
        result,
        key="mechanism",
        question="How does the drug get from the blood to the pain?",
        summary=_sentence(rows, result),
        note="From top to bottom: drug in the blood, NMDA receptors blocked, the wind-up of the dorsal horn that this "
        f"block leaves, central gain where an explanation has one, pain. {_whose(result)} The strip along the "
        "bottom marks when drug is given; where doses stand too close to be told apart, a filled strip reaches "
        "from trough to peak and gain and pain are means over each day. "
        "Block, wind-up and gain are computed: nobody has measured them in patients with chronic pain. How "
        "far pain falls while the drug acts is read from experimental pain in volunteers.",
        table=time_table("The chain in numbers (means)", window, shown, _written, spread=False),
        panels=panels,
    )


def _whose(result: Reportable) -> str:
    """Whom the lines are of."""
    text = "The first rows are medians with half and 90 % of patients; gain and pain are means, "
    if one_person(result):
        text = "Lines are the one person simulated; in gain and pain there is "
    text += "one line for each explanation."
    if in_scenario(result) and result.comparator is not None:
        text += " Dotted in gain and pain: the same explanation without ketamine."
    return text


def _drug(result: Reportable) -> _Row | None:
    """The first analyte of the model, or the rate of infusion where levels are not in the result."""
    for curve in concentrations(result.dataset):
        if curve.moves:
            name = f"{curve.name} ({curve.unit})"
            return _Row(f"{curve.name}\n({curve.unit})", ((name, curve, look_of(curve.name)),))
    rate = curve_of(result.dataset, "dose_rate")
    if rate is None or not rate.moves:
        return None
    return _Row(f"Dose\n({rate.unit or 'mg/h'})", (("Dose rate", rate, look_of("dose")),))


def _steps(result: Reportable) -> list[_Row | None]:
    return [
        _fraction(result, "block", "Block\n(%)", "Block"),
        _fraction(result, "wind_up", "Wind-up\nleft (%)", "Wind-up left"),
        _rivals(result, "gain", "Central\ngain"),
        _rivals(result, "pain", "Pain\n(NRS 0–10)", 10.0),
    ]


def _fraction(result: Reportable, name: str, label: str, short: str) -> _Row | None:
    curve = curve_of(result.dataset, name)
    if curve is None or not curve.moves:
        return None
    top = 105.0 if name == "wind_up" else None
    return _Row(label, ((short, curve, look_of(name)),), 100.0, top)


def _rivals(result: Reportable, name: str, label: str, top: float | None = None) -> _Row | None:
    found = [(rival, curve) for rival, curve in rival_curves(result, name) if top or rival != AVERAGED]
    if not any(curve.moves for _, curve in found):
        return None
    lines = [(rival_label(rival), curve, _thin(look_of(rival), rival)) for rival, curve in found]
    count, scenario = len(lines), in_scenario(result)
    for rival, curve in beside_curves(result, name) if top or scenario else ():
        look = untreated(look_of(rival)) if scenario else look_of("comparator")
        who = comparator_label(result)
        lines.append((f"{rival_label(rival)}, {who}" if scenario else who, curve, look))
    return _Row(label, tuple(lines), 1.0, top, people=False, count=count)


def _thin(look: Look, rival: str) -> Look:
    return look if rival == AVERAGED else replace(look, width=1.2)


def _paint(axis: Axes, frame: Frame, row: _Row, window: Timeline, given: list[tuple[float, float]]) -> None:
    for _, curve, look in row.lines:
        if row.people and crowded(given, window):
            draw_envelope(axis, curve, window, given, row.factor, look)
            continue
        if row.people:
            band(axis, curve, window.scale, row.factor, look)
        drawn = curve if row.people else smoothed(curve, window, given)
        if drawn is not curve and look.width > 2:
            draw_envelope(axis, curve, window, given, row.factor, look, "mean")
        line = drawn.median if row.people else drawn.mean
        axis.plot(drawn.time_h * window.scale, line * row.factor, **look.line)
    highest = max(curve.extent()[1] if row.people else np.nanmax(curve.mean) for _, curve, _ in row.lines)
    axis.set_ylim(0, row.top or max(1.08 * float(highest) * row.factor, 1e-9))
    axis.set_ylabel(row.label)
    window.prepare(axis, label=False)
    if row.factor == 1.0 and row.people:
        mark_sessions(axis, given, window.scale)
    last = window.start_h == 0 and window.stop_h >= row.lines[0][1].time_h[-1]
    if len(row.lines) > 1 and (last or frame.narrow):
        ends = [(_at_end(curve, window), name, look) for name, curve, look in row.lines]
        if not frame.narrow or (row.top and last):
            same = coincide([curve for _, curve, _ in row.lines[: row.count]], row.top or 1.0)
            name_explanations(axis, frame, ends, row.count, same, gap=_GAP / _height(row))


def _height(row: _Row) -> float:
    """Of a panel in inches: what compares explanations needs room for their names."""
    return 0.95 if row.people else 1.6 if row.top else 1.2


def _at_end(curve: Curve, window: Timeline) -> float:
    return curve.at(window.stop_h) or 0.0


def _written(curve: Curve, value: float) -> str:
    if curve.name in ("block", "wind_up"):
        return percent(value, 1)
    return fixed(value, 2) if curve.name in ("pain", "gain") else significant(value)


def _sentence(rows: list[_Row], result: Reportable) -> str:
    """The highest or lowest point of every step, in the order of the chain."""
    told = []
    once = len(sessions(result.dataset)) == 1
    for row in rows:
        _, curve, _ = row.lines[0]
        at = curve.peak() or 0
        when = duration(float(curve.time_h[at]))
        if curve.name == "block":
            half = duration(float(curve.time_h[curve.median >= curve.median[at] / 2][-1]))
            text = f"block peaks at {percent(curve.median[at])}"
            told.append(f"{text} and is below half of that after {half}" if once else text)
        elif curve.name == "wind_up":
            told.append(f"at its lowest {percent(float(np.nanmin(curve.median)))} of wind-up is left")
        elif curve.name == "gain":
            what = "gain" if one_person(result) else "mean gain"
            told += [f"under {name} {what} {_gain_text(line)}" for name, line, _ in row.lines[: row.count]]
        elif curve.name == "pain":
            told.append(_pain_text(result))
        else:
            unit = f" {curve.unit}" if curve.unit else ""
            who = "in the median patient " if curve.has_spread else ""
            told.append(f"{who}{curve.name} peaks at {significant(curve.median[at])}{unit} after {when}")
    text = "; ".join(told)
    return f"{text[:1].upper()}{text[1:]}."


def _gain_text(curve: Curve) -> str:
    """Where gain goes: to its peak where it rises, as after an injury, otherwise to its lowest."""
    rise, fall = np.nanmax(curve.mean) - curve.mean[0], curve.mean[0] - np.nanmin(curve.mean)
    at = int(np.nanargmax(curve.mean) if rise > fall else np.nanargmin(curve.mean))
    return (
        f"goes from {fixed(curve.mean[0], 2)} to {fixed(curve.mean[at], 2)} at its "
        f"{'highest' if rise > fall else 'lowest'} ({duration(float(curve.time_h[at]))}) and is "
        f"{fixed(curve.mean[-1], 2)} after {duration(float(curve.time_h[-1]))}"
    )


def _pain_text(result: Reportable) -> str:
    name, curve = rival_curves(result, "pain")[-1]
    who = "averaged over the explanations " if name == AVERAGED else ""
    what = "pain" if one_person(result) else "mean pain"
    low = int(np.nanargmin(curve.mean))
    start, lowest, end = (fixed(curve.mean[i], 1) for i in (0, low, -1))
    when = duration(float(curve.time_h[low]))
    if start == lowest:
        return f"{what} {who}does not fall: it starts at {start} and ends at {end}"
    if lowest == end:
        return f"{what} {who}falls from {start} to {lowest} by the end ({duration(float(curve.time_h[-1]))})"
    return f"{what} {who}falls from {start} to {lowest} ({when}) and ends at {end}"
