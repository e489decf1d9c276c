"""Says where an effect curve is used above the concentrations it was estimated on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from painloop.simulation.accumulate import QUANTILES
from painloop.simulation.line import Line

if TYPE_CHECKING:
    import xarray

SLACK = 1.05
"""A peak within this factor of the highest concentration studied is not worth a warning."""


def extrapolated(line: Line, dataset: xarray.Dataset) -> list[str]:
    """One sentence per curve whose highest studied concentration the median patient exceeds."""
    found = []
    middle = QUANTILES.index(0.5)
    for one in line.effects:
        outcome = line.files.endpoints[one.endpoint]
        if outcome.concentration_range_ng_ml is None:
            continue
        highest = outcome.concentration_range_ng_ml[1]
        median = [dataset[analyte].values[:, middle] * weight for analyte, weight in one.weights]
        peak = float(np.sum(median, axis=0).max())
        if peak > SLACK * highest:
            found.append(
                f"The curve {outcome.id} was read up to {highest:g} ng/mL of {outcome.analyte}; the median patient "
                f"here reaches the equivalent of {peak:.0f}, where it is an extrapolation."
            )
    return found
