"""What ships: every file loads, every number names its source and its confidence, and models meet their checks."""

from __future__ import annotations

import re
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from library_reference import Reference, computed

from painloop.library import content_hash, entries, ids, kinds, load, path_of
from painloop.library.provenance import confidence_counts, missing_values, sourced_pieces
from painloop.library.schema import (
    WEAK_CONFIDENCES,
    Condition,
    Course,
    Effect,
    Observations,
    Pharmacokinetics,
    SelfCheck,
)
from painloop.library.schema.effects import Endpoint
from painloop.loop import RIVALS

ALL = [(kind, one) for kind in kinds() for one in ids(kind)]
MODELS = ids("pharmacokinetics")
CHECKS = [(one, number) for one in MODELS for number in range(len(load("pharmacokinetics", one).self_checks))]
WEAK_WORDS = re.compile(
    r"\b(recalled|from memory|not found|assumed|is assumed|design choice)\b", re.IGNORECASE
)


@pytest.mark.parametrize(("kind", "one"), ALL)
def test_every_shipped_file_loads_under_its_name(kind: str, one: str) -> None:
    entry = load(kind, one)
    assert (entry.kind, entry.id, path_of(entry).stem) == (kind, one, one)
    assert load(kind, f"{kind}/{one}") is entry


def test_the_library_holds_what_the_line_needs() -> None:
    assert {"kamp-2020", "otto-2021", "simons-2022", "perez-ruixo-2021", "ashraf-2018"} <= set(MODELS)
    assert {"crps", "neuropathic-pain", "fibromyalgia"} <= set(ids("conditions"))
    assert len(ids("loop")) == len(RIVALS)
    assert len(ids("regimens")) >= 10
    endpoints = {entry.endpoint for entry in entries("outcomes")}
    assert endpoints == set(get_args(Endpoint))


@pytest.mark.parametrize(("kind", "one"), ALL)
def test_every_value_has_a_source_and_a_confidence(kind: str, one: str) -> None:
    pieces = list(sourced_pieces(load(kind, one)))
    assert [key for key, piece in pieces if not (piece.source.strip() and piece.confidence)] == []


@pytest.mark.parametrize(("kind", "one"), ALL)
def test_what_a_source_calls_assumed_or_recalled_is_marked_so(kind: str, one: str) -> None:
    for key, piece in sourced_pieces(load(kind, one)):
        if WEAK_WORDS.search(piece.source):
            assert piece.confidence in WEAK_CONFIDENCES, key


@pytest.mark.parametrize(("kind", "one"), ALL)
def test_no_file_speaks_of_partial_or_unnamed_confidence(kind: str, one: str) -> None:
    text = path_of(load(kind, one)).read_text(encoding="utf-8")
    assert (
        re.findall(r"confidence: (?!verified|secondary|derived|fitted|assumed|memory|missing)\w+", text) == []
    )
    assert "find_string" not in text


@pytest.mark.parametrize(("one", "number"), CHECKS)
def test_a_model_meets_its_self_check(one: str, number: int) -> None:
    """Tolerances and their reasons stand beside each check in the model's file."""
    model: Pharmacokinetics = load("pharmacokinetics", one)
    check: SelfCheck = model.self_checks[number]
    off = abs(computed(model, check) / check.value - 1)
    assert (off > check.tolerance) if check.expected_to_fail else (off <= check.tolerance)


def test_all_published_models_are_checked() -> None:
    unchecked = [m.id for m in entries("pharmacokinetics") if not m.composed and not m.self_checks]
    assert unchecked == []


def test_a_known_problem_is_said_on_the_model() -> None:
    model = load("pharmacokinetics", "perez-ruixo-2021")
    assert any(check.expected_to_fail for check in model.self_checks)
    assert any("AUC of noresketamine" in limit for limit in model.limits)
    assert all("kmet" not in block.parameters for block in model.iiv)
    assert any("kmet" in said for said in model.not_read)


def test_borrowed_variability_is_marked_assumed() -> None:
    model = load("pharmacokinetics", "kamp-2020")
    assert {block.confidence for block in [*model.iiv, *model.residual]} == {"assumed"}
    assert model.iiv[0].omega2 == load("pharmacokinetics", "otto-2021").iiv[0].omega2


@pytest.mark.parametrize("one", [one for one in MODELS if one.endswith("-racemic")])
def test_an_overlay_is_its_base_under_another_form(one: str) -> None:
    overlay = load("pharmacokinetics", one)
    base = load("pharmacokinetics", overlay.composed.base)
    assert overlay.form == "racemic"
    assert base.form == "S"
    assert overlay.parameters == base.parameters
    assert overlay.flows == base.flows
    assert [output.analyte.removeprefix("S-") for output in base.outputs] == [
        o.analyte for o in overlay.outputs
    ]
    assert "iv" not in overlay.validity.routes
    assert {given.route for given in overlay.inputs} == set(overlay.validity.routes)
    assert content_hash("pharmacokinetics", one) != content_hash("pharmacokinetics", base.id)


