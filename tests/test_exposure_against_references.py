"""Levels of the engine against what the models' files say, an independent solver, and closed forms.

The independent solver (``library_reference``) shares no code with the engine: dense matrix exponentials, one response
per dose. Tolerances of self-checks stand, with their reasons, in the models' files.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from library_reference import Reference, read_doses

from painloop.core.startup import configure
from painloop.exposure.choice import choose
from painloop.exposure.individuals import typical
from painloop.exposure.levels import Course, Levels, predict
from painloop.exposure.predict import Exposure, exposure
from painloop.library import ids, load
from painloop.library.schema import Pharmacokinetics, SelfCheck
from painloop.patient.population import People, alike
from painloop.regimen import expand, parse

configure()

MODELS = ids("pharmacokinetics")
CHECKS = [
    pytest.param(
        one, number, id=f"{one}-{number}", marks=[pytest.mark.xfail(strict=True)] if check.expected_to_fail else []
    )
    for one in MODELS
    for number, check in enumerate(load("pharmacokinetics", one).self_checks)
]  # fmt: skip
Known = tuple[tuple[str, float], ...]
TAIL_H = (96.0, 120.0)
GRID_H = np.arange(0.0, 24.0 + 1e-9, 0.25)
REGIMENS = {
    "iv": "ketamine 0.5 mg/kg iv over 40 min",
    "nasal": "ketamine 84 mg nasal",
    "oral": "ketamine 84 mg oral",
    "sublingual": "ketamine 50 mg sublingual",
}
ROUTES = [(one, route) for one in MODELS for route in load("pharmacokinetics", one).inputs_of]


@lru_cache
def run(model: str, regimen: str, weight_kg: float, covariates: Known, at_h: tuple[float, ...]) -> Exposure:
    known = dict(covariates)
    return exposure(
        regimen, model=model, weight_kg=weight_kg, age_y=known.get("AGE", 45.0), asian=bool(known.get("ASIAN")),
        japanese=bool(known.get("JAPANESE")), patients=0, hours=TAIL_H[1], at_h=at_h,
    )  # fmt: skip


def found_by_the_engine(model: Pharmacokinetics, check: SelfCheck) -> float:
    if check.quantity == "expression":
        body = alike(1, check.weight_kg, 45.0).covariates()
        values = typical(model, body | {name: np.array([value]) for name, value in check.covariates.items()})
        return float(model.compile(check.expression).evaluate(values)[0])
    wanted = tuple(sorted({*TAIL_H, *(c.at_h for c in model.self_checks if c.at_h is not None)}))
    result = run(model.id, check.regimen, check.weight_kg, tuple(sorted(check.covariates.items())), wanted)
    name = check.analyte if check.analyte in result.metrics else next(iter(result.metrics))
    metrics = result.metrics[name]
    if check.quantity == "conc_ng_ml":
        return float(next(v[0] for t, v in metrics.at.items() if abs(t - check.at_h) < 1e-3))
    if check.quantity == "half_life_h":
        early, late = (float(metrics.at[time][0]) for time in TAIL_H)
        return np.log(2.0) * (TAIL_H[1] - TAIL_H[0]) / np.log(early / late)
    if check.quantity == "auc_ng_h_ml" and check.until_h:
        inside = result.time_h <= check.until_h + 1e-9
        return float(np.trapezoid(result.typical[name][inside], result.time_h[inside]))
    return float(getattr(metrics, check.quantity)[0])


@pytest.mark.parametrize(("one", "number"), CHECKS)
def test_the_engine_meets_the_self_check_of_a_model(one: str, number: int) -> None:
    model: Pharmacokinetics = load("pharmacokinetics", one)
    check: SelfCheck = model.self_checks[number]
    assert found_by_the_engine(model, check) == pytest.approx(check.value, rel=check.tolerance)


@pytest.mark.parametrize(
    ("model", "regimen", "level"),
    [
        ("kamp-2020", "ketamine 0.5 mg/kg iv over 40 min", 253.0),
        ("simons-2022", "S-ketamine 0.5 mg/kg iv over 40 min", 289.0),
        ("otto-2021", "S-ketamine 0.5 mg/kg iv over 40 min", 158.0),
        ("perez-ruixo-2021", "S-ketamine 0.5 mg/kg iv over 40 min", 125.0),
    ],
)
def test_forty_minutes_end_where_the_models_were_said_to(model: str, regimen: str, level: float) -> None:
    """1 %: the levels were given to three digits when the models were chosen."""
    result = exposure(regimen, model=model, weight_kg=70.0, patients=0, at_h=(2.0 / 3.0,))
    parent = next(iter(result.metrics.values()))
    assert float(parent.at[2.0 / 3.0][0]) == pytest.approx(level, rel=0.01)


def levels_of(model: str, regimen: str, people: People, seed: int | None = None) -> tuple[Course, Levels]:
    order = parse(regimen)
    course = Course.of(choose(order, model, fraction=1.0), expand(order, 24.0 * 92))
    return course, predict(course, people, GRID_H, seed=seed)


def reference_levels(
    model: Pharmacokinetics, regimen: str, weight_kg: float, own: dict[str, float]
) -> dict[str, np.ndarray]:
    solver = Reference(model, weight_kg, own)
    _, amounts = solver.amounts(read_doses(regimen, weight_kg), GRID_H[-1], GRID_H[1])
    return {
        one.analyte: 1000.0 * amounts[:, solver.place[one.compartment]] / solver.value(one.volume)
        for one in model.outputs
    }


@pytest.mark.parametrize("weight_kg", [50.0, 70.0, 110.0])
@pytest.mark.parametrize(("one", "route"), ROUTES)
def test_a_typical_person_has_the_levels_of_an_independent_solver(
    one: str, route: str, weight_kg: float
) -> None:
    model = load("pharmacokinetics", one)
    _, levels = levels_of(one, REGIMENS[route], alike(1, weight_kg, 45.0))
    expected = reference_levels(model, REGIMENS[route], weight_kg, {})
    for name, curve in zip(levels.concentration, expected.values(), strict=True):
        np.testing.assert_allclose(levels.concentration[name][:, 0], curve, rtol=1e-9, atol=0)


@pytest.mark.parametrize(("one", "route"), ROUTES)
def test_a_drawn_person_has_the_levels_of_an_independent_solver(one: str, route: str) -> None:
    """Own absorption times and transit chains included; the parameters are the engine's, the solution is not."""
    model = load("pharmacokinetics", one)
    people = alike(8, 70.0, 45.0)
    course, levels = levels_of(one, REGIMENS[route], people, seed=3)
    values = drawn_values(course, people)
    for who in (0, 3, 7):
        own = {name: float(values[name][who]) for name in model.parameters}
        expected = reference_levels(model, REGIMENS[route], 70.0, own)
        for name, curve in zip(levels.concentration, expected.values(), strict=True):
            np.testing.assert_allclose(levels.concentration[name][:, who], curve, rtol=1e-9, atol=0)


