"""The shape of a condition file: who the patients are, how much it hurts, and what happens without ketamine."""

from __future__ import annotations

import re

from pydantic import Field

from painloop.library.schema.base import (
    PLAIN_WORDS,
    Entry,
    Number,
    PositiveNumber,
    Record,
    Sourced,
    Text,
    Value,
)
from painloop.library.schema.effects import Statement


class Baseline(Record):
    """Pain (NRS 0-10) before treatment; ``entry_threshold`` is the lowest score that a trial lets in."""

    mean: Value
    sd: Value
    entry_threshold: Value


class Placebo(Record):
    """The course on placebo: a mixture of responders and others.

    ``responder_effect`` is the fraction of the baseline that a placebo responder loses, reached with
    ``onset_half_life_d`` and lost with ``persistence_half_life_d`` (null: it persists).
    """

    responder_probability: Value
    responder_effect: Value
    onset_half_life_d: Value
    persistence_half_life_d: Value
    observed: tuple[Statement, ...] = ()


class NaturalCourse(Record):
    """Pain without any treatment; ``drift_per_week`` in NRS points (negative: better)."""

    drift_per_week: Value
    statement: Text


class RegressionToTheMean(Record):
    """``stability_r`` is the correlation between a person's scores at entry and later."""

    stability_r: Value
    statement: Text


class NoiseReference(Record):
    """Which outcome file describes the scatter of ratings."""

    outcome: Text
    note: str | None = None


class Distribution(Sourced):
    """A normal distribution cut at ``low`` and ``high``."""

    mean: Number
    sd: PositiveNumber
    low: Number
    high: Number
    unit: Text


class Person(Record):
    """Who has the condition: body weight, age, and the fraction of women."""

    weight_kg: Distribution
    age_y: Distribution
    female: Value


class Evidence(Record):
    """What is known of ketamine for the condition, in words and one grade."""

    grade: Text
    statement: Text
    sources: tuple[Text, ...] = Field(min_length=1)


class Condition(Entry):
    """A painful condition as trials describe it."""

    names: tuple[Text, ...] = Field(min_length=1)
    baseline: Baseline
    placebo: Placebo
    natural_course: NaturalCourse
    regression_to_the_mean: RegressionToTheMean
    noise: NoiseReference
    person: Person
    evidence: Evidence
    comorbidity: dict[str, Value] = {}
    duration_y: Value | None = None
    facts: tuple[Statement, ...] = ()

    @classmethod
    def id_pattern(cls) -> re.Pattern[str]:
        """Conditions are named by themselves."""
        return PLAIN_WORDS
