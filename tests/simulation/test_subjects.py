"""People one by one are the people of a simulation, taken apart."""

from __future__ import annotations

import numpy as np
import pytest

from painloop.errors import InputError
from painloop.simulation import simulate, subjects
from painloop.simulation.parameters import ParameterSets
from painloop.simulation.subjects import Period

AT_H = np.array([0.0, 7.0, 28.0]) * 24.0
SENTENCE = "S-ketamine 20 mg/h iv for 24 h"
SINGLE_PRECISION = 1e-6
"""A simulation keeps its people in single precision: half a unit in the seventh digit of at most 10."""


@pytest.fixture(scope="module")
def shown():
    return subjects.shown(subjects.course([Period(SENTENCE)], "crps", AT_H), 3, 0, 60)


def test_pain_put_together_from_its_parts_is_the_pain_of_a_simulation(shown):
    run = simulate(
        SENTENCE, condition="crps", days=28, patients=60, seed=3, individuals=True, at_h=list(AT_H)
    )
    rows = [int(np.argmin(np.abs(run.dataset.time.values - hour))) for hour in AT_H]
    untreated = subjects.enrol("crps", 3, 0, 60).untreated(AT_H)
    for rival in shown:
        whole = run.dataset["pain_individual"].sel(hypothesis=rival).values[rows]
        np.testing.assert_allclose(shown[rival].pain(untreated), whole, atol=SINGLE_PRECISION)


def test_someone_is_the_same_whoever_else_is_chosen(shown):
    plan = subjects.course([Period(SENTENCE)], "crps", AT_H)
    some = subjects.shown(plan, 3, 10, 40, chosen=np.array([1, 7, 30]))
    for rival, part in some.items():
        np.testing.assert_allclose(part.relief, shown[rival].relief[:, [11, 17, 40]], rtol=1e-12, atol=1e-15)


def test_people_share_a_set_of_parameters_in_a_row():
    sets = ParameterSets(("effect_delay.C50",), np.array([[10.5], [1e6]]), people=5)
    part = subjects.shown(subjects.course([Period(SENTENCE)], "crps", AT_H, "effect_delay", sets), 3, 0, 20)
    relieved = part["effect_delay"].relief[1].reshape(4, 5).max(axis=1) > 0.01
    assert list(relieved) == [True, False, True, False]


def test_a_second_period_starts_where_the_first_has_left_the_person():
    later = Period(SENTENCE, start_day=14.0)
    both, second = (
        subjects.shown(subjects.course(periods, "crps", AT_H, "effect_delay"), 3, 0, 40)[
            "effect_delay"
        ].relief
        for periods in ([Period(SENTENCE, days=14.0), later], [Period("placebo", days=14.0), later])
    )
    assert (both[1] >= second[1]).all()
    assert second[1].max() == pytest.approx(0.0, abs=1e-12)
    assert both[2].mean() > second[2].mean() > 0.0


def test_an_unknown_parameter_is_refused_by_name():
    sets = ParameterSets(("effect_delay.C5",), np.ones((1, 1)), people=5)
    with pytest.raises(InputError, match=r"effect_delay\.C5.*C50"):
        subjects.shown(subjects.course([Period(SENTENCE)], "crps", AT_H, "effect_delay", sets), 3, 0, 5)
