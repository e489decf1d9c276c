"""The shapes of trials, of the active drugs they compare with, and of the meta-analyses that pool them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from painloop.library.schema.base import (
    Confidence,
    Entry,
    Fraction,
    NonNegativeNumber,
    Number,
    PositiveNumber,
    Range,
    Record,
    Sourced,
    Text,
    Value,
)
from painloop.library.schema.courses import Observed
from painloop.library.schema.effects import Effect, Statement


def _supposed(unit: str) -> BeforeValidator:
    """A plain number of a protocol reads as an assumption of that protocol."""

    def read(value: Any, info: ValidationInfo) -> Any:
        if isinstance(value, str | bool):
            raise ValueError(f"{value!r} is not a number; write one, without quotes")
        if isinstance(value, int | float):
            source = (info.context or {}).get("default_source") or "this protocol"
            return {"value": value, "unit": unit, "confidence": "assumed", "source": source}
        return value

    return BeforeValidator(read)


def _within(low: float, high: float) -> AfterValidator:
    """Refuses a number that lies outside."""

    def check(value: Value) -> Value:
        if value.value is not None and not low <= value.value <= high:
            unit = "" if value.unit == "1" else f" {value.unit}"
            raise ValueError(f"{value.value:g} is not within {low:g} and {high:,.12g}{unit}; give one within")
        return value

    return AfterValidator(check)


Share = Annotated[Value, _within(0.0, 1.0), _supposed("1")]
SomeStay = Annotated[Value, _within(0.0, 0.99), _supposed("1")]
Points = Annotated[Value, _within(0.0, 10.0), _supposed("NRS points")]
LogOdds = Annotated[Value, _within(-5.0, 5.0), _supposed("log odds")]
Daily = Annotated[Value, _within(0.0, 10_000.0), _supposed("MME/d")]
Strength = Annotated[Value, _within(0.0, 2.0), _supposed("1")]


class TrialArm(Record):
    """One group. ``regimen`` is a sentence, the id of a published course, or null where it could not be read.

    An ``active`` arm has no ketamine; ``control`` names the file (kind ``controls``) of the effect that was observed.
    ``beside`` are co-treatments. ``n`` is null where it could not be read.
    """

    name: Text
    treatment: Text
    role: Literal["ketamine", "placebo", "active"]
    n: int | None = Field(default=None, gt=0, le=100_000)
    regimen: str | None = None
    regimen_confidence: Confidence = "verified"
    regimen_note: str | None = None
    control: str | None = None
    beside: tuple[Text, ...] = ()
    note: str | None = None

    @model_validator(mode="after")
    def _be_of_one_role(self) -> TrialArm:
        if self.role != "ketamine" and self.regimen not in (None, "placebo"):
            raise ValueError(f"regimen: the arm '{self.name}' is {self.role}, leave its regimen out")
        if self.control is not None and self.role != "active":
            raise ValueError(
                f"control: the arm '{self.name}' is {self.role}, only an active one has a control"
            )
        return self


class Allocation(Record):
    """How participants are spread over arms; the ratio is that of the arms' numbers unless given."""

    method: Literal["simple", "blocks"] = "blocks"
    ratio: tuple[Annotated[int, Field(ge=1, le=10)], ...] | None = None
    block_size: int | None = Field(default=None, ge=2, le=60)
    strata: tuple[Literal["sex", "age", "baseline"], ...] = ()
    cut: dict[Literal["age", "baseline"], Number] = {}

    @model_validator(mode="after")
    def _cut_what_is_continuous(self) -> Allocation:
        for name in ("age", "baseline"):
            if (name in self.strata) != (name in self.cut):
                raise ValueError(
                    f"cut: give strata and cut for '{name}' together, such as cut: {{{name}: 7}}"
                )
        return self


class Crossover(Record):
    """Periods of a crossover; ``sequences`` null means every order of the arms, once each."""

    period_d: PositiveNumber
    washout_d: NonNegativeNumber = 0.0
    sequences: tuple[tuple[Text, ...], ...] | None = None


class Escalation(Record):
    """Cohorts at rising doses by the 3+3 rule; a person has a limiting effect when ``quantity`` exceeds ``above``."""

    cohort: int = Field(default=3, ge=1, le=20)
    quantity: Literal["dissociation", "drug_high", "sbp_rise", "hr_rise"] = "dissociation"
    above: PositiveNumber


class Visit(Record):
    """A visit on ``day``, held between ``early_d`` before and ``late_d`` after; ``diary_days`` are averaged."""

    name: Text
    day: NonNegativeNumber
    early_d: NonNegativeNumber = 0.0
    late_d: NonNegativeNumber = 0.0
    diary_days: int = Field(default=1, ge=1, le=60)


class Dropout(Record):
    """Share of participants who leave by the last visit, and how pain (per NRS point above the mean) hastens it."""

    by_end: SomeStay
    per_point: LogOdds | None = None


