"""Side effects that are shares of people, and breathing on an opioid, against the numbers that their sources print."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painloop import library
from painloop.core.startup import configure
from painloop.library.schema.effects import Outcome
from painloop.outcomes import curves

configure()

SHARES = {"nausea": (0.269, 0.138), "dizziness": (0.383, 0.138), "sedation": (0.207, 0.102)}
"""Canuso 2021, doi 10.1097/JCP.0000000000001465, Table 2: esketamine 84 mg, placebo; sedation is somnolence."""
PEAK = 101.0
"""Perez-Ruixo 2021, Table 4: typical peak of S-ketamine after 84 mg nasal, ng/mL."""
LEVELS = st.floats(0.0, 1e5)


def outcome_of(endpoint: str) -> Outcome:
    found: Outcome = library.load("outcomes", curves.FILES[endpoint])
    return found


def effect(
    endpoint: str, level: float | np.ndarray, analyte: str = "S-ketamine", **fixed: float | np.ndarray
) -> np.ndarray:
    """The effect of a level, ng/mL of ``analyte``, on a typical person, with parameters set by hand."""
    outcome = outcome_of(endpoint)
    one = curves.curve(outcome, (analyte,))
    assert one is not None
    values = curves.draw(outcome, {}, True) | {f"{endpoint}.{k}": np.asarray(v) for k, v in fixed.items()}
    ((_, weight),) = one.weights
    return np.asarray(one.effect(weight * np.asarray(level, float), values))


@pytest.mark.parametrize("endpoint", sorted(SHARES))
def test_curve_and_background_give_the_published_share_with_drug(endpoint: str) -> None:
    """k is printed to nine decimals, so the share is exact to 1e-6."""
    active, placebo = SHARES[endpoint]
    background = outcome_of(endpoint).parameters["background"].number
    assert background == placebo
    both = 1.0 - (1.0 - background) * (1.0 - effect(endpoint, PEAK))
    assert both == pytest.approx(active, abs=1e-6)


@pytest.mark.parametrize("endpoint", sorted(SHARES))
def test_a_population_has_the_published_share_to_a_hundredth(endpoint: str) -> None:
    """People differ about the mean of k; the share over them bends below the typical one by at most 0.01."""
    outcome, count = outcome_of(endpoint), 40_000
    one = curves.curve(outcome, ("S-ketamine",))
    assert one is not None
    active, placebo = SHARES[endpoint]
    even = (np.arange(count) + 0.5) / count
    share = np.asarray(one.effect(np.full(count, PEAK), curves.draw(outcome, {"k": even}, False)))
    because = 1.0 - (1.0 - active) / (1.0 - placebo)
    assert because - 0.01 < share.mean() < because
    assert share.min() < because < share.max()


def test_a_racemate_is_its_halves() -> None:
    """Binding of S and R over the racemate, Ebert 1997, adds up; the rounded ratios do so to 1 %."""
    for endpoint in SHARES:
        outcome = outcome_of(endpoint)
        whole = curves.curve(outcome, ("ketamine",))
        halves = curves.curve(outcome, ("S-ketamine", "R-ketamine"))
        assert whole is not None
        assert halves is not None
        assert sum(w for _, w in halves.weights) / 2.0 == pytest.approx(whole.weights[0][1], rel=0.01)


def test_the_opioid_alone_leaves_what_was_measured() -> None:
    """Jonkman 2018, abstract: 20 to 12 L/min."""
    assert effect("ventilation_on_opioid", 0.0) == pytest.approx(12.0 / 20.0, abs=1e-12)


@pytest.mark.parametrize("share", [0.39, 1.0])
def test_breathing_at_the_doubling_level_is_that_of_a_doubled_c50(share: float) -> None:
    """127 ng/mL: sigmoid of a fixed opioid level over a C50 and over twice that C50, written out once more."""
    c50 = 1.7  # any unit: only the ratio of the opioid's level to it counts
    opioid = c50 * 0.4 / 0.6
    lost = opioid / (opioid + 2.0 * c50)
    expected = 1.0 - (1.0 - share) * 0.4 - share * lost
    assert effect("ventilation_on_opioid", 127.0, share=share) == pytest.approx(expected, rel=1e-12)
    if share == 1.0:
        assert expected == pytest.approx(0.75)
    else:
        assert outcome_of("ventilation_on_opioid").parameters["share"].number == share


def test_ketamine_gives_back_only_what_acts_through_the_sensitivity_to_co2() -> None:
    """61 % of the depression is on baseline ventilation, which esketamine did not change (Jonkman 2018)."""
    assert effect("ventilation_on_opioid", 1e12) == pytest.approx(1.0 - 0.61 * 0.4, abs=1e-6)


def test_no_protection_is_claimed_for_r_ketamine() -> None:
    outcome = outcome_of("ventilation_on_opioid")
    assert curves.curve(outcome, ("R-ketamine", "norketamine")) is None
    half = effect("ventilation_on_opioid", 254.0, "ketamine")
    assert half == pytest.approx(effect("ventilation_on_opioid", 127.0).item(), rel=1e-12)


def test_people_differ_between_the_published_quartiles_of_the_doubling_level() -> None:
    """Jonkman 2018: median 127, quartiles 84 and 191 ng/mL; they are even on a log scale to 2 %."""
    outcome = outcome_of("ventilation_on_opioid")
    drawn = curves.draw(outcome, {"doubling": np.array([0.25, 0.5, 0.75])}, False)
    np.testing.assert_allclose(drawn["ventilation_on_opioid.doubling"], [84.0, 127.0, 191.0], rtol=0.02)


def test_the_limits_forbid_using_it_as_a_reason_for_opioids() -> None:
    limits = " ".join(outcome_of("ventilation_on_opioid").limits)
    assert "never be used to justify giving or raising an opioid" in limits
    assert "remifentanil only" in limits


@given(st.sampled_from([*sorted(SHARES), "ventilation_on_opioid"]), LEVELS, LEVELS, st.floats(0.05, 20.0))
def test_shares_and_breathing_stay_between_0_and_1_and_never_fall_with_more_drug(
    endpoint: str, low: float, more: float, factor: float
) -> None:
    """Each person's own constant lies within a factor of 20 of the typical one."""
    name = "doubling" if endpoint == "ventilation_on_opioid" else "k"
    typical = outcome_of(endpoint).parameters[name].number
    one, two = (effect(endpoint, level, **{name: typical * factor}) for level in (low, low + more))
    assert 0.0 <= one <= two <= 1.0


@pytest.mark.parametrize("endpoint", sorted(set(curves.FILES) - {"analgesia"}))
def test_every_side_effect_is_listed_and_keeps_what_other_sources_say(endpoint: str) -> None:
    assert endpoint in curves.SIDE_EFFECTS
    outcome = outcome_of(endpoint)
    assert outcome.disagreements
    assert outcome.iiv
    assert any(block.confidence in ("assumed", "derived") for block in outcome.iiv)


def test_three_sizes_of_the_pressure_rise_stay_visible() -> None:
    """Riva-Posse 3.28, Zheng 7.4 and Wan 19.6 mmHg after the same dose."""
    outcome = outcome_of("sbp_rise")
    said = " ".join(f"{one.says} {one.source}" for one in outcome.disagreements)
    assert outcome.parameters["rise_at_reference"].number == 7.4
    assert "3.28" in said
    assert "19.6" in said
    recalled = [one.confidence for one in outcome.disagreements if "Wan" in one.source]
    assert recalled == ["memory"]
