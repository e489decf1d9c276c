"""The shapes of the answers: those of the commands, typed here without the numerical engine.

The commands own these shapes; a test holds this file against them.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class Band(BaseModel):
    """A quantity over the population at one time."""

    mean: float
    p5: float
    p50: float
    p95: float


class RivalWeek(BaseModel):
    """What an explanation says of one time."""

    pain: Band
    nrs: Band
    relief: Band
    responder_30: float
    responder_50: float
    gain: Band | None = None
    resolved: float | None = None
    linked: dict[str, Band] = {}


class Peak(BaseModel):
    """Highest median of a quantity and when, h; ``p95`` at that time."""

    unit: str
    p50: float
    p95: float
    time_h: float


class Low(BaseModel):
    """Lowest median of a quantity and when, h; ``p5`` at that time."""

    unit: str
    p50: float
    p5: float
    time_h: float


class ArmAnswer(BaseModel):
    """One arm; keys of ``weeks`` are weeks since the start, then explanations."""

    regimen: str
    weeks: dict[str, dict[str, RivalWeek]]
    peaks: dict[str, Peak]
    lows: dict[str, Low]


class SimulationAnswer(ArmAnswer):
    """What ``painloop simulate --json`` prints."""

    words: str
    condition: dict[str, str]
    patients: int
    days: float
    model: str
    rivals: list[str]
    rival_weights: str
    placebo: ArmAnswer | None
    observed: list[dict[str, Any]]
    population: dict[str, float]
    headlines: list[str]
    links: list[dict[str, Any]]
    risks: list[dict[str, Any]]
    cotreatments: list[dict[str, Any]]
    warnings: list[str]
    provenance: dict[str, Any]


class Curves(BaseModel):
    """Thinned curves: levels over the first session and the whole course, pain of each explanation."""

    first_session: dict[str, Any]
    course: dict[str, Any]
    pain: dict[str, Any]
    untreated: dict[str, Any] | None


class CourseAnswer(SimulationAnswer):
    """What ``painloop simulate --json`` prints, and the curves of the explorer."""

    curves: Curves


class Point(BaseModel):
    """Values of a typical person; keys of ``at`` are hours."""

    cmax_ng_ml: float
    tmax_h: float
    auc_ng_h_ml: float
    at: dict[str, float]


class Percentiles(BaseModel):
    """Of a population."""

    p5: float
    p50: float
    p95: float


class Spread(BaseModel):
    """The same of a population."""

    cmax_ng_ml: Percentiles
    tmax_h: Percentiles
    auc_ng_h_ml: Percentiles
    at: dict[str, Percentiles]


class AnalyteAnswer(BaseModel):
    """One analyte."""

    typical: Point
    population: Spread | None


class ExposureAnswer(BaseModel):
    """What ``painloop exposure --json`` prints."""

    regimen: str
    model: str
    reason: str
    sampling: str
    analytes: dict[str, AnalyteAnswer]
    patients: int
    warnings: list[str]
    provenance: dict[str, Any]


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
