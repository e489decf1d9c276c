"""What must hold of any linear model: nothing is lost, doses add up, repeated doses settle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from painloop.core.engine import Cohort, Model
from painloop.core.segments import Segment, run
from painloop.core.startup import configure
from painloop.exposure.choice import choose
from painloop.exposure.doses import enter
from painloop.exposure.individuals import typical
from painloop.exposure.levels import Course, Weighted, predict
from painloop.exposure.predict import exposure
from painloop.library import ids, load
from painloop.library.schema import OUT, Compartment, Pharmacokinetics
from painloop.patient.population import alike
from painloop.regimen import expand, parse

configure()

WITH_IV = [one for one in ids("pharmacokinetics") if "iv" in load("pharmacokinetics", one).inputs_of]
DOSE_MG = 35.0
TIMES_H = np.array([0.0, 0.25, 0.5, 1.0, 2.0, 6.0, 24.0, 96.0])


def kept_in_jars(model: Pharmacokinetics) -> Pharmacokinetics:
    """The same model, but what leaves the body is collected, each analyte in a jar of its own."""
    jars = {one: f"jar{k}" for k, one in enumerate(model.analytes)}
    flows = tuple(
        flow.model_copy(update={"to": jars[model.analyte_of(flow.from_)]}) if flow.to == OUT else flow
        for flow in model.flows
    )
    extra = tuple(Compartment(name=jar, analyte=analyte) for analyte, jar in jars.items())
    return model.model_copy(update={"flows": flows, "compartments": (*model.compartments, *extra)})


def amounts(model: Pharmacokinetics, regimen: str) -> dict[str, np.ndarray]:
    """mg of each analyte, inside the body and in its jar, at ``TIMES_H``."""
    order = parse(regimen)
    choice = choose(order, model.id, fraction=1.0)
    choice = replace(choice, parts=(replace(choice.parts[0], model=kept_in_jars(model)),))
    schedule = expand(order, 24.0)
    course, people = Course.of(choice, schedule), alike(1, 70.0, 45.0)
    values = [typical(choice.parts[0].model, people.covariates())]
    size = course.system.size
    observe = Weighted(size, tuple((k, k, "one") for k in range(size)))
    every = Model(course.structure, course.model.impulse_states, tuple(range(size)), observe)
    mg = schedule.amounts(people.weight_kg, None)
    doses = enter(course.system, schedule, (0,), mg, [values], every.impulse_states)
    cohort = Cohort(course.system.entry_values(values, 1), {"one": np.ones(1)})
    found = run(every, [Segment(0.0, TIMES_H[-1], doses, cohort)], TIMES_H).quantities
    total: dict[str, np.ndarray] = dict.fromkeys(model.analytes, np.zeros(len(TIMES_H)))
    for (_, name), state in course.system._index.items():
        analyte = choice.parts[0].model.analyte_of(name)
        total[analyte] = total[analyte] + found[state][:, 0]
    return total


def moles(model: Pharmacokinetics, mg: dict[str, np.ndarray]) -> np.ndarray:
    return sum(amount / model.analytes[one].molar_mass.number for one, amount in mg.items())


@pytest.mark.parametrize("one", WITH_IV)
def test_what_is_given_into_a_vein_is_in_the_body_or_has_left_it(one: str) -> None:
    """In moles where flows between analytes carry molar masses, in mg where metabolites are formed mg for mg."""
    model = load("pharmacokinetics", one)
    mg = amounts(model, f"ketamine {DOSE_MG:g} mg iv over 15 min")
    apparent = any(flow.apparent for flow in model.flows)
    parent = next(iter(model.analytes.values())).molar_mass.number
    given, found = (DOSE_MG, sum(mg.values())) if apparent else (DOSE_MG / parent, moles(model, mg))
    np.testing.assert_allclose(found[1:], given, rtol=1e-9)
    assert (model.mass_balance == "apparent") >= apparent, "an apparent flow must be said on the card"


@pytest.mark.parametrize("one", WITH_IV)
def test_moles_that_do_not_add_up_are_said_on_the_card(one: str) -> None:
    model = load("pharmacokinetics", one)
    found = moles(model, amounts(model, f"ketamine {DOSE_MG:g} mg iv over 15 min"))
    given = DOSE_MG / next(iter(model.analytes.values())).molar_mass.number
    conserved = bool(np.allclose(found[1:], given, rtol=1e-9))
    assert conserved == (not any(flow.apparent for flow in model.flows))
    assert conserved or (model.mass_balance == "apparent" and "apparent" in model.mass_balance_note)


def test_a_film_enters_more_than_once_as_its_card_says() -> None:
    """0.263 through the mouth and 1.16 swallowed, as the authors estimated: 1.42 doses."""
    model = load("pharmacokinetics", "simons-2022")
    found = moles(model, amounts(model, "S-ketamine 50 mg sublingual"))[-1]
    assert found / (50.0 / model.analytes["S-ketamine"].molar_mass.number) == pytest.approx(1.423, rel=1e-9)
    assert "1.42 doses" in model.mass_balance_note


@pytest.mark.parametrize(
    ("once", "twice", "between_h"),
    [
        ("ketamine 0.5 mg/kg iv over 40 min", "ketamine 0.5 mg/kg iv over 40 min, every 6 h for 12 h", 6.0),
        ("S-ketamine 20 mg iv over 30 min", "S-ketamine 20 mg iv over 30 min, every 6 h for 12 h", 6.0),
        ("esketamine 56 mg nasal", "esketamine 56 mg nasal, every 6 h for 12 h", 6.0),
        ("ketamine 25 mg oral", "ketamine 25 mg oral, every 8 h for 16 h", 8.0),
        ("ketamine 25 mg sublingual", "ketamine 25 mg sublingual, every 8 h for 16 h", 8.0),
    ],
)
def test_two_doses_have_the_sum_of_their_levels(once: str, twice: str, between_h: float) -> None:
    at_h = [between_h + late for late in (0.1, 0.5, 1.0, 4.0, 12.0)]
    single = exposure(once, patients=0, hours=30.0, at_h=[*at_h, *(time - between_h for time in at_h)])
    both = exposure(twice, patients=0, hours=30.0, at_h=at_h)
    for name, metrics in both.metrics.items():
        alone = single.metrics[name]
        for time in at_h:
            expected = level(alone.at, time) + level(alone.at, time - between_h)
            assert level(metrics.at, time) == pytest.approx(expected, rel=1e-9)
        assert float(metrics.auc_ng_h_ml[0]) == pytest.approx(2.0 * float(alone.auc_ng_h_ml[0]), rel=1e-9)


def level(at: dict[float, np.ndarray], time: float) -> float:
    return float(next(values[0] for known, values in at.items() if abs(known - time) < 1e-9))


@pytest.mark.parametrize(
    ("regimen", "interval_h"),
    [
        ("ketamine 0.5 mg/kg iv over 40 min, daily for 201 days", 24.0),
        ("ketamine 25 mg oral, every 8 h for 67 days", 8.0),
        ("S-ketamine 10 mg iv, every 8 h for 67 days", 8.0),
    ],
)
def test_the_steady_state_is_that_of_two_hundred_repeated_doses(regimen: str, interval_h: float) -> None:
    order = parse(regimen)
    course = Course.of(choose(order), expand(order, 201 * interval_h))
    assert len(course.schedule.events) == 201
    person, within = alike(1, 70.0, 45.0), np.array([0.1, 0.5, 1.0, 4.0, 7.5])
    settled = predict(course, person, np.array([0.0, *within]), steady_interval_h=interval_h)
    repeated = predict(course, person, np.array([0.0, *(200 * interval_h + within)]))
    for name, levels in settled.concentration.items():
        np.testing.assert_allclose(levels[1:], repeated.concentration[name][1:], rtol=1e-9)


@pytest.mark.parametrize(
    ("drug", "model", "clearance"),
    [("S-ketamine", "otto-2021", 95.2), ("S-ketamine", "simons-2022", 88.8), ("ketamine", "kamp-2020", 84.0)],
)
def test_the_area_is_the_dose_over_the_clearance_at_every_weight(
    drug: str, model: str, clearance: float
) -> None:
    for weight in (45.0, 70.0, 120.0):
        result = exposure(f"{drug} 35 mg iv over 40 min", model=model, weight_kg=weight, patients=0)
        area = float(next(iter(result.metrics.values())).auc_ng_h_ml[0])
        assert area == pytest.approx(35_000.0 / (clearance * (weight / 70.0) ** 0.75), rel=1e-9)


def test_half_of_a_racemic_order_is_half_the_dose_of_its_enantiomer() -> None:
    half, whole = (
        exposure(f"{drug} {mg} mg iv over 40 min", model="otto-2021", fraction=fraction, patients=0, at_h=(1.0, 6.0))
        for drug, mg, fraction in (("ketamine", 40, 0.5), ("S-ketamine", 20, None))
    )  # fmt: skip
    assert set(half.metrics) == set(whole.metrics) == {"S-ketamine", "S-norketamine"}
    for name in whole.metrics:
        np.testing.assert_allclose(half.typical[name], whole.typical[name], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(
            half.metrics[name].auc_ng_h_ml, whole.metrics[name].auc_ng_h_ml, rtol=1e-12
        )