def test_what_goes_to_another_analyte_carries_the_ratio_of_molar_masses() -> None:
    model = load("pharmacokinetics", "simons-2022")
    ratios = {(flow.from_, flow.to): model.mass_ratio(flow) for flow in model.flows}
    assert ratios["KT2", "N1"] == pytest.approx(223.70 / 237.73)
    assert ratios["NT2", "H1"] == pytest.approx(239.70 / 223.70)
    assert {ratio for places, ratio in ratios.items() if places not in {("KT2", "N1"), ("NT2", "H1")}} == {
        1.0
    }


@given(
    depot=st.floats(0, 100), central=st.floats(0, 100), metabolite=st.floats(0, 100), weight=st.floats(50, 88)
)
def test_ashraf_flows_are_the_well_stirred_equations(
    depot: float, central: float, metabolite: float, weight: float
) -> None:
    """The authors' quasi-steady gut wall, portal vein and liver (doi 10.1002/psp4.12346), written out once more."""
    reference = Reference(load("pharmacokinetics", "ashraf-2018"), weight, {})
    names = reference.names
    flow = 3.75 * weight**0.75
    villous = flow * 0.40 * 0.80 * 0.60
    passes_gut = (villous * 4.1 / (villous + 4.1)) / (villous * 4.1 / (villous + 4.1) + 1.19)
    extracted = 301 * 1.4 / (flow + 301 * 1.4)
    gut = 1.76 * depot / villous
    portal = (villous * passes_gut * gut + 0.75 * flow * central / 14.4) / (0.75 * flow)
    liver = (0.25 * flow * central / 14.4 + 0.75 * flow * portal) / flow
    parent_rate = (1 - extracted) * flow * liver - flow * central / 14.4
    gut_formed = (1 - passes_gut) * gut * villous * villous / (villous + 44.4)
    into_liver = gut_formed + flow * metabolite / 88.4 + flow * extracted * liver
    metabolite_rate = into_liver * flow / (flow + 73.5 * 0.50) - flow * metabolite / 88.4
    amounts = [depot, central, 0.0, 0.0, metabolite, 0.0]
    rates = reference.matrix @ amounts
    outward = (names["Q1"] + names["Q2"]) / names["Vc"] * central
    assert rates[reference.place["K1"]] == pytest.approx(parent_rate - outward, rel=1e-9, abs=1e-9)
    outward = names["Q1_NK"] / names["Vc_NK"] * metabolite
    assert rates[reference.place["N1"]] == pytest.approx(metabolite_rate - outward, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("one", MODELS)
def test_every_compartment_drains_and_no_rate_is_negative(one: str) -> None:
    model: Pharmacokinetics = load("pharmacokinetics", one)
    reference = Reference(model, 70, {})
    assert min(reference.value(flow.rate) for flow in model.flows) >= 0
    slowest_per_h = -np.linalg.eigvals(reference.matrix).real.max()
    assert 0.01 < slowest_per_h < 1  # terminal half-lives between 0.7 and 69 h


@pytest.mark.parametrize("one", ids("regimens"))
def test_a_course_has_a_sentence_and_a_condition_that_exists(one: str) -> None:
    course: Course = load("regimens", one)
    assert re.match(r"^(S-ketamine|ketamine|esketamine) [\d.]+ mg", course.sentence)
    assert course.condition is None or course.condition in ids("conditions")


@pytest.mark.parametrize("one", ids("conditions"))
def test_a_condition_gives_a_simulator_its_numbers(one: str) -> None:
    condition: Condition = load("conditions", one)
    placebo = condition.placebo
    assert 0 < placebo.responder_probability.number < 1
    assert 0 < placebo.responder_effect.number <= 1
    assert placebo.onset_half_life_d.number > 0
    assert condition.baseline.entry_threshold.number < condition.baseline.mean.number <= 10
    assert condition.noise.outcome in ids("outcomes")


@pytest.mark.parametrize("one", [one for kind in ("loop", "outcomes", "receptor") for one in ids(kind)])
def test_an_effect_gives_a_simulator_only_numbers(one: str) -> None:
    for kind in ("loop", "outcomes", "receptor"):
        if one in ids(kind):
            effect: Effect = load(kind, one)
            assert all(value.number is not None for value in effect.parameters.values())


@pytest.mark.parametrize("one", ids("observations"))
def test_an_observation_names_models_that_exist_and_children_as_such(one: str) -> None:
    source: Observations = load("observations", one)
    for arm in source.arms:
        assert set(arm.fitted_by) | set(arm.perhaps_fitted_by) <= set(MODELS)
        assert ("child" in arm.population) == (arm.age_group == "child"), arm.id
        assert (arm.kind == "memory") == (arm.confidence == "memory"), arm.id


def test_counts_and_missing_values_agree() -> None:
    entry = load("loop", "dahan-2011")
    assert confidence_counts(entry)["missing"] == len(missing_values(entry)) == 5
    assert "published.hill" in missing_values(entry)
