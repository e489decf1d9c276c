"""Fills the JSON shape of ``painloop simulate --json``; keys of ``weeks`` are weeks since the start."""

from __future__ import annotations

from typing import Any

import numpy as np

from painloop.answers import ArmAnswer, Band, Low, Peak, RivalWeek, SimulationAnswer
from painloop.outcomes import links
from painloop.simulation.result import PER_RIVAL, Result

HOURS_PER_WEEK = 168.0
FALLING = ("wind_up", "ventilation_on_opioid")


def answer(result: Result) -> SimulationAnswer:
    """The typed answer of a simulation."""
    arm = _arm(result)
    return SimulationAnswer(
        regimen=arm.regimen,
        weeks=arm.weeks,
        peaks=arm.peaks,
        lows=arm.lows,
        words=result.regimen_words,
        condition=dict(result.condition),
        patients=int(result.population["n"]),
        days=float(result.dataset.time[-1]) / 24.0,
        model=result.model_reason,
        rivals=[str(r) for r in result.dataset.rival.values],
        rival_weights=str(result.dataset.attrs["rival_weights"]),
        placebo=_arm(result.comparator) if result.comparator else None,
        observed=result.observed,
        population=dict(result.population),
        headlines=result.headlines,
        links=result.links,
        risks=result.risks,
        cotreatments=result.cotreatments,
        warnings=result.warnings,
        provenance=dict(result.provenance),
    )


def weekly_rows(result: Result) -> list[tuple[float, int]]:
    """(week, row) of every whole week and of the end."""
    times = result.dataset.time.values
    weeks = np.append(np.arange(0.0, times[-1] / HOURS_PER_WEEK + 1e-9), times[-1] / HOURS_PER_WEEK)
    rows = {round(float(week), 3): int(np.argmin(np.abs(times - week * HOURS_PER_WEEK))) for week in weeks}
    return list(rows.items())


def _arm(result: Result) -> ArmAnswer:
    data = result.dataset
    weeks = {
        f"{week:g}": {
            str(rival): RivalWeek(
                pain=_band(result, "pain", k, row),
                nrs=_band(result, "nrs", k, row),
                relief=_band(result, "relief", k, row),
                responder_30=float(data.responder_30.values[k, row]),
                responder_50=float(data.responder_50.values[k, row]),
                **_sometimes(result, k, row),
            )
            for k, rival in enumerate(data.rival.values)
        }
        for week, row in weekly_rows(result)
    }
    shared = [str(n) for n in data.data_vars if data[n].dims == ("time", "quantile") and n not in PER_RIVAL]
    peaks = {name: _peak(result, name) for name in shared if name not in FALLING}
    lows = {name: _low(result, name) for name in shared if name in FALLING}
    return ArmAnswer(regimen=result.regimen_text, weeks=weeks, peaks=peaks, lows=lows)


def _sometimes(result: Result, rival: int, row: int) -> dict[str, Any]:
    data = result.dataset
    found: dict[str, Any] = {}
    if "gain" in data and np.isfinite(data["gain_mean"].values[rival, row]):
        found["gain"] = _band(result, "gain", rival, row)
    if "resolved" in data:
        found["resolved"] = float(data["resolved"].values[rival, row])
    names = [name for name in links.known_links() if name in data]
    return found | {"linked": {name: _band(result, name, rival, row) for name in names}}


def _band(result: Result, name: str, rival: int, row: int) -> Band:
    low, _, middle, _, high = result.dataset[name].values[rival, row].tolist()
    return Band(mean=float(result.dataset[f"{name}_mean"].values[rival, row]), p5=low, p50=middle, p95=high)


def _low(result: Result, name: str) -> Low:
    values = result.dataset[name]
    row = int(np.argmin(values.values[:, 2]))
    return Low(
        unit=str(values.attrs["units"]),
        p50=float(values.values[row, 2]),
        p5=float(values.values[row, 0]),
        time_h=float(result.dataset.time.values[row]),
    )


def _peak(result: Result, name: str) -> Peak:
    values = result.dataset[name]
    row = int(np.argmax(values.values[:, 2]))
    return Peak(
        unit=str(values.attrs["units"]),
        p50=float(values.values[row, 2]),
        p95=float(values.values[row, 4]),
        time_h=float(result.dataset.time.values[row]),
    )