class Rescue(Record):
    """Rescue medication: used with ``probability`` on a day of pain over ``above``; the rating falls by ``relief``."""

    above: Points
    probability: Share
    relief: Points


class Opioids(Record):
    """Opioids on entry: mean dose of the people and its standard deviation between them, MME a day.

    ``link`` is how strongly the dose follows pain (0 not at all, 1 in proportion); without it that of the library.
    """

    before: Daily
    sd: Daily | None = None
    link: Strength | None = None


SCORES = ("dissociation", "drug_high", "sbp_rise", "hr_rise")
"""Side effects that count as an event above a threshold."""
RESPONSES = ("responder_30", "responder_50", "adverse_event")
"""Endpoints that are yes or no."""
WHOLE_COURSE = ("time_to_return", "auc", "adverse_event")
"""Endpoints of a whole period, not of one visit."""


class TrialEndpoint(Record):
    """What is compared. ``visit`` names one of the visits; ``event`` an adverse event; ``above`` a threshold.

    ``time_to_return`` counts days until a visit's pain is back above ``above`` (share of the baseline) in those whose
    pain had fallen below it; ``auc`` is the mean NRS over the follow-up times its days.
    """

    name: Text
    quantity: Literal[
        "nrs_change", "nrs", "responder_30", "responder_50", "time_to_return", "auc", "mme", "adverse_event"
    ]
    visit: str | None = None
    primary: bool = False
    event: (
        Literal["dissociation", "drug_high", "sbp_rise", "hr_rise", "nausea", "dizziness", "sedation"] | None
    ) = None
    above: PositiveNumber | None = None

    @model_validator(mode="after")
    def _be_complete(self) -> TrialEndpoint:
        if (self.quantity == "adverse_event") != (self.event is not None):
            raise ValueError("event: name the event of an adverse_event endpoint, and of no other")
        if self.quantity == "time_to_return" and not 0.0 < (self.above or 0.0) <= 1.0:
            raise ValueError(
                "above: say above which share of the baseline pain has returned, such as 0.7 and at most 1"
            )
        if self.above is not None and self.quantity != "time_to_return" and self.event not in SCORES:
            raise ValueError(
                f"above: goes with time_to_return and with the events {', '.join(SCORES)}; leave it out"
            )
        if self.visit is not None and self.quantity in WHOLE_COURSE:
            raise ValueError(f"visit: {self.quantity} is of the whole follow-up; leave the visit out")
        return self


class Estimand(Record):
    """What is estimated when someone leaves or takes rescue.

    ``treatment_policy`` counts every rating whatever happened, ratings after leaving are missing and handled by the
    analysis; ``while_on_treatment`` takes the last rating before leaving or rescue. ``summary`` is that of the primary
    endpoint unless given.
    """

    strategy: Literal["treatment_policy", "while_on_treatment"] = "treatment_policy"
    population: Text = "everyone randomised"
    summary: Text | None = None


class Analysis(Record):
    """The primary analysis, its covariates and two-sided level."""

    method: Literal["ancova", "mmrm", "fisher", "boschloo", "logrank", "crossover", "none"]
    covariates: tuple[Literal["baseline", "sex", "age"], ...] = ("baseline",)
    alpha: Annotated[Number, Field(ge=1e-6, le=0.5)] = 0.05
    degrees_of_freedom: Literal["kenward-roger", "satterthwaite"] = "kenward-roger"


class Contrast(Sourced):
    """A printed comparison of two arms: difference, effect size, ratio or only a p value.

    ``p_is`` says whether ``p`` was printed as such, or only that it lies at most (p < 0.05) or at least there (n.s.).
    Where only ``p`` was printed, ``value`` is null and the confidence is that of ``p``.
    """

    arm: Text
    against: Text
    time_h: NonNegativeNumber | None
    quantity: Text
    value: Number | None
    se: PositiveNumber | None = None
    ci95: Range | None = None
    p: Fraction | None = None
    p_is: Literal["exact", "at most", "at least"] = "exact"
    n: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _say_what_is_missing(self) -> Contrast:
        if self.value is None and self.p is None and self.confidence != "missing":
            raise ValueError("give a value or a p, or confidence missing")
        if self.value is not None and self.confidence == "missing":
            raise ValueError("confidence missing needs a null value")
        return self


