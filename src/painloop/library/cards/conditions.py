"""The body of a condition card: evidence and its reach, what drives the pain, people, the course without ketamine."""

from __future__ import annotations

from rich.console import RenderableType

from painloop.library.cards.effects import statement_line, statements
from painloop.library.cards.pieces import (
    Footnotes,
    bullets,
    heading,
    number,
    pairs,
    sourced_line,
    value_table,
)
from painloop.library.schema.base import WEAK_CONFIDENCES, Value
from painloop.library.schema.conditions import Condition, Distribution, KetamineEffect


def condition_body(condition: Condition, notes: Footnotes) -> list[RenderableType]:
    """Who the patients are, why it hurts, the course without ketamine, and the evidence."""
    return [
        *_evidence(condition),
        *_mechanism(condition, notes),
        *value_table("Values", _values(condition), notes),
        *_people(condition, notes),
        *_without_treatment(condition, notes),
        *statements("Facts", condition.facts, notes),
    ]


def effect_words(effect: KetamineEffect) -> str:
    """How far the predicted relief is carried to the condition, in a line."""
    if effect.status == "unknown":
        between = f"{number(effect.scale_low)} and {number(effect.scale_high)}"
        return f"UNKNOWN: predicted relief times a number between {between}, drawn evenly"
    return "studied: predicted relief taken as it is"


def _evidence(condition: Condition) -> list[RenderableType]:
    effect = condition.ketamine_effect
    mark = f"! {effect.confidence}: " if effect.confidence in WEAK_CONFIDENCES else ""
    return [
        heading("Evidence for ketamine"),
        pairs({condition.evidence.grade: condition.evidence.statement}),
        *bullets("Evidence from", condition.evidence.sources),
        heading("How far the models' relief is carried here"),
        pairs(
            {
                "effect": effect_words(effect),
                "why": mark + effect.statement,
                "from": "; ".join(effect.sources),
            }
        ),
    ]


def _mechanism(condition: Condition, notes: Footnotes) -> list[RenderableType]:
    drivers = {name.replace("_", " "): statement_line(one, notes) for name, one in condition.drivers.items()}
    return [
        *([heading("What drives the pain"), pairs(drivers)] if drivers else []),
        *statements("What it is like", condition.descriptors, notes),
        *_lesion(condition, notes),
        *statements("Mood", condition.mood, notes),
    ]


def _lesion(condition: Condition, notes: Footnotes) -> list[RenderableType]:
    if condition.lesion is None:
        return bullets("Lesion in the circuit", [f"none: {condition.lesion_note}"])
    lesion = condition.lesion
    changed = {
        "chloride reversal": lesion.chloride_reversal_mV,
        "inhibition": lesion.inhibition_scale,
        "ongoing C fibres": lesion.ongoing_C_Hz,
    }
    given = {name: value for name, value in changed.items() if value is not None}
    return [
        *bullets("Lesion in the circuit", [lesion.statement]),
        *value_table("Lesion values", given, notes),
    ]


def _values(condition: Condition) -> dict[str, Value]:
    baseline, placebo = condition.baseline, condition.placebo
    optional = {
        "half-life of healing": condition.natural_course.resolution_half_life_d,
        "duration": condition.duration_y,
    }
    return {
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
        **{name: value for name, value in optional.items() if value is not None},
    }


def _people(condition: Condition, notes: Footnotes) -> list[RenderableType]:
    rows = {
        "also called": "; ".join(condition.names),
        "weight": _distribution(condition.person.weight_kg, notes),
        "age": _distribution(condition.person.age_y, notes),
    }
    return [heading("People"), pairs(rows)]


def _without_treatment(condition: Condition, notes: Footnotes) -> list[RenderableType]:
    noise = condition.noise
    rows = {
        "natural course": condition.natural_course.statement,
        "regression to the mean": condition.regression_to_the_mean.statement,
        "scatter of ratings": f"outcomes/{noise.outcome}" + (f"; {noise.note}" if noise.note else ""),
    }
    return [
        heading("Without treatment"),
        pairs(rows),
        *statements("Observed on placebo", condition.placebo.observed, notes),
    ]


def _distribution(one: Distribution, notes: Footnotes) -> str:
    said = (
        f"{number(one.mean)} +- {number(one.sd)} {one.unit}, cut at {number(one.low)} and {number(one.high)}"
    )
    return f"{said}; {sourced_line(one, notes)}"
