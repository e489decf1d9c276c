"""What ``exposure`` answers and refuses: the JSON shape, the times it reports, one sentence for what it cannot do."""

from __future__ import annotations

import json

import pytest

from painloop.cli.main import main
from painloop.errors import InputError
from painloop.exposure.answer import ExposureAnswer, answer
from painloop.exposure.predict import exposure

ORDERS = [
    ("ketamine 0.5 mg/kg iv over 40 min", {"ketamine"}, 0.667),
    ("R-ketamine 0.5 mg/kg iv over 40 min", {"R-ketamine"}, 0.667),
    ("S-ketamine 0.5 mg/kg iv over 40 min", {"S-ketamine", "S-norketamine"}, 0.667),
    ("esketamine 84 mg nasal", {"S-ketamine", "S-norketamine"}, None),
    ("ketamine 25 mg oral, every 8 h for 16 h", {"ketamine", "norketamine"}, None),
    ("S-ketamine 35 mg iv", {"S-ketamine", "S-norketamine"}, 0.0),
]


@pytest.mark.parametrize(("regimen", "analytes", "end_h"), ORDERS)
def test_the_answer_has_the_shape_that_is_promised(
    regimen: str, analytes: set[str], end_h: float | None
) -> None:
    found = answer(exposure(regimen, patients=200, at_h=(2.0, 0.5)))
    again = ExposureAnswer.model_validate_json(found.model_dump_json())
    assert again == found
    assert set(found.analytes) == analytes
    for one in found.analytes.values():
        assert one.population is not None
        assert set(one.population.model_dump()) == set(one.typical.model_dump())
        end = {f"{end_h:g}"} if end_h is not None else set()
        assert set(one.population.at) == set(one.typical.at) == end | {"0.5", "2"}
        for spread in (one.population.cmax_ng_ml, one.population.auc_ng_h_ml, one.population.at["2"]):
            assert 0.0 < spread.p5 < spread.p50 < spread.p95
        assert one.population.cmax_ng_ml.p5 < one.typical.cmax_ng_ml < one.population.cmax_ng_ml.p95


def test_the_command_prints_the_same_object_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    regimen = "S-ketamine 0.5 mg/kg iv over 40 min"
    assert main(["exposure", regimen, "--at", "40min,2h", "--json", "--seed", "1"]) == 0
    printed = json.loads(capsys.readouterr().out)
    expected = answer(exposure(regimen, at_h=(2.0 / 3.0, 2.0))).model_dump(mode="json")
    assert printed["analytes"] == expected["analytes"]
    assert {"model", "sampling", "analytes", "warnings", "provenance"} <= set(printed)
    assert (printed["model"], printed["sampling"]) == ("otto-2021", "venous")


def test_two_times_that_share_a_key_are_one_and_the_end_of_the_infusion_wins() -> None:
    found = answer(exposure("S-ketamine 0.5 mg/kg iv over 40 min", patients=0, at_h=(0.667,)))
    typical = found.analytes["S-ketamine"].typical
    assert set(typical.at) == {"0.667"}
    assert typical.at["0.667"] == typical.cmax_ng_ml


def test_no_population_is_answered_where_none_was_asked_for() -> None:
    found = answer(exposure("S-ketamine 35 mg iv over 40 min", patients=0))
    assert all(one.population is None for one in found.analytes.values())


@pytest.mark.parametrize(
    ("regimen", "sampling", "model"),
    [
        ("S-ketamine 35 mg iv over 40 min", None, "otto-2021"),
        ("S-ketamine 35 mg iv over 40 min", "venous", "otto-2021"),
        ("S-ketamine 35 mg iv over 40 min", "arterial", "simons-2022"),
        ("ketamine 35 mg iv over 40 min", "arterial", "kamp-2020"),
        ("ketamine 10 mg nasal", None, "perez-ruixo-2021-racemic"),
        ("ketamine 25 mg sublingual", None, "simons-2022-racemic"),
    ],
)
def test_the_default_model_follows_form_route_and_site(
    regimen: str, sampling: str | None, model: str
) -> None:
    found = exposure(regimen, sampling=sampling, patients=0)
    assert found.model == model
    assert found.reason.startswith(f"{model} for ")


def test_what_was_put_together_here_is_said() -> None:
    (said,) = [w for w in exposure("ketamine 25 mg sublingual", patients=0).warnings if "put together" in w]
    assert said.startswith("simons-2022-racemic was put together here, not published")


def test_a_dose_from_a_depot_has_no_end_to_report_and_an_injection_has_its_peak() -> None:
    for order in ("esketamine 84 mg nasal", "ketamine 25 mg oral", "S-ketamine 25 mg sublingual"):
        found = answer(exposure(order, patients=0))
        assert all(one.typical.at == {} for one in found.analytes.values())
    typical = answer(exposure("S-ketamine 35 mg iv", patients=0)).analytes["S-ketamine"].typical
    assert typical.at == {"0": typical.cmax_ng_ml}
    mixed = answer(exposure("ketamine 5 mg iv over 1 h ; ketamine 25 mg oral every 8 h for 16 h", patients=0))
    assert {key for one in mixed.analytes.values() for key in one.typical.at} == {"1"}


