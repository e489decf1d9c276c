"""Two published courses in 1,000 virtual patients beside what was published, and parts of orders that add up.

Sigtermans 2009 is reproduced, not predicted: Dahan 2011 was fitted on its patients, and the placebo effect was set by
its saline arm. Noppers 2011 was used for nothing.
"""

from __future__ import annotations

import numpy as np
import pytest
from simulation_runs import at, mean, noppers, persons, sigtermans, typical

from painloop import library
from painloop.patient import population
from painloop.regimen import read
from painloop.report import simulate_tables
from painloop.simulation import Result, simulate
from painloop.simulation.persons import Who, end_rates

WEEK = 168.0
RIVALS = ("none", "effect_delay")


def printed(result: Result) -> str:
    """The tables as a terminal of 200 columns shows them."""
    from rich.console import Console

    console = Console(width=200)
    with console.capture() as capture:
        for table in simulate_tables(result):
            console.print(table)
    return capture.get()


def untreated(result: Result) -> Result:
    assert result.comparator is not None
    return result.comparator


# --- Sigtermans 2009, in sample -----------------------------------------------------------------------------------


def test_crps_week_1_reproduces_the_arm_that_the_model_was_fitted_on() -> None:
    """Sigtermans 2009 (abstract): 2.68, SEM 0.51, n 30; within 1.96 SEM of the published mean, in sample."""
    assert at(sigtermans(), "nrs", WEEK, "effect_delay") == pytest.approx(2.68, abs=1.96 * 0.51)


def test_crps_week_1_reproduces_the_saline_arm_that_placebo_was_set_by() -> None:
    """Sigtermans 2009 (abstract): 5.45, SEM 0.48, n 30; in sample."""
    for rival in RIVALS:
        assert at(untreated(sigtermans()), "nrs", WEEK, rival) == pytest.approx(5.45, abs=1.96 * 0.48)


def test_crps_relief_outlasts_the_drug_for_weeks_and_is_lost_at_week_12() -> None:
    """Sigtermans 2009: difference to saline over 12 weeks p < 0.001, lost at week 12 (p 0.07)."""
    treated, saline = (
        [at(arm, "nrs", WEEK * week, "effect_delay") for week in range(1, 13)]
        for arm in (sigtermans(), untreated(sigtermans()))
    )
    gain = np.array(saline) - treated
    assert (np.diff(gain) < 0.0).all()
    assert gain[0] > 1.5
    assert abs(gain[-1]) < 0.5
    level = mean(sigtermans(), "S-ketamine")[sigtermans().dataset.time.values == WEEK]
    assert level < 1.0


def test_crps_without_lasting_effect_nothing_is_left_at_week_1() -> None:
    gain = at(untreated(sigtermans()), "nrs", WEEK, "none") - at(sigtermans(), "nrs", WEEK, "none")
    assert abs(gain) < 0.05


def test_crps_published_points_are_printed_beside_and_marked_in_sample() -> None:
    points = sigtermans().observed
    assert {(p["arm"], p["mean"], p["sem"]) for p in points if p["time_h"] == WEEK} == {
        ("S-ketamine", 2.68, 0.51),
        ("placebo", 5.45, 0.48),
    }
    assert all(p["in_sample"] for p in points)
    text = printed(sigtermans())
    assert "2.68" in text
    assert "5.45" in text
    assert "in-sample" in text
    for rival in RIVALS:
        assert f"{at(sigtermans(), 'pain', WEEK, rival):.2f}" in text


def test_end_rates_of_a_titrated_course_spread_as_published() -> None:
    """22.2 +- 2.0 (SEM, n 30) mg/h per 70 kg, between 5 and 30; 40,000 people, five standard errors."""
    course = library.load("regimens", "sigtermans-2009")
    drawn = end_rates(course.end_rate, Who(), 1, 0, 40_000)
    assert drawn is not None
    assert drawn.mean() == pytest.approx(22.2, abs=5.0 * drawn.std() / 200.0)
    assert 5.0 <= drawn.min() < 5.2
    assert 29.8 < drawn.max() <= 30.0
    assert end_rates(course.end_rate, Who(typical=True), 1, 0, 1) == pytest.approx(22.2)


def test_each_person_runs_up_to_their_own_end_rate() -> None:
    result = sigtermans()
    condition = library.load("conditions", "crps")
    weight = population.draw(condition.person, 1, 0, 1000).weight_kg
    rate = persons(result, "dose_rate") * 70.0 / weight
    time = result.dataset.time.values
    last = rate[time == 99.0][0]
    assert last.mean() == pytest.approx(22.2, abs=5.0 * last.std() / np.sqrt(1000))
    assert last.min() >= 5.0 - 1e-4
    assert last.max() <= 30.0 + 1e-4
    np.testing.assert_allclose(rate[time == 1.0][0], 5.0, rtol=1e-5)
    assert (np.diff(rate[time < 99.5], axis=0) > -1e-4).all()
    assert not rate[time >= 100.0].any()
    assert result.dataset.attrs["session_stop_h"] == [100.0]


