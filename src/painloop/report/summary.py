"""The numbers of the first screen: peaks, mean pain at the weeks people ask about, responders, published points."""

from __future__ import annotations

from collections.abc import Sequence

from painloop.report.beside import beside_curves, beside_words
from painloop.report.curves import (
    AVERAGED,
    RESPONDERS,
    Curve,
    Reportable,
    comparator_curve,
    concentrations,
    curve_of,
    main_rival,
    rival_curve,
    rivals,
)
from painloop.report.figures.chart import DataTable
from painloop.report.figures.pain import pain_curves
from painloop.report.numbers import MISSING, count, duration, fixed, interval, percent, signed, significant
from painloop.report.observed import Point, points, simulated_curve
from painloop.report.words import arm_label, comparator_label, one_person, quantity_label, rival_label

WEEKS = (1, 4, 12)
_WEEK_H = 168.0
_NO_BLOCK = 1e-6
"""A level (ng/mL) or share of receptors below this is rounding, not drug."""
_SHORT = 20
"""A label of a point up to this length stands beside its quantity (characters)."""


def landmarks(end_h: float) -> list[tuple[str, float]]:
    """(name, hours) of the moments a summary shows: baseline, weeks 1, 4 and 12 as far as simulated, or the end."""
    found = [("baseline", 0.0)]
    found += [(f"week {week}", week * _WEEK_H) for week in WEEKS if week * _WEEK_H <= end_h * (1 + 1e-9)]
    if end_h - found[-1][1] > (2 * _WEEK_H if len(found) > 1 else 1e-6):
        weeks = end_h / _WEEK_H
        found.append(
            (f"week {weeks:.0f}" if abs(weeks - round(weeks)) < 1e-6 else f"after {duration(end_h)}", end_h)
        )
    return found


def pain_table(result: Reportable) -> DataTable | None:
    """Mean pain (and 5-95 % of patients) and responders at the landmarks, one row a rival and the comparator."""
    curves = pain_curves(result)
    if not curves:
        return None
    moments = landmarks(float(curves[0][1].time_h[-1]))
    last = moments[-1]
    people = not one_person(result)
    head = ["Explanation of lasting relief", *(f"Pain, {name}" for name, _ in moments)]
    if people:
        head += [
            f"≥ {level} % better, {name}"
            for level in (30, 50)
            for name, _ in dict.fromkeys((moments[1], last))
        ]
    rows = [_pain_row(result, name, curve, moments, people=people) for name, curve in curves]
    other = comparator_curve(result, "pain")
    if other is not None and result.comparator is not None:
        row = _pain_row(
            result.comparator, pain_curves(result.comparator)[-1][0], other, moments, people=people
        )
        rows.append((arm_label(result), *row[1:]))
    spread = people and curves[-1][1].has_spread
    caption = "Mean pain on the 0–10 scale" if people else "Pain of the one person simulated, 0–10 scale"
    caption += " (5 to 95 % of patients)" if spread else ""
    return DataTable(caption + (" and share of responders" if people else ""), tuple(head), tuple(rows))


def _pain_row(
    result: Reportable, name: str, curve: Curve, moments: Sequence[tuple[str, float]], *, people: bool
) -> tuple[str, ...]:
    row = [rival_label(name), *(_with_spread(curve, time_h, people=people) for _, time_h in moments)]
    if people:
        for responder in RESPONDERS:
            share = rival_curve(result, responder, name)
            row += [
                MISSING if share is None else percent(share.at(time_h))
                for _, time_h in dict.fromkeys((moments[1], moments[-1]))
            ]
    return tuple(row)


def _with_spread(curve: Curve, time_h: float, *, people: bool) -> str:
    mean = fixed(curve.at(time_h), 2)
    if not people or not curve.has_spread or mean == MISSING:
        return mean
    spread = interval(fixed(curve.at(time_h, "p05"), 1), fixed(curve.at(time_h, "p95"), 1))
    return mean if spread == MISSING else f"{mean} ({spread})"


