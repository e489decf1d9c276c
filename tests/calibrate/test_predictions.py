"""Courses over a design: the people and parameters are those of the engine, and known parameters are found again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from painloop.calibrate import courses, predictions
from painloop.calibrate.courses import CourseOf
from painloop.calibrate.design import first_wave
from painloop.calibrate.expected import MANY, People, expected, times_of
from painloop.calibrate.observations import Datum, FittedTrial
from painloop.calibrate.problem import Problem, grids_for, pose
from painloop.simulation import subjects
from painloop.simulation.parameters import ParameterSets
from painloop.simulation.subjects import Period

SENTENCE, CONDITION, WEEK = "S-ketamine 20 mg/h iv for 24 h", "crps", 168.0
PEOPLE, POINTS = 128, 64
SINGLE_PRECISION = 1e-6


def value_of(datum_value: float, arm: str, error: float = 0.4) -> Datum:
    return Datum(
        arm, None, "nrs", WEEK, datum_value, error, "printed", 30, None, arm == "ketamine", 1.8, weak=False
    )


def trial_of(treated: float, placebo: float) -> FittedTrial:
    return FittedTrial(
        "made-2026", "made-2026", CONDITION, 7.0, {"ketamine": SENTENCE, "placebo": None},
        (value_of(treated, "ketamine"), value_of(placebo, "placebo")), True, False, 30, "made-2026",
    )  # fmt: skip


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Courses are kept in a folder of the test; programs stay where they are."""
    folder = tmp_path_factory.mktemp("kept")
    patch = pytest.MonkeyPatch()
    patch.setattr(courses, "cache_folder", lambda: folder)
    yield folder
    patch.undo()


@pytest.fixture(scope="module")
def problem(cache) -> Problem:
    designs = {name: first_wave(name, POINTS) for name in ("none", "effect_delay")}
    return pose([trial_of(4.0, 6.0)], designs, PEOPLE, seed=1)


def test_a_point_is_the_course_of_the_same_people_with_its_parameters(problem):
    design, (given,) = problem.designs["effect_delay"], problem.given.values()
    point = 5
    sets = ParameterSets(design.names, design.values[point : point + 1], PEOPLE)
    planned = subjects.course([Period(SENTENCE)], CONDITION, given.time_h, "effect_delay", sets)
    shown = subjects.shown(planned, 1, 0, PEOPLE)["effect_delay"]
    np.testing.assert_allclose(given.relief["effect_delay"][point], shown.relief, atol=SINGLE_PRECISION)
    np.testing.assert_allclose(given.acute, shown.acute, atol=1e-5)


