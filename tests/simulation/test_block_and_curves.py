"""Block of the receptor and the concentration-effect curves, against the numbers that their sources print."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painloop import library
from painloop.block import nmda
from painloop.core.startup import configure
from painloop.outcomes import curves
from painloop.simulation import simulate

configure()

RECEPTOR = library.load("receptor", "painloop-2026")
HILL = RECEPTOR.parameters["hill"].number
BOUND = ("ketamine", "S-ketamine", "R-ketamine", "norketamine", "S-norketamine", "R-norketamine")
LEVELS = st.floats(0.0, 1e5)


def blocked(**ng_ml: float) -> float:
    analytes = {name.replace("_", "-"): value for name, value in ng_ml.items()}
    weights = nmda.weights(RECEPTOR, analytes)
    return float(nmda.block(sum(weights.get(a, 0.0) * c for a, c in analytes.items()), HILL))


@pytest.mark.parametrize(
    ("analyte", "level", "printed"),
    [
        ("ketamine", 70.0, 0.10),
        ("ketamine", 160.0, 0.20),
        ("ketamine", 250.0, 0.28),
        ("ketamine", 1200.0, 0.65),
        ("ketamine", 2400.0, 0.79),
        ("S_ketamine", 234.0, 0.38),
        ("S_ketamine", 281.0, 0.42),
    ],
)
def test_predicted_occupancy_is_that_of_the_facts(analyte: str, level: float, printed: float) -> None:
    """Table of predicted occupancy by Shaffer 2014's rule, parent only; half a unit of the printed digit."""
    assert blocked(**{analyte: level}) == pytest.approx(printed, abs=0.005)


def test_occupancy_at_the_antidepressant_peak() -> None:
    """The table prints 0.22 for 185 ng/mL; by its own rule it is 0.53/237.73*185/1.42 -> 0.2251, cut not rounded."""
    x = 0.53 * 185.0 / 237.73 / 1.42
    assert blocked(ketamine=185.0) == pytest.approx(x / (1.0 + x), rel=1e-12)
    assert int(blocked(ketamine=185.0) * 100) == 22


def test_a_racemate_is_its_halves() -> None:
    """Binding of S and R over the racemate, Ebert 1997, adds up; the rounded ratios do so to 0.1 %."""
    assert blocked(ketamine=200.0) == pytest.approx(blocked(S_ketamine=100.0, R_ketamine=100.0), rel=1e-3)
    assert blocked(norketamine=200.0) == pytest.approx(
        blocked(S_norketamine=100.0, R_norketamine=100.0), rel=1e-3
    )


def test_hydroxynorketamine_adds_nothing() -> None:
    names = ("hydroxynorketamine", "HNK", "S-hydroxynorketamine")
    assert set(nmda.weights(RECEPTOR, (*BOUND, *names))) == set(BOUND)
    assert blocked(ketamine=100.0, hydroxynorketamine=1e4) == blocked(ketamine=100.0)


@given(st.sampled_from(BOUND), LEVELS, LEVELS, LEVELS)
def test_more_drug_never_blocks_less(analyte: str, low: float, more: float, other: float) -> None:
    name = analyte.replace("-", "_")
    beside = "norketamine" if name != "norketamine" else "ketamine"
    one, two = (blocked(**{name: level, beside: other}) for level in (low, low + more))
    assert 0.0 <= one <= two < 1.0
    if more > 1e-3 and two < 0.99:
        assert one < two


@given(st.floats(1.0, 2.0), st.floats(0.1, 1.0))
def test_half_is_blocked_at_the_potency_and_no_more_than_the_ceiling(hill: float, ceiling: float) -> None:
    assert float(nmda.block(1.0, hill, ceiling)) == pytest.approx(ceiling / 2.0)
    assert float(nmda.block(1e12, hill, ceiling)) == pytest.approx(ceiling)


# --- curves ------------------------------------------------------------------------------------------------------


def effect(
    file: str, analyte: str, level: float | np.ndarray, sample: dict[str, np.ndarray] | None = None
) -> np.ndarray:
    """The typical effect of a level, ng/mL of ``analyte``."""
    outcome = library.load("outcomes", file)
    one = curves.curve(outcome, (analyte,))
    assert one is not None
    values = sample or curves.draw(outcome, {}, True)
    ((_, weight),) = one.weights
    return np.asarray(one.effect(weight * np.asarray(level, float), values))


def test_drug_high_is_half_of_its_maximum_at_the_printed_c50() -> None:
    """Simons 2022 part 2 (abstract): C50 0.3 nmol/mL, 71.3 ng/mL; the scale ends at 10 (assumed)."""
    assert effect("simons-2022-high", "S-ketamine", 71.3) == pytest.approx(5.0, rel=1e-12)
    assert effect("simons-2022-high", "S-ketamine", 0.3e3 * 0.23773) == pytest.approx(5.0, rel=1e-3)
    assert effect("simons-2022-high", "S-ketamine", 1e9) == pytest.approx(10.0, rel=1e-6)


