"""Currents, synapses and membranes against formulas and tables that stand outside the code."""

from __future__ import annotations

import math

import numpy as np
import pytest
from circuits import passive
from hypothesis import given
from hypothesis import strategies as st

from painloop.circuit import currents
from painloop.circuit.answer import shipped
from painloop.circuit.network import build
from painloop.circuit.protocol import Protocol
from painloop.circuit.run import step_through

CIRCUIT = shipped()
VOLTAGES = np.array([-90.0, -65.3, -50.1, -33.3, 7.7])


def traub(v: float) -> dict[str, float]:
    """Steady states as printed for Traub & Miles' channels with the threshold at -55 mV (v2 = V + 55)."""
    v2 = v + 55.0
    am, bm = (
        0.32 * (13 - v2) / (math.exp((13 - v2) / 4) - 1),
        0.28 * (v2 - 40) / (math.exp((v2 - 40) / 5) - 1),
    )
    ah, bh = 0.128 * math.exp((17 - v2 - 5) / 18), 4 / (1 + math.exp((40 - v2 - 5) / 5))
    an, bn = 0.032 * (15 - v2) / (math.exp((15 - v2) / 5) - 1), 0.5 * math.exp((10 - v2) / 40)
    pm, qm = (
        0.32 * (11 - v2) / (math.exp((11 - v2) / 4) - 1),
        0.28 * (v2 - 42) / (math.exp((v2 - 42) / 5) - 1),
    )
    ph, qh = 0.128 * math.exp((12 - v2) / 18), 4 / (1 + math.exp((35 - v2) / 5 * 0.5))
    return {
        "fast_sodium_m": am / (am + bm),
        "fast_sodium_h": ah / (ah + bh),
        "delayed_potassium_n": an / (an + bn),
        "persistent_sodium_m": pm / (pm + qm),
        "persistent_sodium_h": ph / (ph + qh),
        "calcium_m": 1 / (1 + math.exp((v + 10) / -10)),
    }


@pytest.mark.parametrize("name", currents.GATES)
def test_gates_tend_to_what_the_published_channel_files_say(name: str) -> None:
    ours = currents.steady(CIRCUIT.gates[name], VOLTAGES)
    assert ours == pytest.approx([traub(v)[name] for v in VOLTAGES], rel=1e-12)


def test_a_rate_is_finite_where_its_formula_is_0_over_0() -> None:
    gate = CIRCUIT.gates["fast_sodium_m"]
    at = gate.opening.at
    around = currents.rate(gate.opening, np.array([at - 1e-4, at, at + 1e-4]))
    assert around[1] == pytest.approx((around[0] + around[2]) / 2.0, rel=1e-9)
    assert around[1] == pytest.approx(0.32 * 4.0)


def test_magnesium_blocks_as_jahr_and_stevens_tabulated() -> None:
    """1 mM magnesium; the table gives three digits after the point."""
    table = {-70: 0.044, -60: 0.080, -50: 0.139, -40: 0.230, -30: 0.357, -20: 0.508, 0: 0.781}
    p = {name: value.number for name, value in CIRCUIT.parameters.items()}
    ours = currents.magnesium_free(
        np.array(list(table), float), p["magnesium"], p["magnesium_half"], p["magnesium_voltage"]
    )
    assert ours == pytest.approx(list(table.values()), abs=6e-4)


@given(inside_uM=st.floats(0.01, 50.0))
def test_calcium_flows_in_below_its_nernst_potential_and_out_above(inside_uM: float) -> None:
    outside = CIRCUIT.parameters["calcium_outside"].number
    nernst = 8.314 * (36.0 + 273.16) / (2 * 96480.0) * math.log(outside / (inside_uM * 1e-3)) * 1e3
    out, into = currents.ghk_parts(np.array([nernst - 5.0, nernst, nernst + 5.0]), 36.0)
    flux = out * inside_uM * 1e-3 - into * outside
    assert flux[0] < 0.0 < flux[2]
    assert abs(flux[1]) < 1e-9 * abs(into[1] * outside)


def test_ghk_joins_smoothly_at_0_mV() -> None:
    out, into = currents.ghk_parts(np.array([-1e-3, 0.0, 1e-3]), 36.0)
    assert out[1] == pytest.approx((out[0] + out[2]) / 2, rel=1e-6)
    assert into[1] == pytest.approx(1e-3 * 2 * 96480.0, rel=1e-9)


def test_the_cation_current_takes_two_seconds_at_half_a_micromolar() -> None:
    """Aguiar 2010 gives about 2000 ms at 0.5 uM and 36 C; Q10 3 from 22 C makes it 2148 ms."""
    gate = CIRCUIT.calcium_gates["cation"]
    half = np.array([0.5])
    assert currents.calcium_steady(gate, half) == pytest.approx([0.5])
    assert currents.calcium_time_constant(gate, half, 36.0) == pytest.approx([2148.0], rel=1e-3)


@given(rise=st.floats(0.05, 50.0), ratio=st.floats(1.5, 200.0))
def test_a_synaptic_conductance_peaks_at_its_weight(rise: float, ratio: float) -> None:
    decay = rise * ratio
    at = rise * decay / (decay - rise) * math.log(decay / rise)
    time = at * np.array([0.999, 1.0, 1.001])
    g = currents.peak_factor(rise, decay) * (np.exp(-time / decay) - np.exp(-time / rise))
    assert g[1] == pytest.approx(1.0, rel=1e-9)
    assert g[1] >= g.max() - 1e-12


def test_a_leaky_ball_charges_as_a_resistor_and_a_capacitor_do() -> None:
    """V = E + I R (1 - exp(-t/RC)); the trapezoidal rule at 25 us and RC 10 ms is right to 1e-5."""
    leak, size = 1e-4, 20.0
    network = build(passive(size, size, 1, leak), Protocol(stimuli=2, step_us=25.0))
    network.membrane.injected[:] = 5.0
    _, trace, _ = step_through(network, every=40)
    area = math.pi * (size * 1e-4) ** 2
    resistance, tau = 1e-9 / (leak * area), 1e-6 / leak * 1e3
    time = 1.0 * np.arange(1, len(trace) + 1)
    exact = -65.0 + 5.0 * resistance * (1.0 - np.exp(-time / tau))
    assert trace[:, 0, 0] == pytest.approx(exact, abs=1e-4)
    assert exact[-1] > -62.0


def test_a_cable_has_the_input_resistance_of_cable_theory() -> None:
    """A sealed cylinder: R_in = R_inf coth(L/lambda), here with half a compartment more in front (Rall 1977)."""
    length, diameter, leak, pieces = 500.0, 2.0, 4.2e-5, 20
    network = build(
        passive(length, diameter, pieces, leak), Protocol(stimuli=2, frequency_Hz=5, step_us=25.0)
    )
    network.membrane.injected[0, 0] = 10.0
    _, trace, _ = step_through(network, every=1000)
    radius, axial = diameter / 2 * 1e-4, 150.0
    space = math.sqrt(radius / (2 * axial * leak))
    endless = axial * space / (math.pi * radius**2)
    at = (length - length / pieces / 2) * 1e-4
    expected = (
        endless / math.tanh(length * 1e-4 / space) * math.cosh(at / space) / math.cosh(length * 1e-4 / space)
    )
    measured = (trace[-1, 0, 0] + 65.0) / 10.0 * 1e9
    assert measured == pytest.approx(expected, rel=2e-3)
    assert trace[-1, 0, -1] < trace[-1, 0, 0]
