"""CRPS-90d: seven four-hour infusions of S-ketamine in 90 days, ten states, the whole of the benchmark
problem.

The numbers below are constants of the benchmark, chosen to be sensible and never fitted to data: they say
nothing about patients and nothing else in painloop uses them. Time in h, amounts in ug, concentrations in
ug/L.

A few patients in a thousand pass close to the separatrix between high and low pain, where any error is
amplified up to a thousandfold: this is what makes the problem hard to solve accurately.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SEED = 20261122
HORIZON_H = 2160
HOURS = np.arange(HORIZON_H + 1.0)
INFUSION_STARTS_H = np.array([0.0, 24.0, 48.0, 72.0, 96.0, 720.0, 1440.0])
INFUSION_LENGTH_H = 4.0
EVENTS_H = np.sort(np.concatenate([INFUSION_STARTS_H, INFUSION_STARTS_H + INFUSION_LENGTH_H]))

FRACTION_TO_NORKETAMINE = 0.6
BLOCK_HILL = 1.4
ANALGESIA_EMAX = 0.9
GAIN_ON_PAIN = 1.5
GAIN_AT_START = 1.0

STATES = ("A1", "A2", "A3", "T1", "T2", "M1", "M2", "Ce", "P", "g")
OUTPUTS = ("Cp", "Cn", "block", "P")


class Parameter(NamedTuple):
    """A parameter of the patients: log-normal about ``typical`` with coefficient of variation ``cv``."""

    name: str
    typical: float
    cv: float
    unit: str


PARAMETERS = (
    Parameter("CL", 84.0, 0.3, "L/h"),
    Parameter("V1", 18.0, 0.3, "L"),
    Parameter("Q2", 120.0, 0.3, "L/h"),
    Parameter("V2", 40.0, 0.3, "L"),
    Parameter("Q3", 60.0, 0.3, "L/h"),
    Parameter("V3", 130.0, 0.3, "L"),
    Parameter("MTT", 0.5, 0.3, "h"),
    Parameter("CLm", 55.0, 0.3, "L/h"),
    Parameter("V1m", 30.0, 0.3, "L"),
    Parameter("Qm", 90.0, 0.3, "L/h"),
    Parameter("V2m", 140.0, 0.3, "L"),
    Parameter("ke0", 2.8, 0.3, "1/h"),
    Parameter("IC50", 120.0, 0.3, "ug/L"),
    Parameter("EC50", 300.0, 0.3, "ug/L"),
    Parameter("kout", float(np.log(2.0)) / 264.0, 0.3, "1/h"),
    Parameter("P0", 7.2, 0.3, "NRS"),
    Parameter("tau", 16.0, 0.3, "h"),
    Parameter("a", 1.2, 0.1, "1"),
    Parameter("th", 0.5, 0.1, "1"),
    Parameter("rate", 24_500.0, 0.2, "ug/h"),
)
COLUMN = {parameter.name: column for column, parameter in enumerate(PARAMETERS)}


def population(patients: int) -> Array:
    """The first virtual patients, the typical one before all others.

    Parameters
    ----------
    patients : how many; the first k do not depend on it.

    Returns
    -------
    Array of shape (patients, 20), columns in the order of ``PARAMETERS``.
    """
    typical = np.array([parameter.typical for parameter in PARAMETERS])
    theta = np.random.default_rng(SEED).standard_normal((patients, len(PARAMETERS)))
    theta *= np.sqrt(np.log1p(np.array([parameter.cv for parameter in PARAMETERS]) ** 2))
    np.exp(theta, out=theta)
    theta *= typical
    theta[:1] = typical
    return theta


def initial_state(theta: Array) -> Array:
    """No drug, pain at its baseline, gain high; shape (10,) for one patient of shape (20,)."""
    state = np.zeros(10)
    state[8] = theta[15]
    state[9] = GAIN_AT_START
    return state


def derivative(state: Array, theta: Array, infusing: float, slope: Array) -> None:
    """The right-hand side of one patient, written into ``slope``; plain enough to be compiled as it stands.

    Parameters
    ----------
    state, slope : shape (10,), in the order of ``STATES``.
    theta : shape (20,), in the order of ``PARAMETERS``.
    infusing : 1 during an infusion, otherwise 0.
    """
    CL, V1, Q2, V2, Q3, V3, MTT = theta[0], theta[1], theta[2], theta[3], theta[4], theta[5], theta[6]
    CLm, V1m, Qm, V2m, ke0 = theta[7], theta[8], theta[9], theta[10], theta[11]
    IC50, EC50, kout, P0 = theta[12], theta[13], theta[14], theta[15]
    tau, a, th, rate = theta[16], theta[17], theta[18], theta[19]
    plasma, second, third = state[0] / V1, state[1] / V2, state[2] / V3
    formation = 2.0 / MTT
    norketamine, norketamine_deep = state[5] / V1m, state[6] / V2m
    slope[0] = infusing * rate - CL * plasma - Q2 * (plasma - second) - Q3 * (plasma - third)
    slope[1] = Q2 * (plasma - second)
    slope[2] = Q3 * (plasma - third)
    slope[3] = FRACTION_TO_NORKETAMINE * CL * plasma - formation * state[3]
    slope[4] = formation * (state[3] - state[4])
    slope[5] = formation * state[4] - CLm * norketamine - Qm * (norketamine - norketamine_deep)
    slope[6] = Qm * (norketamine - norketamine_deep)
    slope[7] = ke0 * (plasma - state[7])

    site, gain = max(state[7], 0.0), max(state[9], 0.0)
    unblocked = 1.0 / (1.0 + (site / IC50) ** BLOCK_HILL)
    relief = ANALGESIA_EMAX * site / (EC50 + site)
    kin = kout * P0 / (1.0 + GAIN_ON_PAIN * GAIN_AT_START)
    slope[8] = kin * (1.0 - relief) * (1.0 + GAIN_ON_PAIN * gain) - kout * state[8]
    fourth = gain * gain * gain * gain
    slope[9] = (a * unblocked * fourth / (th * th * th * th + fourth) - gain) / tau


def observe(states: Array, theta: Array) -> Array:
    """The four outputs of one patient: shape (times, 10) to (times, 4), in the order of ``OUTPUTS``."""
    occupied = (np.maximum(states[:, 7], 0.0) / theta[COLUMN["IC50"]]) ** BLOCK_HILL
    plasma, norketamine = states[:, 0] / theta[COLUMN["V1"]], states[:, 5] / theta[COLUMN["V1m"]]
    return np.stack([plasma, norketamine, occupied / (1.0 + occupied), states[:, 8]], axis=-1)


def segments() -> list[tuple[int, int, float]]:
    """The stretches between events: first hour, last hour, and 1 where the pump runs, otherwise 0."""
    edges = [*EVENTS_H.astype(int).tolist(), HORIZON_H]
    starts = set(INFUSION_STARTS_H.astype(int).tolist())
    return [(first, last, float(first in starts)) for first, last in pairwise(edges)]


def errors(outputs: Array, reference: Array) -> Array:
    """The error of each patient: the largest over outputs of max|y - reference| / max|reference| over time.

    Parameters
    ----------
    outputs, reference : shape (patients, 2161, 4).
    """
    distance = np.abs(outputs - reference).max(axis=1)
    scale = np.abs(reference).max(axis=1)
    largest: Array = (distance / scale).max(axis=1)
    return largest
