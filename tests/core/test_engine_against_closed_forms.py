"""Linear kinetics against exact solutions, an independent solver, and what must hold of any linear system."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from painloop.core import grid as grids
from painloop.core.course import Doses
from painloop.core.segments import Segment, run
from painloop.core.startup import configure
from painloop.core.steady_state import area_to_infinity, steady_state
from painloop.core.structure import LinearStructure

configure()

from painloop.core.engine import Cohort, Model, simulate, summarise  # noqa: E402

CLOSED_FORM = 1e-9
"""Asked of linear kinetics against closed forms: rounding of about fifty squarings and a few hundred products."""


def states(time, x, signal, y, parameters):
    """Every watched state as it is."""
    return x


def one_compartment(k: np.ndarray) -> tuple[Model, Cohort]:
    structure = LinearStructure(1, ((0, 0),), (0,), ())
    return Model(structure, (0,), (0,), states), Cohort(-k[None, :], {})


def absorption(ka: np.ndarray, k: np.ndarray) -> tuple[Model, Cohort]:
    structure = LinearStructure(2, ((0, 0), (1, 0), (1, 1)), (0, 1), ())
    return Model(structure, (0, 1), (0, 1), states), Cohort(np.stack([-ka, ka, -k]), {})


def mammillary(patients: int = 5) -> tuple[Model, Cohort]:
    random = np.random.default_rng(4)
    k10, k12, k21, k13, k31 = random.uniform(0.2, 4.0, (5, patients))
    structure = LinearStructure(3, ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (2, 2)), (0,), ())
    values = np.stack([-(k10 + k12 + k13), k21, k31, k12, -k21, k13, -k31])
    return Model(structure, (0,), (0, 1, 2), states), Cohort(values, {})


def infusion(start: float, stop: float, rate: np.ndarray) -> Doses:
    return Doses(
        start_h=np.array([start]), stop_h=np.array([stop]), input=np.array([0.0]), rate=rate[None, :]
    )


def bolus(time: float, amount: np.ndarray, state: int = 0) -> Doses:
    return Doses(impulse_h=np.array([time]), impulse_state=np.array([state]), impulse_amount=amount[None, :])


def course(model: Model, cohort: Cohort, doses: Doses, output_h: np.ndarray, grading=grids.FINE):
    return simulate(model, grids.lay(doses.event_h(), output_h, grading), doses, cohort)


def test_an_infusion_follows_the_one_compartment_solution_to_1e_9() -> None:
    k, rate = np.array([0.05, 0.5, 5.0, 50.0]), np.array([1.0, 10.0, 3.0, 7.0])
    model, cohort = one_compartment(k)
    times = np.array([0.0, 0.1, 1 / 3, 40 / 60, 1.0, 2.0, 7.3, 24.0, 48.0])
    got = course(model, cohort, infusion(1 / 3, 2.0, rate), times).quantities[0]
    on = np.clip(times[:, None] - 1 / 3, 0.0, 2.0 - 1 / 3)
    exact = rate / k * -np.expm1(-k * on) * np.exp(-k * np.clip(times[:, None] - 2.0, 0.0, None))
    assert np.max(np.abs(got - exact) / exact.max(axis=0)) < CLOSED_FORM


def test_equal_rates_in_a_row_need_no_eigenvectors() -> None:
    """Absorption as fast as elimination has a double pole: amount = D k t exp(-k t)."""
    k, dose = np.array([0.3, 1.7, 9.0]), np.array([5.0, 1.0, 2.0])
    model, cohort = absorption(k, k)
    times = np.array([0.0, 0.25, 1.0, 3.0, 12.0])
    got = course(model, cohort, bolus(0.0, dose), times).quantities[1]
    exact = dose * k * times[:, None] * np.exp(-k * times[:, None])
    assert np.max(np.abs(got - exact) / exact.max(axis=0)) < CLOSED_FORM


def test_each_patients_own_absorption_time_ends_exactly() -> None:
    """Zero-order input over each patient's own time: the one-compartment infusion solution."""
    k, over, dose = np.array([0.2, 1.0, 3.0]), np.array([0.2183, 0.7071, 1.9]), np.array([10.0, 20.0, 5.0])
    model, cohort = one_compartment(k)
    rate, nothing = dose / over, np.zeros(3)
    doses = Doses(
        edge_h=np.stack([np.zeros(3), over]), edge_input=np.zeros(2), edge_rate=np.stack([rate, -rate]),
        edge_amount=np.stack([nothing, nothing]), edge_until_h=np.array([2.0, 2.0]),
    )  # fmt: skip
    times = np.array([0.0, 0.1, 0.5, 1.0, 2.0, 6.0])
    got = course(model, cohort, doses, times).quantities[0]
    on = np.minimum(times[:, None], over)
    exact = rate / k * -np.expm1(-k * on) * np.exp(-k * np.clip(times[:, None] - over, 0.0, None))
    assert np.max(np.abs(got - exact) / exact.max(axis=0)) < CLOSED_FORM


