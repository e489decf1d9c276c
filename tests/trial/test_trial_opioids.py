"""Opioids of participants: their dose follows pain as the equation says, and is refused where nothing says it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from trial_protocols import two_arms, without_ketamine

from painloop import library
from painloop.errors import InputError
from painloop.trial.conduct import conduct
from painloop.trial.primary import declared

DAILY = [{"name": f"day {day}", "day": day} for day in range(29)]
DOSE = {"name": "opioids", "quantity": "mme", "primary": True}


def test_the_dose_is_that_of_its_equation_solved_by_another_program():
    found = conduct(without_ketamine(5, visits=DAILY, opioids={"before": 60, "sd": 30, "link": 1}), 3, 0, 1)
    tau = library.load("outcomes", "painloop-2026-opioid-use").parameters["tau"].number
    days = np.arange(29.0)
    for person in range(5):
        target = found.pain[0, person, 0] / found.baseline[0, person]
        solved = solve_ivp(
            lambda t, x, target=target: (np.interp(t, days, target) - x) / tau,
            (0.0, 28.0), [1.0], t_eval=days, max_step=0.25, rtol=1e-9, atol=1e-12,
        )  # fmt: skip
        expected = found.mme_before[0, person] * solved.y[0]
        np.testing.assert_allclose(found.mme[0, person, 0], expected, rtol=1e-6)


def test_doses_before_treatment_have_the_declared_moments_and_stay_without_a_link():
    found = conduct(without_ketamine(4000, opioids={"before": 60, "sd": 30}), 3, 0, 1)
    error = 30 / np.sqrt(4000)
    assert found.mme_before.mean() == pytest.approx(60, abs=4 * error)
    assert found.mme_before.std() == pytest.approx(30, rel=0.1)
    assert (found.mme == found.mme_before[..., None, None]).all()


def test_nobody_is_asked_after_leaving_and_the_last_dose_is_carried_on():
    changes = {"dropout": {"by_end": 0.5}, "opioids": {"before": 60, "link": 1}}
    found = conduct(without_ketamine(40, visits=DAILY, **changes), 9, 0, 1)
    gone = np.arange(29) >= found.left_day[..., None]
    assert gone.any()
    assert (np.isnan(found.mme[:, :, 0]) == gone).all()
    kept = found.mme_on_treatment[0, :, 0]
    for person in np.flatnonzero(gone[0].any(axis=1)):
        stay = np.flatnonzero(~gone[0, person])
        assert (kept[person, gone[0, person]] == found.mme[0, person, 0, stay[-1]]).all()


@pytest.mark.parametrize(
    ("opioids", "words"),
    [
        (None, "give opioids with before"),
        ({"before": 60}, "give opioids.link"),
        ({"before": 60, "link": 0.5}, None),
    ],
)
def test_a_primary_endpoint_that_nothing_moves_is_refused(opioids, words):
    trial = two_arms(opioids=opioids, endpoints=[DOSE], analysis={"method": "ancova"})
    assert any("pioid" in sentence for sentence in trial.says)
    if words is None:
        assert declared(trial).endpoint.name == "opioids"
        return
    with pytest.raises(InputError, match=words):
        declared(trial)
