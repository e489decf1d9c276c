"""A small calibration from trials to page and posterior: two made-up trials of one course, two rivals."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from painloop import library
from painloop.calibrate import courses
from painloop.calibrate.answer import CalibrationAnswer, answer, hangs_on
from painloop.calibrate.held_out import scored_values
from painloop.calibrate.observations import Selection
from painloop.calibrate.run import calibrate
from painloop.calibrate.store import posterior_entry, write
from painloop.calibrate.weights import EQUAL
from painloop.cli.calibrate import _run, command
from painloop.errors import InputError
from painloop.library.schema.posteriors import Posterior
from painloop.library.schema.trials import Trial
from painloop.report.calibrate import calibration_html, calibration_tables

RIVALS = ("none", "effect_delay")


def made(number: int, treated: float, placebo: float) -> Trial:
    seen = {"confidence": "verified", "source": "made up", "time_h": 168, "quantity": "nrs", "sem": 0.5}
    return Trial.model_validate(
        {
            "id": f"made-202{number}", "kind": "trials", "title": "A made-up trial", "compiled": "for a test",
            "read": ["nothing"], "limits": ["made up"], "condition": "crps", "population": "nobody",
            "design": "parallel", "randomised": True, "blinded": "double",
            "arms": [
                {"name": "k", "treatment": "k", "role": "ketamine", "n": 30, "regimen": "ketamine 20 mg/h iv for 24 h"},
                {"name": "p", "treatment": "p", "role": "placebo", "n": 30},
            ],
            "observed": [{**seen, "arm": "k", "value": treated}, {**seen, "arm": "p", "value": placebo}],
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("kept")
    patch.setattr(courses, "cache_folder", lambda: folder)
    yield calibrate(16, RIVALS, trials=[made(1, 4.8, 5.4), made(2, 4.4, 5.2), made(3, 5.0, 5.5)])
    patch.undo()


@pytest.fixture(scope="module")
def said(found) -> CalibrationAnswer:
    return answer(found)


def test_three_small_trials_cannot_tell_two_rivals_apart_and_the_weights_stay_the_prior(said):
    assert said.verdict == EQUAL
    assert {name: one.weight for name, one in said.rivals.items()} == {"none": 0.5, "effect_delay": 0.5}
    assert any(EQUAL in sentence for sentence in said.news)


def test_what_is_lost_against_a_baseline_is_said_before_anything_else(said):
    lost = [one for one in said.against if one.what == "all" and one.value >= 0.0]
    for place, _ in enumerate(lost):
        assert "does not beat" in said.news[place]
    assert ("does not beat" in said.news[0]) == bool(lost)


def test_a_change_that_comes_to_another_verdict_is_told():
    others = [
        ("without cohorts", 4, "the trials prefer effect_delay over none"),
        ("only large trials", 5, EQUAL),
    ]
    assert hangs_on(EQUAL, others) == [
        "Without cohorts (4 values) the verdict is another: the trials prefer effect_delay over none."
    ]


def test_the_news_of_a_stored_answer_tell_each_change_that_comes_to_another_verdict(said):
    others = [one for one in said.sensitivity if one.verdict != said.verdict]
    assert sum("the verdict is another" in sentence for sentence in said.news) == len(others)


def test_a_narrow_terminal_cuts_no_name(said):
    from rich.console import Console

    console = Console(width=60, record=True, file=io.StringIO())
    for table in calibration_tables(said):
        console.print(table)
    assert "\N{HORIZONTAL ELLIPSIS}" not in console.export_text()


def test_each_wave_has_a_bar_of_its_own(monkeypatch):
    """Sixteen points of which too few carry weight are followed by a second wave of twice as many."""
    shown: list[tuple[str, int]] = []
    done: dict[int, int] = {}

    @contextmanager
    def bar(what: str, of: int):
        shown.append((what, of))

        def move(count: int, total: int) -> None:
            assert total == of
            done[of] = count

        yield move

    def run(*_, move):
        for count, total in ((8, 16), (16, 16), (12, 32), (32, 32)):
            move(count, total)

    monkeypatch.setattr("painloop.cli.calibrate.bar", bar)
    monkeypatch.setattr("painloop.calibrate.run.simulated_points", lambda *_: 16)
    monkeypatch.setattr("painloop.calibrate.run.calibrate", run)
    _run(16, (), (), 1)
    assert shown == [("points", 16), ("points of a second wave", 32)]
    assert done == {16: 16, 32: 32}


def test_a_computation_that_has_not_settled_says_so(said):
    few = next(one for one in said.convergence if one.rival == "effect_delay")
    assert few.effective < 40
    assert any(sentence.startswith("Not converged, effect_delay") for sentence in said.news)


def test_the_density_of_a_cluster_given_the_others_is_a_difference_of_evidences(found):
    fit = found.fits["effect_delay"]
    for cluster, told in found.held_out["effect_delay"].items():
        assert told == pytest.approx(fit.log_evidence - fit.without((cluster,)).log_evidence, abs=1e-9)


def test_the_posterior_is_a_library_file_whose_draws_have_its_means(found, tmp_path):
    path = tmp_path / "made-2026.yaml"
    write(found, path)
    entry: Posterior = library.load_file(path)
    assert entry.fitted_to == ("made-2021", "made-2022", "made-2023")
    rival, fit = entry.rivals["effect_delay"], found.fits["effect_delay"]
    assert set(entry.shared) == {
        "analgesia.slope",
        "placebo.onset_half_life_d",
        "placebo.crps.responder_probability",
    }
    assert set(entry.shared) < set(rival.parameters)
    draws = np.array([row[rival.parameters.index("effect_delay.C50")] for row in rival.draws])
    mean, sd = fit.of_point @ fit.design.values[:, 0], np.std(draws)
    assert draws.mean() == pytest.approx(mean, abs=4.0 * sd / np.sqrt(len(draws)))


def test_a_posterior_whose_weights_do_not_add_up_is_refused(found):
    raw = posterior_entry(found, "made-2026")
    raw["rivals"]["none"]["weight"] = 0.9
    with pytest.raises(ValueError, match="add up"):
        Posterior.model_validate(raw)


def test_the_answer_is_one_json_object_that_reads_back(said):
    text = said.model_dump_json()
    assert json.loads(text)["verdict"] == EQUAL
    assert CalibrationAnswer.model_validate_json(text) == said


def test_the_page_and_the_terminal_begin_with_the_news(said):
    page = calibration_html(said)
    assert "<script" not in page
    assert page.index(said.news[0][:40]) < page.index("Which rival?")
    assert str(calibration_tables(said)[0]).startswith(f"! {said.news[0]}")


def test_the_same_seed_gives_the_same_answer(found, said):
    again = calibrate(16, RIVALS, trials=[made(1, 4.8, 5.4), made(2, 4.4, 5.2), made(3, 5.0, 5.5)])
    assert answer(again) == said


def test_what_is_foretold_of_a_cluster_does_not_hang_on_what_was_seen_in_it(found):
    """No way leads from a held-out value to its prediction: not by parameters, placebo, spreads or weights."""
    first, *others = found.problem.trials
    seen = tuple(replace(one, value=value) for one, value in zip(first.data, (1.0, 9.0), strict=True))
    moved = replace(found.problem, trials=(replace(first, data=seen), *others))
    fits = {rival: moved.fit(rival) for rival in RIVALS}
    clusters = found.selection.clusters
    again = scored_values(moved, fits, Selection(moved.trials, (), ()), clusters)
    told = {(one.arm, one.method): one for one in found.scored if one.cluster == first.cluster}
    compared = [one for one in again if one.cluster == first.cluster]
    assert len(compared) == len(told) == 6
    for one in compared:
        before = told[one.arm, one.method]
        assert one.observed != before.observed
        assert (one.mean, one.low, one.high) == (before.mean, before.low, before.high)


def test_a_share_that_a_file_rounds_lies_inside_an_interval_that_ends_at_its_count(said):
    one = replace(said.predictions[0], low=0.1, high=18 / 34, observed=0.529412)
    assert one.covered
    assert not replace(one, observed=0.53).covered


def test_scores_with_the_assumed_onset_stand_beside_those_with_a_free_one(said):
    assert set(said.assumed_onset.gained) == set(RIVALS)
    assert [one.method for one in said.assumed_onset.scores["all"]] == [
        one.method for one in said.scores["all"]
    ]
    assert "placebo.onset_half_life_d" in {told.name for one in said.identified for told in one.told}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"points": 3}, "outside 16 to 8192"),
        ({"points": 16, "rivals": ("nonsense",)}, "not a rival"),
        ({"points": 16, "without": ("nobody",)}, "not a cluster"),
        ({"points": 16, "seed": -1}, "below 0"),
    ],
)
def test_a_wrong_wish_is_refused_in_one_sentence(arguments, words):
    with pytest.raises(InputError, match=words):
        calibrate(**arguments)


def test_a_posterior_that_could_not_be_written_is_refused_before_anything_is_computed():
    result = CliRunner().invoke(command, ["--out", "somewhere.txt"])
    assert isinstance(result.exception, InputError)
    assert ".yaml" in str(result.exception)
