"""The rivals of lasting relief against their closed forms, alone and at the end of the whole line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from scipy.optimize import brentq
from simulation_runs import at, mean, noppers, persons, sigtermans, typical

from painloop import library
from painloop.core.startup import configure
from painloop.errors import InputError
from painloop.loop import RIVALS, rivals
from painloop.loop.rival import Drive
from painloop.outcomes.pain import responder_chance
from painloop.simulation.plan import plan, read
from painloop.simulation.settings import settings

configure()

DAHAN = library.load("loop", "dahan-2011")
DELAY = RIVALS["effect_delay"]
T_HALF_H = 10.9 * 24.0
"""Dahan 2011 (abstract): half-life of onset and offset, 10.9 d."""
C50 = 10.5
"""Dahan 2011 (abstract), ng/mL."""


def responder(count: int = 1) -> dict[str, np.ndarray]:
    return DELAY.draw(DAHAN, {"responder": np.zeros(count)}, treated=True)


def course(level: float, hours: np.ndarray, start: float = 0.0) -> np.ndarray:
    """The slow state under a level that stays, by an independent solver."""
    p = responder()

    def slope(_: float, state: np.ndarray) -> np.ndarray:
        drive = Drive(np.array([level]), np.array([0.0]), np.array([1.0]))  # type: ignore[arg-type]
        return np.asarray(DELAY.derivative(DELAY.signal(drive, p), (state,), p)[0])  # type: ignore[arg-type]

    return solve_ivp(slope, (0.0, hours[-1]), [start], "DOP853", hours, rtol=1e-11, atol=1e-12).y[0]


def test_slow_compartment_fills_as_its_closed_form() -> None:
    hours = np.linspace(0.0, 100.0 * 24.0, 51)
    expected = 233.0 * (1.0 - 2.0 ** (-hours / T_HALF_H))
    np.testing.assert_allclose(course(233.0, hours), expected, rtol=1e-8, atol=1e-8)


def test_slow_compartment_empties_by_half_in_its_half_life() -> None:
    hours = np.linspace(0.0, 5.0 * T_HALF_H, 26)
    found = course(0.0, hours, start=54.0)
    np.testing.assert_allclose(found, 54.0 * 2.0 ** (-hours / T_HALF_H), rtol=1e-8)
    assert found[5] == pytest.approx(27.0, rel=1e-8)


def test_100_h_at_the_end_rate_reach_five_times_c50() -> None:
    """The file says: held at 233 ng/mL for 100 h the slow compartment would reach 54 ng/mL."""
    assert course(233.0, np.array([0.0, 100.0]))[-1] == pytest.approx(54.0, abs=0.5)


def test_relief_is_half_at_c50_for_a_responder_and_none_for_the_others() -> None:
    p = DELAY.draw(DAHAN, {"responder": np.array([0.0, 0.669, 0.671, 1.0])}, treated=True)
    found = np.asarray(DELAY.relief((np.full(4, C50),), p))  # type: ignore[arg-type]
    np.testing.assert_allclose(found, [0.5, 0.5, 0.0, 0.0], rtol=1e-12)
    untreated = DELAY.draw(DAHAN, {"responder": np.zeros(4)}, treated=False)
    assert not np.asarray(DELAY.relief((np.full(4, C50),), untreated)).any()  # type: ignore[arg-type]


@given(st.floats(0.0, 1e6), st.floats(0.0, 1e6), st.floats(0.3, 4.0))
def test_relief_is_a_share_and_rises_with_the_slow_state(low: float, more: float, hill: float) -> None:
    p = responder() | {"hill": np.array([hill])}
    one, two = (float(DELAY.relief((np.array([c]),), p)[0]) for c in (low, low + more))  # type: ignore[arg-type]
    assert 0.0 <= one <= two <= 1.0


def test_two_of_three_respond_to_ketamine_and_placebo_responders_are_among_them() -> None:
    """Dahan 2011: 0.67 on S-ketamine, 0.23 on saline; 1,000 people, four binomial standard errors."""
    relief = persons(sigtermans(), "relief", "effect_delay")
    responds = relief[sigtermans().dataset.time.values == 168.0][0] > 0.0
    assert responds.mean() == pytest.approx(0.67, abs=4.0 * np.sqrt(0.67 * 0.33 / 1000))
    np.testing.assert_array_equal(responds, (relief[1:] > 0.0).any(axis=0))
    chance = responder_chance(1, 0, 1000)
    np.testing.assert_array_equal(responds, chance < 0.67)
    assert (chance < 0.23).mean() == pytest.approx(0.23, abs=4.0 * np.sqrt(0.23 * 0.77 / 1000))


def test_nothing_lasts_where_nothing_is_said_to_last() -> None:
    assert not persons(sigtermans(), "relief", "none").any()
    assert not mean(sigtermans(), "relief", "none").any()


def test_racemate_counts_by_its_binding() -> None:
    """Ebert 1997, Ki S 0.3, R 1.4 uM: of 1 ng/mL racemate 1/1.65 acts like S-ketamine, of R alone 0.3/1.4."""

    def equivalents(order: str, model: str | None = None) -> dict[str, float]:
        return dict(plan(read(order), None, 1.0, "all", model, None, None, settings({})).line.equivalents)

    assert equivalents("S-ketamine 10 mg iv over 1 h") == {"S-ketamine": 1.0}
    racemate = equivalents("ketamine 10 mg iv over 1 h")
    assert racemate == {"ketamine": pytest.approx(2.0 * 0.3 * 1.4 / (0.3 + 1.4) / 0.494 / 1.65, rel=0.01)}
    one = equivalents("R-ketamine 10 mg iv over 1 h", "kamp-2020")
    assert one == {"R-ketamine": pytest.approx(0.3 / 1.4, rel=0.02)}


def test_rivals_are_chosen_by_name_each_once() -> None:
    assert [r.name for r in rivals("all")] == ["none", "effect_delay", "central_gain", "driven_gain"]
    assert [r.name for r in rivals("effect_delay, none,effect_delay")] == ["effect_delay", "none"]
    with pytest.raises(
        InputError, match=r"'dogma' is not a rival; --loop takes none, .*, driven_gain or all"
    ):
        rivals("none,dogma")


# --- the whole line against a matrix exponential -----------------------------------------------------------------

OTTO = {n: v.number for n, v in library.load("pharmacokinetics", "otto-2021").parameters.items()}
RECEPTOR = {n: v.number for n, v in library.load("receptor", "painloop-2026").parameters.items()}
K1, K2, K3, N1, N2, BOUND, ANALGESIC, SLOW, RATE = range(9)


def matrix() -> np.ndarray:
    """Otto 2021 at 70 kg (mg), receptor and analgesic sites, the slow site and a rate that stays, written by hand."""
    p, a = OTTO, np.zeros((9, 9))

    def flow(giver: int, taker: int | None, rate: float) -> None:
        a[giver, giver] -= rate
        if taker is not None:
            a[taker, giver] += rate

    flow(K1, K2, p["Q1"] / p["V1"])
    flow(K2, K1, p["Q1"] / p["Vp1"])
    flow(K1, K3, p["Q2"] / p["V1"])
    flow(K3, K1, p["Q2"] / p["Vp2"])
    flow(K1, N1, p["CL"] / p["V1"])
    flow(N1, N2, p["Q_NK"] / p["V_NK"])
    flow(N2, N1, p["Q_NK"] / p["Vp_NK"])
    flow(N1, None, p["CL_NK"] / p["V_NK"])
    parent, metabolite = 1000.0 / p["V1"], 1000.0 / p["V_NK"]
    r = RECEPTOR

    def site(where: int, half_life: float, of: dict[int, float]) -> None:
        ke0 = np.log(2.0) / half_life
        a[where, where] = -ke0
        for state, weight in of.items():
            a[where, state] = ke0 * weight

    binding = {
        K1: parent * r["fu_ketamine"] * r["potency_S"] / r["molar_mass_ketamine"] / r["IC50u_ketamine"],
        N1: metabolite
        * r["fu_norketamine"]
        * r["potency_S_norketamine"]
        / r["molar_mass_norketamine"]
        / r["IC50u_norketamine"],
    }
    site(BOUND, r["ke0_half_life"], binding)
    assert r["ke0_half_life"] == pytest.approx(6.1 / 60.0, rel=1e-6)  # Olofsen 2012, mean over endpoints
    site(ANALGESIC, 11.8 / 60.0, {K1: parent})  # Olofsen 2012, pain intensity
    site(SLOW, T_HALF_H, {K1: parent})
    a[K1, RATE] = 1.0
    return a


def states(hours: np.ndarray, rate: float, stop: float) -> np.ndarray:
    """States at each time of one infusion, exactly."""
    a, found = matrix(), np.zeros((len(hours), 9))
    first = np.zeros(9)
    first[RATE] = rate
    at_stop = expm(a * stop) @ first
    at_stop[RATE] = 0.0
    for row, time in enumerate(hours):
        found[row] = expm(a * time) @ first if time <= stop else expm(a * (time - stop)) @ at_stop
    return found


@pytest.mark.parametrize(
    ("order", "rate", "stop"),
    [("S-ketamine 0.5 mg/kg iv over 30 min", 70.0, 0.5), ("S-ketamine 6 mg/h iv for 20 h", 6.0, 20.0)],
)
def test_a_typical_course_is_its_closed_form_from_pump_to_pain(order: str, rate: float, stop: float) -> None:
    """Levels, block and acute pain come from exact steps, lasting relief from the grid (stated bar: 1e-6)."""
    result = typical(order, 30)
    hours = result.dataset.time.values
    x = states(hours, rate, stop)
    level = x[:, K1] * 1000.0 / OTTO["V1"]
    np.testing.assert_allclose(mean(result, "S-ketamine"), level, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        mean(result, "S-norketamine"), x[:, N1] * 1000.0 / OTTO["V_NK"], rtol=1e-9, atol=1e-12
    )
    np.testing.assert_allclose(
        mean(result, "block"), x[:, BOUND] / (1.0 + x[:, BOUND]), rtol=1e-8, atol=1e-12
    )
    relief = 0.67 * x[:, SLOW] / (C50 + x[:, SLOW])  # a typical person has the share who respond
    np.testing.assert_allclose(mean(result, "relief", "effect_delay"), relief, rtol=1e-6, atol=1e-9)
    condition = library.load("conditions", "crps")
    drift = condition.natural_course.drift_per_week.number / 168.0
    placebo = (
        0.23 * 0.91 * (1.0 - 2.0 ** (-hours / 24.0))
    )  # a typical person has the mean share of the mixture
    untreated = (7.0 + drift * hours) * (1.0 - placebo)
    acute = -0.038 * x[:, ANALGESIC]
    for rival, lasting in (("none", 0.0), ("effect_delay", relief)):
        expected = np.clip(untreated * (1.0 - lasting) + acute, 0.0, 10.0)
        np.testing.assert_allclose(mean(result, "pain", rival), expected, rtol=1e-6, atol=1e-8)


# --- the gain rivals at the end of the whole line, against an independent solver -------------------------------------


def gain_relief(rival: str, hours: np.ndarray, rate: float, stop: float) -> np.ndarray:
    """Relief of a typical person (N 0.5) from equations written again, driven by the exact block."""
    p = {
        n: v.number
        for n, v in library.load("loop", f"painloop-2026-{rival.replace('_', '-')}").parameters.items()
    }
    curve = {n: v.number for n, v in library.load("drives", "painloop-2026").parameters.items()}
    frozen = rival == "driven_gain"
    a, first = matrix(), np.zeros(9)
    first[RATE] = rate
    at_stop = expm(a * stop) @ first
    at_stop[RATE] = 0.0

    def loss_and_potentiation(gain: float, blocked: float) -> tuple[float, float]:
        left = 1.0 / (1.0 + (blocked / curve["half"]) ** curve["steepness"])
        u = left * p["N"] * (1.0 + p["kappa"] * (1.0 if frozen else gain))
        removed = blocked ** p["m"] / (blocked ** p["m"] + p["B50"] ** p["m"])
        return p["k_dn"] * removed + p["k_0"], p["k_up"] * u ** p["h"] / (1.0 + u ** p["h"])

    def slope(t: float, y: np.ndarray) -> np.ndarray:
        """Linear states and gain together, per hour."""
        x, gain = y[:9], y[9]
        bound = max(x[BOUND], 0.0)
        loss, up = loss_and_potentiation(gain, bound / (1.0 + bound))
        return np.append(a @ x, (up * (1.0 - gain) - loss * gain) / 24.0)

    gain = brentq(lambda g: np.subtract(*_flows(loss_and_potentiation(g, 0.0), g)), 0.5, 1.0, xtol=1e-15)
    during = solve_ivp(slope, (0.0, stop), np.append(first, gain), "LSODA", rtol=1e-10, atol=1e-12)
    after = solve_ivp(
        slope, (stop, hours[-1]), np.append(at_stop, during.y[9, -1]), "LSODA", hours[hours > stop],
        rtol=1e-10, atol=1e-12,
    )  # fmt: skip
    return p["c"] * (1.0 - after.y[9] / gain)


def _flows(rates: tuple[float, float], gain: float) -> tuple[float, float]:
    loss, up = rates
    return up * (1.0 - gain), loss * gain


@pytest.mark.parametrize("rival", ["central_gain", "driven_gain"])
def test_lasting_relief_of_a_gain_is_that_of_an_independent_solver(rival: str) -> None:
    """From pump to gain, 20 h of infusion; the grid's stated bar is 1e-6."""
    order, rate, stop = "S-ketamine 14 mg/h iv for 20 h", 14.0, 20.0
    result = typical(order, 30)
    hours = result.dataset.time.values
    expected = gain_relief(rival, hours, rate, stop)
    assert expected.max() > 0.1
    np.testing.assert_allclose(mean(result, "relief", rival)[hours > stop], expected, atol=1e-6)


def test_gain_and_relief_of_a_typical_person_belong_together() -> None:
    """Relief is 0.7 (1 - g / g_start); those without a gain have none to show."""
    result = typical("S-ketamine 14 mg/h iv for 20 h", 30)
    for rival in ("central_gain", "driven_gain"):
        gain = mean(result, "gain", rival)
        np.testing.assert_allclose(mean(result, "relief", rival), 0.7 * (1.0 - gain / gain[0]), atol=1e-9)
    assert np.isnan(mean(result, "gain", "effect_delay")).all()


def test_a_short_infusion_leaves_nothing_under_the_gain_rivals_and_five_days_leave_weeks() -> None:
    """Noppers 2011 found no difference at weeks 1 and 8.

    The proposal says at most 1 % of the gain, 0.007 of pain, for a block that stops with the infusion. In the whole
    line block outlasts the infusion, so the bound here, 0.02 of pain (3 % of the gain), is wider and our own.
    """
    for rival in ("central_gain", "driven_gain"):
        assert at(noppers(), "relief", 168.0, rival) < 0.02
        assert at(sigtermans(), "relief", 336.0, rival) > 0.2
        assert not mean(noppers().comparator, "relief", rival).any()
