"""What each rival says of trials it was not fitted on: what is kept is that of today's library, and failures show."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from scipy.stats import beta

from painloop.loop import rival_names

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "validation" / "rival_predictions.json"
AGAIN = "stale: run .venv/bin/python validation/rival_predictions.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rival_predictions", KEPT.with_suffix(".py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks its module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


def test_the_kept_predictions_were_made_from_the_library_of_today(
    kept: dict[str, Any], script: ModuleType
) -> None:
    assert kept["inputs"] == script.input_hash(), AGAIN


def test_the_page_says_what_was_kept(kept: dict[str, Any], script: ModuleType) -> None:
    found = [script.Finding(**one) for one in kept["findings"]]
    text = (ROOT / "docs" / "rival_predictions.md").read_text(encoding="utf-8")
    assert text == script.page(found, kept["inputs"]), AGAIN
    assert text.count("**fails**") == sum(not one.holds for one in found) > 0


def test_every_question_is_put_to_every_rival(kept: dict[str, Any]) -> None:
    asked = [(one["question"], one["rival"]) for one in kept["findings"]]
    questions = dict.fromkeys(question for question, _ in asked)
    assert asked == [(question, rival) for question in questions for rival in rival_names()]
    assert {one["course"] for one in kept["findings"]} == {"pickering-2020", "noppers-2011", "goldberg-2010"}


def test_a_row_that_is_run_again_is_the_one_that_was_kept(kept: dict[str, Any], script: ModuleType) -> None:
    """The hash knows the library and not the code; one question is answered anew, to the digits kept."""
    before = [one["predicted"] for one in kept["findings"] if one["course"] == "pickering-2020"]
    assert [one.predicted for one in script.neuropathic()] == pytest.approx(before, rel=1e-4), AGAIN


def test_two_of_twelve_have_their_jeffreys_interval(kept: dict[str, Any]) -> None:
    week = next(one for one in kept["findings"] if "week 1" in one["question"])
    assert (week["low"], week["high"]) == pytest.approx(beta.ppf([0.025, 0.975], 2.5, 10.5), rel=1e-5)
