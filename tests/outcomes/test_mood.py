"""Mood: the equations against another integrator, the numbers against published courses, the misfit by its size."""

from __future__ import annotations

from functools import cache

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

import painloop.exposure
from painloop import library
from painloop.core.dynamics import runge_kutta
from painloop.core.startup import configure
from painloop.outcomes.mood import Mood
from painloop.simulation import simulate

configure()

MOOD = Mood()
FILE = library.load("outcomes", MOOD.file)
RECEPTOR = library.load("receptor", "painloop-2026")
DAY = 24.0
SIX_DAYS = (0.0, 2.0, 4.0, 7.0, 9.0, 11.0)
"""Three times a week for two weeks, as Murrough 2013 gave six infusions in 12 days."""
BLOCKS = st.floats(0.0, 1.0)


@cache
def block_course() -> tuple[np.ndarray, np.ndarray]:
    """Block after 0.5 mg/kg over 40 min in a person of 70 kg and 45 years, from levels and the rule of Shaffer 2014."""
    at = [float(h) for h in np.concatenate([np.arange(0, 3, 1 / 30), np.arange(3, 48, 0.25)])]
    found = painloop.exposure(
        "ketamine 0.5 mg/kg iv over 40 min", model="kamp-2020", patients=1, at_h=at, hours=48
    )
    p = {name: value.number for name, value in RECEPTOR.parameters.items()}
    time = np.asarray(found.time_h)
    x = (
        p["fu_ketamine"]
        * np.asarray(found.typical["ketamine"])
        / p["molar_mass_ketamine"]
        / p["IC50u_ketamine"]
        + p["fu_norketamine"]
        * np.asarray(found.typical.get("norketamine", np.zeros_like(time)))
        / p["molar_mass_norketamine"]
        / p["IC50u_norketamine"]
    )
    k = np.log(2.0) / p["ke0_half_life"]
    site = solve_ivp(
        lambda t, e: k * (np.interp(t, time, x) - e),
        (0.0, 48.0),
        [0.0],
        t_eval=time,
        max_step=0.02,
        rtol=1e-8,
    ).y[0]
    return time, site / (1.0 + site)


def trigger(block: np.ndarray) -> np.ndarray:
    """D(block), written from the file's equation."""
    p = {name: value.number for name, value in FILE.parameters.items()}
    return block ** p["steepness"] / (block ** p["steepness"] + p["half"] ** p["steepness"])


@cache
def improvement(doses_d: tuple[float, ...], until_d: float) -> tuple[np.ndarray, np.ndarray]:
    """Hours and improvement by another integrator, equations and numbers taken from the file, in days."""
    p = {name: value.number for name, value in FILE.parameters.items()}
    time, block = block_course()
    inflow = 24.0 * p["scale"] * trigger(block)

    def slope(day: float, state: np.ndarray) -> list[float]:
        z, y, w = state
        rate = sum(np.interp((day - d) * DAY, time, inflow, left=0.0, right=0.0) for d in doses_d)
        return [
            rate * (1 - z / p["ceiling"]) - z / (p["tau_z"] / DAY),
            p["a"] * z * (1 - y) - y / p["tau_y"],
            p["b_w"] * y * (1 - w) - w / p["tau_w"],
        ]

    at = np.arange(0.0, until_d, 1.0 / 24.0)
    found = solve_ivp(slope, (0.0, until_d), [0.0] * 3, t_eval=at, method="LSODA", max_step=0.02, rtol=1e-8)
    return at * DAY, np.minimum(1.0, found.y[1] + found.y[2])


def at(hours: float, doses_d: tuple[float, ...] = (0.0,)) -> float:
    time, value = improvement(doses_d, 15.0)
    return float(np.interp(hours, time, value))


def parameters(count: int = 1) -> dict[str, jnp.ndarray]:
    """With the link at 1: mood as in depression."""
    return {name: jnp.full(count, value) for name, value in (MOOD.draw(FILE) | {"link": 1.0}).items()}


def test_the_scale_makes_one_infusion_raise_the_trigger_by_one() -> None:
    """The file's derivation, without loss: ceiling (1 - exp(-scale area / ceiling)) = 1; printed with four digits."""
    time, block = block_course()
    area = float(np.trapezoid(trigger(block), time))
    ceiling = FILE.parameters["ceiling"].number
    raised = ceiling * (1.0 - np.exp(-FILE.parameters["scale"].number * area / ceiling))
    assert raised == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize(
    ("hours", "wanted", "tolerance"), [(4.0, 0.23, 0.04), (24.0, 0.46, 0.01), (192.0, 0.31, 0.01)]
)
def test_one_infusion_has_the_course_it_was_set_to(hours: float, wanted: float, tolerance: float) -> None:
    """0.23, 0.46 and 0.31 belong to a trigger raised at once; an infusion of 40 min is 0.03 behind at 4 h."""
    assert at(hours) == pytest.approx(wanted, abs=tolerance)