def test_the_rate_adds_up_to_the_dose() -> None:
    """Eight steps of 12 h from 5 by 2.15, then 4 h at 22.2 mg/h per 70 kg, by hand: 1,291.2 mg."""
    result = typical("sigtermans-2009", days=5, loop="none")
    time, rate = result.dataset.time.values, mean(result, "dose_rate")
    by_hand = sum(12.0 * (5.0 + 2.15 * k) for k in range(8)) + 4.0 * 22.2
    assert by_hand == pytest.approx(1291.2)
    assert (rate[:-1] * np.diff(time)).sum() == pytest.approx(by_hand, rel=1e-9)
    two = typical("S-ketamine 0.5 mg/kg iv over 30 min ; S-ketamine 6 mg/h iv for 20 h", loop="none")
    total = (mean(two, "dose_rate")[:-1] * np.diff(two.dataset.time.values)).sum()
    assert total == pytest.approx(35.0 + 120.0, rel=1e-9)


# --- Noppers 2011, out of sample ----------------------------------------------------------------------------------


def test_fibromyalgia_difference_from_placebo_is_below_what_12_an_arm_could_see() -> None:
    """Noppers 2011: no difference after the infusion; 12 an arm see 1.96 sd sqrt(2/12), here about 2 points."""
    for week in (1, 8):
        for rival in (*RIVALS, "averaged"):
            both = [at(arm, "nrs", WEEK * week, rival) for arm in (noppers(), untreated(noppers()))]
            saline = persons(untreated(noppers()), "nrs", "none")[
                noppers().dataset.time.values == WEEK * week
            ]
            seen = 1.96 * saline.std() * np.sqrt(2.0 / 12.0)
            assert 1.0 < seen < 3.0
            assert abs(both[0] - both[1]) < 0.5 * seen, (week, rival)


def test_fibromyalgia_pain_follows_the_drug_while_it_is_there() -> None:
    """Noppers 2011: 8 of 12 had half the pain gone 15 min after the end, with 3 of 12 on midazolam."""
    half = noppers().dataset["responder_50"].sel(time=0.75, rival="none")
    assert float(half) > 8.0 / 12.0 - 1.96 * np.sqrt(8.0 / 12.0 * 4.0 / 12.0 / 12.0)
    late = noppers().dataset["responder_50"].sel(time=WEEK, rival="none")
    assert abs(float(late) - 2.0 / 12.0) < 1.96 * np.sqrt(2.0 / 12.0 * 10.0 / 12.0 / 12.0)


def test_fibromyalgia_points_are_marked_out_of_sample() -> None:
    points = noppers().observed
    assert len(points) == 8
    assert not any(p["in_sample"] for p in points)
    assert {p["time_h"] for p in points} <= set(noppers().dataset.time.values)
    assert "in-sample" not in printed(noppers())


def test_the_condition_is_the_course_s_own_and_another_can_be_asked_for() -> None:
    assert noppers().condition["id"] == "fibromyalgia"
    assert sigtermans().condition["id"] == "crps"
    asked = simulate("noppers-2011", condition="neuropathic-pain", patients=1, days=1)
    assert asked.condition["id"] == "neuropathic-pain"
    assert read("noppers-2011") == read("S-ketamine 0.5 mg/kg iv over 30 min")


# --- parallel prescriptions ---------------------------------------------------------------------------------------

NASAL = "esketamine 84 mg nasal, twice a week for 1 week"
VEIN = "S-ketamine 10 mg/h iv for 2 h"


@pytest.mark.parametrize("patients", [1, 200])
def test_levels_of_prescriptions_on_two_models_add_up(patients: int) -> None:
    """Linear models: 1e-8 of the peak, for the typical person and for the means over the same persons."""
    every = tuple(np.arange(0.0, 96.1, 0.5))
    one, other, both = (
        simulate(order, patients=patients, days=4, at_h=every, weight_kg=70, loop="none")
        for order in (VEIN, NASAL, f"{VEIN} ; {NASAL}")
    )
    assert "otto-2021" in both.model_reason
    assert "perez-ruixo-2021" in both.model_reason
    names = [str(n) for n in both.dataset if both.dataset[n].attrs["units"] == "ng/mL" and "mean" in str(n)]
    assert "S-ketamine_mean" in names
    for name in names:
        total = sum(r.dataset[name].sel(time=list(every)) for r in (one, other) if name in r.dataset)
        found = both.dataset[name].sel(time=list(every))
        assert float(found.max()) > 1.0
        np.testing.assert_allclose(found, total, rtol=1e-8, atol=1e-8 * float(found.max()), err_msg=name)
    # the slower site of the receptor adds up as well, before the ceiling
    occupied = [
        b / (1.0 - b)
        for b in (
            mean(r, "block")
            for r in (typical(VEIN, loop="none"), typical(VEIN.replace("10", "20"), loop="none"))
        )
    ]
    np.testing.assert_allclose(occupied[1], 2.0 * occupied[0], rtol=1e-8, atol=1e-12)
