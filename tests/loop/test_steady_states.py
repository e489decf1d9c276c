"""Fixed points, folds, watershed and reset times of the gain rivals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gain_courses import CENTRAL, ENTRIES, K, constants, course, persons, proportional, pulses
from hypothesis import given
from hypothesis import strategies as st

from painloop import library
from painloop.errors import InputError
from painloop.loop.gain import HOURS_PER_DAY, Constants
from painloop.loop.reset import from_circuit, reset_days
from painloop.loop.steady_states import bistable_inputs, branches, folds, potentiated, sensitized, separatrix

FROZEN = Constants.of(ENTRIES["driven_gain"], frozen=True)
BLOCKS = np.array([0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])


def slope_of_gain(gain: np.ndarray, person_input: float, k: Constants) -> np.ndarray:
    """g' without drug, 1/h, written out again."""
    drive = person_input * (1.0 + k.kappa * (1.0 if k.frozen else gain))
    return k.k_up * drive**k.h / (1.0 + drive**k.h) * (1.0 - gain) - k.k_0 * gain


def rests(person_input: float, k: Constants) -> list[float]:
    """Gains at which g' changes sign, found by looking everywhere."""
    gain = np.linspace(0.0, 1.0, 200_001)
    slopes = slope_of_gain(gain, person_input, k)
    return [float(gain[i]) for i in np.flatnonzero(np.sign(slopes[1:]) != np.sign(slopes[:-1]))]


@pytest.mark.parametrize(
    ("kappa", "h", "lower", "upper"),
    [(3, 6, 0.239, 0.337), (3, 8, 0.255, 0.425), (2, 6, 0.309, 0.364), (4, 8, 0.207, 0.409)],
)
def test_folds_are_those_of_the_proposal(kappa: float, h: float, lower: float, upper: float) -> None:
    """Regression, not validation: the proposal's prototype, whose three digits allow half a unit of the last."""
    assert bistable_inputs(constants(kappa, h)) == pytest.approx((lower, upper), abs=6e-4)


def test_folds_of_the_shipped_set_have_the_gains_of_the_proposal() -> None:
    """Regression, not validation: 0.074 and 0.712."""
    assert [f.gain for f in folds(K)] == pytest.approx([0.074, 0.712], abs=6e-4)


@given(st.floats(0.1, 1.5))
def test_two_stable_states_exist_only_between_the_folds(person_input: float) -> None:
    low, high = bistable_inputs(K) or (np.nan, np.nan)
    if min(abs(person_input - low), abs(person_input - high)) < 1e-3:
        return
    assert len(rests(person_input, K)) == (3 if low < person_input < high else 1)


@given(st.floats(0.05, 3.0))
def test_without_feedback_every_input_has_one_state_which_the_gain_approaches(person_input: float) -> None:
    (at,) = rests(person_input, FROZEN) or [0.0]
    found = float(sensitized(np.array([person_input]), FROZEN)[0])
    assert found == pytest.approx(at, abs=1e-5)
    assert slope_of_gain(np.array(found - 1e-3), person_input, FROZEN) > 0.0
    assert slope_of_gain(np.array(found + 1e-3), person_input, FROZEN) < 0.0
    assert folds(FROZEN) == ()


@given(st.floats(0.2395, 3.0))
def test_sensitized_state_and_watershed_are_where_the_slope_vanishes(person_input: float) -> None:
    found = float(sensitized(np.array([person_input]), K)[0])
    assert float(slope_of_gain(np.array(found), person_input, K)) == pytest.approx(0.0, abs=1e-12)
    between = float(separatrix(np.array([person_input]), K)[0])
    if np.isfinite(between):
        assert float(slope_of_gain(np.array(between), person_input, K)) == pytest.approx(0.0, abs=1e-12)
        assert between < found
        assert slope_of_gain(np.array(between + 1e-4), person_input, K) > 0.0
    else:
        assert person_input > 0.3372


def test_stable_branches_attract_in_both_states_and_the_others_do_not() -> None:
    """With early potentiation on: the eigenvalues of the two equations, by central differences."""
    k = replace(K, kappa_e=1.0)
    p = k.shared()

    def slope(state: np.ndarray, person_input: float) -> np.ndarray:
        own = p | {"N": person_input}
        return np.stack(CENTRAL.derivative((np.ones(()), np.array(k.k_0)), tuple(state), own))  # type: ignore[arg-type]

    for branch in branches(k, points=9):
        for person_input, gain in zip(branch.input[1:-1], branch.gain[1:-1], strict=True):
            s = k.k_0 * gain / (k.k_up * (1.0 - gain))
            at = np.array([k.k_e * k.tau_e * s / (1.0 + k.k_e * k.tau_e * s), gain])
            np.testing.assert_allclose(slope(at, person_input), 0.0, atol=1e-12)
            steps = 1e-6 * np.eye(2)
            columns = [(slope(at + d, person_input) - slope(at - d, person_input)) / 2e-6 for d in steps]
            assert (np.linalg.eigvals(np.stack(columns, axis=1)).real.max() < 0.0) == branch.stable


def test_an_input_too_low_for_a_sensitized_state_is_refused() -> None:
    with pytest.raises(InputError, match=r"0\.2 has no sensitized state; give one of at least 0\.2"):
        sensitized(np.array([0.5, 0.2]), K)


