"""Rare harm: counts only for courses like those they were counted in, words for the rest."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from painloop.errors import InputError
from painloop.outcomes.risks import Infusion, Risk, jeffreys, risks
from painloop.outcomes.risks import given as doses_of
from painloop.regimen import expand, parse

DAY = 24.0
FIRST = Infusion(0.0, 100.0, "iv")
CLINIC = Infusion(0.0, 2.0 / 3.0, "iv")


def second(gap_days: float, hours: float = 100.0) -> Infusion:
    start = FIRST.stop_h + gap_days * DAY
    return Infusion(start, start + hours, "iv")


def after_two_long_infusions(course: list[Infusion]) -> list[Risk]:
    return [r for r in risks(course) if r.endpoint == "liver" and r.n == 6]


def about(endpoint: str, course: list[Infusion]) -> list[Risk]:
    return [r for r in risks(course) if r.endpoint == endpoint]


def test_liver_injury_after_two_long_infusions_is_three_of_six() -> None:
    """Noppers 2011, doi 10.1016/j.pain.2011.03.026: two infusions of 100 h, 16 days apart."""
    (found,) = after_two_long_infusions([FIRST, second(16.0)])
    assert found.probability == 0.5
    assert found.says.startswith("3 of 6: ")
    assert found.confidence == "verified"
    assert (found.low, found.high) == pytest.approx(tuple(beta.ppf([0.025, 0.975], 3.5, 3.5)), rel=1e-9)


@pytest.mark.parametrize(
    "course",
    [
        [CLINIC],
        [FIRST],
        [FIRST, second(16.1)],
        [FIRST, second(84.0)],
        [FIRST, second(16.0, hours=40.0)],
        [FIRST, Infusion(484.0, 584.0, "sc")],
        [Infusion(484.0, 584.0, "sublingual"), Infusion(0.0, 100.0, "sublingual")],
        [Infusion(k * DAY, k * DAY + 4.0, "iv") for k in range(10)],
    ],
    ids=[
        "40 min",
        "one",
        "a longer gap",
        "12 weeks",
        "a short second",
        "another route",
        "not iv",
        "ten days",
    ],
)
def test_that_rate_is_given_for_nothing_else(course: list[Infusion]) -> None:
    assert after_two_long_infusions(course) == []


def test_a_single_clinic_infusion_has_no_liver_number_and_says_so() -> None:
    (found,) = about("liver", [CLINIC])
    assert (found.probability, found.low, found.high, found.n) == (None, None, None, None)
    assert found.says.startswith("No data for this exposure, which is not the same as no risk")
    assert "3 of 6" in found.says
    assert found.confidence == "missing"


def test_a_course_of_several_days_has_the_count_of_the_charts_and_the_liver_tests() -> None:
    """Correll 2004: 1 of 33. Colina Vargas 2023, 72 to 168 h: higher, not clinically significant, no count."""
    counted, said = about("liver", [FIRST])
    assert (counted.n, counted.probability) == (33, pytest.approx(1.0 / 33.0))
    assert counted.confidence == "secondary"
    assert said.probability is None
    assert "not clinically significant" in said.says


def test_steps_without_a_break_are_one_infusion() -> None:
    steps = [Infusion(12.0 * k, min(12.0 * (k + 1), 100.0), "iv") for k in range(9)]
    later = [Infusion(s.start_h + 484.0, s.stop_h + 484.0, "iv") for s in steps]
    assert after_two_long_infusions([*steps, *later]) == after_two_long_infusions([FIRST, second(16.0)])
    assert after_two_long_infusions([*later, *steps]) != []
    assert after_two_long_infusions(steps) == []


def test_two_long_infusions_are_found_among_other_sessions() -> None:
    before = Infusion(-30 * DAY, -30 * DAY + 1.0, "iv")
    between = Infusion(200.0, 200.7, "iv")
    assert after_two_long_infusions([before, FIRST, between, second(16.0)]) != []


def test_a_regimen_is_read_as_its_doses() -> None:
    regimen = parse("S-ketamine 5 mg/h iv, raise 5 mg/h every 12 h to 20 mg/h, for 100 h")
    doses = doses_of(expand(regimen, 30 * DAY))
    assert sum(one.hours for one in doses) == pytest.approx(100.0)
    assert any(risk.n == 33 for risk in risks(doses))


def test_apnoea_is_flagged_for_a_fast_intravenous_dose_only() -> None:
    """Label of ketamine: doses are given over 60 s."""

    def flagged(*course: Infusion) -> bool:
        return any("apnoea" in r.says for r in about("breathing", list(course)))

    assert flagged(Infusion(3.0, 3.0, "iv"))
    assert flagged(Infusion(0.0, 1.0 / 60.0, "iv"))
    assert flagged(Infusion(0.0, 0.0, "iv"), Infusion(0.0, 1.0, "iv"))
    assert not flagged(CLINIC)
    assert not flagged(Infusion(0.0, 0.0, "oral"))


@pytest.mark.parametrize("endpoint", ["bladder", "breathing", "cognition", "dependence"])
def test_flagged_unknowns_have_words_and_no_number(endpoint: str) -> None:
    found = about(endpoint, [CLINIC])
    assert found
    assert all((r.probability, r.low, r.high, r.n) == (None, None, None, None) for r in found)
    assert all(r.source for r in found)


def test_bladder_and_dependence_are_unknown_for_treatment() -> None:
    for endpoint in ("bladder", "dependence"):
        assert [r for r in about(endpoint, [CLINIC]) if r.confidence == "missing" and "unknown" in r.says]


def test_without_a_dose_there_is_no_risk_to_tell() -> None:
    assert risks([]) == []


@given(st.integers(1, 400), st.data())
def test_intervals_are_the_quantiles_of_the_beta_distribution(treated: int, data: st.DataObject) -> None:
    affected = data.draw(st.integers(0, treated))
    low, high = jeffreys(affected, treated)
    a, b = affected + 0.5, treated - affected + 0.5
    assert low == pytest.approx(beta.ppf(0.025, a, b) if affected else 0.0, rel=1e-8)
    assert high == pytest.approx(beta.ppf(0.975, a, b) if affected < treated else 1.0, rel=1e-8)
    assert 0.0 <= low <= affected / treated <= high <= 1.0


def test_the_interval_covers_about_as_often_as_it_says() -> None:
    """Six people, exact binomial, shares 0.05 to 0.95: 95 % on average to two points (it is known to swing)."""
    shares = np.linspace(0.05, 0.95, 181)
    bounds = np.array([jeffreys(k, 6) for k in range(7)])
    inside = (bounds[:, :1] <= shares) & (shares <= bounds[:, 1:])
    covered = (binom.pmf(np.arange(7)[:, None], 6, shares) * inside).sum(axis=0)
    assert covered.mean() == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(("affected", "treated"), [(7, 6), (-1, 6), (0, 0), (math.nan, 6)])
def test_what_is_no_share_is_refused(affected: float, treated: float) -> None:
    with pytest.raises(InputError, match="is no share"):
        jeffreys(affected, treated)


def test_a_dose_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InputError, match="ends before it starts"):
        Infusion(2.0, 1.0, "iv")
