"""Measured arms beside predictions: which count, how they are predicted and scored, and that nothing kept is stale."""

from __future__ import annotations

import importlib.util
import json
import math
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from painloop.cli.main import main
from painloop.exposure.choice import DEFAULTS
from painloop.exposure.observed import Comparison, Reading, input_hash, observed
from painloop.exposure.observed.arms import ancestry, every_arm, exclusion, share, weight
from painloop.exposure.observed.checks import implied
from painloop.exposure.observed.comparison import verdict
from painloop.exposure.observed.scores import reached, score, sensitivity
from painloop.exposure.predict import exposure
from painloop.library.schema.courses import Measurement
from painloop.patient.population import alike
from painloop.regimen import expand, read

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "validation" / "observed_arms.json"
ARMS = {(source, arm.id): arm for source, arm in every_arm()}
WITH_COURSE = [key for key, arm in ARMS.items() if arm.regimen is not None]


@pytest.fixture(scope="module")
def kept() -> Comparison:
    return Comparison.model_validate_json(KEPT.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def now() -> Comparison:
    return observed(patients=0)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("observed_arms", ROOT / "validation" / "observed_arms.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def readings(found: Comparison) -> list[Reading]:
    return [*found.headline, *found.peak_times, *found.parameters, *found.children]


def test_the_kept_results_were_made_from_the_inputs_of_today(kept: Comparison) -> None:
    assert kept.provenance["inputs"] == input_hash(), (
        "stale: run .venv/bin/python validation/observed_arms.py"
    )


def test_the_kept_results_are_those_of_today(kept: Comparison, now: Comparison) -> None:
    assert kept.excluded == now.excluded
    assert [one.name for one in kept.scores] == [one.name for one in now.scores]
    for before, after in zip(readings(kept), readings(now), strict=True):
        ignored = {"predicted", "median", "fold"}
        assert before.model_dump(exclude=ignored) == after.model_dump(exclude=ignored)
        assert before.predicted == pytest.approx(after.predicted, rel=1e-6)
    assert [s.gmfe for s in kept.scores] == pytest.approx([s.gmfe for s in now.scores], rel=1e-6)


def test_the_kept_medians_are_those_of_today(kept: Comparison) -> None:
    again = observed("oral")
    before = [one.median for one in kept.headline if one.route == "oral"]
    assert before == pytest.approx([one.median for one in again.headline], rel=1e-6)
    assert None not in before


def test_the_page_says_what_was_kept(kept: Comparison, script: ModuleType) -> None:
    text = (ROOT / "docs" / "observed.md").read_text(encoding="utf-8")
    assert text == script.page(kept), "stale: run .venv/bin/python validation/observed_arms.py"
    assert kept.verdict in text


def test_every_row_of_the_library_is_predicted_once_or_left_out_with_a_reason(now: Comparison) -> None:
    predicted = [(one.source, one.arm) for one in readings(now)]
    left_out = [(one.source, one.arm) for one in now.excluded]
    assert sorted(predicted + left_out) == sorted(ARMS)
    assert all(one.reason for one in now.excluded)


def test_the_headline_holds_no_fitted_simulated_recalled_ranged_animal_or_young_arm(now: Comparison) -> None:
    for one in now.headline:
        arm = ARMS[one.source, one.arm]
        assert not arm.fitted_by
        assert arm.kind in ("measured", "digitised")
        assert arm.age_group == "adult"
        assert arm.quantity in ("cmax_ng_ml", "auc_ng_h_ml", "css_ng_ml", "conc_ng_ml")
        assert one.perhaps_fitted_by == list(arm.perhaps_fitted_by)


def test_predictions_come_from_the_default_model_of_form_route_and_site(now: Comparison) -> None:
    for one in readings(now):
        site = one.sampling if one.sampling in ("arterial", "venous") else None
        first = next(
            r for r in DEFAULTS if one.form in r.forms and one.route in r.routes and site in r.samplings
        )
        assert one.model == first.model


def test_what_was_put_together_here_is_marked(now: Comparison) -> None:
    marked = {(one.source, one.arm) for one in readings(now) if one.composed}
    overlays = {(one.source, one.arm) for one in readings(now) if one.model.endswith("-racemic")}
    halves = {("hasan-2021", "iv-s-ketamine-cmax"), ("hasan-2021", "iv-r-ketamine-cmax")}
    assert marked == overlays | halves
    assert overlays


def test_a_prediction_is_what_exposure_answers(now: Comparison) -> None:
    half = next(one for one in now.headline if one.arm == "iv-s-ketamine-cmax")
    both = exposure("ketamine 5 mg iv over 30 min", sampling="venous", patients=0).metrics["ketamine"]
    assert half.predicted == pytest.approx(float(both.cmax_ng_ml[0]) / 2.0, rel=1e-12)
    late = next(one for one in now.headline if one.arm == "s-s-norketamine-conc-4p0h")
    steps = exposure(late.given, sampling="arterial", patients=0, at_h=(4.0,)).metrics["S-norketamine"]
    assert late.predicted == pytest.approx(float(steps.at[4.0][0]), rel=1e-9)
    assert late.fold == late.predicted / late.observed


TEMPLATE = ARMS["huge-2010", "nasal-0p2-s-ketamine-cmax"]


@pytest.mark.parametrize(
    ("change", "group"),
    [
        ({"value": None, "confidence": "missing"}, "no number"),
        ({"kind": "simulated"}, "simulated, not measured"),
        ({"kind": "range"}, "only a range was printed"),
        ({"kind": "animal"}, "measured in animals"),
        ({"age_group": "animal"}, "measured in animals"),
        ({"kind": "memory"}, "recalled, not read"),
        ({"fitted_by": ("kamp-2020",)}, "a model was fitted on it"),
        ({"route": "im"}, "no model of the route"),
        ({"sampling": "arterial"}, "no model of the route"),
        ({"regimen": None}, "the course is not known"),
        ({"regimen": None, "quantity": "bioavailability"}, "the course is not known"),
        ({"analyte": "S-hydroxynorketamine"}, "no model of the analyte"),
        ({"analyte": "R-ketamine"}, "no model of the analyte"),
        ({"age_group": "child"}, "a child of unknown weight"),
        ({"route": "iv", "duration_h": 0.0, "quantity": "tmax_h"}, "the first sample"),
        ({}, None),
        ({"kind": "digitised"}, None),
        ({"perhaps_fitted_by": ("perez-ruixo-2021",)}, None),
        ({"age_group": "child", "weight_kg": 20.0}, None),
        ({"route": "iv", "regimen": None, "quantity": "clearance_l_h"}, None),
    ],
)
def test_an_arm_is_left_out_for_how_it_came_about(change: dict[str, object], group: str | None) -> None:
    found = exclusion("huge-2010", TEMPLATE.model_copy(update=change))
    assert (found.group if found else None) == group


@pytest.mark.parametrize(
    ("form", "analyte", "predicted", "expected"),
    [
        ("racemic", "ketamine", ("ketamine",), ("ketamine", 1.0)),
        ("racemic", "R-ketamine", ("ketamine",), ("ketamine", 0.5)),
        ("racemic", "S-norketamine", ("ketamine", "norketamine"), ("norketamine", 0.5)),
        ("racemic", "norketamine", ("ketamine",), None),
        ("S", "ketamine", ("S-ketamine",), ("S-ketamine", 1.0)),
        ("S", "R-ketamine", ("S-ketamine",), None),
        ("R", "S-ketamine", ("R-ketamine",), None),
    ],
)
def test_an_enantiomer_after_the_racemate_is_half_of_both(
    form: str, analyte: str, predicted: tuple[str, ...], expected: tuple[str, float] | None
) -> None:
    assert share(TEMPLATE.model_copy(update={"form": form, "analyte": analyte}), predicted) == expected


def test_weight_and_ancestry_come_from_the_file_then_from_its_words() -> None:
    assert weight(TEMPLATE) == (70.0, "70 kg assumed")
    assert weight(TEMPLATE.model_copy(update={"weight_kg": 82.0})) == (82.0, None)
    assert weight(TEMPLATE.model_copy(update={"population": "10 children, 11-25 kg"}))[0] == 18.0
    assert ancestry("3 healthy Japanese people") == (True, True)
    assert ancestry("16 Chinese patients") == (True, False)
    assert ancestry("8 healthy men") == (False, False)


@pytest.mark.parametrize(("source", "arm"), WITH_COURSE)
def test_the_course_of_an_arm_gives_its_dose_over_its_duration(source: str, arm: str) -> None:
    """The sentence that is simulated and the dose that was read are written apart; 2 %: both are rounded."""
    row = ARMS[source, arm]
    schedule = expand(read(row.regimen), 24.0)
    kg = np.array([weight(row)[0]])
    assert row.dose is not None
    per_kg = row.dose.value * (kg[0] if row.dose.unit == "mg/kg" else 1.0)
    assert row.dose.unit in ("mg", "mg/kg")
    assert float(schedule.amounts(kg, None).sum()) == pytest.approx(per_kg, rel=0.02)
    lasted = sum(event.duration_h for event in schedule.events)
    if row.duration_h is not None and row.duration_h > 0.01:
        assert lasted == pytest.approx(row.duration_h, rel=0.01)
    assert {event.route for event in schedule.events} == {row.route}


def test_implied_quantities_are_those_of_the_parameters() -> None:
    """Clearance and volumes of kamp-2020, bioavailabilities from the printed parameters of the route's model."""

    def of(form: str, route: str, quantity: str, regimen: str | None, kg: float = 70.0) -> float:
        row = TEMPLATE.model_copy(
            update={
                "form": form, "route": route, "quantity": quantity, "regimen": regimen,
                "analyte": "ketamine" if form == "racemic" else "S-ketamine",
            }
        )  # fmt: skip
        return implied(row, alike(1, kg, 45.0))

    assert of("racemic", "iv", "clearance_l_h", None) == pytest.approx(84.0, rel=1e-9)
    heavy = 84.0 * 2.0**0.75 / 140.0
    assert of("racemic", "iv", "clearance_l_h_kg", None, 140.0) == pytest.approx(heavy, rel=1e-9)
    assert of("racemic", "iv", "vss_l", None) == pytest.approx(25.0 + 56.0 + 157.0, rel=1e-9)
    assert of("racemic", "iv", "vss_l_kg", None, 35.0) == pytest.approx(238.0 / 70.0, rel=1e-9)
    extraction = 101 * (1.11 + 2.77) / (151 + 101 * (1.11 + 2.77))
    swallowed = 0.64 * (1 - extraction)
    gut_flow = 0.6 * 0.8 * 0.4 * 3.75 * 70.0**0.75
    permeated = gut_flow * 4.1 / (gut_flow + 4.1)
    gut = permeated / (permeated + 1.19)
    liver = 1.0 - 301 * 1.4 / (3.75 * 70.0**0.75 + 301 * 1.4)
    eaten = of("S", "oral", "bioavailability", "S-ketamine 14 mg oral")
    assert eaten == pytest.approx(gut * liver, rel=1e-9)
    sprayed = 0.54 + 0.46 * swallowed
    assert of("S", "nasal", "bioavailability", "S-ketamine 28 mg nasal") == pytest.approx(sprayed, rel=1e-9)
    assert of("S", "iv", "half_life_h", None) == pytest.approx(7.3, rel=0.03)
    with pytest.raises(ValueError, match="does not follow"):
        of("racemic", "iv", "cmax_ng_ml", None)


def test_a_terminal_half_life_is_the_slope_of_the_tail() -> None:
    row = TEMPLATE.model_copy(update={"quantity": "half_life_h", "analyte": "S-norketamine"})
    tail = exposure("S-ketamine 0.2 mg/kg nasal", patients=0, at_h=(390.0, 400.0)).metrics["S-norketamine"].at
    slope = math.log(float(tail[390.0][0] / tail[400.0][0])) / 10.0
    assert implied(row, alike(1, 70.0, 45.0)) == pytest.approx(math.log(2.0) / slope, rel=1e-6)


def made_up(arm: str, fold: float, **changes: object) -> Reading:
    plain = {
        "source": "made-up", "arm": arm, "course": arm, "analyte": "ketamine", "form": "racemic", "route": "iv",
        "sampling": "venous", "given": "", "population": "", "n": 10, "weight_kg": 70.0, "weight_assumed": False,
        "quantity": "cmax_ng_ml", "at_h": None, "until_h": None, "observed": 100.0, "predicted": 100.0 * fold,
        "median": None, "fold": fold, "model": "kamp-2020", "perhaps_fitted_by": [], "composed": None, "remarks": [],
    }  # fmt: skip
    return Reading.model_validate(plain | changes)


def test_fold_errors_are_summed_up_as_defined() -> None:
    """Three readings of one curve and one of another: by hand."""
    found = score("x", [made_up("a", 2.0), made_up("a", 0.5), made_up("a", 4.0), made_up("b", 1.0, n=None)])
    assert found is not None
    assert (found.readings, found.arms, found.people, found.people_unknown) == (4, 2, 10, 1)
    assert found.within_twofold == 0.75
    assert found.gmfe == pytest.approx(2.0 ** ((1 + 1 + 2 + 0) / 4))
    assert found.bias == pytest.approx(2.0 ** ((1 - 1 + 2 + 0) / 4))
    assert found.arms_within_twofold == 0.5
    assert found.arms_gmfe == pytest.approx(2.0 ** ((4 / 3 + 0) / 2))
    assert score("none", []) is None


@pytest.mark.parametrize(
    ("folds", "met"),
    [
        ([1.29] * 10, True),
        ([1.3] * 10, False),
        ([1.0] * 9 + [2.1], True),
        ([1.0] * 8 + [2.1] * 2, False),
        ([1.0] * 17 + [0.4] * 3, False),
    ],
)
def test_the_verdict_says_plainly_whether_the_bars_are_met(folds: list[float], met: bool) -> None:
    total = score("all", [made_up(str(k), fold) for k, fold in enumerate(folds)])
    assert reached(total) is met
    assert verdict(total).startswith("Reached" if met else "NOT reached")


def test_one_well_predicted_curve_of_many_samples_does_not_carry_the_verdict() -> None:
    total = score("all", [made_up("curve", 1.01) for _ in range(50)] + [made_up("other", 5.0)])
    assert total is not None
    assert total.within_twofold > 0.9
    assert not reached(total)


def test_sensitivity_takes_out_what_was_perhaps_fitted() -> None:
    known = made_up("a", 1.0, perhaps_fitted_by=["kamp-2020"])
    other = made_up("b", 2.0, perhaps_fitted_by=["otto-2021"])
    clean = made_up("c", 4.0, composed="half of both", median=800.0)
    counts = {one.name: one.readings for one in sensitivity([known, other, clean])}
    assert counts["without readings that the predicting model was perhaps fitted on"] == 2
    assert counts["without readings that any model was perhaps fitted on"] == 1
    assert counts["only readings that the predicting model was perhaps fitted on"] == 1
    assert counts["without composed predictions"] == 2
    median = sensitivity([clean])[1]
    assert (median.name, median.gmfe) == ("all, scored by the median of the population", pytest.approx(8.0))


def test_the_command_prints_one_object_or_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["observed", "--route", "oral", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["route"] for one in found["headline"]} == {"oral"}
    assert main(["observed", "--route", "oral"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert " ".join(found["verdict"].split()) in printed
    assert "Left out, and why" in printed


def test_a_route_without_arms_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["observed", "--route", "nasel"]) == 2
    said = capsys.readouterr().err
    assert "'nasel'" in said
    assert "nasal, oral, rectal" in said


def test_measurements_stay_what_they_are() -> None:
    """The template of these tests is a plain measured adult arm; a change of it would hollow them out."""
    assert isinstance(TEMPLATE, Measurement)
    assert (TEMPLATE.kind, TEMPLATE.age_group, TEMPLATE.fitted_by) == ("measured", "adult", ())
