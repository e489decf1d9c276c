"""The few simulations that the tests of this folder share, and what is read from them."""

from __future__ import annotations

from functools import cache

import numpy as np

from painloop.simulation import Result, simulate

SHORT = "S-ketamine 0.5 mg/kg iv over 30 min"
AVERAGED = "averaged"


@cache
def sigtermans() -> Result:
    """The course in CRPS, 1,000 patients, with placebo and individuals."""
    return simulate("sigtermans-2009", patients=1000, days=90, placebo=True, individuals=True)


@cache
def noppers() -> Result:
    """The infusion in fibromyalgia, 1,000 patients, with placebo and individuals."""
    return simulate("noppers-2011", patients=1000, days=60, placebo=True, individuals=True)


@cache
def short(patients: int = 200, seed: int = 1) -> Result:
    """A day of a short infusion."""
    return simulate(SHORT, patients=patients, days=1, seed=seed, individuals=True)


@cache
def typical(regimen: str, days: float = 1, at_h: tuple[float, ...] = (), loop: str = "all") -> Result:
    """A typical patient of 70 kg with a baseline of 7."""
    return simulate(regimen, patients=1, days=days, weight_kg=70, baseline=7, at_h=at_h, loop=loop)


def mean(result: Result, name: str, rival: str | None = None) -> np.ndarray:
    """Mean of a quantity over time; of a typical patient, the value in full precision."""
    found = result.dataset[f"{name}_mean"]
    return np.asarray(found if rival is None else found.sel(rival=rival))


def at(result: Result, name: str, time_h: float, rival: str) -> float:
    """Mean of a quantity at a time that is reported."""
    return float(result.dataset[f"{name}_mean"].sel(rival=rival, time=time_h))


def persons(result: Result, name: str, rival: str | None = None) -> np.ndarray:
    """Every person, (times, patients)."""
    found = result.dataset[f"{name}_individual"]
    return np.asarray(found if rival is None else found.sel(hypothesis=rival))
