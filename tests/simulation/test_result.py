"""The contract of a result: dimensions, names, units, sources; the mixture over rivals; same person in every run."""

from __future__ import annotations

import json
import shlex

import numpy as np
import pytest
from simulation_runs import AVERAGED, mean, persons, short, sigtermans

from painloop import library
from painloop.errors import InputError
from painloop.simulation import simulate
from painloop.simulation.accumulate import QUANTILES
from painloop.simulation.answer import SimulationAnswer, answer
from painloop.simulation.batch import draw
from painloop.simulation.persons import Who
from painloop.simulation.plan import plan, read
from painloop.simulation.result import PER_RIVAL, UNITS
from painloop.simulation.settings import settings

RATINGS = ("pain", "nrs", "relief")
RESPONSES = ("responder_30", "responder_50")
SHARED = (
    "dose_rate", "block", "wind_up", "drug_high", "dissociation", "sbp_rise", "dbp_rise", "hr_rise",
    "nausea", "dizziness", "sedation", "ventilation_on_opioid", "S-ketamine",
)  # fmt: skip
RIVALS = ("none", "effect_delay", "central_gain", "driven_gain")


def test_dimensions_and_names_are_those_of_the_contract() -> None:
    data = short().dataset
    assert tuple(data.rival.values) == (*RIVALS, AVERAGED)
    assert tuple(data["quantile"].values) == QUANTILES
    assert {data[name].dims for name in RATINGS} == {("rival", "time", "quantile")}
    assert {data[f"{name}_mean"].dims for name in RATINGS} == {("rival", "time")}
    assert {data[name].dims for name in RESPONSES} == {("rival", "time")}
    assert {data[name].dims for name in SHARED} == {("time", "quantile")}
    assert {data[f"{name}_mean"].dims for name in SHARED} == {("time",)}
    assert (np.diff(data.time) > 0).all()
    assert float(data.time[0]) == 0.0
    assert float(data.time[-1]) == 24.0


def test_every_quantity_names_its_unit_and_files_that_the_library_has() -> None:
    data = short().dataset
    for name, variable in data.data_vars.items():
        bare = str(name).removesuffix("_mean").removesuffix("_individual")
        assert variable.attrs["units"] == UNITS.get(bare, ("ng/mL",))[0], name
        assert variable.attrs["long_name"]
        for source in variable.attrs["sources"].split(", "):
            kind, _, entry = source.partition("/")
            assert entry in library.ids(kind), (name, source)


def test_individuals_only_on_request_and_few_enough_to_keep() -> None:
    without = simulate("placebo", patients=200, days=1)
    assert not [name for name in without.dataset if str(name).endswith("_individual")]
    data = short().dataset
    assert data["block_individual"].dims == ("time", "patient")
    assert data["pain_individual"].dims == ("hypothesis", "time", "patient")
    assert tuple(data.hypothesis.values) == RIVALS
    with pytest.raises(InputError, match="10001 patients are too many to keep; ask for 10000"):
        simulate("placebo", patients=10_001, individuals=True)


