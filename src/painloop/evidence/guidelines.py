"""What panels, colleges and agencies recommend, line by line, newest guideline first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from painloop import library
from painloop.library.schema import Guideline, Recommendation
from painloop.library.schema.base import Disagreement


@dataclass(frozen=True)
class Advice:
    """One recommendation and the guideline it stands in."""

    guideline: Guideline
    line: Recommendation

    def plain(self) -> dict[str, Any]:
        """The recommendation for JSON."""
        return {
            "guideline": self.guideline.id,
            "body": self.guideline.body,
            "binding": self.guideline.binding,
            **self.line.model_dump(mode="json"),
        }


@cache
def guidelines() -> tuple[Guideline, ...]:
    """All guidelines and statements, newest first."""
    found: Iterable[Guideline] = library.entries("guideline")  # type: ignore[assignment]
    return tuple(sorted(found, key=lambda one: (-(one.citation.year if one.citation else 0), one.id)))


def advice(
    condition: str | None = None, question: str | None = None, graded_only: bool = False
) -> tuple[Advice, ...]:
    """Recommendations, of all guidelines or about one condition or question.

    Parameters
    ----------
    condition : id of a condition of the library.
    question : one of :func:`guideline_questions`.
    graded_only : leave out what has no letter.
    """
    bare = None if condition is None else library.load("conditions", condition).id
    return tuple(
        Advice(guideline, line)
        for guideline in guidelines()
        for line in guideline.recommendations
        if bare in (None, line.condition)
        and question in (None, line.question)
        and (line.grade != "not graded" or not graded_only)
    )


def disagreements(found: Iterable[Advice]) -> tuple[tuple[str, Disagreement], ...]:
    """What other sources say against the guidelines of some recommendations, with the id of each guideline."""
    named = dict.fromkeys(one.guideline.id for one in found)
    return tuple((one.id, line) for one in guidelines() if one.id in named for line in one.disagreements)


def guideline_questions() -> tuple[str, ...]:
    """The questions that recommendations answer."""
    return tuple(dict.fromkeys(one.line.question for one in advice()))