def test_a_course_that_is_kept_is_not_simulated_again(problem, cache, monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("simulated again")

    monkeypatch.setattr(predictions, "_run", refuse)
    (course,) = problem.given
    again = predictions.simulate_all([course], dict(problem.designs), PEOPLE, 1)
    np.testing.assert_array_equal(
        again[course].relief["effect_delay"], problem.given[course].relief["effect_delay"]
    )


def test_a_course_cut_short_on_disk_counts_as_not_kept(problem, cache):
    (kept,) = cache.glob("calibrate/*.npz")
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    assert courses.read(kept) is None
    kept.write_bytes(whole)
    assert courses.read(kept) is not None


def test_expected_pain_is_that_of_people_put_together_one_by_one(problem):
    """Relief, the acute slope and placebo enter in that order; one person, one point, by hand."""
    (trial,) = problem.trials
    people, given = problem.people[trial.id], problem.courses(trial)
    shared, placebo = problem.grids.shared, problem.grids.placebo[CONDITION][0]
    table = expected(trial.data[0], people, given, "effect_delay", shared, placebo)
    point, at, chance = 9, 18, 6
    course = given["ketamine"]
    row = int(np.searchsorted(course.time_h, WEEK))
    responds = people.chance < placebo[chance]
    everyone, nobody = (
        replace(one, course={**one.course, "placebo_onset": np.array(np.log(2.0) / shared.onset_h[at])})
        for one in people.subjects[::-1]
    )
    untreated = np.where(responds, *(one.untreated(np.array([WEEK]))[0] for one in (everyone, nobody)))
    pain = np.clip(
        untreated * (1.0 - course.relief["effect_delay"][point, row]) + shared.slope[at] * course.acute[row],
        0,
        10,
    )
    rated = np.clip(pain + people.noise(np.array([WEEK]))[0], 0, 10)
    assert table[point, at, chance] == pytest.approx(rated.mean(), abs=1e-4)


def test_a_placebo_response_comes_with_the_half_life_that_is_asked_for():
    """Against the closed form 1 - 2^(-t / half-life); the half-life of the condition file is a day."""
    people = People.of(CONDITION, 1, PEOPLE)
    placebo = people.subjects[1].condition.placebo
    hours, size = 2.0, placebo.responder_effect.number
    lost = 0.0 if placebo.persistence_half_life_d.value is None else placebo.persistence_half_life_d.number
    kept = 2.0 ** (-hours / (24.0 * lost)) if lost else 1.0
    for onset_h in (0.5, 24.0 * placebo.onset_half_life_d.number):
        nobody, everyone = people.untreated(np.array([hours]), onset_h)
        expected_share = 1.0 - size * (1.0 - 2.0 ** (-hours / onset_h)) * kept
        np.testing.assert_allclose(everyone / nobody, expected_share, rtol=1e-5)
    np.testing.assert_array_equal(everyone, people.untreated(np.array([hours]))[1])


def test_people_have_the_baseline_of_the_trial_or_of_many(problem):
    (trial,) = problem.trials
    assert problem.people[trial.id].baseline.mean() == pytest.approx(7.0, abs=0.05)
    many = subjects.enrol(CONDITION, 1, 0, MANY).baseline.mean()
    assert People.of(CONDITION, 1, PEOPLE).baseline.mean() == pytest.approx(many, abs=0.05)


def test_an_area_and_a_peak_are_looked_at_over_time():
    area = Datum("k", None, "auc_nrs_days", 840.0, 185.0, 20.0, "printed", 20, None, True, 63.0, weak=False)
    assert times_of(area)[0] == 0.0
    assert times_of(area)[-1] == 840.0
    peak = Datum("k", None, "peak_relief_fraction", 2.0, 0.6, 0.1, "printed", 8, None, True, 0.3, weak=False)
    assert times_of(peak)[-1] == 3.0


def test_known_parameters_are_found_again_in_the_interval_that_is_given(problem):
    """Trials drawn from points of the design: a 90 % interval of relief holds the truth within simulation error."""
    chance = np.random.default_rng(8)
    (trial,) = problem.trials
    tables = problem.expected["effect_delay"][trial.id]
    grids = grids_for((CONDITION,))
    slope, placebo = grids.shared.size // 2, len(grids.placebo[CONDITION][0]) // 2
    truth = tables[0][:, slope, placebo]
    inside = 0
    worlds = chance.choice(POINTS, 60)
    for point in worlds:
        seen = truth[point] + 0.4 * chance.standard_normal()
        other = float(tables[1][0, 0, placebo]) + 0.4 * chance.standard_normal()
        drawn = replace(trial, data=(value_of(seen, "ketamine"), value_of(other, "placebo")))
        fit = replace(problem, trials=(drawn,)).fit("effect_delay")
        order = np.argsort(truth)
        edges = np.cumsum(fit.of_point[order])
        low, high = (truth[order][min(np.searchsorted(edges, q), POINTS - 1)] for q in (0.05, 0.95))
        inside += low <= truth[point] <= high
    assert inside / len(worlds) >= 0.9 - 3.0 * np.sqrt(0.09 / len(worlds))


def test_courses_of_the_same_regimen_are_one(problem):
    (course,) = problem.given
    assert course == CourseOf(SENTENCE, CONDITION, (0.0, WEEK))
