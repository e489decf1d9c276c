"""The shape of a pharmacokinetic model file: compartments, flows, inputs, outputs and variability.

Amounts are mg of the analyte of the compartment, volumes L, times h, rates 1/h, concentrations ng/mL.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, ValidationInfo, model_validator

from painloop.errors import LibraryError
from painloop.library.expressions import Expression, compile_expression
from painloop.library.schema.base import (
    Confidence,
    Entry,
    Form,
    NonNegativeNumber,
    Number,
    PositiveNumber,
    Range,
    Record,
    Route,
    Sampling,
    Sourced,
    Text,
    Value,
)

OUT = "out"
"""The name of the place that drug leaves to."""

DOSE = "DOSE"
"""In an input: mg of base of that administration."""

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]


class Covariate(Record):
    """A property of a person; ``reference`` is the typical person of the model."""

    unit: Text
    reference: Number
    note: str | None = None


class Derived(Record):
    """A quantity computed from parameters, covariates and earlier derived quantities."""

    name: Identifier
    expression: Text
    note: str | None = None


class Analyte(Record):
    """A substance; ``molar_mass`` in g/mol of the base."""

    molar_mass: Value


class Compartment(Record):
    """A well-mixed place that holds mg of one analyte."""

    name: Identifier
    analyte: Text
    note: str | None = None


class Flow(Record):
    """A first-order flow; ``rate`` in 1/h acts on the amount in ``from_``.

    Between different analytes the receiver gains mass times the ratio of molar masses, unless ``apparent``.
    """

    from_: Identifier = Field(alias="from")
    to: Identifier
    rate: Text
    apparent: bool = False
    note: str | None = None


class Input(Record):
    """Where a dose of a route enters: fraction ``F``, ``lag`` (h), zero-order ``duration`` (h)."""

    route: Route
    into: Identifier
    F: Text = "1"
    lag: str | None = None
    duration: str | None = None
    note: str | None = None


class Output(Record):
    """Concentration (ng/mL) = 1000 * amount in ``compartment`` (mg) / ``volume`` (L)."""

    analyte: Text
    compartment: Identifier
    volume: Text


class Variability(Sourced):
    """Random differences between people (or occasions): ``omega2`` is a covariance on the ``scale``."""

    parameters: tuple[Identifier, ...] = Field(min_length=1)
    omega2: tuple[tuple[Number, ...], ...]
    scale: Literal["log", "logit"] = "log"

    @model_validator(mode="after")
    def _be_a_covariance(self) -> Variability:
        matrix, size = self.omega2, len(self.parameters)
        block = f"the omega2 block of {', '.join(self.parameters)}"
        if len(matrix) != size or any(len(row) != size for row in matrix):
            raise ValueError(f"{block} must be {size} x {size}")
        covariance = np.asarray(matrix)
        if not np.allclose(covariance, covariance.T, rtol=0, atol=1e-12):
            raise ValueError(f"{block} must be symmetric")
        if float(np.linalg.eigvalsh(covariance)[0]) <= 0:
            raise ValueError(f"{block} is not positive definite; check its variances and covariances")
        return self


class Residual(Sourced):
    """What a measurement scatters around the model: sd as a fraction, in ng/mL, or on the log scale."""

    analyte: Text
    proportional_sd: NonNegativeNumber | None = None
    additive_sd: NonNegativeNumber | None = None
    log_sd: NonNegativeNumber | None = None


class SelfCheck(Record):
    """A number that the model must give again.

    ``quantity``: ``cmax_ng_ml``, ``tmax_h``, ``conc_ng_ml`` (at ``at_h``), ``auc_ng_h_ml`` (until ``until_h``, or to
    infinity), ``half_life_h``, or ``expression`` (arithmetic over typical parameters, no regimen). ``tolerance`` is
    relative.
    """

    quantity: Literal["cmax_ng_ml", "tmax_h", "conc_ng_ml", "auc_ng_h_ml", "half_life_h", "expression"]
    value: Number
    tolerance: PositiveNumber
    origin: Literal["measured", "published model", "other program", "arithmetic"]
    source: Text
    regimen: str | None = None
    analyte: str | None = None
    expression: str | None = None
    at_h: NonNegativeNumber | None = None
    from_h: NonNegativeNumber = 0.0
    until_h: PositiveNumber | None = None
    weight_kg: PositiveNumber = 70.0
    covariates: dict[str, Number] = {}
    expected_to_fail: bool = False
    note: str | None = None

    @model_validator(mode="after")
    def _be_complete(self) -> SelfCheck:
        if self.quantity == "expression":
            if not self.expression:
                raise ValueError("a check of quantity expression needs an expression")
        elif not (self.regimen and self.analyte):
            raise ValueError(f"a check of quantity {self.quantity} needs a regimen and an analyte")
        if self.quantity == "conc_ng_ml" and self.at_h is None:
            raise ValueError("a check of quantity conc_ng_ml needs at_h")
        return self


class Validity(Record):
    """The people, doses and times the model was built on; outside it a simulation warns."""

    routes: tuple[Route, ...] = Field(min_length=1)
    age_y: Range | None = None
    weight_kg: Range | None = None
    dose_mg: dict[Route, Range] = {}
    duration_h: dict[Route, Range] = {}
    population: Text


class Composed(Record):
    """An overlay put together here: another file's structure read as another form."""

    base: Text
    form: Form
    rename: dict[str, str] = Field(min_length=1)
    reason: Text


