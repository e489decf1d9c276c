"""The two pages of a leaflet: which sections stand on which, and how large the type may be so that each page holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from painloop.evidence.leaflet import Leaflet, Section

FRONT = ("what-it-is", "results", "risks", "not-known", "who-not")
"""Sections of the first page; the others stand on the second."""
SIZES = ((2700, "largest"), (2950, "large"), (3100, "middle"), (3300, "small"), (3750, "smaller"))
"""Up to so many characters a page has this size of type; longer ones have the smallest."""
HEAD_LINE = 80
"""Characters of the course that fit on the first line below the title; more take room from the first page."""
PER_SECTION, PER_ROW = 110, 25
"""Characters that a heading with its space, and a row with its mark, take up besides their words."""


@dataclass(frozen=True)
class Sheet:
    """A page of the leaflet."""

    sections: tuple[Section, ...]
    size: str


def sheets(found: Leaflet) -> tuple[Sheet, Sheet]:
    """Front and back."""
    front = tuple(one for one in found.sections if one.id in FRONT)
    back = tuple(one for one in found.sections if one.id not in FRONT)
    head = max(0, len(found.course.words) + len(found.course.regimen) - HEAD_LINE)
    return Sheet(front, _size(front, head)), Sheet(back, _size(back))


def _size(sections: Sequence[Section], head: int = 0) -> str:
    length = head + sum(_length(one) for one in sections)
    return next((name for most, name in SIZES if length <= most), "smallest")


def _length(section: Section) -> int:
    rows = [one.says for one in section.sentences]
    steps = [one.sentence.says for one in section.steps]
    results = [f"{one.words}{one.trial}{one.when}" for one in section.results]
    risks = [f"{one.share.words}{one.what}{one.studied}" for one in section.risks]
    marked = [*steps, *results, *risks]
    return (
        PER_SECTION + len(section.heading) + len(" ".join(rows)) + sum(PER_ROW + len(one) for one in marked)
    )
