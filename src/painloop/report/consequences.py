"""What is known beside the curves: risks, links between pain and other outcomes, co-treatments, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from painloop.report.beside import beside_curves
from painloop.report.curves import Reportable, listed, rival_curves
from painloop.report.figures.chart import DataTable
from painloop.report.numbers import MISSING, count, fixed, interval, is_missing, percent, significant
from painloop.report.scales import AS_BEFORE, better, linked_value
from painloop.report.summary import landmarks
from painloop.report.words import comparator_label, one_person, quantity_label, rival_label, unit_label


def risk_table(result: Reportable) -> DataTable | None:
    """What can go wrong and how often, as far as anyone knows; ``None`` without a list of risks."""
    rows = [
        (
            quantity_label(str(entry["endpoint"])).capitalize(),
            str(entry.get("says") or MISSING),
            _probability(entry),
            _source(entry),
        )
        for entry in listed(result, "risks")
    ]
    head = ("What can happen", "What is known", "Probability (95 % interval)", "Source (confidence)")
    return DataTable("Risks that no curve shows", head, tuple(rows)) if rows else None


def links_table(result: Reportable) -> DataTable | None:
    """What becomes of other outcomes when pain changes; ``None`` without a list of links."""
    rows = [
        (
            quantity_label(str(entry["name"])),
            f"{_follows(entry.get('link'))}: {entry.get('says') or 'no reason given'}",
            _start(entry),
            _source(entry),
        )
        for entry in listed(result, "links")
    ]
    head = ("Outcome", "What it does here, and why", "At the start", "Source (confidence)")
    return DataTable("Function, sleep, work and other outcomes", head, tuple(rows)) if rows else None


def _follows(link: float | None) -> str:
    if link is None or is_missing(link):
        return "not known"
    return "stays as before (link 0)" if link == 0 else f"follows pain (link {significant(link)})"


def linked_table(result: Reportable) -> DataTable | None:
    """The outcomes that were set to follow pain, at the landmarks, by rival; ``None`` where none follows."""
    moving = [entry for entry in listed(result, "links") if entry.get("link")]
    rows: list[tuple[str, ...]] = []
    moments: list[tuple[str, float]] = []
    for entry in moving:
        for rival, curve in rival_curves(result, str(entry["name"])):
            moments = landmarks(float(curve.time_h[-1]))
            rows += _heading(rows, entry, moments)
            label = f"  {rival_label(rival)}"
            rows.append((label, *(linked_value(curve.at(time_h), curve.unit) for _, time_h in moments)))
        for rival, curve in beside_curves(result, str(entry["name"])) if moments else ():
            who = comparator_label(result)
            label = f"  {who}" if rival == "comparator" else f"  {rival_label(rival)}, {who}"
            rows.append((label, *(linked_value(curve.at(time_h), curve.unit) for _, time_h in moments)))
    if not rows:
        return None
    set_to = ", ".join(f"{entry['name']} {significant(entry['link'])}" for entry in moving)
    caption = (
        f"Outcomes that follow pain ({'one person' if one_person(result) else 'means'}; links: {set_to})"
    )
    return DataTable(caption, ("", *(name for name, _ in moments)), tuple(rows))


def _heading(
    rows: Sequence[tuple[str, ...]], entry: Mapping[str, Any], moments: Sequence[tuple[str, float]]
) -> list[tuple[str, ...]]:
    """A row that names the outcome, its unit and its good direction, unless it stands already."""
    name, unit = str(entry["name"]), unit_label(str(entry.get("unit") or ""))
    good = f"{better(name)} is better" if better(name) else ""
    told = ", ".join(part for part in (unit, good) if part)
    text = quantity_label(name) + (f"\n({told})" if told else "")
    return [] if text in (row[0] for row in rows) else [(text, *("" for _ in moments))]


def cotreatment_table(result: Reportable) -> DataTable | None:
    """What is done beside the drug and what that changes; ``None`` without co-treatments."""
    rows = [
        (
            str(entry["name"]).replace("_", " ").capitalize(),
            interval(_day(entry.get("from_day")), _day(entry.get("to_day"))),
            str(entry.get("says") or MISSING),
        )
        for entry in listed(result, "cotreatments")
    ]
    return (
        DataTable("Beside the drug", ("Co-treatment", "Days", "What it changes here"), tuple(rows))
        if rows
        else None
    )


def _probability(entry: Mapping[str, Any]) -> str:
    if is_missing(entry.get("probability")):
        return "not known"
    spread = interval(*(_share(entry.get(end)) for end in ("low", "high")))
    text = _share(entry["probability"]) + ("" if spread == MISSING else f" ({spread})")
    return text if is_missing(entry.get("n")) else f"{text}, n = {count(entry['n'])}"


def _share(value: float | None) -> str:
    small = value is not None and not is_missing(value) and 0 < value < 0.1
    return percent(value, 1 if small else 0)


def _source(entry: Mapping[str, Any]) -> str:
    source, confidence = entry.get("source"), entry.get("confidence")
    return f"{source or 'none'} ({confidence})" if confidence else str(source or MISSING)


def _start(entry: Mapping[str, Any]) -> str:
    """The value before treatment; it is borrowed unless the outcome is counted in what it was before."""
    value, unit = entry.get("baseline"), str(entry.get("unit") or "")
    if value is None or is_missing(value):
        return MISSING
    if unit == AS_BEFORE:
        return f"{value:g} (as before treatment, by definition)"
    text = percent(value) if unit == "1" else f"{value:g}, {unit_label(unit)}".strip(", ")
    own = entry.get("name") == "mood" or entry.get("baseline_confidence") == "condition"
    return text if own else f"{text} (borrowed starting value)"


def _day(value: float | None) -> str:
    return fixed(value, 0)