class Pharmacokinetics(Entry):
    """A pharmacokinetic model as published, or an overlay on one (``composed``)."""

    form: Form
    sampling: Sampling
    composed: Composed | None = None
    validity: Validity
    covariates: dict[Identifier, Covariate] = {}
    parameters: dict[Identifier, Value]
    derived: tuple[Derived, ...] = ()
    analytes: dict[str, Analyte] = Field(min_length=1)
    compartments: tuple[Compartment, ...] = Field(min_length=1)
    flows: tuple[Flow, ...] = Field(min_length=1)
    inputs: tuple[Input, ...] = Field(min_length=1)
    outputs: tuple[Output, ...] = Field(min_length=1)
    iiv: tuple[Variability, ...] = ()
    iov: tuple[Variability, ...] = ()
    residual: tuple[Residual, ...] = ()
    mass_balance: Literal["closed", "apparent"]
    mass_balance_note: Text
    self_checks: tuple[SelfCheck, ...] = ()

    @model_validator(mode="after")
    def _refer_to_what_exists(self, info: ValidationInfo) -> Pharmacokinetics:
        from painloop.library.schema.consistency import check_structure

        check_structure(self)
        return self

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that a rate, a volume or an input may use."""
        return frozenset(self.parameters) | frozenset(self.covariates) | {d.name for d in self.derived}

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Parameters without a value."""
        return tuple(name for name, value in self.parameters.items() if value.value is None)

    @property
    def inputs_of(self) -> Mapping[str, tuple[Input, ...]]:
        """Route → its inputs."""
        routes = dict.fromkeys(i.route for i in self.inputs)
        return {route: tuple(i for i in self.inputs if i.route == route) for route in routes}

    def analyte_of(self, compartment: str) -> str:
        """The analyte that a compartment holds."""
        for one in self.compartments:
            if one.name == compartment:
                return one.analyte
        raise LibraryError(
            f"{self.id} has no compartment '{compartment}'; see painloop library show {self.id}."
        )

    def mass_ratio(self, flow: Flow) -> float:
        """mg gained by the receiver per mg that leaves: the ratio of molar masses, 1 where apparent or equal."""
        if flow.to == OUT or flow.apparent:
            return 1.0
        giver, receiver = self.analyte_of(flow.from_), self.analyte_of(flow.to)
        if giver == receiver:
            return 1.0
        return self.analytes[receiver].molar_mass.number / self.analytes[giver].molar_mass.number

    def compile(self, text: str, with_dose: bool = False) -> Expression:
        """Compile an expression over the names of this model (and DOSE, for inputs)."""
        return compile_expression(text, self.names | ({DOSE} if with_dose else frozenset()))

    def confidences(self) -> dict[Confidence, int]:
        """How many parameters have which confidence."""
        counts: dict[Confidence, int] = {}
        for value in self.parameters.values():
            counts[value.confidence] = counts.get(value.confidence, 0) + 1
        return counts
