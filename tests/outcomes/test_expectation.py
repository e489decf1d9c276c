"""Expectation is off by default, moves only those given the drug, and acute pain heals; unknown effects borrow none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painloop import library
from painloop.core.startup import configure
from painloop.errors import InputError
from painloop.library.reading import read_mapping
from painloop.outcomes import expectation, pain
from painloop.outcomes.expectation import Expectation, placebo_responder_probability

configure()

NOISE = library.load("outcomes", "harris-2005")
CRPS = library.load("conditions", "crps")
COUNT, SE = 40_000, 5.0
SHARES, SHIFTS = st.floats(0.001, 0.999), st.floats(-5.0, 5.0)


def drawn(how: Expectation | None = None, typical: bool = False) -> dict[str, np.ndarray]:
    return pain.draw(CRPS, NOISE, 3, 0, COUNT, typical, expectation=how)


def test_expectation_is_off_unless_it_is_set() -> None:
    assert Expectation().unblinding == 0.0
    plain, off = drawn(), drawn(Expectation(0.0))
    assert all(np.array_equal(plain[name], off[name]) for name in plain)


@given(SHARES, SHIFTS)
def test_the_shift_is_one_of_the_logit_and_only_for_those_given_the_drug(p: float, shift: float) -> None:
    moved = placebo_responder_probability(p, shift, True)
    assert math.log(moved / (1 - moved)) - math.log(p / (1 - p)) == pytest.approx(shift, abs=1e-6)
    assert placebo_responder_probability(p, shift, False) == p


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_certainty_is_not_moved(p: float) -> None:
    assert placebo_responder_probability(p, 2.0, True) == p


def test_a_shift_of_one_moves_0_23_to_0_45_as_the_file_says() -> None:
    """0.23 is the placebo share of Dahan 2011; odds times e."""
    odds = 0.23 / 0.77 * math.e
    assert placebo_responder_probability(0.23, 1.0, True) == pytest.approx(odds / (1 + odds))
    assert odds / (1 + odds) == pytest.approx(0.45, abs=0.005)
    assert "0.23 into 0.45" in read_mapping(expectation.FILE)["parameters"]["unblinding"]["note"]


def test_more_people_respond_when_the_drug_is_felt_and_they_are_the_same_people() -> None:
    effect = CRPS.placebo.responder_effect.number
    off, on = drawn(), drawn(Expectation(1.0))
    wanted = placebo_responder_probability(CRPS.placebo.responder_probability.number, 1.0, True)
    share = (on["placebo"] > 0).mean()
    assert share == pytest.approx(wanted, abs=SE * math.sqrt(wanted * (1 - wanted) / COUNT))
    assert (on["placebo"] >= off["placebo"]).all()
    assert set(np.unique(on["placebo"])) == {0.0, effect}
    assert all(np.array_equal(on[name], off[name]) for name in off if name != "placebo")
    assert (drawn(Expectation(1.0, treated=False))["placebo"] == off["placebo"]).all()
    np.testing.assert_allclose(drawn(Expectation(1.0), typical=True)["placebo"], wanted * effect)


@pytest.mark.parametrize("shift", [5.1, -5.1, math.nan, math.inf])
def test_a_shift_beyond_its_bounds_is_refused(shift: float) -> None:
    with pytest.raises(InputError, match=r"outside -5 to 5; give a shift"):
        Expectation(shift)


def test_the_file_holds_what_masked_and_unmasked_trials_saw() -> None:
    """Lii 2023 hid the drug (0.60 against 0.50); in Sigtermans 2009 0.76 felt it against 0.18."""
    published = {name: v["value"] for name, v in read_mapping(expectation.FILE)["published"].items()}
    assert published["responders_masked_ketamine"] - published["responders_masked_placebo"] == pytest.approx(
        0.1
    )
    assert published["felt_on_ketamine"] - published["felt_on_saline"] == pytest.approx(0.58)
    assert published["size_in_pain"] is None


def test_acute_pain_halves_with_the_half_life_of_its_condition() -> None:
    course = CRPS.natural_course
    value = course.drift_per_week.model_copy(update={"value": 4.0, "unit": "d", "confidence": "assumed"})
    still = course.drift_per_week.model_copy(update={"value": 0.0})
    acute = CRPS.model_copy(
        update={
            "natural_course": course.model_copy(
                update={"resolution_half_life_d": value, "drift_per_week": still}
            )
        }
    )
    p = pain.draw(acute, NOISE, 3, 0, 1, True) | {"placebo": np.zeros(1)}
    found = [float(np.asarray(pain.without_drug(day * 24.0, p))[0]) for day in (0.0, 4.0, 8.0, 28.0)]  # type: ignore[arg-type]
    mean = CRPS.baseline.mean.number
    np.testing.assert_allclose(found, [mean, mean / 2, mean / 4, mean / 128], rtol=1e-12)


def test_chronic_pain_does_not_heal() -> None:
    assert CRPS.natural_course.resolution_half_life_d is None
    assert drawn()["healing"] == 0.0


def test_a_studied_condition_takes_the_effect_as_it_is() -> None:
    assert CRPS.ketamine_effect.status == "studied"
    for typical in (False, True):
        assert (pain.effect_scale(CRPS, 1, 0, 100, typical) == 1.0).all()


def test_an_unstudied_condition_borrows_no_effect_on_average() -> None:
    """An even spread about 0: mean 0 within five standard errors, sd of a uniform, both ends reached."""
    unknown = next(
        one
        for one in library.entries("conditions")
        if one.ketamine_effect.status == "unknown"  # type: ignore[attr-defined]
    )
    high = unknown.ketamine_effect.scale_high  # type: ignore[attr-defined]
    scale = pain.effect_scale(unknown, 1, 0, COUNT, False)  # type: ignore[arg-type]
    sd = 2 * high / math.sqrt(12)
    assert scale.mean() == pytest.approx(0.0, abs=SE * sd / math.sqrt(COUNT))
    assert scale.std() == pytest.approx(sd, rel=0.02)
    assert -high < scale.min() < -0.99 * high
    assert 0.99 * high < scale.max() < high
    assert (pain.effect_scale(unknown, 1, 0, 3, True) == 0.0).all()  # type: ignore[arg-type]
    assert (pain.effect_scale(unknown, 1, 7, 3, False) == scale[7:10]).all()  # type: ignore[arg-type]