def test_summaries_are_those_of_the_individuals() -> None:
    data = short().dataset
    for name in SHARED:
        everyone = persons(short(), name).astype(float)
        np.testing.assert_allclose(data[f"{name}_mean"], everyone.mean(axis=1), rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(data[name], np.quantile(everyone, QUANTILES, axis=1).T, rtol=1e-6)
    for rival in RIVALS:
        everyone = persons(short(), "pain", rival).astype(float)
        np.testing.assert_allclose(mean(short(), "pain", rival), everyone.mean(axis=1), rtol=1e-6)


def test_averaged_is_the_mixture_and_no_mean_of_curves() -> None:
    data = sigtermans().dataset
    assert data.attrs["rival_weights"].startswith("equal")
    for name in ("pain", "nrs"):
        both = np.concatenate([persons(sigtermans(), name, rival) for rival in RIVALS], axis=1)
        pooled = np.quantile(both, QUANTILES, axis=1, method="inverted_cdf").T
        np.testing.assert_allclose(data[name].sel(rival=AVERAGED), pooled, rtol=1e-6)
        np.testing.assert_allclose(mean(sigtermans(), name, AVERAGED), both.mean(axis=1), rtol=1e-6)
        own = [
            np.quantile(persons(sigtermans(), name, r), QUANTILES, axis=1, method="inverted_cdf").T
            for r in RIVALS
        ]
        assert (pooled >= np.min(own, axis=0)).all()
        assert (pooled <= np.max(own, axis=0)).all()
    week = data.sel(time=168.0)
    middle = week["pain"].sel(rival=list(RIVALS)).mean("rival")
    assert float(abs(week["pain"].sel(rival=AVERAGED) - middle).max()) > 0.5
    for name in RESPONSES:
        np.testing.assert_allclose(
            data[name].sel(rival=AVERAGED), data[name][: len(RIVALS)].mean("rival"), rtol=1e-12
        )


def test_quantiles_rise_and_shares_are_shares() -> None:
    for data in (sigtermans().dataset, sigtermans().comparator.dataset):  # type: ignore[union-attr]
        for name in (*RATINGS, *SHARED[:-1]):
            assert (np.diff(data[name].values, axis=-1) >= 0.0).all(), name
        for name in (*RESPONSES, "block", "relief"):
            assert float(data[name].min()) >= 0.0
            assert float(data[name].max()) <= 1.0


def test_who_has_half_less_pain_also_has_a_third_less() -> None:
    for rival in RIVALS:
        thirty, fifty = (persons(sigtermans(), name, rival) for name in RESPONSES)
        assert set(np.unique(thirty)) <= {0.0, 1.0}
        assert (fifty <= thirty).all()
        assert fifty.sum() < thirty.sum()
        pain = persons(sigtermans(), "pain", rival)
        clear = np.abs(pain - 0.5 * pain[0]) > 1e-5  # single precision cannot tell the rest
        np.testing.assert_array_equal(fifty[clear], (pain <= 0.5 * pain[0])[clear])


def test_placebo_arm_is_the_same_persons_without_drug() -> None:
    treated, untreated = sigtermans(), sigtermans().comparator
    assert untreated is not None
    assert untreated.regimen_text == "placebo"
    assert untreated.comparator is None
    np.testing.assert_array_equal(untreated.dataset.time, treated.dataset.time)
    for rival in RIVALS:
        for name in ("pain", "nrs"):
            first = [persons(arm, name, rival)[0] for arm in (treated, untreated)]
            np.testing.assert_array_equal(*first)
        assert not persons(untreated, "relief", rival).any()
    for name in set(SHARED[:-1]) - {"wind_up", "ventilation_on_opioid"}:
        assert persons(untreated, name).max() < 1e-20, name
    assert (persons(untreated, "wind_up") == 1.0).all()
    alone = library.load("outcomes", "jonkman-2018").parameters["depression"].number
    np.testing.assert_allclose(persons(untreated, "ventilation_on_opioid"), 1.0 - alone, rtol=1e-6)
    assert untreated.population == treated.population
    assert untreated.warnings == []
    assert untreated.observed == []


# --- the same person ---------------------------------------------------------------------------------------------


def test_the_first_persons_are_the_same_however_many_are_simulated() -> None:
    few, many = short(200).dataset, short(1000).dataset
    for name in few:
        if not str(name).endswith("_individual"):
            continue
        np.testing.assert_allclose(
            few[name], many[name].isel(patient=slice(200)), rtol=2e-7, atol=1e-12, err_msg=str(name)
        )


def test_another_seed_is_other_people() -> None:
    for name in ("S-ketamine", "block", "sbp_rise"):
        one, other = (persons(short(200, seed), name)[6:12] for seed in (1, 2))
        assert (one != other).all(), name
    one, other = (persons(short(200, seed), "pain", "none")[0] for seed in (1, 2))
    assert (one != other).all()


def test_a_batch_changes_nobody() -> None:
    """Persons of batches that begin elsewhere and have another size, drawn down to the last parameter."""
    planned = plan(read("sigtermans-2009"), None, 5.0, "all", None, None, None, settings({}))
    one = draw(planned, Who(), 7, 0, 1024, 1024, 2)
    other = draw(planned, Who(), 7, 513, 256, 256, 2)
    part = slice(513, 769)
    assert one.end_rate is not None
    assert other.end_rate is not None
    np.testing.assert_array_equal(one.end_rate[part], other.end_rate)
    for key, values in one.bodies.covariates().items():
        np.testing.assert_array_equal(values[part], other.bodies.covariates()[key])
    for key, values in one.parameters.items():
        mine = np.broadcast_to(values, (1024,))[part]
        np.testing.assert_array_equal(mine, np.broadcast_to(other.parameters[key], (256,)), err_msg=key)
    for visit, parts in enumerate(one.values):
        for k, named in enumerate(parts):
            for key, values in named.items():
                mine = np.broadcast_to(values, (1024,))[part]
                theirs = np.broadcast_to(other.values[visit][k][key], (256,))
                np.testing.assert_array_equal(mine, theirs, err_msg=key)


def test_what_is_given_for_everyone_holds_for_everyone() -> None:
    result = simulate(
        "placebo", patients=200, days=1, weight_kg=64, age_y=51, female=True, baseline=6, individuals=True
    )
    assert result.population == {
        "n": 200, "weight_mean": 64.0, "weight_sd": 0.0, "age_mean": 51.0, "age_sd": 0.0, "female_fraction": 1.0,
    }  # fmt: skip
    assert (persons(result, "pain", "none")[0] == 6.0).all()


# --- provenance and the JSON answer ------------------------------------------------------------------------------


def test_every_file_named_is_in_the_library_with_the_hash_of_its_text() -> None:
    found = sigtermans().provenance
    for record in found["files"]:
        assert record["id"] in library.ids(record["kind"])
        assert record["hash"] == library.content_hash(record["kind"], record["id"])
        assert record["title"] == library.load(record["kind"], record["id"]).title
        assert record["confidence"]
    named = {f"{r['kind']}/{r['id']}" for r in found["files"]}
    used = {
        source
        for variable in sigtermans().dataset.data_vars.values()
        for source in variable.attrs["sources"].split(", ")
    }
    assert used <= named
    assert "regimens/sigtermans-2009" in named


def test_seed_command_versions_and_numbers_are_stated() -> None:
    for result, seed in ((short(200, 1), 1), (short(200, 2), 2)):
        assert result.provenance["seed"] == result.dataset.attrs["seed"] == seed
        assert result.provenance["patients"] == 200
        assert result.provenance["days"] == 1
        assert result.provenance["command"] is None  # nothing was typed
        assert set(result.provenance["packages"]) == {"jax", "numpy", "scipy"}


def test_the_command_that_was_typed_can_be_typed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = ["simulate", short().regimen_text, "--seed", "2"]
    for program in ("/usr/bin/painloop", "src/painloop/cli/main.py"):
        monkeypatch.setattr("sys.argv", [program, *typed])
        told = simulate("placebo", patients=1, days=1).provenance["command"]
        assert shlex.split(told) == ["painloop", *typed]


def test_use_outside_a_model_s_people_and_doses_is_said() -> None:
    told = " ".join(sigtermans().warnings)
    assert "otto-2021 was built on weights of 50 to 90 kg" in told
    assert "otto-2021 was built on iv durations of 0.5 to 2 h; 100 h is outside" in told
    order = "S-ketamine 20 mg iv over 1 h"
    inside = simulate(order, patients=1, days=1, weight_kg=70, age_y=25, loop="none")
    assert inside.warnings == []
    (elsewhere,) = simulate(order, patients=1, days=1, weight_kg=70, age_y=25, loop="effect_delay").warnings
    assert elsewhere.startswith("effect_delay was fitted on sigtermans-2009 (crps: ")
    assert not any("fitted on" in sentence for sentence in sigtermans().warnings)


def test_published_points_stand_only_beside_the_patients_they_are_of() -> None:
    assert sigtermans().observed
    assert not simulate("sigtermans-2009", patients=1, days=10, condition="fibromyalgia").observed


def test_the_answer_validates_and_its_numbers_are_those_of_the_dataset() -> None:
    result = sigtermans()
    text = answer(result).model_dump_json()
    found = SimulationAnswer.model_validate_json(text)
    assert json.loads(text)["weeks"]["1"]["averaged"]["pain"]["mean"] == float(
        result.dataset.pain_mean.sel(rival="averaged", time=168.0)
    )
    assert (found.patients, found.days, found.rivals) == (1000, 90.0, [*RIVALS, AVERAGED])
    assert found.placebo is not None
    for arm, source in ((found, result), (found.placebo, result.comparator)):
        assert source is not None
        assert set(arm.weeks) == {*(f"{k}" for k in range(13)), "12.857"}
        for week, by_rival in arm.weeks.items():
            time = 90.0 * 24.0 if week == "12.857" else 168.0 * float(week)
            now = source.dataset.sel(time=time)
            for rival, shown in by_rival.items():
                for name in RATINGS:
                    band = getattr(shown, name)
                    own = now[name].sel(rival=rival)
                    assert band.mean == float(now[f"{name}_mean"].sel(rival=rival))
                    assert [band.p5, band.p50, band.p95] == [
                        float(own.sel(quantile=q)) for q in (0.05, 0.5, 0.95)
                    ]
                for name in RESPONSES:
                    assert getattr(shown, name) == float(now[name].sel(rival=rival))
    for name, peak in found.peaks.items():
        middle = result.dataset[name].sel(quantile=0.5)
        assert peak.p50 == float(middle.max())
        assert float(middle.sel(time=peak.time_h)) == peak.p50
        assert peak.unit == result.dataset[name].attrs["units"]
    shared = {n for n in result.dataset if result.dataset[n].dims == ("time", "quantile")}
    assert set(found.peaks) | set(found.lows) == shared
    for name, low in found.lows.items():
        assert low.p50 == float(result.dataset[name].sel(quantile=0.5).min())
    assert not set(found.peaks) & set(PER_RIVAL)
