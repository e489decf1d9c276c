"""The posterior that painloop ships is that of today's trials, and the page says what it holds."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from painloop import library
from painloop.calibrate.answer import CalibrationAnswer
from painloop.cli.main import main
from painloop.loop import rival_names
from painloop.simulation.posterior import from_posterior

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / "validation" / "calibration.json"
AGAIN = "stale: run .venv/bin/python validation/calibration.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("calibration_script", KEPT.with_suffix(".py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def said(kept: dict[str, Any]) -> CalibrationAnswer:
    return CalibrationAnswer.model_validate(kept["answer"])


def test_the_stored_posterior_was_made_from_the_trials_and_models_of_today(kept, script, said):
    assert kept["inputs"] == script.input_hash(), AGAIN
    assert library.load("posteriors", "painloop-2026").inputs == said.inputs, AGAIN


def test_the_page_says_what_was_kept(kept, script, said):
    assert script.PAGE.read_text(encoding="utf-8") == script.page(said, kept["inputs"]), AGAIN


def test_the_posterior_holds_every_rival_with_the_weights_of_the_answer(said):
    entry = library.load("posteriors", "painloop-2026")
    assert set(entry.rivals) == set(rival_names())
    for name, one in entry.rivals.items():
        assert one.weight == pytest.approx(said.rivals[name].weight, abs=1e-3)
        assert set(entry.shared) <= set(one.parameters)
        assert np.isfinite(np.array(one.draws)).all()


def test_draws_of_the_posterior_run_as_sets_of_parameters():
    sets, weights = from_posterior("painloop-2026", "crps", people=5, replicates=50, seed=1)
    assert sum(weights.values()) == pytest.approx(1.0, abs=1e-3)
    assert "placebo.responder_probability" in sets.names
    onset = sets.values[:, sets.names.index("placebo.onset_half_life_d")]
    assert (onset > 0.0).all()
    slope = sets.values[:, sets.names.index("analgesia.slope")]
    assert (slope < 0.0).all()


def simulated(parameters: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Sigtermans 2009 in a thousand people, as the command prints it."""
    words = ["simulate", "sigtermans-2009", "--patients", "1000", "--parameters", parameters, "--json"]
    assert main(words) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_course_is_simulated_with_the_posterior_its_weights_and_its_wider_bands(capsys):
    told, published = (simulated(one, capsys) for one in ("posterior@painloop-2026", "published"))
    assert "cannot decide" in told["rival_weights"]
    seen = next(one for one in told["observed"] if one["arm"] == "S-ketamine" and one["time_h"] == 168.0)
    week = told["weeks"]["1"]["averaged"]["pain"]
    assert week["p5"] < seen["mean"] < week["p95"]
    for rival in ("effect_delay", "central_gain", "driven_gain"):
        wide, narrow = (one["weeks"]["4"][rival]["pain"] for one in (told, published))
        assert wide["p95"] - wide["p5"] > 0.9 * (narrow["p95"] - narrow["p5"])
        assert wide["mean"] != pytest.approx(narrow["mean"], abs=1e-3)


def test_clusters_that_priors_saw_are_no_part_of_the_scores_out_of_sample(said):
    assert said.seen_clusters
    judged = {one.cluster for one in said.predictions if not one.seen}
    assert judged.isdisjoint(said.seen_clusters)
    assert said.judging_clusters == len({one.cluster for one in said.fitted} - set(said.seen_clusters))


def test_coverage_of_the_page_is_the_share_of_values_inside(said):
    everything = next(one for one in said.scores["all"] if one.method == "painloop")
    inside = [
        one.low <= one.observed <= one.high
        for one in said.predictions
        if one.method == "painloop" and not one.seen
    ]
    assert everything.values <= len(inside)
    assert 0.0 <= everything.coverage <= 1.0
    if everything.values == len(inside):
        assert everything.coverage == pytest.approx(np.mean(inside), abs=1e-5)
