"""Answers, claims and rows as Markdown for the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from painloop.evidence.guidelines import Advice, disagreements
from painloop.evidence.pooled import PooledResult
from painloop.evidence.questions import Question
from painloop.evidence.results import ResultRow
from painloop.evidence.search import Hit
from painloop.evidence.sentences import Sentence
from painloop.evidence.trials import TrialSummary
from painloop.library.schema import Claim, Predictor
from painloop.library.schema.base import WEAK_CONFIDENCES


def answer_text(asked: Question) -> str:
    """A question and its answer, each sentence with the number of its sources, and the sources."""
    numbers = {source: place for place, source in enumerate(asked.sources, 1)}
    lines = [f"# {asked.ask}", "", f"**{asked.verdict}**", ""]
    lines += [" ".join(_marked(one, numbers) for one in asked.answer), ""]
    if numbers:
        lines += [*(f"{place}. {source}" for source, place in numbers.items()), ""]
    return "\n".join(lines)


def unknown_text(words: Sequence[str]) -> str:
    """Which words of a query are in no text, so that what fits the others is not taken for an answer."""
    if not words:
        return ""
    named = ", ".join(f"'{word}'" for word in words)
    return f"No text here has {named}. What follows fits the other words.\n\n"


def hits_text(hits: Sequence[Hit]) -> str:
    """What else fits, in a list."""
    if not hits:
        return ""
    lines = [f"- {hit.title} ({hit.kind} {hit.id}: {hit.state})" for hit in hits]
    return "\n".join(["", "## What else fits", "", *lines, ""])


def questions_text(found: Iterable[Question]) -> str:
    """Questions under their topics."""
    lines: list[str] = []
    topic = ""
    for one in found:
        if one.topic != topic:
            topic = one.topic
            lines += ["", f"## {topic}", ""]
        lines.append(f"- {one.ask} ({one.verdict})")
    return "\n".join(lines)


def claims_text(found: Iterable[Claim]) -> str:
    """Claims with verdict, strength and what may be said instead."""
    lines = []
    for one in found:
        code = f"{one.code} " if one.code else ""
        lines.append(f"- {code}**{one.title}**: {one.verdict} ({one.strength} strength). {one.as_worded}")
    return "\n".join([*lines, "", "painloop library show claims/ID shows numbers and sources."])


def trials_text(found: Sequence[TrialSummary]) -> str:
    """Studies in a list, each with its size, design and what it found."""
    lines = [
        f"- **{one.id}** ({one.people or 'number not read'} people, {one.condition_title}, {_design(one)}): "
        f"{one.result}, shown for: {one.shown_for}. {one.says}"
        for one in found
    ]
    return "\n".join([*lines, "", f"{len(found)} studies."])


def grades_text(found: Sequence[Advice]) -> str:
    """Recommendations with their grades, and what other sources say against them."""
    if not found:
        return "\n## Recommendations\n\nNo line of a guideline names it.\n"
    lines = ["", "## Recommendations", ""]
    for one in found:
        line = one.line
        grade = "" if line.grade == "not graded" else f" Grade {line.grade}, {line.certainty} certainty"
        sure = f" ({_mark(line.grade_confidence)})." if grade else ""
        lines.append(
            f"- {one.guideline.id}, {line.about}: {line.says} ({_mark(line.confidence)}).{grade}{sure}"
        )
    against = [
        f"- {name}, {one.about}: {one.says} ({one.source}; {_mark(one.confidence)})."
        for name, one in disagreements(found)
    ]
    lines += ["", "## Where sources disagree", "", *against] if against else []
    return "\n".join(lines)


def pooled_text(found: Iterable[PooledResult], of_one_condition: bool = False) -> str:
    """Pooled differences of pain as a table; ``of_one_condition`` tells that it was asked for one."""
    lines = ["| time | points of 10 | 95 % | trials | certainty | from |", "|---|---|---|---|---|---|"]
    for one in found:
        span = "not read" if one.low is None or one.high is None else f"{one.low:.2f} to {one.high:.2f}"
        lines.append(
            f"| {_when(one)} | {one.value:.2f} | {span} | {one.trials or 'not read'} | {one.certainty} "
            f"| {one.analysis} ({_mark(one.confidence)}) |"
        )
    lines += ["", "Negative is less pain with ketamine. Meta-analyses share trials."]
    lines += ["Each pools all its conditions; few are about this one alone."] if of_one_condition else []
    return "\n".join(lines)


def _when(one: PooledResult) -> str:
    return f"{one.time_words}, {one.of}" if one.of else one.time_words


def predictors_text(found: Iterable[Predictor]) -> str:
    """What went with more or less relief, each with its number of people and its standing."""
    lines = [
        f"- **{one.factor}**: {one.direction}, n {one.n or 'not read'}, {one.standing}. {one.says} "
        f"({one.source}; {_mark(one.confidence)})"
        for one in found
    ]
    return "\n".join(lines)


def rows_text(heading: str, found: Sequence[ResultRow]) -> str:
    """Results as n of N."""
    if not found:
        return f"\n## {heading}\n\nNo number was found.\n"
    lines = [f"- {row.words} ({row.trial}, {row.when}; {_mark(row.confidence)})" for row in found]
    return "\n".join(["", f"## {heading}", "", *lines, ""])


def _marked(one: Sentence, numbers: dict[str, int]) -> str:
    marks = ", ".join(str(numbers[source]) for source in one.sources)
    weak = f"; {_mark(one.confidence)}" if one.confidence not in (None, "verified") else ""
    return f"{one.says} [{marks}{weak}]" if marks else one.says


def _mark(confidence: str | None) -> str:
    return f"! {confidence}" if confidence in WEAK_CONFIDENCES else str(confidence)


def _design(one: TrialSummary) -> str:
    blinded = "open" if one.blinded == "open" else f"{one.blinded}-blind"
    return f"{'randomised' if one.randomised else 'not randomised'} {one.design}, {blinded}"