def drawn_values(course: Course, people: People) -> dict[str, np.ndarray]:
    from painloop.exposure.individuals import drawn

    return drawn(course.choice.parts[0].model, people.covariates(), 3, 0, 0)


def test_three_compartments_follow_the_sum_of_three_exponentials() -> None:
    """The textbook solution: rate constants are the roots of a cubic, coefficients come from partial fractions."""
    V1, V2, V3, CL, Q2, Q3 = 25.0, 56.0, 157.0, 84.0, 161.0, 79.0
    k10, k12, k13, k21, k31 = CL / V1, Q2 / V1, Q3 / V1, Q2 / V2, Q3 / V3
    square = k10 * k21 + k10 * k31 + k21 * k31 + k12 * k31 + k13 * k21
    rates = np.roots([-1.0, k10 + k12 + k13 + k21 + k31, -square, k10 * k21 * k31])
    others = [np.delete(rates, k) for k in range(3)]
    parts = [(k21 - r) * (k31 - r) / ((o[0] - r) * (o[1] - r)) for r, o in zip(rates, others, strict=True)]
    length, rate = 2.0 / 3.0, 35.0 / (2.0 / 3.0)
    during, after = np.minimum(GRID_H, length), np.maximum(GRID_H - length, 0.0)
    expected = sum(
        1000.0 * rate / V1 * p / r * (1.0 - np.exp(-r * during)) * np.exp(-r * after)
        for p, r in zip(parts, rates, strict=True)
    )
    _, levels = levels_of("kamp-2020", "ketamine 35 mg iv over 40 min", alike(1, 70.0, 45.0))
    np.testing.assert_allclose(levels.concentration["ketamine"][:, 0], expected, rtol=1e-9, atol=0)


def test_an_injection_peaks_at_the_dose_over_the_central_volume() -> None:
    """2e-4: the peak is read 36 ms after the injection, when 1.3e-4 of it has left the centre."""
    result = exposure("ketamine 35 mg iv", patients=0)
    metrics = result.metrics["ketamine"]
    assert float(metrics.cmax_ng_ml[0]) == pytest.approx(1000.0 * 35.0 / 25.0, rel=2e-4)
    assert [float(v[0]) for v in metrics.at.values()] == [float(metrics.cmax_ng_ml[0])]
