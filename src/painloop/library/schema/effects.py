"""The shapes of receptor, loop and outcome files: how a concentration becomes block, relief or a side effect."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from painloop.library.schema.base import (
    PLAIN_WORDS,
    Confidence,
    Entry,
    Number,
    Record,
    Route,
    Sampling,
    Text,
    Value,
)
from painloop.library.schema.pharmacokinetics import Variability


class Statement(Record):
    """A sentence that a source supports."""

    says: Text
    source: Text
    confidence: Confidence


class Bins(Record):
    """Histogram bins that summaries of large populations use."""

    low: Number
    high: Number
    count: int = Field(gt=0, le=10_000)

    @model_validator(mode="after")
    def _rise(self) -> Bins:
        if self.high <= self.low:
            raise ValueError("high must be above low")
        return self


class Effect(Entry):
    """What receptor, loop and outcome files share: named parameters and the equations that use them.

    ``parameters`` are what a simulation uses; ``published`` are what the source gives (or does not give) for a
    quantity where a simulation has to use something else.
    """

    parameters: dict[str, Value]
    published: dict[str, Value] = {}
    equations: tuple[Text, ...] = Field(min_length=1)
    iiv: tuple[Variability, ...] = ()

    @model_validator(mode="after")
    def _vary_what_exists(self) -> Effect:
        for number, block in enumerate(self.iiv):
            for name in block.parameters:
                if name not in self.parameters:
                    known = ", ".join(sorted(self.parameters)) or "none"
                    raise ValueError(
                        f"iiv.{number}.parameters: unknown parameter '{name}', known are {known}"
                    )
        unusable = [name for name, value in self.parameters.items() if value.value is None]
        if unusable:
            raise ValueError(
                f"parameters.{unusable[0]}: a simulation needs a number; put what was not found under published "
                "and an assumed value here"
            )
        return self


class Receptor(Effect):
    """Free drug to receptor block: potencies, unbound fractions, effect-site delay."""


class DriveRun(Record):
    """One run of the circuit: C response to the first stimulus, and spikes above it summed over all stimuli."""

    block: float = Field(ge=0.0, le=1.0)
    frequency_Hz: float = Field(gt=0.0)
    seed: int = Field(ge=0)
    first: Number
    excess: Number


class DriveCurve(Effect):
    """What the slow loop takes from the circuit, computed by runs of it."""

    circuit: str | None = None
    command: str | None = None
    stimuli: int | None = Field(default=None, ge=2)
    runs: tuple[DriveRun, ...] = ()


class Scenario(Effect):
    """A history that starts before chronic pain does."""


class Cotreatment(Effect):
    """What is given beside ketamine, and the effect that a source gives it (0 where none does)."""


class Loop(Effect):
    """A rival explanation of relief that outlasts the drug, and what would falsify it."""

    rival: Literal["none", "effect_delay", "central_gain", "driven_gain"]
    states: tuple[str, ...]
    falsified_by: tuple[Text, ...] = Field(min_length=1)
    data_for: tuple[Statement, ...]
    data_against: tuple[Statement, ...]

    @classmethod
    def id_pattern(cls) -> re.Pattern[str]:
        """``none`` is a rival without a paper, so plain words are accepted."""
        return PLAIN_WORDS


Endpoint = Literal[
    "analgesia", "drug_high", "dissociation", "sbp_rise", "dbp_rise", "hr_rise",
    "nausea", "dizziness", "sedation", "ventilation_on_opioid",
    "liver", "bladder", "breathing", "cognition", "dependence",
    "mood", "anxiety", "sleep", "function", "work", "opioid_use", "quality_of_life",
    "noise",
]  # fmt: skip
CURVES = frozenset({"linear", "emax", "probability", "ventilation"})
"""Forms that turn a concentration into an effect at once; the others are courses, rates, statements or noise."""
NEEDED: dict[str, frozenset[str]] = {
    "linear": frozenset({"slope", "ke0_half_life"}),
    "emax": frozenset({"C50", "Emax", "hill", "ke0_half_life"}),
    "probability": frozenset({"k", "background", "ke0_half_life"}),
    "ventilation": frozenset({"doubling", "depression", "share", "ke0_half_life"}),
    "rate": frozenset({"affected", "treated"}),
}
"""Parameters without which a form cannot be computed."""


class Outcome(Effect):
    """One endpoint: a concentration-effect curve, a slow course, a rate, statements, or the noise of a rating.

    ``says`` are sentences for what no curve and no rate can tell; ``routes`` restrict rates and statements to
    courses by these routes (none given: any).
    """

    endpoint: Endpoint
    form: Literal[
        "linear",
        "emax",
        "probability",
        "ventilation",
        "rate",
        "statements",
        "two_pools",
        "link",
        "rating_noise",
    ]
    unit: Text
    says: tuple[Statement, ...] = ()
    routes: tuple[Route, ...] = ()
    analyte: Text | None = None
    free_or_total: Literal["free", "total"] | None = None
    sampling: Sampling | None = None
    concentration_range_ng_ml: tuple[Number, Number] | None = None
    pk_model: str | None = None
    pk_model_note: str | None = None
    across_enantiomers: Text | None = None
    bins: Bins

    @model_validator(mode="after")
    def _name_its_analyte(self) -> Outcome:
        if self.form in CURVES and not (
            self.analyte and self.free_or_total and self.sampling and self.across_enantiomers
        ):
            raise ValueError(
                "a concentration-effect curve names its analyte, free_or_total, sampling and across_enantiomers"
            )
        return self

    @model_validator(mode="after")
    def _have_what_the_form_needs(self) -> Outcome:
        missing = sorted(NEEDED.get(self.form, frozenset()) - set(self.parameters))
        if missing:
            raise ValueError(f"parameters: the form {self.form} needs {', '.join(missing)}")
        if self.form == "statements" and not self.says:
            raise ValueError("says: a file of statements needs at least one")
        return self
