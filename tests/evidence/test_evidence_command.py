"""`painloop evidence`: answers, lists and leaflets, as text and as JSON; the engine stays asleep."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from painloop.cli.evidence import command
from painloop.errors import InputError, PainloopError
from painloop.evidence import pooled_by_time
from painloop.evidence.text import pooled_text


def run(*words: str) -> Result:
    done = CliRunner().invoke(command, words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_a_question_is_answered_with_sources() -> None:
    shown = " ".join(run("how", "long", "does", "relief", "last").stdout.split())
    assert "How long does relief last?" in shown
    assert "partly known" in shown
    assert "Noppers" in shown
    assert "What else fits" in shown


def test_json_is_one_object() -> None:
    given = json.loads(run("is it an opioid", "--json").stdout)
    assert given["answer"]["id"] == "is-it-an-opioid"
    assert given["hits"][0]["kind"] == "question"
    assert all(line["sources"] for line in given["answer"]["answer"])


def test_words_that_fit_nothing_say_so() -> None:
    assert "Nothing fits" in run("zzzzqqq").stdout
    given = json.loads(run("zzzzqqq", "--json").stdout)
    assert given == {"query": "zzzzqqq", "answer": None, "hits": [], "not_found": ["zzzzqqq"]}


def test_a_word_that_is_in_no_text_is_named_before_what_fits_the_others() -> None:
    assert "No text here has 'trigeminal'" in run("trigeminal neuralgia").stdout
    assert json.loads(run("trigeminal neuralgia", "--json").stdout)["not_found"] == ["trigeminal"]
    assert "No text here" not in run("is ketamin an opiod").stdout


@pytest.mark.parametrize(
    ("flag", "key", "least"),
    [
        ("--questions", "questions", 30),
        ("--claims", "claims", 20),
        ("--trials", "trials", 50),
        ("--guideline", "recommendations", 40),
        ("--pooled", "pooled", 10),
        ("--predictors", "predictors", 12),
    ],
)
def test_every_list_prints_and_has_its_json(flag: str, key: str, least: int) -> None:
    assert len(json.loads(run(flag, "--json").stdout)[key]) >= least
    assert run(flag).stdout.strip()


def test_a_condition_narrows_a_list_and_alone_shows_all_about_it() -> None:
    trials = json.loads(run("--trials", "--condition", "crps", "--json").stdout)["trials"]
    assert {one["condition"] for one in trials} == {"crps"}
    asked = json.loads(run("--questions", "--condition", "CRPS", "--json").stdout)["questions"]
    assert [one["id"] for one in asked] == ["crps"]
    about = json.loads(run("--condition", "CRPS", "--json").stdout)
    assert about["condition"] == "crps"
    assert about["results"]
    assert about["grades"][0]["grade"] == "B"


@pytest.mark.parametrize(
    "words", [("--guideline",), ("--condition", "crps"), ("--guideline", "--condition", "crps")]
)
def test_grade_b_never_stands_without_what_cochrane_says_against_it(words: tuple[str, ...]) -> None:
    assert "CRPS: no clear evidence of benefit at any time" in " ".join(run(*words).stdout.split())
    given = json.loads(run(*words, "--json").stdout)["disagreements"]
    assert ("cohen-2018", "CRPS") in {(one["guideline"], one["about"]) for one in given}


def test_a_condition_that_no_guideline_names_says_so() -> None:
    assert "No line of a guideline names it." in run("--condition", "osteoarthritis").stdout


def test_pooled_results_of_a_condition_say_that_they_pool_others_too() -> None:
    one = " ".join(run("--pooled", "--condition", "osteoarthritis").stdout.split())
    assert "Each pools all its conditions" in one
    everything = pooled_text(pooled_by_time())
    assert "Each pools all its conditions" not in everything
    assert "24 h after surgery, at rest |" in everything
    assert "24 h after surgery, on movement |" in everything


def test_a_leaflet_is_printed_or_written(tmp_path: Path) -> None:
    wanted = tmp_path / "leaflet.md"
    assert "Ketamine for complex" in run("--leaflet", "schwartzman-2009", "--condition", "crps").stdout
    assert "Wrote" in run("--leaflet", "schwartzman-2009", "--condition", "crps", "--out", str(wanted)).stdout
    assert wanted.read_text(encoding="utf-8").startswith("# Ketamine for complex regional pain syndrome")


def test_what_does_not_go_together_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="add --condition"):
        run("--leaflet", "schwartzman-2009")
    with pytest.raises(InputError, match="one at a time"):
        run("liver", "--claims")
    with pytest.raises(InputError, match="is for leaflets"):
        run("liver", "--out", "x.md")
    with pytest.raises(InputError, match="A question takes no --condition"):
        run("liver", "--condition", "crps")
    with pytest.raises(InputError, match="There is no entry in conditions named 'nothing'"):
        run("--questions", "--condition", "nothing")
    with pytest.raises(InputError, match="leave --condition out"):
        run("--predictors", "--condition", "crps")
    with pytest.raises(PainloopError, match="cannot be written"):
        run("--leaflet", "schwartzman-2009", "--condition", "crps", "--out", str(tmp_path / "no" / "x.md"))


def test_the_engine_stays_asleep() -> None:
    program = (
        "import sys; from painloop import evidence; evidence.search('liver');"
        "evidence.leaflet('crps', 'schwartzman-2009'); evidence.trials();"
        "sys.exit(any(name.split('.')[0] in ('jax', 'django') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
