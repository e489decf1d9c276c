"""`painloop trial`: the template runs as it is, goes on after an interruption, and refuses in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from painloop.cli.main import main
from painloop.trial.answer import TrialAnswer
from painloop.trial.template import template

QUICK = ["--loop", "effect_delay", "--patients", "8"]


def painloop(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["trial", *words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


@pytest.fixture
def own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The template as a user saves it."""
    _, text, _ = painloop(capsys, "--template")
    assert text == template()
    place = tmp_path / "my trial.yaml"
    place.write_text(text)
    return place


def test_the_template_runs_and_goes_on_where_it_was_interrupted(own, tmp_path, capsys):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    status, text, _ = painloop(
        capsys, str(own), *QUICK, "--replicates", "130", "--out", str(whole), "--json",
    )  # fmt: skip
    assert status == 0
    answer = TrialAnswer.model_validate_json(text)
    assert answer.replicates == 130
    assert [arm.n for arm in answer.arms] == [8, 8]
    assert answer.primary == "pain at week 4"
    assert answer.operating[0].estimate.mean < 0.0
    assert len((whole / "subjects.csv").read_text().splitlines()) == 17
    parts.mkdir()
    lines = (whole / "replicates.csv").read_bytes().splitlines(keepends=True)
    (parts / "replicates.csv").write_bytes(b"".join(lines[:131])[:-5])
    status, again, _ = painloop(
        capsys, str(own), *QUICK, "--replicates", "130", "--out", str(parts), "--json", "--resume",
    )  # fmt: skip
    assert status == 0
    assert again == text
    assert (parts / "replicates.csv").read_bytes() == (whole / "replicates.csv").read_bytes()
    assert (parts / "answer.json").read_bytes() == (whole / "answer.json").read_bytes()


def test_a_protocol_needs_no_more_than_its_people_arms_and_visits(tmp_path, capsys):
    place = tmp_path / "Short.yaml"
    place.write_text(
        "condition: crps\n"
        "arms:\n"
        "  - {name: k, treatment: k, role: ketamine, regimen: ketamine 0.5 mg/kg iv over 40 min}\n"
        "  - {name: p, treatment: p, role: placebo}\n"
        "visits: [{name: two hours, day: 0.0833}]\n"
    )
    status, text, _ = painloop(capsys, str(place), "--replicates", "2", "--null")
    assert status == 0
    assert "Nothing is tested" in text
    assert "scatter of ratings within a session" in " ".join(text.split())
    assert "30 an arm" in text


def test_the_list_names_what_cannot_be_run_and_what_is_left_out(capsys):
    status, text, _ = painloop(capsys, "--list", "--json")
    found = json.loads(text)
    assert status == 0
    by_id = {one["id"]: one for one in found["trials"]}
    assert by_id["sigtermans-2009"]["runs"]
    assert by_id["sigtermans-2009"]["tested"]
    assert by_id["sigtermans-2009"]["n"] == "60"
    assert all(one["runs"] or one["reason"] for one in found["trials"])
    assert all(one["reason"] for one in found["left_out"])


SLIPS = {
    "share": ("by_end: 0.15", "by_end: 1.5"),
    "word": ("missing_diary: 0.1", "missing_diary: a tenth"),
    "hasty": ("per_point: 0.2", "per_point: 100"),
    "late": ("day: 84,", "day: 84000,"),
    "dose": ("5 mg/h iv, raise 5 mg/h every 12 h to 20 mg/h, for", "5000 mg/h iv for"),
}
"""What a user may write wrong in the template."""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "There is no trial"),
        (["sigterman-2009"], "did you mean 'sigtermans-2009'?"),
        (["nowhere.yaml"], "There is no file nowhere.yaml"),
        (["sigtermans-2009", "--replicates", "0"], "number of replicates is 0"),
        (["sigtermans-2009", "--patients", "1"], "--patients is 1"),
        (["sigtermans-2009", "--loop", "magic"], "'magic' is not a rival"),
        (["sigtermans-2009", "--parameters", "mine"], "--parameters got 'mine'"),
        (["sigtermans-2009", "--power", "1"], "--power is 1"),
        (["corriger-2022", "--power", "0.8"], "--power needs a test of an effect"),
        (["sigtermans-2009", "--resume"], "--resume needs to know where"),
        (["sigtermans-2009", "--resume", "--out", "nowhere"], "nothing to resume"),
        (["sigtermans-2009", "--out", "taken"], "is a file"),
        (["sigtermans-2009", "--report", "a.pdf"], "must end in .html"),
        (["sigtermans-2009", "--plot", "a.pdf"], "must end in .svg or .png"),
        (["hardy-2012"], "no ketamine arm that can be predicted"),
        (["broken-2027.yaml"], "broken-2027.yaml"),
        (["other-2027.yaml"], "a trial is needed here"),
        (["share-2027.yaml"], "dropout.by_end: 1.5 is not within 0 and 0.99"),
        (["word-2027.yaml"], "missing_diary: 'a tenth' is not a number"),
        (["hasty-2027.yaml"], "dropout.per_point: 100 is not within -5 and 5 log odds"),
        (["late-2027.yaml"], "lasts 84,003 days and 3,650 are the most"),
        (["dose-2027.yaml"], "check the number and the unit); give a regimen"),
    ],
)
def test_wrong_input_is_refused_in_one_sentence_and_leaves_nothing(
    words, says, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("taken").write_text("")
    Path("broken-2027.yaml").write_text("arms: [\n")
    Path("other-2027.yaml").write_text("kind: regimens\n")
    for name, (right, wrong) in SLIPS.items():
        assert right in template()
        Path(f"{name}-2027.yaml").write_text(template().replace(right, wrong))
    before = sorted(tmp_path.iterdir())
    status, text, said = painloop(capsys, *words)
    assert status == 2
    assert text == ""
    assert said.startswith("painloop: ")
    assert says in said
    assert len(said.strip().splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before
