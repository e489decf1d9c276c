"""The shapes of published courses, trials and measured concentrations."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from painloop.library.schema.base import (
    Entry,
    NonNegativeNumber,
    Number,
    PositiveNumber,
    Range,
    Record,
    Sampling,
    Sourced,
    Text,
)
from painloop.library.schema.effects import Statement


class EndRate(Sourced):
    """The rate that patients of a titrated course ended with, as a truncated normal distribution.

    ``sd`` is the spread between patients; where only a standard error was printed, sd = sem * sqrt(n).
    """

    mean: PositiveNumber
    sem: PositiveNumber | None = None
    n: int | None = Field(default=None, gt=0)
    sd: PositiveNumber
    low: NonNegativeNumber
    high: PositiveNumber
    unit: Literal["mg/h/70kg", "mg/kg/h", "mg/h"]
    distribution: Literal["truncated_normal"]


class Arm(Record):
    """One group of a study. ``n`` is null where it could not be read."""

    name: Text
    treatment: Text
    n: int | None = Field(default=None, gt=0)
    regimen: str | None = None
    note: str | None = None


class Observed(Sourced):
    """A result of an arm. ``time_h`` counts from the start of the course.

    ``quantity``: ``nrs`` (0-10), ``nrs_fall``, ``fraction_of_baseline``, ``relief_fraction``, ``responders_30``,
    ``responders_50`` (fractions of the arm), ``auc_nrs_days`` and others named in ``note``. ``value`` is null only
    with confidence ``missing``.
    """

    arm: Text
    time_h: NonNegativeNumber | None
    quantity: Text
    value: Number | None
    sem: NonNegativeNumber | None = None
    sd: NonNegativeNumber | None = None
    ci95: Range | None = None
    range: Range | None = None
    count: int | None = Field(default=None, ge=0)
    n: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _say_what_is_missing(self) -> Observed:
        if (self.value is None) != (self.confidence == "missing"):
            raise ValueError("a null value goes with confidence missing, and the reverse")
        return self


class Course(Entry):
    """A published course: the sentence that gives the drug, who got it, and what was observed."""

    sentence: Text
    sentence_note: str | None = None
    condition: str | None
    population: Text
    design: Text
    end_rate: EndRate | None = None
    arms: tuple[Arm, ...] = Field(min_length=1)
    observed: tuple[Observed, ...] = ()
    findings: tuple[Statement, ...] = ()

    @model_validator(mode="after")
    def _observe_its_own_arms(self) -> Course:
        names = [arm.name for arm in self.arms]
        for number, result in enumerate(self.observed):
            if result.arm not in names:
                raise ValueError(
                    f"observed.{number}.arm: unknown arm '{result.arm}', known are {', '.join(names)}"
                )
        return self


class Dose(Record):
    """An amount of base with its unit."""

    value: PositiveNumber
    unit: Literal["mg", "mg/kg", "mg/h", "mg/kg/h", "mg/h/70kg", "mg/24h"]
    note: str | None = None


class Measurement(Sourced):
    """One concentration quantity of one arm.

    ``form`` is what was given, ``analyte`` what was measured (``ketamine`` = both enantiomers together). ``spread`` is
    in the unit of ``value`` and of the kind ``spread_is``. ``fitted_by`` names the library models estimated on these
    very data, so that they never count as prediction; ``perhaps_fitted_by`` those of which it is not known.
    ``weight_kg`` null: not known, 70 is assumed by whoever scores.
    """

    id: Text
    analyte: Text
    form: Literal["racemic", "S", "R"]
    route: Literal["iv", "im", "sc", "nasal", "oral", "sublingual", "inhaled", "rectal"]
    dose: Dose | None = None
    regimen: str | None = None
    duration_h: NonNegativeNumber | None = None
    sampling: Sampling
    population: Text
    age_group: Literal["adult", "child", "animal"] = "adult"
    n: int | None = Field(default=None, gt=0)
    weight_kg: PositiveNumber | None = None
    quantity: Literal[
        "cmax_ng_ml",
        "tmax_h",
        "auc_ng_h_ml",
        "css_ng_ml",
        "conc_ng_ml",
        "bioavailability",
        "clearance_l_h",
        "clearance_l_h_kg",
        "half_life_h",
        "vss_l",
        "vss_l_kg",
        "auc_ratio",
    ]
    at_h: NonNegativeNumber | None = None
    until_h: PositiveNumber | None = None
    value: PositiveNumber | None
    spread: NonNegativeNumber | None = None
    spread_is: Literal["sd", "gsd", "se"] | None = None
    interval: Range | None = None
    interval_is: Literal["ci95", "ci90", "range", "iqr"] | None = None
    kind: Literal["measured", "digitised", "simulated", "range", "animal", "memory"]
    fitted_by: tuple[Text, ...] = ()
    perhaps_fitted_by: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _be_complete(self) -> Measurement:
        if (self.value is None) != (self.confidence == "missing"):
            raise ValueError("a null value goes with confidence missing, and the reverse")
        if (self.spread is None) != (self.spread_is is None) or (self.interval is None) != (
            self.interval_is is None
        ):
            raise ValueError("say what a spread or an interval is, in spread_is or interval_is")
        if self.quantity == "conc_ng_ml" and self.at_h is None:
            raise ValueError("a concentration needs at_h, the hours since the start of the dose")
        return self


class Observations(Entry):
    """Measured concentrations of one source."""

    arms: tuple[Measurement, ...] = ()
    findings: tuple[Statement, ...] = ()

    @model_validator(mode="after")
    def _name_each_arm_once(self) -> Observations:
        names = [arm.id for arm in self.arms]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"arms: the id '{twice[0]}' is used twice, choose another")
        if not (self.arms or self.findings or self.not_read):
            raise ValueError("give arms, findings or what could not be read")
        return self