def test_a_lag_of_each_patients_own_shifts_the_curve_exactly() -> None:
    k, lag, dose = np.array([0.4, 2.0]), np.array([0.137, 0.911]), np.array([3.0, 4.0])
    model, cohort = absorption(3.0 * k, k)
    doses = Doses(
        edge_h=lag[None, :], edge_input=np.array([0.0]), edge_rate=np.zeros((1, 2)), edge_amount=dose[None, :],
        edge_until_h=np.array([1.0]),
    )  # fmt: skip
    times = np.array([0.0, 0.5, 1.0, 4.0])
    got = course(model, cohort, doses, times).quantities[1]
    since = np.clip(times[:, None] - lag, 0.0, None)
    exact = dose * 1.5 * (np.exp(-k * since) - np.exp(-3.0 * k * since))
    assert np.max(np.abs(got - exact) / exact.max(axis=0)) < CLOSED_FORM


def test_three_compartments_agree_with_an_independent_solver() -> None:
    """scipy DOP853 at 1e-12, restarted at the stop of the infusion; its own error is near 1e-10."""
    model, cohort = mammillary()
    rate = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    times = np.array([0.0, 1.0, 4.0, 5.0, 24.0])
    got = course(model, cohort, infusion(0.0, 4.0, rate), times).quantities
    for p in range(5):
        a = np.zeros((3, 3))
        for (i, j), value in zip(model.structure.entries, cohort.values[:, p], strict=True):
            a[i, j] = value
        after_4 = solved(a, np.array([rate[p], 0.0, 0.0]), np.zeros(3), 4.0)
        after_24 = solved(a, np.zeros(3), after_4, 20.0)
        for q in range(3):
            assert got[q][2, p] == pytest.approx(after_4[q], rel=CLOSED_FORM)
            assert got[q][4, p] == pytest.approx(after_24[q], rel=CLOSED_FORM)


def solved(a: np.ndarray, b: np.ndarray, start: np.ndarray, hours: float) -> np.ndarray:
    """States after some hours by scipy's DOP853."""
    solution = solve_ivp(
        lambda t, x: a @ x + b, (0, hours), start, "DOP853", [hours], rtol=1e-12, atol=1e-14, max_step=0.1
    )
    return solution.y[:, -1]


def test_two_doses_add_up() -> None:
    model, cohort = mammillary()
    ones, times = np.ones(5), np.array([0.0, 2.0, 6.0, 13.0])
    first, second = infusion(0.0, 1.0, ones), infusion(5.0, 8.0, 2.0 * ones)
    both = Doses(
        start_h=np.array([0.0, 5.0]),
        stop_h=np.array([1.0, 8.0]),
        input=np.zeros(2),
        rate=np.stack([ones, 2.0 * ones]),
    )
    alone = [course(model, cohort, doses, times).quantities[0] for doses in (first, second)]
    together = course(model, cohort, both, times).quantities[0]
    np.testing.assert_allclose(together, alone[0] + alone[1], rtol=1e-11, atol=1e-14)


def test_what_entered_is_still_there_or_has_left() -> None:
    """Mass balance: amount in the body plus the area of what leaves equals the dose."""
    k = np.array([0.3, 2.0])
    structure = LinearStructure(2, ((0, 0), (1, 0)), (0,), ())
    model, cohort = Model(structure, (0,), (0, 1), states), Cohort(np.stack([-k, k]), {})
    times = np.array([0.0, 0.7, 3.0, 30.0])
    body, gone = course(model, cohort, infusion(0.0, 2.5, np.array([4.0, 8.0])), times).quantities
    entered = np.minimum(times, 2.5)[:, None] * np.array([4.0, 8.0])
    np.testing.assert_allclose(body + gone, entered, rtol=1e-12, atol=1e-13)