def reading_notes(result: Reportable) -> list[str]:
    """What the bands and the averaged row mean, where the result has them."""
    listed = dict(pain_curves(result))
    found = []
    if not one_person(result) and any(curve.has_spread for curve in listed.values()):
        found.append(
            "Bands hold differences between patients and the uncertainty of the parameters together."
            if result.dataset.attrs.get("parameters") == "posterior"
            else "Bands are differences between patients only; "
            "the uncertainty of the published parameters is not drawn."
        )
    if AVERAGED in listed and len(rivals(result.dataset)) > 1:
        weighed = str(result.dataset.attrs.get("rival_weights", "equal"))
        found.append(
            "Averaged: every explanation counts the same, an assumption, not a finding."
            if weighed.startswith("equal")
            else f"Averaged: weights {weighed}."
        )
    return found


def weeks_table(result: Reportable) -> DataTable | None:
    """The narrow form for a terminal: a row a landmark, a column a rival, published means above."""
    curves = [(rival_label(name), result, name, curve) for name, curve in pain_curves(result)]
    if not curves:
        return None
    moments = landmarks(float(curves[0][3].time_h[-1]))
    other = comparator_curve(result, "pain")
    if other is not None and result.comparator is not None:
        last = pain_curves(result.comparator)[-1][0]
        curves.append((comparator_label(result), result.comparator, last, other))
    known = [p for p in points(result) if p.quantity in ("nrs", "pain")]
    rows: list[tuple[str, ...]] = []
    beside: list[str] = []
    people = not one_person(result)
    for name, time_h in moments:
        near = [p for p in known if abs(p.time_h - time_h) < 1.0]
        told = (f"{p.arm} {observed_text(p)}" + (" *" if p.in_sample else "") for p in near)
        beside += [f"published, {name}: {', '.join(told)}"] if near else []
        rows.append((name, *(_stacked(c, time_h, people=people) for *_, c in curves)))
        if not people or time_h == 0:
            continue
        for responder in RESPONDERS:
            shares = [rival_curve(source, responder, rival) for _, source, rival, _ in curves]
            cells = (MISSING if share is None else percent(share.at(time_h)) for share in shares)
            rows.append((f"≥ {responder[-2:]} %", *cells))
    head = ("", *(label.removesuffix(" over rivals") for label, *_ in curves))
    notes = ["second line: 5 to 95 % of patients"] if people and curves[0][3].has_spread else []
    notes += ["≥ 30 %, ≥ 50 %: share of patients with so much less pain"] if people else []
    notes += beside
    notes += (
        ["* in-sample: a model was fitted on these patients"] if any("*" in line for line in beside) else []
    )
    notes += reading_notes(result)
    title = "Mean pain (NRS 0–10) and responders" if people else "Pain of the one person simulated (NRS 0–10)"
    return DataTable("\n".join([title, *notes]), head, tuple(rows))


def _stacked(curve: Curve, time_h: float, *, people: bool) -> str:
    """Mean above, 5 to 95 % of the patients below, as narrow as can be."""
    low, high = (fixed(curve.at(time_h, line), 1) for line in ("p05", "p95"))
    mean = fixed(curve.at(time_h), 2)
    return mean if not people or not curve.has_spread or MISSING in (low, high) else f"{mean}\n{low}–{high}"


def peak_table(result: Reportable) -> DataTable | None:
    """Highest point of the median curve for every analyte and for block; ``None`` without drug."""
    listed = [
        (curve, lambda v: significant(v), curve.unit or "ng/mL") for curve in concentrations(result.dataset)
    ]
    block = curve_of(result.dataset, "block")
    if block is not None:
        listed.append((block, lambda v: fixed(100 * v, 1), "% of receptors"))
    rows = []
    for curve, write, unit in listed:
        at = curve.peak()
        if at is None or not curve.median[at] > _NO_BLOCK:
            continue
        spread = MISSING
        if curve.has_spread and curve.p05 is not None and curve.p95 is not None:
            spread = interval(write(float(curve.p05[at])), write(float(curve.p95[at])))
        when = duration(float(curve.time_h[at]))
        rows.append((quantity_label(curve.name), write(float(curve.median[at])), spread, unit, when))
    if not rows:
        return None
    caption = "Peaks of exposure and receptor block"
    if all(row[2] == MISSING for row in rows):
        short = tuple((name, highest, unit, when) for name, highest, _, unit, when in rows)
        return DataTable(caption, ("Quantity", "Highest", "Unit", "Reached after"), short)
    head = ("Quantity", "Highest point of the median", "5 to 95 % of patients then", "Unit", "Reached after")
    return DataTable(caption, head, tuple(rows))


