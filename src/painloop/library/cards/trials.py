"""The bodies of trial, control and meta-analysis cards."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from painloop.library.cards.effects import effect_body, statements
from painloop.library.cards.pieces import (
    INDENT,
    Footnotes,
    bullets,
    confidence_text,
    heading,
    number,
    pairs,
    sourced_line,
)
from painloop.library.cards.studies import people, results, time_words
from painloop.library.loader import load
from painloop.library.schema.base import WEAK_CONFIDENCES, Value
from painloop.library.schema.courses import Course
from painloop.library.schema.trials import (
    Contrast,
    Control,
    Crossover,
    MetaAnalysis,
    Pooled,
    Trial,
    TrialArm,
    TrialEndpoint,
    Visit,
)

HOURS_PER_DAY = 24


def trial_body(trial: Trial, notes: Footnotes) -> list[RenderableType]:
    """The design, the arms, what is compared and how, and what was observed, that of its course included."""
    course: Course | None = load("regimens", trial.course) if trial.course else None
    observed, findings = trial.observed, trial.findings
    if course is not None:
        observed, findings = course.observed + observed, course.findings + findings
    return [
        heading("The trial"),
        pairs(_design(trial)),
        heading("Arms"),
        pairs({arm.name: _arm(arm) for arm in trial.arms}),
        heading("Schedule and analysis"),
        pairs(_schedule(trial, notes)),
        *bullets("Endpoints", (_endpoint(one) for one in trial.endpoints)),
        *results(observed, findings, notes),
        *_contrasts(trial.contrasts, notes),
    ]


def control_body(control: Control, notes: Footnotes) -> list[RenderableType]:
    """The drug, the trial it was observed in, and its relief beyond placebo."""
    rows = {"drug": control.drug, "observed in": control.observed_in}
    return [heading("The drug"), pairs(rows), *effect_body(control, notes)]


def meta_analysis_body(analysis: MetaAnalysis, notes: Footnotes) -> list[RenderableType]:
    """What was pooled, and which trials of the library are in it."""
    rows = {
        "scope": analysis.scope,
        "conditions": ", ".join(analysis.conditions),
        "pooled": _size(analysis),
        "use": "compared with, never fitted",
        "trials of this library in it": f"{', '.join(analysis.includes) or 'none named'} "
        f"({analysis.includes_known})",
    }
    return [
        heading("The meta-analysis"),
        pairs(rows),
        *_pooled(analysis.pooled, notes),
        *statements("Findings", analysis.findings, notes),
    ]


def _design(trial: Trial) -> dict[str, str]:
    condition = f"conditions/{trial.condition}" if trial.condition else "none of the library"
    randomised = "randomised" if trial.randomised else "not randomised"
    return {
        "condition": condition,
        "people": trial.population,
        "design": f"{trial.design}, {randomised}, {_blinded(trial)}",
        "status": trial.status + (f", {trial.registry}" if trial.registry else ""),
        "risk of bias": trial.risk_of_bias,
        "held out with": trial.held_out_with,
        "results also in": f"regimens/{trial.course}" if trial.course else "",
    }


def _blinded(trial: Trial) -> str:
    return "open" if trial.blinded == "open" else f"{trial.blinded}-blind"


def _arm(arm: TrialArm) -> str:
    said = f"{arm.role}, {people(arm.n)}{arm.treatment}"
    if arm.beside:
        said += f"; beside it {' and '.join(arm.beside)}"
    if arm.control:
        said += f"; effect from controls/{arm.control}"
    if arm.role == "ketamine":
        mark = "! " if arm.regimen_confidence in WEAK_CONFIDENCES else ""
        said += f"; run as: {arm.regimen} ({mark}{arm.regimen_confidence})" if arm.regimen else "; NOT RUN"
    return said + "".join(f"; {note}" for note in (arm.regimen_note, arm.note) if note)


def _schedule(trial: Trial, notes: Footnotes) -> dict[str, str]:
    rows = {
        "visits": ", ".join(_visit(one) for one in trial.visits),
        "estimand": f"{trial.estimand.strategy.replace('_', ' ')}, {trial.estimand.population}, "
        f"{trial.compared_by}",
        "analysis": _analysis(trial),
        "baseline": _value(trial.baseline, notes),
        "diary days missing": _value(trial.missing_diary, notes),
        "unblinding": _value(trial.unblinding, notes),
        "left by the end": _value(trial.dropout.by_end if trial.dropout else None, notes),
    }
    if trial.crossover is not None:
        rows["periods"] = _periods(trial.crossover)
    if trial.rescue is not None:
        rows["rescue"] = (
            f"used with probability {_value(trial.rescue.probability, notes)} on days above "
            f"{_value(trial.rescue.above, notes)}, takes {_value(trial.rescue.relief, notes)}"
        )
    if trial.escalation is not None:
        rows["escalation"] = (
            f"cohorts of {trial.escalation.cohort}, limiting above {number(trial.escalation.above)} "
            f"({trial.escalation.quantity})"
        )
    return rows


def _analysis(trial: Trial) -> str:
    if trial.analysis is None:
        return "not given"
    covariates = f" with {', '.join(trial.analysis.covariates)}" if trial.analysis.covariates else ""
    return f"{trial.analysis.method}{covariates}, two-sided level {number(trial.analysis.alpha)}"


def _visit(one: Visit) -> str:
    when = _within_a_day(one.day) if one.day < 1 else f"day {number(one.day)}"
    window = f", -{number(one.early_d)}/+{number(one.late_d)} d" if one.early_d or one.late_d else ""
    diary = f", mean of {one.diary_days} days" if one.diary_days > 1 else ""
    return f"{one.name} ({when}{window}{diary})" if one.name != when else f"{one.name}{window}{diary}"


def _within_a_day(days: float) -> str:
    """Minutes up to two hours, then hours; days in a file are rounded."""
    hours = round(days * HOURS_PER_DAY, 2)
    return f"{round(60 * hours)} min" if hours < 2 else f"{number(hours)} h"


def _periods(crossover: Crossover) -> str:
    length, between = (time_words(days * HOURS_PER_DAY) for days in (crossover.period_d, crossover.washout_d))
    return f"{length} each, {between if crossover.washout_d else 'nothing'} between them"


def _endpoint(one: TrialEndpoint) -> str:
    said = f"{one.name}: {one.quantity.replace('_', ' ')}" + (f" at {one.visit}" if one.visit else "")
    said += f" of {one.event.replace('_', ' ')}" if one.event else ""
    said += f", above {number(one.above)}" if one.above is not None else ""
    return said + (" (PRIMARY)" if one.primary else "")


def _value(value: Value | None, notes: Footnotes) -> str:
    if value is None:
        return ""
    amount = "not found" if value.value is None else f"{number(value.value)} {value.unit}"
    spread = f", sd {number(value.sd)}" if value.sd is not None else ""
    return f"{amount}{spread}; {sourced_line(value, notes)}"


def _contrasts(contrasts: tuple[Contrast, ...], notes: Footnotes) -> list[RenderableType]:
    rows = [
        (
            f"{one.arm} - {one.against}",
            time_words(one.time_h),
            one.quantity.replace("_", " "),
            _estimate(one),
            _p(one),
            confidence_text(one.confidence),
            Text(notes.mark(one.source) + (f" {one.note}" if one.note else ""), "dim"),
        )
        for one in contrasts
    ]
    columns = ("arms", "time", "quantity", "value", "p", "confidence", "from, note")
    return [heading("Printed comparisons"), Padding(_table(columns, rows), INDENT)] if rows else []


def _estimate(one: Contrast) -> str:
    if one.value is None:
        return "-"
    spread = f" (se {number(one.se)})" if one.se is not None else ""
    if one.ci95 is not None:
        spread += f" ({number(one.ci95[0])} to {number(one.ci95[1])})"
    return f"{number(one.value)}{spread}"


def _p(one: Contrast) -> str:
    if one.p is None:
        return ""
    return {"exact": "", "at most": "<= ", "at least": ">= "}[one.p_is] + number(one.p)


def _size(analysis: MetaAnalysis) -> str:
    said = [f"{analysis.trials_pooled} trials" if analysis.trials_pooled else "number of trials not read"]
    said += [f"{analysis.participants} people"] if analysis.participants else []
    return ", ".join(said) + ("" if analysis.controlled_only else ", uncontrolled studies among them")


def _pooled(pooled: tuple[Pooled, ...], notes: Footnotes) -> list[RenderableType]:
    rows = [
        (
            one.time_words,
            one.quantity.replace("_", " ") + (f" of {one.of}" if one.of else ""),
            number(one.value),
            f"{number(one.ci95[0])} to {number(one.ci95[1])}" if one.ci95 else "",
            "-" if one.certainty == "not graded" else one.certainty,
            confidence_text(one.confidence),
            Text(notes.mark(one.source) + (f" {one.note}" if one.note else ""), "dim"),
        )
        for one in pooled
    ]
    columns = ("time", "quantity", "value", "95 % CI", "certainty", "confidence", "from, note")
    return [heading("Pooled"), Padding(_table(columns, rows), INDENT)] if rows else []


def _table(columns: Sequence[str], rows: Sequence[Sequence[str | Text]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(columns[0], overflow="fold")
    for column in columns[1:-1]:
        table.add_column(column, overflow="fold", no_wrap=column == "confidence")
    table.add_column(columns[-1], overflow="fold", ratio=1)
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return table