def test_reset_takes_the_days_of_the_proposal() -> None:
    """Regression, not validation: the prototype in whole days at N 0.30 with A = 1 - B."""
    days = reset_days(BLOCKS, proportional(BLOCKS), 0.30, K)
    assert days[0] > 30.0
    np.testing.assert_array_equal(np.ceil(days[1:]), [10, 5, 3, 3, 3, 3, 3])


@given(st.floats(0.24, 0.336), st.floats(0.1, 0.9), st.floats(0.0, 0.9), st.floats(0.0, 0.1))
def test_less_wind_up_never_takes_longer(person_input: float, block: float, left: float, more: float) -> None:
    days = reset_days(np.full(2, block), np.array([left, left + more]), person_input, K)
    assert days[0] <= days[1]


def days_within(block: np.ndarray, left: np.ndarray, person_input: float) -> tuple[np.ndarray, np.ndarray]:
    """Least and most days of any reset, in closed form.

    At least those of removal alone, ln(start/watershed)/loss: no drive lets the gain fall faster. At most those of
    potentiation held at its start, where it is strongest: the gain then falls as one exponential to its rest.
    """
    watershed = float(separatrix(np.array([person_input]), K)[0])
    start = float(sensitized(np.array([person_input]), K)[0])
    removed = block**K.m / (block**K.m + K.B50**K.m)
    loss = K.k_dn * removed + K.k_0
    pushed = K.k_up * potentiated(left * person_input * (1.0 + K.kappa * start), K)
    rest = pushed / (loss + pushed)
    reached = rest < watershed
    share = (start - rest) / np.where(reached, watershed - rest, 1.0)
    longest = np.where(reached, np.log(np.maximum(share, 1.0)) / (loss + pushed), np.inf)
    return np.log(start / watershed) / loss / HOURS_PER_DAY, longest / HOURS_PER_DAY


TRAPEZOIDS = 1e-5
"""Relative error of 2,000 trapezoids on 1/g down to the lowest watershed, 0.074: 3e-6 of 2.4."""
curves = st.tuples(st.floats(0.127, 0.298), st.floats(1.78, 2.13))
"""half and steepness, within the range that the file of the curve gives."""


@given(curves, st.floats(0.2395, 0.3365), st.floats(0.2, 0.54))
def test_a_curve_within_its_range_resets_sooner_than_one_minus_the_block(
    curve: tuple[float, float], person_input: float, block: float
) -> None:
    """A <= 1 - B as (B/half)^steepness >= B/(1 - B); at half 0.298 that is from B 0.12 (2.13) on."""
    at = np.array([block])
    left = 1.0 / (1.0 + (at / curve[0]) ** curve[1])
    ours, plain = (reset_days(at, a, person_input, K) for a in (left, proportional(at)))
    assert ours[0] <= plain[0]


@given(curves, st.floats(0.2395, 0.3365), st.floats(0.02, 0.95))
def test_a_reset_lies_between_removal_alone_and_potentiation_at_its_strongest(
    curve: tuple[float, float], person_input: float, block: float
) -> None:
    at = np.array([block])
    left = 1.0 / (1.0 + (at / curve[0]) ** curve[1])
    shortest, longest = days_within(at, left, person_input)
    (days,) = reset_days(at, left, person_input, K)
    assert shortest[0] <= days * (1.0 + TRAPEZOIDS)
    assert days <= longest[0] * (1.0 + TRAPEZOIDS)


def test_the_map_of_the_circuit_is_sooner_wherever_its_curve_leaves_less_drive() -> None:
    """Up to a block of 0.8; where the curve leaves more, the map stays within its closed form."""
    blocks = np.linspace(0.1, 0.8, 36)
    left = from_circuit(blocks, library.load("drives", "painloop-2026"))
    less = left <= proportional(blocks)
    assert less[(blocks >= 0.2) & (blocks <= 0.54)].all()
    for person_input in (0.26, 0.30, 0.33):
        ours, plain = (reset_days(blocks, a, person_input, K) for a in (left, proportional(blocks)))
        shortest, longest = days_within(blocks, left, person_input)
        assert (ours[less] <= plain[less]).all()
        assert (ours >= shortest * (1.0 - TRAPEZOIDS)).all()
        assert (ours <= longest * (1.0 + TRAPEZOIDS)).all()


@given(st.floats(0.24, 0.336), st.floats(0.05, 0.6), st.floats(0.01, 0.3))
def test_more_block_never_takes_longer(person_input: float, block: float, more: float) -> None:
    both = np.array([block, block + more])
    first, second = reset_days(both, proportional(both), person_input, K)
    assert second <= first


def test_no_block_resets_where_no_second_state_exists() -> None:
    assert np.isinf(reset_days(BLOCKS, proportional(BLOCKS), 0.40, K)).all()
    assert np.isinf(reset_days(BLOCKS, proportional(BLOCKS), 0.50, FROZEN)).all()
    with pytest.raises(InputError, match="knows no early potentiation"):
        reset_days(BLOCKS, BLOCKS, 0.3, replace(K, kappa_e=1.0))


def test_a_block_of_the_reset_time_is_just_enough() -> None:
    """Integrated with the rival itself: 3 % less returns, 3 % more stays well."""
    (days,) = reset_days(np.array([0.25]), np.array([0.75]), 0.30, K)
    p = persons(CENTRAL, np.array([0.30]))
    after = {}
    for share in (0.97, 1.03):
        block, edges = pulses([(0.0, share * days, 0.25)])
        after[share] = course(CENTRAL, p, block, edges, [1500.0])[-1, 1, 0]
    assert after[0.97] > 0.7 > 0.1 > after[1.03]
