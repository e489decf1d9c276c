"""Says where an effect curve is used above the concentrations it was estimated on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from painloop.library.schema.conditions import Condition
from painloop.simulation.accumulate import QUANTILES
from painloop.simulation.line import Line

if TYPE_CHECKING:
    import xarray

SLACK = 1.05
"""A peak within this factor of the highest concentration studied is not worth a warning."""


def not_studied(condition: Condition) -> list[str]:
    """One sentence where no trial of systemic ketamine exists in a condition."""
    effect = condition.ketamine_effect
    if effect.status == "studied":
        return []
    return [
        f"The effect of ketamine in {condition.id} is unknown: nothing is borrowed from other conditions, and bands "
        f"run from as much worse to as much better. {effect.statement}"
    ]


def extrapolated(line: Line, dataset: xarray.Dataset) -> list[str]:
    """One sentence for all curves of one highest studied concentration that the median patient exceeds."""
    beyond: dict[tuple[str, float, str], list[str]] = {}
    middle = QUANTILES.index(0.5)
    for one in line.effects:
        outcome = line.files.endpoints[one.endpoint]
        if outcome.concentration_range_ng_ml is None:
            continue
        highest = outcome.concentration_range_ng_ml[1]
        median = [dataset[analyte].values[:, middle] * weight for analyte, weight in one.weights]
        peak = float(np.sum(median, axis=0).max())
        if peak > SLACK * highest:
            beyond.setdefault((str(outcome.analyte), highest, f"{peak:.0f}"), []).append(outcome.id)
    return [
        f"{', '.join(curves)} {'was' if len(curves) == 1 else 'were'} read up to {highest:g} ng/mL of {analyte}; the "
        f"median patient here reaches the equivalent of {peak}, where this is an extrapolation."
        for (analyte, highest, peak), curves in beyond.items()
    ]
