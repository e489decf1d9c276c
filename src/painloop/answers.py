"""The JSON shapes of ``painloop simulate --json`` and ``painloop exposure --json``: typed and stable.

They stand apart from what fills them, so that a program which only passes answers on need not load the engine.
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
    """What a rival says of one time; ``gain`` where it knows one, ``resolved`` in a scenario, ``linked`` where set."""

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
    """Lowest median of a quantity that drug lowers, or that starts low, and when, h; ``p5`` at that time."""

    unit: str
    p50: float
    p5: float
    time_h: float


class ArmAnswer(BaseModel):
    """One arm; ``lows`` are of what falls or starts low: wind-up that is left, breathing beside an opioid."""

    regimen: str
    weeks: dict[str, dict[str, RivalWeek]]
    peaks: dict[str, Peak]
    lows: dict[str, Low]


class SimulationAnswer(ArmAnswer):
    """The whole answer; ``placebo`` is the same persons without ketamine."""

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
    """The keys of :class:`Point`, each with percentiles."""

    cmax_ng_ml: Percentiles
    tmax_h: Percentiles
    auc_ng_h_ml: Percentiles
    at: dict[str, Percentiles]


class AnalyteAnswer(BaseModel):
    """One analyte."""

    typical: Point
    population: Spread | None


class ExposureAnswer(BaseModel):
    """The whole answer."""

    regimen: str
    model: str
    reason: str
    sampling: str
    analytes: dict[str, AnalyteAnswer]
    patients: int
    warnings: list[str]
    provenance: dict[str, Any]
