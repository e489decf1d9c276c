"""The question ``course``: one regimen for a person or a population, as curves that a chart can draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from painloop import library
from painloop.regimen import Regimen, parse
from painloop.simulation import Result, simulate
from painloop.simulation.answer import answer
from painloop.simulation.result import PER_RIVAL
from painloop_clinic.engine.requests import CourseRequest
from painloop_clinic.engine.thinning import hours, plain, thin

AFTER_FIRST_H = 8.0
"""Hours after the first session that the close view shows."""
RIVAL_CURVES = ("pain", "nrs", "relief", "gain")
SHARES = ("responder_30", "responder_50", "resolved")


def course(payload: dict[str, Any], report: Callable[[float], None]) -> dict[str, Any]:
    """Simulate and thin; see the keys of :func:`told`."""
    request = CourseRequest.of(payload)
    return told(simulated(request, report), request)


def simulated(request: CourseRequest, report: Callable[[float], None]) -> Result:
    """The result of a request; ``report`` may end it between batches."""
    arms = 2 if request.placebo or request.scenario else 1
    finished = 0

    def progress(done: int, of: int) -> None:
        nonlocal finished
        report((finished + done) / (arms * of))
        finished += of if done == of else 0

    return simulate(
        ordered(request.regimen), condition=request.condition, patients=request.patients, days=request.days,
        loop=request.loop, model=request.model, sampling=request.sampling, fraction=request.fraction,
        weight_kg=request.weight_kg, age_y=request.age_y, female=request.female, baseline=request.baseline,
        seed=request.seed, placebo=request.placebo, unblinding=request.unblinding, scenario=request.scenario,
        progress=progress,
    )  # fmt: skip


def ordered(text: str) -> str | Regimen:
    """A published course by its id, else what the sentence says; a path is a sentence that cannot be read."""
    name = text.strip().removeprefix("regimens/")
    return name if name in library.ids("regimens") or name == "placebo" else parse(text)


def told(result: Result, request: CourseRequest) -> dict[str, Any]:
    """The answer: curves of the first session, of the whole course, of every rival, and what must stand beside."""
    whole = answer(result)
    data = result.dataset
    close = data.time.values <= _close_h(data.attrs)
    return {
        "regimen": {"text": result.regimen_text, "words": result.regimen_words},
        "condition": dict(result.condition),
        "population": dict(result.population),
        "patients": request.patients,
        "days": request.days,
        "model": result.model_reason,
        "rivals": whole.rivals,
        "rival_weights": whole.rival_weights,
        "sessions": {"start_h": data.attrs["session_start_h"], "stop_h": data.attrs["session_stop_h"]},
        "first_session": _shared(result, close),
        "course": _shared(result, np.ones_like(close)),
        "pain": _rivals(result),
        "untreated": _rivals(result.comparator) if result.comparator else None,
        "weeks": whole.model_dump(mode="json", include={"weeks"})["weeks"],
        "placebo_weeks": whole.placebo.model_dump(mode="json")["weeks"] if whole.placebo else None,
        "peaks": {name: one.model_dump() for name, one in whole.peaks.items()},
        "lows": {name: one.model_dump() for name, one in whole.lows.items()},
        "observed": result.observed,
        "headlines": result.headlines,
        "risks": result.risks,
        "links": result.links,
        "cotreatments": result.cotreatments,
        "warnings": result.warnings,
        "unknowns": result.unknowns,
        "provenance": whole.provenance,
    }


def _close_h(attributes: dict[str, Any]) -> float:
    stops = attributes["session_stop_h"]
    return (stops[0] if stops else 0.0) + AFTER_FIRST_H


def _shared(result: Result, rows: np.ndarray) -> dict[str, Any]:
    """Curves that all rivals share: levels, block, side effects, what runs."""
    data = result.dataset
    names = [str(n) for n in data.data_vars if data[n].dims == ("time", "quantile") and n not in PER_RIVAL]
    time = data.time.values[rows]
    kept = thin(time, np.stack([data[name].values[rows, 2] for name in names]))
    many = result.population["n"] > 1
    curves = {}
    for name in names:
        bands = data[name].values[rows][kept]
        means = data[f"{name}_mean"].values[rows][kept]
        curves[name] = _named(data[name].attrs) | _band(bands, means, many)
    return {"time_h": hours(time[kept]), "curves": curves}


def _rivals(result: Result) -> dict[str, Any]:
    """Curves of each rival and of their mixture: pain, ratings, relief, gain, responders."""
    data = result.dataset
    names = [name for name in RIVAL_CURVES if name in data]
    time = data.time.values
    kept = thin(time, np.concatenate([data["pain_mean"].values, data["nrs_mean"].values]))
    many = result.population["n"] > 1
    rivals: dict[str, dict[str, Any]] = {}
    for row, rival in enumerate(data.rival.values):
        curves = rivals.setdefault(str(rival), {})
        for name in names:
            means = data[f"{name}_mean"].values[row, kept]
            if np.isfinite(means).all():
                curves[name] = _band(data[name].values[row, kept], means, many)
        for name in SHARES:
            if many and name in data:
                curves[name] = plain(data[name].values[row, kept])
    attributes = {name: _named(data[name].attrs) for name in (*names, *SHARES) if name in data}
    return {"time_h": hours(time[kept]), "quantities": attributes, "rivals": rivals}


def _named(attributes: dict[str, Any]) -> dict[str, Any]:
    """Unit, name and sources of a quantity; the sources are ids of model cards."""
    return {
        "unit": attributes.get("units", ""),
        "name": attributes.get("long_name", ""),
        "sources": attributes.get("sources", ""),
        **{key: attributes[key] for key in ("beyond_studied_h",) if key in attributes},
    }


def _band(quantiles: np.ndarray, means: np.ndarray, many: bool) -> dict[str, Any]:
    """Median, and of a population mean and the range of nine in ten."""
    middle = {"p50": plain(quantiles[:, 2])}
    if not many:
        return middle
    return middle | {"p5": plain(quantiles[:, 0]), "p95": plain(quantiles[:, 4]), "mean": plain(means)}
