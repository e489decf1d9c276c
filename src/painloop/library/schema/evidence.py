"""The shapes of claims that are checked, of what may tell who benefits, and of guidelines."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from painloop.library.schema.base import PLAIN_WORDS, Confidence, Entry, Sourced, Text, Value
from painloop.library.schema.effects import Statement

Verdict = Literal["supported", "partly", "unsupported", "contradicted"]
"""What the sources say of a claim as it is usually worded."""

Strength = Literal["high", "moderate", "low", "very low"]
"""How strong the evidence behind a verdict is."""

Grade = Literal["A", "B", "C", "D", "I", "not graded"]
"""The letters of the panel: A and B recommend, C may be offered, D advises against, I is insufficient."""

NOT_VALIDATED = "not validated"
"""What is said beside everything that may tell who benefits: none of it was tried on new people."""


class ClaimNumber(Value):
    """A number that bears on a claim: what it is about, from how many people."""

    about: Text
    n: int | None = Field(default=None, gt=0)


class InCondition(Sourced):
    """What a claim comes to in one condition; ``condition`` is an id of the library or plain words."""

    condition: Text
    verdict: Verdict | Literal["no trial found"]
    says: Text


class Predictor(Sourced):
    """Something that went with more or less relief in a study; ``measured_in`` is a trial of the library."""

    factor: Text
    direction: Literal["more relief", "less relief", "no relation", "studies disagree"]
    says: Text
    n: int | None = Field(default=None, gt=0)
    measured_in: str | None = None

    @property
    def standing(self) -> str:
        """Whether it was tried on new people: never, so far."""
        return NOT_VALIDATED


class Claim(Entry):
    """A statement that is often made of ketamine for pain, and what its sources carry.

    ``claim`` is paraphrased, ``as_worded`` is what may be said instead. ``code`` is its place in the list of claims
    that was checked; ``sources`` bear on the verdict, for or against.
    """

    code: str | None = Field(default=None, pattern=r"^CL\d\d$")
    claim: Text
    verdict: Verdict
    strength: Strength
    as_worded: Text
    by_condition: tuple[InCondition, ...] = ()
    numbers: tuple[ClaimNumber, ...] = ()
    sources: tuple[Statement, ...] = Field(min_length=1)
    predictors: tuple[Predictor, ...] = ()
    not_known: tuple[Text, ...] = Field(min_length=1)

    @classmethod
    def id_pattern(cls) -> re.Pattern[str]:
        """Claims are named by what they are about."""
        return PLAIN_WORDS


class Recommendation(Sourced):
    """One statement of a guideline; ``condition`` is an id of the library where it is about one.

    ``confidence`` is that of the words, ``grade_confidence`` that of letter and certainty.
    """

    question: Text
    about: Text
    condition: str | None = None
    says: Text
    grade: Grade = "not graded"
    certainty: Literal["high", "moderate", "low to moderate", "low", "very low", "not given"] = "not given"
    grade_confidence: Confidence | None = None

    @model_validator(mode="after")
    def _say_how_sure_the_grade_is(self) -> Recommendation:
        if (self.grade == "not graded") != (self.grade_confidence is None):
            raise ValueError("grade_confidence: give it with a grade, and with no other")
        return self


class Guideline(Entry):
    """What a body recommends. ``binding`` says what weight it has; ``updates`` names an older one that it follows."""

    body: Text
    binding: Literal["consensus guideline", "position statement", "safety alert", "review"]
    updates: str | None = None
    recommendations: tuple[Recommendation, ...] = Field(min_length=1)
    not_covered: tuple[Statement, ...] = ()