def test_dissociation_is_a_line_between_the_published_limits_and_ends_with_the_scale() -> None:
    """Bowdle 1998: VAS linear in 50 to 200 ng/mL; 0.37 to 0.89 of the scale at 200 ng/mL, most scales."""
    level = np.linspace(50.0, 200.0, 31)
    found = effect("bowdle-1998", "ketamine", level)
    np.testing.assert_allclose(np.diff(found, 2), 0.0, atol=1e-12)
    assert 3.7 < found[-1] < 8.9
    assert found[-1] == pytest.approx(6.3, abs=0.05)
    np.testing.assert_array_equal(effect("bowdle-1998", "ketamine", np.array([0.0, 1e4])), [0.0, 10.0])


def test_blood_pressure_rises_as_in_the_cohort() -> None:
    """Zheng 2018: +7.4 mmHg at 30 to 40 min of 0.5 mg/kg, 185 ng/mL (Zanos 2018); the slope is printed here to 0.04."""
    assert effect("zheng-2018-sbp", "ketamine", 185.0) == pytest.approx(7.4, abs=0.05)


def test_acute_analgesia_is_that_of_the_volunteers() -> None:
    """Olofsen 2012 (abstract): -3.8 cm at 100 ng/mL of S-ketamine."""
    assert effect("olofsen-2012", "S-ketamine", 100.0) == pytest.approx(-3.8, rel=1e-12)


@pytest.mark.parametrize("file", sorted(curves.FILES.values()))
def test_each_curve_moves_one_way_and_without_drug_nothing(file: str) -> None:
    """Without drug the effect is none; breathing on an opioid is what the opioid alone leaves, 0.6."""
    sign = -1.0 if file == "olofsen-2012" else 1.0
    outcome = library.load("outcomes", file)
    nothing = 0.6 if outcome.form == "ventilation" else 0.0
    assert outcome.analyte is not None
    found = sign * effect(file, outcome.analyte, np.geomspace(1e-3, 1e3, 50))
    assert (np.diff(found) >= 0.0).all()
    assert found[-1] > found[0] > nothing
    assert abs(effect(file, outcome.analyte, 0.0).item() - nothing) < (1e-15 if nothing else 1e-20)


@pytest.mark.parametrize("file", sorted(curves.FILES.values()))
def test_people_differ_as_the_file_says(file: str) -> None:
    """Log-normal, 40,000 people, five standard errors: about the mean of a slope or a share, else the median."""
    outcome, count = library.load("outcomes", file), 40_000
    chance = np.random.default_rng(1).uniform(size=count)
    assert len(outcome.iiv) == 1
    (name,) = outcome.iiv[0].parameters
    drawn = curves.draw(outcome, {name: chance}, False)
    spread = np.log(drawn[f"{outcome.endpoint}.{name}"] / outcome.parameters[name].number)
    ((omega2,),) = outcome.iiv[0].omega2
    assert spread.var() == pytest.approx(omega2, rel=5.0 * np.sqrt(2.0 / count))
    centre = -omega2 / 2.0 if outcome.form in ("linear", "probability") else 0.0
    assert spread.mean() == pytest.approx(centre, abs=5.0 * np.sqrt(omega2 / count))
    for other, value in outcome.parameters.items():
        if other != name:
            assert drawn[f"{outcome.endpoint}.{other}"] == value.number


def test_an_endpoint_without_a_known_potency_is_left_out() -> None:
    assert curves.curve(library.load("outcomes", "simons-2022-high"), ("S-norketamine",)) is None
    one = curves.curve(library.load("outcomes", "bowdle-1998"), ("S-ketamine", "S-norketamine"))
    assert one is not None
    assert one.weights == (("S-ketamine", 1.65),)


@given(st.lists(LEVELS, min_size=1, max_size=4), st.floats(0.1, 3.0))
def test_scales_end_where_they_end(levels: list[float], share: float) -> None:
    for file in ("bowdle-1998", "simons-2022-high"):
        outcome = library.load("outcomes", file)
        values = curves.draw(outcome, {}, True)
        values = {k: v * share if k.split(".")[1] in ("slope", "C50") else v for k, v in values.items()}
        analyte = outcome.analyte
        assert analyte is not None
        found = effect(file, analyte, np.array(levels), values)
        assert (found >= 0.0).all()
        assert (found <= 10.0).all()


def test_twice_the_dose_never_blocks_less() -> None:
    one, two = (
        simulate(f"S-ketamine {dose} mg/kg iv over 30 min", patients=200, days=1, individuals=True).dataset
        for dose in (0.5, 1)
    )
    for name in ("block", "drug_high", "dissociation", "sbp_rise", "nausea", "ventilation_on_opioid"):
        assert (two[f"{name}_individual"] >= one[f"{name}_individual"] - 1e-7).all(), name
    np.testing.assert_allclose(two["S-ketamine_mean"], 2.0 * one["S-ketamine_mean"], rtol=1e-9, atol=1e-12)
