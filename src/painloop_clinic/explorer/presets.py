"""Published courses as presets, and the conditions and explanations a reader may choose among."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from painloop import library
from painloop.library.schema.base import Citation
from painloop.library.schema.conditions import Condition
from painloop.library.schema.courses import Course

RIVALS = ("none", "effect_delay", "central_gain", "driven_gain")
"""The rival explanations of lasting relief, by the names that the engine knows."""


@dataclass(frozen=True)
class Preset:
    """A published course.

    Parameters
    ----------
    id, title, sentence : of the library's file.
    citation : where it was published, in a line.
    condition : id of the condition its patients had; None where they had none.
    note : what of the sentence is a reading, not printed.
    """

    id: str
    title: str
    sentence: str
    citation: str
    condition: str | None
    note: str


@cache
def presets() -> dict[str, Preset]:
    """All published courses of the library by id."""
    return {one: _preset(library.load("regimens", one)) for one in library.ids("regimens")}


@cache
def conditions() -> dict[str, Condition]:
    """All conditions of the library by id."""
    return {one: library.load("conditions", one) for one in library.ids("conditions")}


def sentence_of(regimen: str) -> str:
    """A regimen in words, also where it is given by the id of a published course."""
    found = presets().get(regimen)
    return found.sentence if found else regimen


def cited(citation: Citation | None) -> str:
    """Authors, year and journal of a publication in a line."""
    if citation is None:
        return "not published as a course"
    parts = (f"{citation.authors} ({citation.year})", citation.journal, _identifier(citation))
    return ". ".join(part for part in parts if part)


def _identifier(citation: Citation) -> str:
    if citation.doi:
        return f"doi {citation.doi}"
    return f"PMID {citation.pmid}" if citation.pmid else ""


def _preset(course: Course) -> Preset:
    return Preset(
        course.id,
        course.title,
        course.sentence,
        cited(course.citation),
        course.condition,
        course.sentence_note or "",
    )