@pytest.mark.parametrize("sampling", ["venous", "arterial"])
def test_a_site_asked_of_a_model_that_pools_both_is_warned_of(sampling: str) -> None:
    said = [w for w in exposure(IV, sampling=sampling, patients=0).warnings if "pools" in w]
    assert said == [
        "kamp-2020 pools arterial and venous samples; venous peaks during and soon after an infusion can be up to "
        "twofold lower (measured: see painloop observed)."
    ]
    assert exposure(IV, patients=0).warnings == []
    assert not [w for w in exposure(S_IV, sampling=sampling, patients=0).warnings if "pools" in w]


def test_a_share_of_the_dose_is_said_with_its_form() -> None:
    said = exposure(IV, model="otto-2021", fraction=0.5, patients=0).warnings
    assert "Only 0.5 of the ordered dose is simulated, as S-ketamine; the rest has no effect here." in said
    pooled = exposure(S_IV, model="kamp-2020", fraction=0.25, patients=0).warnings
    assert pooled == [
        "Only 0.25 of the ordered dose is simulated, as S-ketamine; the rest has no effect here."
    ]
    whole = exposure(IV, model="otto-2021", fraction=1.0, patients=0).warnings
    assert not [w for w in whole if "Only" in w]


def test_a_borrowed_spread_is_said_where_people_are_drawn() -> None:
    said = (
        "The spread between people of kamp-2020 is assumed (borrowed from otto-2021), not published for it."
    )
    assert exposure(IV, patients=3).warnings == [said]
    assert not [w for w in exposure(S_IV, patients=3).warnings if "assumed" in w]


def test_a_dose_outside_is_written_as_a_plain_number() -> None:
    found = exposure("S-ketamine 0.3 mg/kg/h iv for 100 h", weight_kg=78, patients=0).warnings
    assert [w for w in found if "2340 mg is outside" in w]
    assert "e+" not in " ".join(found)


IV = "ketamine 0.5 mg/kg iv over 40 min"
S_IV = "S-ketamine 0.5 mg/kg iv over 40 min"
REFUSALS = [
    (IV, {"model": "otto-2021"}, ["otto-2021", "S-ketamine alone", "--fraction", "0.5"]),
    ("R-ketamine 35 mg iv over 40 min", {"model": "otto-2021"}, ["S-ketamine alone", "R-ketamine", "none of it"]),
    ("R-ketamine 35 mg iv over 40 min", {"model": "otto-2021", "fraction": 1.0}, ["none of it", "--model"]),
    (S_IV, {"model": "simons-2022-racemic"}, ["has no iv route", "sublingual", "--model"]),
    ("S-ketamine 25 mg sublingual", {"model": "simons-2022-racemic"}, ["racemic", "S-ketamine", "--fraction"]),
    ("ketamine 50 mg oral", {"model": "kamp-2020"}, ["kamp-2020 has no oral route", "iv", "--model"]),
    ("ketamine 0.5 mg/kg im", {}, ["im route", "iv, nasal, oral, sublingual", "--model"]),
    ("R-ketamine 50 mg oral", {}, ["R-ketamine by the oral route", "are iv", "--model"]),
    (S_IV, {"model": "otto-2021", "sampling": "arterial"}, ["venous", "arterial", "no published conversion"]),
    ("esketamine 84 mg nasal", {"sampling": "arterial"}, ["arterial", "leave --sampling out", "perez-ruixo-2021"]),
    (IV, {"model": "kamp-2021"}, ["kamp-2021", "kamp-2020"]),
    (IV, {"fraction": 0.0}, ["fraction of 0", "0 to 1", "0.5"]),
    (IV, {"fraction": 1.5}, ["fraction of 1.5", "0 to 1"]),
    (IV, {"fraction": float("nan")}, ["fraction of nan", "0 to 1"]),
    ("placebo", {}, ["placebo has no drug levels", "give a regimen"]),
    (IV, {"weight_kg": -70.0}, ["weight -70", "2 to 350 kg", "--weight 70"]),
    (IV, {"weight_kg": float("nan")}, ["weight nan", "2 to 350 kg"]),
    (IV, {"age_y": 300.0}, ["age 300", "0 to 120 years", "--age 45"]),
    (IV, {"patients": -1}, ["number of patients -1", "--patients 200"]),
    (IV, {"hours": 0.0}, ["horizon 0", "--hours 24"]),
    (IV, {"hours": float("inf")}, ["horizon inf", "--hours 24"]),
    (IV, {"at_h": (-1.0,)}, ["time -1", "0 to"]),
    (IV, {"at_h": (30.0,), "hours": 24.0}, ["time 30", "0 to 24 h", "raise --hours"]),
    (IV, {"steady_state": True}, ["repeated dose", "every 8 h"]),
]  # fmt: skip


@pytest.mark.parametrize(("regimen", "options", "words"), REFUSALS)
def test_it_refuses_in_one_sentence_with_value_limit_and_remedy(
    regimen: str, options: dict[str, object], words: list[str]
) -> None:
    with pytest.raises(InputError) as refused:
        exposure(regimen, **options)  # type: ignore[arg-type]
    said = str(refused.value)
    assert [word for word in words if word not in said] == [], said
    assert "\n" not in said
    assert refused.value.exit_status == 2


def test_the_command_refuses_on_one_line_with_status_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exposure", IV, "--model", "otto-2021"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("painloop: otto-2021 describes S-ketamine alone")
    assert len(captured.err.splitlines()) == 1


def test_it_says_that_rules_are_not_followed() -> None:
    ruled = exposure(
        "ketamine 80 mg iv over 4 h, then repeat when pain returns above 5, at most every 4 weeks", patients=0
    )
    assert "not followed here" in ruled.warnings[0]
