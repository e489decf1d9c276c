"""The shapes of the answers that no command gives; the others are those of the commands."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from painloop.answers import SimulationAnswer
from painloop_clinic.engine.requests import CourseRequest, ExposureRequest


class CourseBody(CourseRequest):
    """A course of one person or a population; ``patients`` 1 is the typical person, without variability.

    Types are those of JSON: "1" and true are no numbers.

    Parameters
    ----------
    loop : a rival's name, several with commas, or ``all``.
    weight_kg, age_y, female, baseline : of everyone; what is left out is drawn from the condition.
    placebo : also the same persons without ketamine.
    """

    model_config = ConfigDict(strict=True)


class ExposureBody(ExposureRequest):
    """Levels of the drug and its metabolites; ``at_h`` are hours after the start. Types are those of JSON."""

    model_config = ConfigDict(strict=True)

    at_h: tuple[float, ...] = Field(default=(), max_length=50, strict=False)


class Curves(BaseModel):
    """Thinned curves: levels over the first session and the whole course, pain of each explanation."""

    first_session: dict[str, Any]
    course: dict[str, Any]
    pain: dict[str, Any]
    untreated: dict[str, Any] | None


class CourseAnswer(SimulationAnswer):
    """What ``painloop simulate --json`` prints, and the curves of the explorer."""

    curves: Curves


class Line(BaseModel):
    """An entry of the library in a list: ``confidence`` counts its values by how sure they are."""

    id: str
    title: str
    composed: bool
    confidence: dict[str, int]


class Refusal(BaseModel):
    """Why a request was not answered, in one sentence that names the value, the limit and the remedy."""

    error: str
    status: int
