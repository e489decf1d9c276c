"""The bodies of claim and guideline cards."""

from __future__ import annotations

from rich.console import RenderableType

from painloop.library.cards.effects import statements
from painloop.library.cards.pieces import (
    Footnotes,
    bullets,
    heading,
    number,
    pairs,
    sourced_line,
    uncertainty,
)
from painloop.library.schema.base import WEAK_CONFIDENCES
from painloop.library.schema.evidence import (
    Claim,
    ClaimNumber,
    Guideline,
    InCondition,
    Predictor,
    Recommendation,
)


def claim_body(claim: Claim, notes: Footnotes) -> list[RenderableType]:
    """What is said, what may be said instead, the numbers, the sources, and what nobody knows."""
    rows = {
        "claim": claim.claim,
        "verdict": claim.verdict,
        "strength of the evidence": claim.strength,
        "what may be said": claim.as_worded,
        "number in the list of claims": claim.code or "",
    }
    return [
        heading("The claim"),
        pairs(rows),
        *bullets("By condition", (_in_condition(one, notes) for one in claim.by_condition)),
        *bullets("Numbers", (_number(one, notes) for one in claim.numbers)),
        *statements("What the sources say", claim.sources, notes),
        *bullets("What may tell who benefits", (_predictor(one, notes) for one in claim.predictors)),
        *bullets("Not known", claim.not_known),
    ]


def guideline_body(guideline: Guideline, notes: Footnotes) -> list[RenderableType]:
    """Who recommends, with what weight, and each statement with its grade."""
    rows = {
        "body": guideline.body,
        "weight": guideline.binding,
        "follows": f"guideline/{guideline.updates}" if guideline.updates else "",
    }
    questions = dict.fromkeys(one.question for one in guideline.recommendations)
    parts: list[RenderableType] = [heading("The guideline"), pairs(rows)]
    for question in questions:
        said = [one for one in guideline.recommendations if one.question == question]
        parts += bullets(question, (_recommendation(one, notes) for one in said))
    return [*parts, *statements("Not covered", guideline.not_covered, notes)]


def _in_condition(one: InCondition, notes: Footnotes) -> str:
    return f"{one.condition}: {one.verdict}; {one.says}; {sourced_line(one, notes)}"


def _number(one: ClaimNumber, notes: Footnotes) -> str:
    amount = "not found" if one.value is None else f"{number(one.value)} {one.unit}"
    spread = f" ({uncertainty(one)})" if uncertainty(one) else ""
    people = f", n {one.n}" if one.n else ""
    return f"{one.about}: {amount}{spread}{people}; {sourced_line(one, notes)}"


def _predictor(one: Predictor, notes: Footnotes) -> str:
    people = f"n {one.n}" if one.n else "number of people not read"
    return f"{one.factor}: {one.direction}, {people}, {one.standing}; {one.says}; {sourced_line(one, notes)}"


def _recommendation(one: Recommendation, notes: Footnotes) -> str:
    said = f"{one.about}: {one.says}"
    if one.grade != "not graded" and one.grade_confidence is not None:
        mark = "! " if one.grade_confidence in WEAK_CONFIDENCES else ""
        said += f"; grade {one.grade}, certainty {one.certainty} ({mark}{one.grade_confidence})"
    return f"{said}; {sourced_line(one, notes)}"
