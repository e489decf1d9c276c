"""The bodies of receptor, loop, outcome and condition cards."""

from __future__ import annotations

import math

from rich.console import RenderableType

from painloop.library.cards.pieces import (
    Footnotes,
    bullets,
    heading,
    number,
    pairs,
    sourced_line,
    value_table,
)
from painloop.library.schema.conditions import Condition, Distribution
from painloop.library.schema.effects import Effect, Loop, Outcome, Statement


def effect_body(effect: Effect, notes: Footnotes) -> list[RenderableType]:
    """Equations, values and, for loops and outcomes, what is special to them."""
    sections: list[RenderableType] = []
    if isinstance(effect, Outcome):
        sections += _outcome_scope(effect)
    if isinstance(effect, Loop) and effect.states:
        sections += bullets("States", effect.states)
    sections += bullets("Equations", effect.equations)
    sections += value_table("Parameters (what a simulation uses)", effect.parameters, notes)
    sections += value_table("Published, or looked for and not found (not used)", effect.published, notes)
    sections += _spread(effect, notes)
    if isinstance(effect, Loop):
        sections += bullets("What would falsify it", effect.falsified_by)
        sections += statements("Data that speak for it", effect.data_for, notes)
        sections += statements("Data that speak against it", effect.data_against, notes)
    return sections


def statements(words: str, said: tuple[Statement, ...], notes: Footnotes) -> list[RenderableType]:
    """Sentences with their sources."""
    return bullets(words, (f"{one.says} {notes.mark(one.source)}{_weakness(one)}" for one in said))


def condition_body(condition: Condition, notes: Footnotes) -> list[RenderableType]:
    """Who the patients are, the course without ketamine, and the evidence."""
    baseline, placebo = condition.baseline, condition.placebo
    values = {
        "baseline mean": baseline.mean,
        "baseline sd": baseline.sd,
        "entry threshold": baseline.entry_threshold,
        "placebo responder probability": placebo.responder_probability,
        "placebo responder effect": placebo.responder_effect,
        "placebo onset half-life": placebo.onset_half_life_d,
        "placebo persistence half-life": placebo.persistence_half_life_d,
        "drift without treatment": condition.natural_course.drift_per_week,
        "stability of ratings": condition.regression_to_the_mean.stability_r,
        "women": condition.person.female,
        **{name.replace("_", " "): value for name, value in condition.comorbidity.items()},
    }
    if condition.duration_y is not None:
        values["duration"] = condition.duration_y
    return [
        heading("Evidence for ketamine"),
        pairs({condition.evidence.grade: condition.evidence.statement}),
        *bullets("Evidence from", condition.evidence.sources),
        *value_table("Values", values, notes),
        heading("People"),
        pairs(
            {
                "weight": _distribution(condition.person.weight_kg, notes),
                "age": _distribution(condition.person.age_y, notes),
            }
        ),
        heading("Without treatment"),
        pairs(
            {
                "natural course": condition.natural_course.statement,
                "regression to the mean": condition.regression_to_the_mean.statement,
                "scatter of ratings": f"outcomes/{condition.noise.outcome}"
                + (f"; {condition.noise.note}" if condition.noise.note else ""),
            }
        ),
        *statements("Observed on placebo", placebo.observed, notes),
        *statements("Facts", condition.facts, notes),
    ]


def _outcome_scope(outcome: Outcome) -> list[RenderableType]:
    span = outcome.concentration_range_ng_ml
    rows = {
        "endpoint": f"{outcome.endpoint} ({outcome.unit}), {outcome.form} curve",
        "analyte": f"{outcome.analyte}, {outcome.free_or_total} concentration" if outcome.analyte else "",
        "sampling": outcome.sampling or "",
        "range": f"{number(span[0])} to {number(span[1])} ng/mL" if span else "",
        "PK model": "; ".join(part for part in (outcome.pk_model, outcome.pk_model_note) if part),
        "enantiomers": outcome.across_enantiomers or "",
        "histogram": f"{outcome.bins.count} bins from {number(outcome.bins.low)} to {number(outcome.bins.high)}",
    }
    return [heading("What it describes"), pairs(rows)]


def _spread(effect: Effect, notes: Footnotes) -> list[RenderableType]:
    rows = {
        ", ".join(block.parameters): "CV "
        + ", ".join(
            f"{100 * math.sqrt(math.expm1(block.omega2[k][k])):.3g} %" for k in range(len(block.parameters))
        )
        + "; "
        + sourced_line(block, notes)
        for block in effect.iiv
    }
    return [heading("Differences between people"), pairs(rows)] if rows else []


def _distribution(one: Distribution, notes: Footnotes) -> str:
    said = (
        f"{number(one.mean)} +- {number(one.sd)} {one.unit}, cut at {number(one.low)} and {number(one.high)}"
    )
    return f"{said}; {sourced_line(one, notes)}"


def _weakness(one: Statement) -> str:
    return "" if one.confidence == "verified" else f" (! {one.confidence})"
