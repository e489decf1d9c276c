"""The questions ``simulation`` and ``exposure``: what the commands of the same names print as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from painloop.exposure import answer as exposed
from painloop.exposure import predict
from painloop.simulation.answer import answer
from painloop_clinic.engine.course import ordered, simulated
from painloop_clinic.engine.limits import MOST_DAYS
from painloop_clinic.engine.requests import CourseRequest, ExposureRequest


def simulation(payload: dict[str, Any], report: Callable[[float], None]) -> dict[str, Any]:
    """The answer of ``painloop simulate --json``."""
    told: dict[str, Any] = answer(simulated(CourseRequest.of(payload), report)).model_dump(mode="json")
    return told


def exposure(payload: dict[str, Any], report: Callable[[float], None]) -> dict[str, Any]:
    """The answer of ``painloop exposure --json``."""
    request = ExposureRequest.of(payload)
    result = predict.exposure(
        ordered(request.regimen, _days(request)),
        model=request.model, sampling=request.sampling, fraction=request.fraction,
        weight_kg=request.weight_kg, age_y=request.age_y, female=request.female, patients=request.patients,
        hours=request.hours, at_h=request.at_h, seed=request.seed,
        progress=lambda done, of: report(done / of),
    )  # fmt: skip
    told: dict[str, Any] = exposed.answer(result).model_dump(mode="json")
    return told


def _days(request: ExposureRequest) -> float:
    return MOST_DAYS if request.hours is None else request.hours / 24.0