def test_mood_peaks_near_24_hours_as_published() -> None:
    """Review of 2020 (10.1038/s41398-020-00897-0): peak at 24 h; the curve is flat, so half a day either way."""
    time, value = improvement((0.0,), 15.0)
    assert 12.0 <= time[value.argmax()] <= 36.0


def test_improvement_at_24_hours_is_of_the_size_of_a_published_change() -> None:
    """Murrough 2013: -16.5 of MADRS at 24 h; scores before treatment near 30 to 35 make that 0.47 to 0.55."""
    change = -FILE.published["madrs_change_24h"].number
    assert change / 35.0 - 0.05 < at(24.0) < change / 30.0


def test_the_known_misfit_has_the_size_that_the_file_states() -> None:
    """One set of numbers cannot give both published courses; neither is met, and the file says by how much.

    Observed: a benefit gone between day 5 and 8 after one infusion, half of the people relapsed 18 days after six.
    """
    left_on_day_8 = at(192.0) / at(24.0)
    assert left_on_day_8 == pytest.approx(0.68, abs=0.02)
    assert left_on_day_8 > 0.5  # the benefit should have faded by now
    time, value = improvement(SIX_DAYS, 60.0)
    after = time > (SIX_DAYS[-1] + 1.0) * DAY
    crossing = time[after][value[after] < 0.5][0] / DAY - SIX_DAYS[-1]
    assert crossing == pytest.approx(14.2, abs=0.3)
    assert crossing < FILE.published["relapse_after_six"].number
    text = " ".join(FILE.limits)
    assert "two thirds of the improvement of 24 h are left on day 8" in text
    assert "14 days after the last, against a median of 18" in text


def test_a_slower_second_pool_mends_the_relapse_and_worsens_the_fade() -> None:
    """What the file says of tau_w 30 to 40 d: the misfit is one of the equations, not of a number."""
    p = {name: float(value[0]) for name, value in parameters().items()}

    def course(tau_w_d: float, doses: tuple[float, ...], at_h: np.ndarray) -> np.ndarray:
        state, out, now = np.zeros(3), [], 0.0
        raised = [d * DAY for d in doses]
        for t in at_h:
            while now < t - 1e-9:
                if raised and now >= raised[0] - 1e-9:
                    state[0] += 1.0
                    raised.pop(0)
                z, y, w = state
                h = 0.25
                state = state + h * np.array(
                    [
                        -p["trigger_loss"] * z,
                        p["fast_gain"] * z * (1 - y) - p["fast_loss"] * y,
                        p["slow_gain"] * y * (1 - w) - w / (tau_w_d * DAY),
                    ]
                )
                now += h
            out.append(min(1.0, state[1] + state[2]))
        return np.array(out)

    hours = np.array([(11.0 + 18.0) * DAY])
    assert course(35.0, SIX_DAYS, hours)[0] > 0.5 > course(25.0, SIX_DAYS, hours)[0]
    single = np.array([24.0, 192.0])
    slow, usual = course(35.0, (0.0,), single), course(25.0, (0.0,), single)
    assert slow[1] / slow[0] > usual[1] / usual[0]


def test_the_engine_s_step_gives_what_another_integrator_gives() -> None:
    """Constant block for two days, then none: fourth-order steps of 15 min against LSODA, to 1e-6."""
    p = parameters()
    plain = {name: float(value[0]) for name, value in p.items()}
    d = 0.3**4 / (0.3**4 + 0.2**4)

    def slope(t: float, s: np.ndarray) -> list[float]:
        inflow = plain["scale"] * d if t < 48.0 else 0.0
        return [
            inflow * (1.0 - s[0] / plain["ceiling"]) - plain["trigger_loss"] * s[0],
            plain["fast_gain"] * s[0] * (1 - s[1]) - plain["fast_loss"] * s[1],
            plain["slow_gain"] * s[1] * (1 - s[2]) - plain["slow_loss"] * s[2],
        ]

    first = solve_ivp(slope, (0.0, 48.0 - 1e-12), [0.0] * 3, method="LSODA", rtol=1e-10, atol=1e-12).y[:, -1]
    wanted = solve_ivp(slope, (48.0, 240.0), first, method="LSODA", rtol=1e-10, atol=1e-12).y[:, -1]
    state, step = MOOD.initial(p), jnp.asarray(0.25)
    on, off = (MOOD.signal(jnp.asarray([b]), p) for b in (0.3, 0.0))
    for k in range(960):
        now = on if k < 192 else off
        state = runge_kutta(MOOD, p, state, step, now, now, now)
    np.testing.assert_allclose([float(s[0]) for s in state], wanted, atol=1e-6)
    assert float(MOOD.improvement(state, p)[0]) == pytest.approx(min(1.0, wanted[1] + wanted[2]), abs=1e-6)


