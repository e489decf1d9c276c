"""`painloop rivals`: the table, the cards, the picture, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from painloop import library
from painloop.cli.main import main
from painloop.loop import RIVALS
from painloop.report.figures import reset_map
from painloop.report.figures.reset_map import Given

REQUIRED = (
    "Bosma",
    "Koppert",
    "Kiefer",
    "Fallon",
    "Correll",
    "Pickering",
    "Noppers",
    "Sigtermans",
    "Goldberg",
)
LASTING = ("effect_delay", "central_gain", "driven_gain")


def run(*words: str) -> int:
    return main(["rivals", *words])


def test_the_table_counts_what_the_cards_say(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--json") == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["rivals"]}
    assert list(found) == list(RIVALS)
    for name, rival in RIVALS.items():
        entry = library.load("loop", rival.file)
        assert found[name]["data_for"]["all"] == len(entry.data_for)
        assert found[name]["data_against"]["fails"] == sum("FAILS" in s.says for s in entry.data_against) > 0
        assert found[name]["falsified_first_by"] == entry.falsified_by[0]
    assert [found[name]["lasting_relief"] for name in RIVALS] == [
        "no",
        "weeks",
        "weeks, or for good",
        "weeks",
    ]


def test_the_table_names_every_rival_for_a_reader(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in RIVALS)


@pytest.mark.parametrize("name", LASTING)
def test_a_card_names_the_trials_that_any_rival_must_face(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(name, "--json") == 0
    card = json.loads(capsys.readouterr().out)["card"]
    sources = " ".join(
        one["source"] for one in (*card["data_for"], *card["data_against"], *card["disagreements"])
    )
    assert [trial for trial in REQUIRED if trial not in sources] == []
    assert card["falsified_by"]


def test_the_card_of_central_gain_discloses_how_its_values_were_chosen() -> None:
    entry = library.load("loop", "painloop-2026-central-gain")
    assert any("by hand from about 20 sets" in note and "in-sample" in note for note in entry.notes)
    for name in ("k_dn", "h", "kappa", "B50", "N", "c"):
        assert entry.parameters[name].confidence == "fitted"
        assert entry.parameters[name].fitted_on == "sigtermans-2009"


def test_folds_and_resets_stand_under_the_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("central_gain") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "above 0.239" in shown
    assert "below 0.337" in shown
    assert run("driven_gain") == 0
    assert "nothing resets" in " ".join(capsys.readouterr().out.split())


def test_the_picture_shows_both_folds_and_the_courses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    courses = (Given("Long", 4.2, 0.28, False), Given("Broken", 1.2, 0.45, True))
    monkeypatch.setattr(reset_map, "published", lambda: courses)
    picture = tmp_path / "loop.svg"
    assert run("central_gain", "--plot", str(picture)) == 0
    text = picture.read_text()
    for words in ("N 0.239", "N 0.337", "Long", "Broken", "resets above the line"):
        assert words in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("dogma",), "'dogma' is not a rival; choose none, effect_delay, central_gain, driven_gain"),
        (("none", "--plot", "loop.svg"), "none has no gain to draw; choose central_gain or driven_gain"),
        (("central_gain", "--plot", "loop.pdf"), "must end in .svg or .png"),
    ],
)
def test_bad_input_is_one_sentence(
    words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
