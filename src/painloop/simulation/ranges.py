"""Says where an effect curve is used above the concentrations it was estimated on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from painloop.outcomes.curves import Curve
from painloop.simulation.accumulate import QUANTILES
from painloop.simulation.line import Line

if TYPE_CHECKING:
    import xarray

SLACK = 1.05
"""A peak within this factor of the highest concentration studied is not worth a warning."""


def beyond_studied(line: Line, dataset: xarray.Dataset) -> dict[str, list[float]]:
    """Endpoint -> start, stop, start, stop, ... (h) while the median patient is above what its curve was read on."""
    time_h = dataset.time.values
    found = {}
    for one in line.effects:
        outcome = line.files.endpoints[one.endpoint]
        if outcome.concentration_range_ng_ml is None:
            continue
        above = _median(one, dataset) > SLACK * outcome.concentration_range_ng_ml[1]
        edges = np.flatnonzero(np.diff(np.concatenate([[False], above, [False]]).astype(int)))
        if len(edges):
            found[one.endpoint] = [float(time_h[min(k, len(time_h) - 1)]) for k in edges]
    return found


def extrapolated(line: Line, dataset: xarray.Dataset) -> list[str]:
    """One sentence for all curves of one highest studied concentration that the median patient exceeds."""
    beyond: dict[tuple[str, float, str], list[str]] = {}
    for one in line.effects:
        outcome = line.files.endpoints[one.endpoint]
        if outcome.concentration_range_ng_ml is None:
            continue
        highest, peak = outcome.concentration_range_ng_ml[1], float(_median(one, dataset).max())
        if peak > SLACK * highest:
            beyond.setdefault((str(outcome.analyte), highest, f"{peak:.0f}"), []).append(outcome.id)
    return [
        f"{', '.join(curves)} {'was' if len(curves) == 1 else 'were'} read up to {highest:g} ng/mL of {analyte}; the "
        f"median patient here reaches the equivalent of {peak}, where this is an extrapolation."
        for (analyte, highest, peak), curves in beyond.items()
    ] + (_mood_beyond(line) if line.mood else [])


def _median(one: Curve, dataset: xarray.Dataset) -> np.ndarray:
    """The median level as the curve counts it, ng/mL of its analyte, (times,)."""
    middle = QUANTILES.index(0.5)
    return np.asarray(sum(dataset[analyte].values[:, middle] * weight for analyte, weight in one.weights))


def _mood_beyond(line: Line) -> list[str]:
    """One sentence where an infusion lasts longer than those that mood was read from."""
    longest = line.files.mood.parameters["longest_infusion"].number
    given = max((event.duration_h for event in line.schedule.events), default=0.0)
    if given <= longest:
        return []
    return [
        f"{line.files.mood.id} was read from short infusions in depression; over more than {longest:g} h its "
        "course of mood is an extrapolation that no trial has shown."
    ]
