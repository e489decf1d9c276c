"""The shape of a condition file: who the patients are, how much it hurts and why, and what happens without ketamine."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from painloop.library.schema.base import (
    PLAIN_WORDS,
    Confidence,
    Entry,
    Number,
    PositiveNumber,
    Record,
    Sourced,
    Text,
    Value,
)
from painloop.library.schema.effects import Statement
from painloop.library.schema.pharmacokinetics import Identifier


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
    """Pain without any treatment; ``drift_per_week`` in NRS points (negative: better).

    Acute pain heals: where ``resolution_half_life_d`` is given, the level halves in that many days.
    """

    drift_per_week: Value
    resolution_half_life_d: Value | None = None
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


class KetamineEffect(Record):
    """How far the relief that a rival predicts, lasting and acute, may be carried to this condition.

    The predicted relief is multiplied by a number drawn evenly between ``scale_low`` and ``scale_high``. Where a
    controlled trial of systemic ketamine exists (``studied``) both are 1. Where none does (``unknown``) the effect is
    not borrowed: the interval is centred on no effect.
    """

    status: Literal["studied", "unknown"]
    scale_low: Number
    scale_high: Number
    statement: Text
    confidence: Confidence
    sources: tuple[Text, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _borrow_nothing(self) -> KetamineEffect:
        if self.status == "studied" and (self.scale_low, self.scale_high) != (1.0, 1.0):
            raise ValueError("a studied effect has scale_low 1 and scale_high 1")
        if self.status == "unknown" and not 0.0 < self.scale_high == -self.scale_low:
            raise ValueError(
                "an unknown effect is centred on none: write scale_low as minus scale_high, as -1 and 1"
            )
        return self


class Lesion(Record):
    """What the condition changes in the circuit; each only where a source gives it.

    ``chloride_reversal_mV`` is the reversal potential of inhibition in the lamina I cell (mV), ``inhibition_scale``
    the inhibitory conductance as a fraction of the healthy one, ``ongoing_C_Hz`` the rate of C fibres without any
    stimulus (1/s).
    """

    chloride_reversal_mV: Value | None = None
    inhibition_scale: Value | None = None
    ongoing_C_Hz: Value | None = None
    statement: Text

    @model_validator(mode="after")
    def _change_something(self) -> Lesion:
        if not (self.chloride_reversal_mV or self.inhibition_scale or self.ongoing_C_Hz):
            raise ValueError(
                "a lesion changes at least one of chloride_reversal_mV, inhibition_scale, ongoing_C_Hz"
            )
        return self


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
    ketamine_effect: KetamineEffect
    drivers: dict[Identifier, Statement] = {}
    descriptors: tuple[Statement, ...] = ()
    mood: tuple[Statement, ...] = ()
    comorbidity: dict[str, Value] = {}
    lesion: Lesion | None = None
    lesion_note: Text | None = None
    duration_y: Value | None = None
    facts: tuple[Statement, ...] = ()

    @model_validator(mode="after")
    def _say_why_the_circuit_stays_healthy(self) -> Condition:
        if self.lesion is None and not self.lesion_note:
            raise ValueError("give a lesion, or say under lesion_note why the circuit stays as it is")
        return self

    @classmethod
    def id_pattern(cls) -> re.Pattern[str]:
        """Conditions are named by themselves."""
        return PLAIN_WORDS
