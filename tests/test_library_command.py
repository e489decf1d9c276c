"""``painloop library`` lists the facts and shows a card for each of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from painloop.cli.library import command
from painloop.errors import LibraryError
from painloop.library import ids, kinds, load
from painloop.library.loader import LIBRARY


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), catch_exceptions=False, env={"COLUMNS": "100"})


def flat(text: str) -> str:
    """The text with its line breaks and paddings removed."""
    return " ".join(text.split())


def test_the_list_names_every_entry() -> None:
    text = run("list").stdout
    assert [one for kind in kinds() for one in ids(kind) if one not in text] == []


def test_the_list_of_a_kind_names_only_that_kind() -> None:
    listed = json.loads(run("list", "loop", "--json").stdout)
    assert [one["id"] for one in listed["loop"]] == list(ids("loop"))
    assert list(listed) == ["loop"]


def test_a_composed_model_is_marked_in_the_list() -> None:
    listed = json.loads(run("list", "pharmacokinetics", "--json").stdout)["pharmacokinetics"]
    assert {one["id"] for one in listed if one["composed"]} == {
        "ashraf-2018-racemic",
        "perez-ruixo-2021-racemic",
        "simons-2022-racemic",
    }
    assert "! composed" in run("list", "pharmacokinetics").stdout


@pytest.mark.parametrize(("kind", "one"), [(kind, one) for kind in kinds() for one in ids(kind)])
def test_a_card_says_what_the_entry_cannot_do_and_what_was_not_found(kind: str, one: str) -> None:
    entry = load(kind, one)
    shown = run("show", f"{kind}/{one}").stdout
    assert max(len(line) for line in shown.splitlines()) <= 100
    assert [limit for limit in entry.limits if flat(limit) not in flat(shown)] == []
    assert [said for said in entry.not_read if flat(said) not in flat(shown)] == []


def test_a_card_names_its_missing_values() -> None:
    shown = run("show", "dahan-2011").stdout
    not_found = shown.split("Not found")[1]
    assert [
        name for name in ("Emax", "hill", "iiv_C50", "iiv_t_half", "baseline_pain") if name not in not_found
    ] == []
    assert shown.count("NOT FOUND") == 5
    assert shown.count("! assumed") == 2


def test_a_card_shows_structure_and_parameters() -> None:
    shown = run("show", "pharmacokinetics/simons-2022").stdout
    for piece in ("FM_NK*k_chain_NK", "mg gained per mg", "out of body", "CV 24.2 %", "together 1.42 doses"):
        assert piece in flat(shown)


def test_a_composed_card_says_so_first() -> None:
    shown = run("show", "simons-2022-racemic").stdout
    assert "COMPOSED: put together by painloop, never published" in shown
    assert shown.index("COMPOSED") < shown.index("Structure")


def test_json_is_one_object_with_everything() -> None:
    shown = json.loads(run("show", "otto-2021", "--json").stdout)
    assert shown["parameters"]["CL"]["value"] == 95.2
    assert shown["parameters"]["V_NK"]["source"].startswith("Otto 2021 Table 3")
    assert shown["flows"][0]["from"] == "K1"
    assert len(shown["content_hash"]) == 12


def test_an_id_of_several_kinds_shows_all_of_them() -> None:
    shown = json.loads(run("show", "simons-2022", "--json").stdout)
    assert [one["kind"] for one in shown["entries"]] == ["pharmacokinetics", "observations"]
    both = run("show", "simons-2022").stdout
    assert "Structure" in both
    assert "S-ketamine 50 mg sublingual - 20 healthy volunteers" in flat(both)


def test_a_path_is_accepted(tmp_path: Path) -> None:
    own = tmp_path / "none.yaml"
    own.write_text((LIBRARY / "loop" / "none.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert json.loads(run("show", str(own), "--json").stdout)["rival"] == "none"


def test_an_unknown_id_is_refused_with_the_closest() -> None:
    with pytest.raises(LibraryError, match="did you mean 'otto-2021'"):
        run("show", "otto-2020")
    with pytest.raises(LibraryError, match="did you mean 'regimens'"):
        run("list", "regimen")


@pytest.mark.parametrize("one", ids("pharmacokinetics"))
def test_no_formula_is_cut_short(one: str) -> None:
    shown = run("show", f"pharmacokinetics/{one}").stdout
    assert "…" not in shown
    together = "".join(shown.split())
    model = load("pharmacokinetics", one)
    formulas = [flow.rate for flow in model.flows] + [given.F for given in model.inputs]
    assert [formula for formula in formulas if "".join(formula.split()) not in together] == []
