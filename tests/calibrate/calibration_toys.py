"""Small problems whose answer is known: prediction tables that no engine has made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from painloop.calibrate.design import Design, Prior, first_wave
from painloop.calibrate.fit import Fit, Grids, TrialTable
from painloop.calibrate.grids import Shared
from painloop.calibrate.likelihood import Spreads, trial_likelihood
from painloop.calibrate.observations import Datum

ONE = (np.ones(1), np.zeros(1))
"""A grid of one point that holds all of the prior."""


def datum(
    value: float,
    error: float = 1.0,
    count: int | None = None,
    n: int = 30,
    treated: bool = True,
    arm: str = "ketamine",
    time_h: float = 168.0,
    scale: float = 1.0,
) -> Datum:
    """A fall of pain in points, or a count of people whose pain halved."""
    quantity = "nrs_fall" if count is None else "responders_50"
    return Datum(arm, None, quantity, time_h, value, error, "printed", n, count, treated, scale, weak=False)


def toy_design(points: int, parameters: int = 1, rival: str = "toy", seed: int = 3) -> Design:
    """Standard normal parameters on the log scale; a wide even sheet of points for one parameter."""
    priors = tuple(Prior(f"p{k}", "log", 0.0, 1.0, ()) for k in range(parameters))
    if parameters == 1:
        z = np.linspace(-6.0, 6.0, points)[:, None]
        density = np.exp(-0.5 * z[:, 0] ** 2)
        return Design(rival, priors, z, np.log(density / density.sum()))
    filled = first_wave("central_gain", points, seed=seed).z[:, :parameters]
    return Design(rival, priors, filled, np.full(points, -np.log(points)))


def toy_fit(
    design: Design,
    trials: Mapping[str, Sequence[Datum]],
    predict: Callable[[np.ndarray], np.ndarray],
    shift: tuple[np.ndarray, np.ndarray] | None = None,
    effect: tuple[np.ndarray, np.ndarray] | None = None,
    nodes: int = 15,
) -> Fit:
    """A fit in which every value of every trial expects ``predict(z)`` (points,); each trial is its own cluster."""
    none = (np.zeros(1), np.zeros(1))
    grids = Grids(Shared(np.ones(1), np.ones(1), np.zeros(1)), {"place": ONE}, shift or none, effect or none)
    expected = predict(design.z)[:, None, None]
    spreads = Spreads(grids.shift[0], grids.effect[0], nodes)
    tables = tuple(
        TrialTable(name, name, "place", trial_likelihood(data, [expected] * len(data), spreads, 0.5))
        for name, data in trials.items()
    )
    return Fit(design, grids, tables)