def observed_table(result: Reportable) -> DataTable | None:
    """Published points beside the simulated means; ``None`` when nothing was published."""
    found = [p for p in points(result) if _is_simulated(result, p.quantity)]
    if one_person(result):  # one person is no share of people
        found = [p for p in found if not p.quantity.startswith("responder")]
    if not found:
        return None
    whose = [rival_label(main_rival(result.dataset))] if main_rival(result.dataset) else []
    head = (
        "Published",
        "Time",
        "Arm",
        "n",
        "Observed (± SEM)",
        " ".join(["Simulated", *(f"({name})" for name in whose)]),
        "Difference",
        "In-sample?",
        "Source",
    )
    return DataTable(
        "Published points beside the simulated means (difference = simulated − observed)",
        head,
        tuple(_observed_row(point) for point in found),
    )


def _is_simulated(result: Reportable, quantity: str) -> bool:
    return any(simulated_curve(result, quantity, comparator=other) is not None for other in (False, True))


def _observed_row(point: Point) -> tuple[str, ...]:
    gap, unit = point.difference, " percentage points" if point.is_share else ""
    difference = MISSING
    if gap is not None:
        difference = signed(100 * gap, 1) + unit if point.is_share else signed(gap, 2)
    name = quantity_label(point.quantity)
    named = 0 < len(point.label) <= _SHORT
    return (
        f"{name}, {point.label}" if named else name,
        "start" if point.time_h == 0 else duration(point.time_h),
        point.arm or MISSING,
        MISSING if point.n is None else count(point.n),
        observed_text(point),
        _written(point, point.simulated),
        difference,
        "yes" if point.in_sample else "no",
        point.source or point.label or MISSING,
    )


def observed_text(point: Point) -> str:
    """The published mean, with its standard error where there is one."""
    return _written(point, point.mean) + ("" if point.sem is None else f" ± {_written(point, point.sem)}")


def _written(point: Point, value: float | None) -> str:
    if point.is_share:
        return percent(value, 1)
    return fixed(value, 2) if point.quantity in ("nrs", "pain") else significant(value)


def overview_table(results: Sequence[tuple[str, Reportable]]) -> DataTable:
    """Several courses under one another: regimen, rival, pain at the landmarks all of them reach."""
    listed = [(name, result, pain_curves(result)) for name, result in results]
    ends = [curves[0][1].time_h[-1] for _, _, curves in listed if curves]
    moments = landmarks(float(min(ends))) if ends else []
    pains = [f"Pain, {name}" for name, _ in moments]
    head = ("Course", "Explanation of lasting relief", *pains, "≥ 50 % better at the end")
    rows = []
    for course, result, curves in listed:
        for name, curve in curves:
            row = _pain_row(result, name, curve, [*moments, ("end", float(curve.time_h[-1]))], people=True)
            rows.append((course, *row[: 1 + len(moments)], row[-1]))
        for rival, other in beside_curves(result, "pain"):
            assert result.comparator is not None
            shared = rival == "comparator"
            name = pain_curves(result.comparator)[-1][0] if shared else rival
            row = _pain_row(
                result.comparator, name, other, [*moments, ("end", float(other.time_h[-1]))], people=True
            )
            label = arm_label(result) if shared else f"{rival_label(rival)}, {beside_words(result)}"
            rows.append((course, label, *row[1 : 1 + len(moments)], row[-1]))
    return DataTable("Mean pain on the 0–10 scale (5 to 95 % of patients), all courses", head, tuple(rows))
