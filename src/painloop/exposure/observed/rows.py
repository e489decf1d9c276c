"""The rows of the comparison with measured arms: typed, the same in Python and in JSON."""

from __future__ import annotations

import math

from pydantic import BaseModel


class Reading(BaseModel):
    """A published number and its prediction.

    Attributes
    ----------
    source, arm : the observation file and the id of the row in it.
    course : people who got one course, as one key; readings of one course and analyte come from the same samples.
    observed, predicted : in the unit that ``quantity`` names; ``predicted`` is the typical person of ``weight_kg``.
    median : the same of a population of that body, where it was computed.
    fold : predicted / observed.
    perhaps_fitted_by : models of which it is not known whether these data were among those they were fitted on.
    composed : why the prediction is put together here and not published, or ``None``.
    remarks : what was assumed, and ranges of the model that are left.
    """

    source: str
    arm: str
    course: str
    analyte: str
    form: str
    route: str
    sampling: str
    given: str
    population: str
    n: int | None
    weight_kg: float
    weight_assumed: bool
    quantity: str
    at_h: float | None
    until_h: float | None
    observed: float
    predicted: float
    median: float | None
    fold: float
    model: str
    perhaps_fitted_by: list[str]
    composed: str | None
    remarks: list[str]

    @property
    def substance(self) -> str:
        """``parent``, ``norketamine``, ``hydroxynorketamine`` or ``dehydronorketamine``."""
        return substance(self.analyte)


class Excluded(BaseModel):
    """A row that is not compared, and why. ``group`` is the reason without names."""

    source: str
    arm: str
    route: str
    analyte: str
    quantity: str
    group: str
    reason: str


class Score(BaseModel):
    """How close some readings were predicted.

    Attributes
    ----------
    readings : how many numbers. arms : how many groups of people, courses and analytes they come from.
    people : summed over courses; ``people_unknown`` courses did not say how many.
    within_twofold : fraction of readings with a fold error between 1/2 and 2.
    gmfe : exp(mean |ln fold|). bias : exp(mean ln fold).
    arms_within_twofold, arms_gmfe : the same with each arm counted once, by its own geometric mean fold error.
    """

    name: str
    readings: int
    arms: int
    people: int
    people_unknown: int
    within_twofold: float
    gmfe: float
    bias: float
    arms_within_twofold: float
    arms_gmfe: float


def substance(analyte: str) -> str:
    """The class of an analyte, without its enantiomer."""
    plain = analyte.removeprefix("S-").removeprefix("R-")
    return "parent" if plain == "ketamine" else plain


def fold_error(fold: float) -> float:
    """How many times too high or too low, >= 1."""
    return math.exp(abs(math.log(fold)))
