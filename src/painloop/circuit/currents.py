"""The published currents: what their gates tend to and how fast, and what they carry at a voltage.

Equations only; every number comes from a library file of kind ``circuits``. Voltages are in mV, rates per ms,
concentrations of calcium in uM. Nothing here steps in time.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from painloop.library.schema.circuits import CalciumGate, Gate, Rate

FARADAY = 96480.0
"""C/mol, as rounded in the published channel files."""
GAS = 8.314
"""J/(mol K)."""
ZERO_CELSIUS = 273.16
"""K, as in the published channel files."""
GATES = (
    "fast_sodium_m", "fast_sodium_h", "delayed_potassium_n",
    "persistent_sodium_m", "persistent_sodium_h", "calcium_m",
)  # fmt: skip
"""Voltage gates in the order in which the stepping code keeps them."""
CHANNELS = (
    "fast_sodium", "delayed_potassium", "persistent_sodium", "calcium_L", "calcium_cation", "calcium_potassium",
)  # fmt: skip
"""Densities of a section in the order in which the stepping code keeps them."""

Array: TypeAlias = NDArray[np.float64]


def rate(form: Rate, voltage: Array) -> Array:
    """An opening or closing rate (per ms; without unit for a steady state) at voltages in mV."""
    y = (form.at - voltage) / form.slope
    if form.form == "exponential":
        return form.rate * np.exp(y)
    if form.form == "sigmoid":
        return form.rate / (1.0 + np.exp(y))
    near = np.abs(y) < 1e-6
    safe = np.where(near, 1.0, y)
    return form.rate * abs(form.slope) * np.where(near, 1.0 - y / 2.0, safe / np.expm1(safe))


def warming(q10: float, measured_at: float, temperature: float) -> float:
    """By what rates are multiplied at a temperature (C) other than that of the measurement."""
    return float(q10 ** ((temperature - measured_at) / 10.0))


def steady(gate: Gate, voltage: Array) -> Array:
    """What a voltage gate tends to, 0 to 1."""
    if gate.steady is not None:
        return rate(gate.steady, voltage)
    opening, closing = rate(gate.opening, voltage), rate(gate.closing, voltage)
    return opening / (opening + closing)


def time_constant(gate: Gate, voltage: Array, temperature: float) -> Array:
    """How fast a voltage gate moves (ms) at a temperature in C."""
    speed = rate(gate.opening, voltage) + rate(gate.closing, voltage)
    return 1.0 / (speed * warming(gate.q10, gate.measured_at_C, temperature))


def calcium_steady(gate: CalciumGate, calcium: Array) -> Array:
    """What a gate opened by two calcium ions tends to, for calcium in uM (Destexhe 1994 J Neurophysiol 72:803)."""
    bound = (calcium / gate.half_uM) ** 2
    return bound / (1.0 + bound)


def calcium_time_constant(gate: CalciumGate, calcium: Array, temperature: float) -> Array:
    """How fast a gate opened by two calcium ions moves (ms), for calcium in uM and a temperature in C."""
    bound = (calcium / gate.half_uM) ** 2
    speed = gate.closing_per_ms * (1.0 + bound) * warming(gate.q10, gate.measured_at_C, temperature)
    return np.maximum(1.0 / speed, gate.shortest_ms)


def ghk_parts(voltage: Array, temperature: float) -> tuple[Array, Array]:
    """The Goldman-Hodgkin-Katz flux of calcium (mA/cm2 per cm/s) as (out, in): current = out * Ca_in - in * Ca_out.

    Calcium is in mM. The current is negative (inward) wherever the voltage is below calcium's reversal.
    """
    w = voltage * 1e-3 * 2.0 * FARADAY / (GAS * (temperature + ZERO_CELSIUS))
    near = np.abs(w) < 1e-4
    safe = np.where(near, 1.0, w)
    ratio = np.where(near, 1.0 - w / 2.0, safe / np.expm1(safe))
    unit = 1e-3 * 2.0 * FARADAY
    return unit * ratio * np.exp(w), unit * ratio


def magnesium_free(voltage: Array, magnesium: float, half: float, per_mV: float) -> Array:
    """The share of NMDA channels that magnesium (mM) leaves open at voltages in mV (Jahr & Stevens 1990)."""
    return 1.0 / (1.0 + magnesium / half * np.exp(-per_mV * voltage))


def peak_factor(rise: float, decay: float) -> float:
    """By what exp(-t/decay) - exp(-t/rise) is multiplied so that its peak is 1 (both in ms, rise < decay)."""
    at = rise * decay / (decay - rise) * np.log(decay / rise)
    return float(1.0 / (np.exp(-at / decay) - np.exp(-at / rise)))
