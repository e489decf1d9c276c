"""Questions that people ask, answered from sources in short sentences; the answer may be that nobody knows."""

from __future__ import annotations

import difflib
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from painloop.errors import InputError, LibraryError
from painloop.evidence.sentences import Sentence
from painloop.library.reading import read_mapping
from painloop.library.schema.base import Record, Text

FOLDER = Path(__file__).parent / "questions"
FILES = ("effect", "conditions", "safety", "day", "access")

State = Literal["known", "partly known", "disputed", "short relief only", "not shown", "not known"]
"""How much is known of what was asked."""


class Question(Record):
    """A question, other words for it, how much is known, and the answer."""

    id: Text
    ask: Text
    also: tuple[Text, ...] = ()
    topic: Text
    condition: str | None = None
    verdict: State
    answer: tuple[Sentence, ...] = Field(min_length=1)

    @property
    def text(self) -> str:
        """The answer as one paragraph."""
        return " ".join(one.says for one in self.answer)

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source of the answer, once, in order."""
        return tuple(dict.fromkeys(source for one in self.answer for source in one.sources))

    def plain(self) -> dict[str, Any]:
        """The question and its answer for JSON."""
        return {
            "id": self.id,
            "question": self.ask,
            "topic": self.topic,
            "condition": self.condition,
            "verdict": self.verdict,
            "answer": [one.plain() for one in self.answer],
        }


@cache
def questions() -> tuple[Question, ...]:
    """All questions, topic by topic."""
    found = tuple(one for name in FILES for one in _of_file(FOLDER / f"{name}.yaml"))
    names = [one.id for one in found]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise LibraryError(f"{FOLDER}: the question '{twice}' is there twice; give each its own id.")
    return found


def question(question_id: str) -> Question:
    """The question with an id.

    Raises
    ------
    InputError
        When there is none; the closest is suggested.
    """
    known = {one.id: one for one in questions()}
    if question_id not in known:
        close = difflib.get_close_matches(question_id, known, n=1, cutoff=0.4)
        remedy = f"did you mean '{close[0]}'?" if close else "see painloop evidence --questions."
        raise InputError(f"There is no question '{question_id}'; {remedy}")
    return known[question_id]


def topics() -> tuple[str, ...]:
    """The headings under which questions stand, in order."""
    return tuple(dict.fromkeys(one.topic for one in questions()))


def about_condition(condition: str) -> Question | None:
    """The question whether it works for a condition of the library."""
    return next((one for one in questions() if one.condition == condition), None)


def _of_file(path: Path) -> tuple[Question, ...]:
    content = read_mapping(path)
    try:
        return tuple(
            Question.model_validate({**one, "topic": content["topic"]}) for one in content["questions"]
        )
    except (ValidationError, KeyError, TypeError) as problem:
        raise LibraryError(f"{path} does not hold questions: {problem}; see questions/effect.yaml.") from None