def test_without_block_nothing_happens() -> None:
    p = parameters(3)
    signal = MOOD.signal(jnp.zeros(3), p)
    assert (np.asarray(signal[0]) < 1e-100).all()
    assert (np.asarray(MOOD.improvement(MOOD.initial(p), p)) == 0.0).all()
    slopes = MOOD.derivative(signal, MOOD.initial(p), p)
    assert all((np.abs(np.asarray(s)) < 1e-100).all() for s in slopes)


@given(BLOCKS, BLOCKS)
def test_more_block_never_sets_off_less(one: float, other: float) -> None:
    p = parameters()
    low, high = sorted((one, other))
    less, more = (float(MOOD.signal(jnp.asarray([b]), p)[0][0]) for b in (low, high))
    assert 0.0 <= less <= more < FILE.parameters["scale"].number


@given(st.floats(0.0, 50.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), BLOCKS)
def test_pools_never_leave_zero_to_one(z: float, y: float, w: float, block: float) -> None:
    """At the edges the slopes point inwards, so a pool that starts within stays within."""
    p = parameters()
    signal = MOOD.signal(jnp.asarray([block]), p)

    def slopes(y: float, w: float) -> tuple[float, ...]:
        state = tuple(jnp.asarray([v]) for v in (z, y, w))
        return tuple(float(s[0]) for s in MOOD.derivative(signal, state, p))

    assert slopes(0.0, w)[1] >= 0.0 > slopes(1.0, w)[1]
    assert slopes(y, 0.0)[2] >= 0.0 > slopes(y, 1.0)[2]
    assert 0.0 <= float(MOOD.improvement(tuple(jnp.asarray([v]) for v in (z, y, w)), p)[0]) <= 1.0


def test_half_of_what_people_on_ketamine_show_is_no_effect_of_the_drug() -> None:
    """The file says so; Murrough 2013 has -8.8 on midazolam against -16.5."""
    published = FILE.published
    share = published["madrs_change_24h_midazolam"].number / published["madrs_change_24h"].number
    assert share == pytest.approx(0.53, abs=0.01)
    assert "not the difference from a control" in " ".join(FILE.notes)


def test_mood_stays_as_it_is_unless_its_link_is_set() -> None:
    """Trials of ketamine for pain saw no change of mood (Pickering 2020, Fallon 2018)."""
    assert "mood" not in simulate("ketamine 0.5 mg/kg iv over 40 min", patients=1, days=2).dataset
    assert FILE.parameters["link"].number == 0.0


def test_an_infusion_of_days_is_followed_as_another_integrator_follows_it() -> None:
    """Steps of the engine are hours long there; LSODA on the engine's own block, straight between its times: 0.01."""
    order = "ketamine 10 mg/h iv for 1 h, then 20 mg/h for 300 h"
    data = simulate(order, patients=1, days=20, weight_kg=70, links={"mood": 1.0}).dataset
    time, block = data.time.values, data["block_mean"].values
    p = {name: float(value[0]) for name, value in parameters().items()}

    def slope(t: float, s: np.ndarray) -> list[float]:
        b = max(float(np.interp(t, time, block)), 1e-30)
        d = b**4 / (b**4 + np.exp(4.0 * p["log_half"]))
        return [
            p["scale"] * d * (1.0 - s[0] / p["ceiling"]) - p["trigger_loss"] * s[0],
            p["fast_gain"] * s[0] * (1 - s[1]) - p["fast_loss"] * s[1],
            p["slow_gain"] * s[1] * (1 - s[2]) - p["slow_loss"] * s[2],
        ]

    found = solve_ivp(slope, (0.0, time[-1]), [0.0] * 3, t_eval=time, method="LSODA", rtol=1e-8, max_step=1.0)
    wanted = np.minimum(1.0, found.y[1] + found.y[2])
    assert 0.9 < wanted.max() <= 1.0
    np.testing.assert_allclose(data["mood_mean"].values, wanted, atol=0.01)
