"""Outcomes that a link moves with pain, such as interference with life: does less pain reach them?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from painloop.report.beside import beside_curves, beside_words, coincide, in_scenario
from painloop.report.curves import Curve, Reportable, listed, rival_curves, sessions
from painloop.report.figures.chart import Chart, Panels, make_chart, time_table
from painloop.report.figures.drawing import Frame, mark_sessions
from painloop.report.figures.envelope import smoothed
from painloop.report.figures.legends import name_above
from painloop.report.figures.palette import Look, look_of, untreated
from painloop.report.figures.timeline import whole
from painloop.report.numbers import duration, fixed, percent
from painloop.report.scales import AS_BEFORE, better, linked_value
from painloop.report.words import comparator_label, one_person, quantity_label, rival_label, unit_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Named = list[tuple[str, Curve]]
_TOPS = {"0-10": 10.0, "NRS 0-10": 10.0, "1": 1.0}
"""Upper end of the axis by unit; other units end above their highest value."""


def linked_figure(result: Reportable) -> Chart | None:
    """Outcomes that a link other than zero ties to pain, one panel each; ``None`` where every link is zero."""
    names = [str(entry["name"]) for entry in listed(result, "links") if entry.get("link")]
    found = {name: rival_curves(result, name) for name in names if name != "mood"}
    found = {name: lines for name, lines in found.items() if any(curve.moves for _, curve in lines)}
    if not found:
        return None
    others = {name: beside_curves(result, name) for name in found}
    scenario, label = in_scenario(result), comparator_label(result)
    shown = [
        (f"{quantity_label(n)}, {rival_label(r)}" if len(lines) > 1 else quantity_label(n), c)
        for n, lines in found.items()
        for r, c in lines
    ]
    for name, beside in others.items():
        ends = [f"{rival_label(r)}, {label}" if scenario else label for r, _ in beside]
        shown += [(f"{quantity_label(name)}, {end}", c) for end, (_, c) in zip(ends, beside, strict=True)]
    who = "The one person simulated" if one_person(result) else "Means over patients"
    return make_chart(
        result,
        key="linked",
        question="What changes with the pain?",
        summary=" ".join(_sentence(result, name, lines, others[name]) for name, lines in found.items()),
        note=f"{who}. Each of these follows pain by a link that the table below names with its source; "
        "outcomes whose link is zero stay as before and are not drawn. Values before treatment are borrowed from a "
        "cohort, not known for this condition.",
        table=time_table(
            "Linked outcomes" + ("" if one_person(result) else " (means)"),
            whole(shown[0][1].time_h),
            shown,
            lambda c, v: linked_value(v, c.unit),
            spread=False,
        ),
        panels=_panels(result, found, others),
    )


def _panels(
    result: Reportable, found: dict[str, Named], others: dict[str, Named]
) -> Callable[[Frame], Panels]:
    first = next(iter(found.values()))
    window, given = whole(first[0][1].time_h), sessions(result.dataset)
    scenario, label = in_scenario(result), comparator_label(result)

    def panels(frame: Frame) -> Panels:
        columns = min(2, frame.columns, len(found))
        rows = -(-len(found) // columns)

        def paint(axes: list[Axes]) -> None:
            for axis, (name, lines) in zip(axes, found.items(), strict=False):
                drawn = [(curve, look_of(rival)) for rival, curve in lines]
                drawn += [
                    (curve, untreated(look_of(rival)) if scenario else look_of(rival))
                    for rival, curve in others[name]
                ]
                for curve, look in drawn:
                    line = smoothed(curve, window, given)
                    axis.plot(line.time_h * window.scale, line.mean * _factor(curve), **look.line)
                _scale(axis, name, [curve for curve, _ in drawn])
                window.prepare(axis, wanted=6)
                mark_sessions(axis, given, window.scale)
            for axis in axes[len(found) :]:
                axis.set_visible(False)
            name_above(
                axes[0], _legend(first, others, label, scenario=scenario), columns=1 if frame.narrow else 2
            )

        return Panels((2.2,) * rows, columns, paint)

    return panels


def _legend(first: Named, others: dict[str, Named], label: str, *, scenario: bool) -> list[tuple[str, Look]]:
    if coincide([curve for _, curve in first], float(np.nanmax(np.abs(first[0][1].mean)))):
        named = [("all explanations coincide", look_of(first[-1][0]))]
    else:
        named = [(rival_label(rival), look_of(rival)) for rival, _ in first]
    if any(others.values()):
        named.append((f"dotted: {label}" if scenario else label, look_of("comparator")))
    return named


def _scale(axis: Axes, name: str, curves: list[Curve]) -> None:
    """From 0 to the end of the scale, with the name, the unit and the good direction beside it."""
    unit = curves[0].unit
    highest = max(float(np.nanmax(curve.mean)) for curve in curves)
    axis.set_ylim(0, _factor(curves[0]) * max(1.05 * highest, _TOPS.get(unit, 1.0)))
    shown = "% of people" if unit == "1" else unit_label(unit).replace("0-10", "0–10")
    if unit == AS_BEFORE:
        shown = "1: as before"
    good = f"{better(name)} is better" if better(name) else ""
    axis.set_ylabel("\n".join(part for part in (quantity_label(name), shown, good) if part), fontsize=8.0)


def _factor(curve: Curve) -> float:
    return 100.0 if curve.unit == "1" else 1.0


def _sentence(result: Reportable, name: str, lines: Named, beside: Named) -> str:
    """Where one outcome goes and which direction is good, beside the comparator at that moment."""
    rival, curve = lines[-1]
    at = int(np.nanargmax(np.abs(curve.mean - curve.mean[0])))
    verb = "falls" if curve.mean[at] < curve.mean[0] else "rises"
    start, far, end = (_told(float(curve.mean[i]), curve.unit) for i in (0, at, -1))
    start = start.removesuffix(" of 10").removesuffix(" times that before")
    time_h = float(curve.time_h[at])
    who = "averaged over the explanations " if len(lines) > 1 else ""
    good = f", {better(name)} is better" if better(name) else ""
    other = dict(beside).get(rival) or dict(beside).get("comparator")
    against = ""
    if other is not None:
        against = f", against {_told(other.at(time_h), curve.unit)} {beside_words(result)}"
    text = f"{quantity_label(name)} {who}{verb} from {start} to {far} ({duration(time_h)}{good}){against}"
    return f"{text}." if far == end else f"{text}, and ends at {end}."


def _told(value: float | None, unit: str) -> str:
    if unit == "1":
        return percent(value)
    if unit in ("0-10", "NRS 0-10"):
        return f"{fixed(value, 1)} of 10"
    return f"{fixed(value, 2)} times that before" if unit == AS_BEFORE else fixed(value, 2)
