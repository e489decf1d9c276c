"""The question ``course``: one regimen for a person or a population, as curves that a chart can draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from painloop import library
from painloop.errors import InputError
from painloop.regimen import Regimen, expand, parse
from painloop.simulation import Result, simulate
from painloop.simulation.answer import FALLING, weekly_rows
from painloop.simulation.result import PER_RIVAL
from painloop_clinic.engine.limits import MOST_DOSES
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
        ordered(request.regimen, request.days),
        condition=request.condition, patients=request.patients, days=request.days,
        loop=request.loop, model=request.model, sampling=request.sampling, fraction=request.fraction,
        weight_kg=request.weight_kg, age_y=request.age_y, female=request.female, baseline=request.baseline,
        seed=request.seed, placebo=request.placebo, unblinding=request.unblinding, scenario=request.scenario,
        progress=progress,
    )  # fmt: skip


def ordered(text: str, days: float) -> str | Regimen:
    """A published course by its id, else what the sentence says; a path is a sentence that cannot be read.

    Raises
    ------
    InputError : it cannot be read, or has too many doses within ``days``.
    """
    name = text.strip().removeprefix("regimens/")
    if name in library.ids("regimens") or name == "placebo":
        return name
    regimen = parse(text)
    doses = len(expand(regimen, 24.0 * days).events)
    if doses > MOST_DOSES:
        raise InputError(
            f"This course has {doses} doses in {days:g} days, and at most {MOST_DOSES} are simulated here; shorten it."
        )
    return regimen


def told(result: Result, request: CourseRequest) -> dict[str, Any]:
    """The answer: curves of the first session, of the whole course, of every rival, and what must stand beside."""
    data = result.dataset
    time = data.time.values
    close = np.flatnonzero(time <= _close_h(data.attrs))
    weekly = np.array([row for _, row in weekly_rows(result)])
    untreated = result.comparator
    return {
        "regimen": {"text": result.regimen_text, "words": result.regimen_words},
        "condition": dict(result.condition),
        "population": dict(result.population),
        "patients": request.patients,
        "days": request.days,
        "model": result.model_reason,
        "rivals": [str(rival) for rival in data.rival.values],
        "rival_weights": str(data.attrs["rival_weights"]),
        "sessions": {"start_h": data.attrs["session_start_h"], "stop_h": data.attrs["session_stop_h"]},
        "first_session": shared(result, close),
        "course": shared(result, np.arange(len(time))),
        "pain": rivals(result, _telling(result)),
        "untreated": rivals(untreated, _telling(untreated)) if untreated else None,
        "weeks": rivals(result, weekly),
        "untreated_weeks": rivals(untreated, weekly) if untreated else None,
        "peaks": extremes(result),
        "observed": result.observed,
        "headlines": result.headlines,
        "risks": result.risks,
        "links": result.links,
        "cotreatments": result.cotreatments,
        "warnings": result.warnings,
        "unknowns": result.unknowns,
        "provenance": dict(result.provenance),
    }


def _close_h(attributes: dict[str, Any]) -> float:
    stops = attributes["session_stop_h"]
    return (stops[0] if stops else 0.0) + AFTER_FIRST_H


def _names(result: Result) -> list[str]:
    """Quantities that all rivals share."""
    known = result.dataset.variables
    return [str(n) for n in known if known[n].dims == ("time", "quantile") and n not in PER_RIVAL]


def shared(result: Result, rows: np.ndarray) -> dict[str, Any]:
    """Curves that all rivals share at some of the times: levels, block, side effects, what runs."""
    data, names = result.dataset.variables, _names(result)
    time = data["time"].values
    kept = rows[thin(time[rows], np.stack([data[name].values[rows, 2] for name in names]))]
    many = result.population["n"] > 1
    curves = {
        name: _named(data[name].attrs)
        | _band(data[name].values[kept], data[f"{name}_mean"].values[kept], many)
        for name in names
    }
    return {"time_h": hours(time[kept]), "curves": curves}


def _telling(result: Result) -> np.ndarray:
    """Rows that draw the curves of pain and of the gain behind it."""
    data = result.dataset.variables
    gains = [np.nan_to_num(data["gain_mean"].values)] if "gain_mean" in data else []
    pains = np.concatenate([data["pain_mean"].values, data["nrs_mean"].values, *gains])
    return thin(data["time"].values, pains)


def rivals(result: Result, rows: np.ndarray) -> dict[str, Any]:
    """Curves of each rival and of their mixture at some of the times: pain, ratings, relief, gain, responders."""
    data = result.dataset.variables
    names = [name for name in RIVAL_CURVES if name in data]
    many = result.population["n"] > 1
    shares = [name for name in SHARES if many and name in data]
    bands = {name: (data[name].values[:, rows], data[f"{name}_mean"].values[:, rows]) for name in names}
    found: dict[str, dict[str, Any]] = {}
    for k, rival in enumerate(data["rival"].values):
        curves = found.setdefault(str(rival), {})
        for name, (quantiles, means) in bands.items():
            if np.isfinite(means[k]).all():
                curves[name] = _band(quantiles[k], means[k], many)
        curves |= {name: plain(data[name].values[k, rows]) for name in shares}
    return {
        "time_h": hours(data["time"].values[rows]),
        "quantities": {name: _named(data[name].attrs) for name in (*names, *shares)},
        "rivals": found,
    }


def extremes(result: Result) -> dict[str, dict[str, Any]]:
    """Highest median of each shared quantity (lowest of what drug lowers) and when, h, with the outer quantile."""
    data = result.dataset.variables
    found = {}
    for name in _names(result):
        values, falls = data[name].values, name in FALLING
        row = int(np.argmin(values[:, 2]) if falls else np.argmax(values[:, 2]))
        middle, outer = plain(values[row, [2, 0 if falls else 4]])
        when = round(float(data["time"].values[row]), 3)
        found[name] = {
            "unit": data[name].attrs["units"], "p50": middle, "p5" if falls else "p95": outer, "time_h": when
        }  # fmt: skip
    return found


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
