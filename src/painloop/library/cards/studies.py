"""The bodies of course and observation cards, and how the results of a study read on any card."""

from __future__ import annotations

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from painloop.library.cards.effects import statements
from painloop.library.cards.pieces import INDENT, Footnotes, confidence_text, heading, number, pairs
from painloop.library.schema.courses import Course, Measurement, Observations, Observed
from painloop.library.schema.effects import Statement


def course_body(course: Course, notes: Footnotes) -> list[RenderableType]:
    """The sentence, the arms and what was observed."""
    rows = {
        "sentence": course.sentence,
        "note": course.sentence_note or "",
        "condition": course.condition or "none of the library",
        "people": course.population,
        "design": course.design,
    }
    if course.end_rate is not None:
        rate = course.end_rate
        rows["end rate"] = (
            f"{number(rate.mean)} {rate.unit}, sd {number(rate.sd)} between patients, cut at {number(rate.low)} and "
            f"{number(rate.high)}; {rate.confidence} {notes.mark(rate.source)}"
            + (f", {rate.note}" if rate.note else "")
        )
    return [
        heading("The course"),
        pairs(rows),
        *_arms(course),
        *results(course.observed, course.findings, notes),
    ]


def observations_body(source: Observations, notes: Footnotes) -> list[RenderableType]:
    """The measured quantities, one table for each group of people and dose, and what they may be compared with."""
    sections: list[RenderableType] = []
    for words, arms in _groups(source).items():
        sections += [heading(words), Padding(_measured(arms, notes), INDENT)]
    if source.arms:
        fitted = sorted({model for arm in source.arms for model in arm.fitted_by})
        perhaps = sorted({model for arm in source.arms for model in arm.perhaps_fitted_by})
        rows = {"fitted on these data": ", ".join(fitted) or "no model of the library is known to be"}
        if perhaps:
            rows["perhaps fitted on them"] = ", ".join(perhaps)
        sections += [heading("Models"), pairs(rows)]
    return [*sections, *statements("Findings without a number to score", source.findings, notes)]


def _groups(source: Observations) -> dict[str, list[Measurement]]:
    groups: dict[str, list[Measurement]] = {}
    for arm in source.arms:
        given = arm.regimen or _dose(arm)
        if arm.regimen and arm.dose and arm.dose.note:
            given += f" ({arm.dose.note})"
        people = f"{arm.population}, {arm.sampling} samples" + (
            " (CHILDREN)" if arm.age_group == "child" else ""
        )
        groups.setdefault(f"{given} - {people}", []).append(arm)
    return groups


def _measured(arms: list[Measurement], notes: Footnotes) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("analyte", style="bold", no_wrap=True)
    table.add_column("quantity", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("spread", max_width=22, overflow="fold")
    table.add_column("kind", no_wrap=True)
    table.add_column("confidence", no_wrap=True)
    table.add_column("from, note", style="dim", ratio=1, overflow="fold")
    for arm in arms:
        table.add_row(
            arm.analyte,
            quantity_words(arm),
            "-" if arm.value is None else number(arm.value),
            _measured_spread(arm),
            arm.kind,
            confidence_text(arm.confidence),
            Text(notes.mark(arm.source) + (f" {arm.note}" if arm.note else "")),
        )
    return table


def quantity_words(arm: Measurement) -> str:
    """The quantity with its unit and time, as on a card."""
    words = {
        "cmax_ng_ml": "peak, ng/mL",
        "tmax_h": "time of peak, h",
        "auc_ng_h_ml": "AUC, ng h/mL",
        "css_ng_ml": "steady state, ng/mL",
        "conc_ng_ml": "ng/mL",
        "bioavailability": "bioavailability",
        "clearance_l_h": "clearance, L/h",
        "clearance_l_h_kg": "clearance, L/h/kg",
        "half_life_h": "half-life, h",
        "vss_l": "Vss, L",
        "vss_l_kg": "Vss, L/kg",
        "auc_ratio": "AUC ratio",
    }[arm.quantity]
    if arm.at_h is not None:
        words += f" at {number(arm.at_h)} h"
    return words + (f" to {number(arm.until_h)} h" if arm.until_h is not None else "")


def _measured_spread(arm: Measurement) -> str:
    said = [f"{arm.spread_is} {number(arm.spread)}"] if arm.spread is not None else []
    if arm.interval is not None:
        said.append(f"{arm.interval_is} {number(arm.interval[0])} to {number(arm.interval[1])}")
    return ", ".join(said)


def _dose(arm: Measurement) -> str:
    if arm.dose is None:
        return arm.route
    return f"{arm.form} {number(arm.dose.value)} {arm.dose.unit} {arm.route}" + (
        f" ({arm.dose.note})" if arm.dose.note else ""
    )


def _arms(course: Course) -> list[RenderableType]:
    rows = {
        arm.name: people(arm.n) + arm.treatment + (f" ({arm.note})" if arm.note else "")
        for arm in course.arms
    }
    return [heading("Arms"), pairs(rows)]


def people(n: int | None) -> str:
    """How many people an arm has, as its line begins."""
    return f"n {n}: " if n else "n not read: "


def results(
    observed: tuple[Observed, ...], findings: tuple[Statement, ...], notes: Footnotes
) -> list[RenderableType]:
    """What was observed in each arm, and what was found without a number."""
    sections: list[RenderableType] = []
    if observed:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column("arm", style="bold")
        table.add_column("time", justify="right", no_wrap=True)
        table.add_column("quantity")
        table.add_column("value", justify="right")
        table.add_column("spread")
        table.add_column("n", justify="right")
        table.add_column("confidence", no_wrap=True)
        table.add_column("from, note", style="dim", ratio=1, overflow="fold")
        for one in observed:
            table.add_row(*_observed(one, notes))
        sections += [heading("Observed"), Padding(table, INDENT)]
    return [*sections, *statements("Findings", findings, notes)]


def _observed(one: Observed, notes: Footnotes) -> tuple[Text, ...]:
    spread = next((f"{n} {number(v)}" for n, v in (("sem", one.sem), ("sd", one.sd)) if v is not None), "")
    for name, span in (("95 % CI", one.ci95), ("range", one.range)):
        if span is not None:
            spread += f"{', ' if spread else ''}{name} {number(span[0])} to {number(span[1])}"
    if one.count is not None and one.n:
        spread = spread or f"{one.count} of {one.n}"
    return (
        Text(one.arm),
        Text(time_words(one.time_h)),
        Text(one.quantity.replace("_", " ")),
        Text("-" if one.value is None else f"{one.value:.3g}"),
        Text(spread),
        Text(str(one.n or "")),
        confidence_text(one.confidence),
        Text(notes.mark(one.source) + (f" {one.note}" if one.note else "")),
    )


def time_words(hours: float | None) -> str:
    """Hours after the start of a course in the largest unit that divides them."""
    if hours is None:
        return "?"
    for length, unit in ((168, "wk"), (24, "d")):
        if hours >= length and hours % length == 0:
            return f"{number(hours / length)} {unit}"
    return f"{number(hours)} h"