class Trial(Entry):
    """A study to run: arms, schedule, endpoints, estimand, analysis, and what was printed of its results.

    ``course`` names a file of kind ``regimens`` of the same study whose printed results belong to it too, so that no
    number is kept twice. ``cluster`` names people: studies of the same patients, or of patients who may be the same,
    share it and are held out together. ``registry`` is the number under which it was registered.
    """

    status: Literal["published", "planned", "registered"] = "published"
    registry: Text | None = None
    condition: str | None
    cluster: Text | None = None
    population: Text
    design: Literal["parallel", "crossover", "cohort", "dose-escalation"]
    randomised: bool
    blinded: Literal["double", "single", "open"]
    risk_of_bias: Literal["low", "some", "high", "unknown"] = "unknown"
    course: str | None = None
    baseline: Points | None = None
    arms: tuple[TrialArm, ...] = Field(min_length=1)
    allocation: Allocation = Allocation()
    crossover: Crossover | None = None
    escalation: Escalation | None = None
    visits: tuple[Visit, ...] = ()
    missing_diary: Share | None = None
    dropout: Dropout | None = None
    rescue: Rescue | None = None
    opioids: Opioids | None = None
    unblinding: LogOdds | None = None
    endpoints: tuple[TrialEndpoint, ...] = ()
    estimand: Estimand = Estimand()
    analysis: Analysis | None = None
    observed: tuple[Observed, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    findings: tuple[Statement, ...] = ()

    @property
    def held_out_with(self) -> str:
        """The cluster of people; a study of its own patients is its own cluster."""
        return self.cluster or self.id

    @property
    def compared_by(self) -> str:
        """The summary of the estimand; where the file gives none, that of its primary endpoint."""
        primary = next((one.quantity for one in self.endpoints if one.primary), "nrs")
        usual = "difference of shares" if primary in RESPONSES else "difference of means"
        return self.estimand.summary or usual

    @model_validator(mode="after")
    def _fit_together(self) -> Trial:
        names = [arm.name for arm in self.arms]
        _each_once("arms", names)
        _each_once("visits", [visit.name for visit in self.visits])
        _each_once("endpoints", [endpoint.name for endpoint in self.endpoints])
        named = [(f"observed.{k}", one.arm) for k, one in enumerate(self.observed)]
        named += [
            (f"contrasts.{k}", arm) for k, one in enumerate(self.contrasts) for arm in (one.arm, one.against)
        ]
        for key, arm in named:
            if arm not in names:
                raise ValueError(f"{key}: unknown arm '{arm}', known are {', '.join(names)}")
        for number, endpoint in enumerate(self.endpoints):
            if endpoint.visit is not None and endpoint.visit not in [visit.name for visit in self.visits]:
                known = ", ".join(visit.name for visit in self.visits) or "none"
                raise ValueError(
                    f"endpoints.{number}.visit: unknown visit '{endpoint.visit}', known are {known}"
                )
        if sum(endpoint.primary for endpoint in self.endpoints) > 1:
            raise ValueError("endpoints: more than one is primary; mark only one")
        for key, wanted in (("crossover", "crossover"), ("escalation", "dose-escalation")):
            if (getattr(self, key) is not None) != (self.design == wanted):
                raise ValueError(f"{key}: goes with design {wanted}, and with no other")
        self._hold_the_ratio()
        return self

    def _hold_the_ratio(self) -> None:
        ratio, numbers = self.allocation.ratio, [arm.n for arm in self.arms]
        if ratio is None:
            return
        if len(ratio) != len(numbers):
            raise ValueError(f"allocation.ratio: give one number for each of the {len(numbers)} arms")
        shares = {n / part for n, part in zip(numbers, ratio, strict=True) if n is not None}
        if shares and max(shares) > 1.1 * min(shares):
            raise ValueError(
                f"allocation.ratio: {':'.join(map(str, ratio))} is not that of the numbers "
                f"{', '.join(str(n) for n in numbers)} of the arms; correct one of them"
            )


def _each_once(key: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{key}: the name '{twice[0]}' is used twice, choose another")


class Control(Effect):
    """An active drug that a trial compared ketamine with, and the effect that was observed of it.

    ``parameters``: ``relief`` (fraction of pain removed beyond placebo at its peak), ``peak_h`` (hours after its
    start) and ``half_life_h`` of the relief after the peak.
    """

    drug: Text
    observed_in: Text

    @model_validator(mode="after")
    def _be_complete(self) -> Control:
        missing = {"relief", "peak_h", "half_life_h"} - set(self.parameters)
        if missing:
            raise ValueError(f"parameters: {', '.join(sorted(missing))} is missing")
        return self


class Pooled(Sourced):
    """One pooled comparison of a meta-analysis, ketamine against control, between two times after treatment."""

    quantity: Literal[
        "nrs_difference", "responders_30", "responders_50", "risk_ratio", "standardised_difference"
    ]
    time_h: Range
    time_words: Text
    value: Number
    ci95: Range | None = None
    of: str | None = None
    certainty: Literal["high", "moderate", "low", "very low", "not graded"] = "not graded"


class MetaAnalysis(Entry):
    """A meta-analysis: compared with, never fitted. ``includes`` are trials of the library that it pools.

    ``includes_known`` says whether that list is read from it or only likely from its scope and date.
    """

    scope: Text
    conditions: tuple[Text, ...] = ()
    controlled_only: bool = True
    trials_pooled: int | None = Field(default=None, gt=0)
    participants: int | None = Field(default=None, gt=0)
    pooled: tuple[Pooled, ...] = ()
    includes: tuple[Text, ...] = ()
    includes_known: Literal["read", "likely", "unknown"] = "unknown"
    findings: tuple[Statement, ...] = ()