def test_the_steady_state_is_where_two_hundred_doses_arrive() -> None:
    model, cohort = mammillary()
    amount, interval = np.ones(5), 8.0
    one = course(model, cohort, bolus(0.0, amount), np.array([0.0, interval]))
    settled = steady_state(model.structure, cohort.values, one.linear_end, interval)
    many = Doses(
        impulse_h=np.arange(200) * interval,
        impulse_state=np.zeros(200),
        impulse_amount=np.tile(amount, (200, 1)),
    )
    after = course(model, cohort, many, np.array([0.0, 200 * interval])).linear_end
    np.testing.assert_allclose(settled, after, rtol=CLOSED_FORM)


def test_the_area_to_infinity_is_dose_over_clearance() -> None:
    model, cohort = mammillary()
    amount = np.full(5, 3.0)
    start = np.zeros((3, 5))
    start[0] = amount
    k10 = -cohort.values[0] - cohort.values[3] - cohort.values[5]
    np.testing.assert_allclose(
        area_to_infinity(model.structure, cohort.values, start)[0], amount / k10, rtol=1e-12
    )


def test_cutting_a_course_into_segments_changes_nothing() -> None:
    model, cohort = mammillary()
    doses, times = infusion(0.5, 3.25, np.ones(5)), np.array([0.0, 1.0, 2.0, 2.5, 3.0, 9.0])
    whole = course(model, cohort, doses, times).quantities[0]
    cuts = [0.0, 1.0, 2.5, 9.0]
    segments = [Segment(a, b, doses.window(a, b), cohort) for a, b in itertools.pairwise(cuts)]
    parts = run(model, segments, times).quantities[0]
    np.testing.assert_allclose(parts, whole, rtol=1e-11, atol=1e-15)


def test_a_patient_does_not_depend_on_the_others() -> None:
    model, cohort = mammillary(40)
    times, rate = np.array([0.0, 1.0, 10.0]), np.linspace(1.0, 2.0, 40)
    together = course(model, cohort, infusion(0.0, 2.0, rate), times).quantities[0]
    alone = course(
        model, Cohort(cohort.values[:, 17:18], {}), infusion(0.0, 2.0, rate[17:18]), times
    ).quantities[0]
    np.testing.assert_allclose(alone[:, 0], together[:, 17], rtol=1e-11)


def test_a_summary_is_the_sum_over_the_trajectories() -> None:
    model, cohort = mammillary(33)
    doses, times = infusion(0.0, 2.0, np.linspace(1.0, 3.0, 33)), np.array([0.0, 1.0, 2.0, 5.0])
    every = np.stack(course(model, cohort, doses, times).quantities, axis=1)
    edges = np.tile(np.linspace(0.01, 2.0, 7), (3, 1))
    summary = summarise(model, grids.lay(doses.event_h(), times), doses, cohort, edges)
    assert summary.count == 33
    np.testing.assert_allclose(summary.total, every.sum(-1), rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(summary.total_squares, (every**2).sum(-1), rtol=1e-11, atol=1e-14)
    np.testing.assert_array_equal(summary.below, (every[:, :, None, :] < edges[None, :, :, None]).sum(-1))


@settings(deadline=None, max_examples=12)
@given(st.lists(st.integers(0, 600), min_size=2, max_size=5, unique=True), st.floats(0.05, 20.0))
def test_any_whole_minutes_of_an_infusion_are_met_exactly(minutes: list[int], k: float) -> None:
    minutes = sorted(minutes)
    start, stop = minutes[0] / 60.0, minutes[1] / 60.0
    model, cohort = one_compartment(np.array([k, k]))
    times = np.array([0.0, stop, 11.0])
    got = course(model, cohort, infusion(start, stop, np.array([1.0, 2.0])), times).quantities[0][1]
    np.testing.assert_allclose(got, np.array([1.0, 2.0]) / k * -np.expm1(-k * (stop - start)), rtol=1e-10)
