"""The shapes of the answers that no command gives; the others are those of the commands."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from painloop.answers import SimulationAnswer


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
