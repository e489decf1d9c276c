"""What is fitted is decided in one place, and everything else is listed with a reason."""

from __future__ import annotations

import pytest
from scipy.stats import lognorm

from painloop import library
from painloop.calibrate.choices import Choices
from painloop.calibrate.design import priors
from painloop.calibrate.selection import SAME, select
from painloop.library.schema.trials import Trial
from painloop.loop.rivals import RIVALS

HEAD = {
    "id": "made-2026", "kind": "trials", "title": "A made-up trial", "compiled": "for a test", "read": ["nothing"],
    "limits": ["made up"], "condition": "crps", "population": "nobody", "design": "parallel", "randomised": True,
    "blinded": "double", "visits": [{"name": "week 1", "day": 7}],
}  # fmt: skip
ARMS = [
    {
        "name": "ketamine",
        "treatment": "k",
        "role": "ketamine",
        "n": 20,
        "regimen": "ketamine 20 mg/h iv for 24 h",
    },
    {"name": "placebo", "treatment": "p", "role": "placebo", "n": 20},
]


def made(observed: list[dict[str, object]], **changed: object) -> Trial:
    whole = [{"confidence": "verified", "source": "made up", "time_h": 168, **one} for one in observed]
    return Trial.model_validate({**HEAD, "arms": ARMS, "observed": whole, **changed})


def reasons(trial: Trial) -> list[str]:
    return [one.why for one in select([trial]).left_out]


def test_values_that_were_read_of_arms_that_are_predicted_are_fitted():
    trial = made(
        [
            {"arm": "ketamine", "quantity": "nrs", "value": 4.0, "sd": 2.0},
            {"arm": "placebo", "quantity": "nrs", "value": 6.0, "sem": 0.5},
        ]
    )
    (found,) = select([trial]).trials
    assert [one.error for one in found.data] == pytest.approx([2.0 / 20**0.5, 0.5])
    assert found.controlled
    assert found.cluster == "made-2026"


@pytest.mark.parametrize(
    ("observed", "words"),
    [
        ({"quantity": "nrs", "value": 4.0, "confidence": "memory"}, "memory"),
        ({"quantity": "morphine_mg", "value": 4.0}, "does not predict"),
        ({"quantity": "nrs", "value": 4.0, "time_h": None}, "no time"),
        ({"quantity": "nrs", "value": 7.0, "time_h": 0}, "before treatment"),
        ({"quantity": "nrs", "value": 4.0, "time_h": 20_000}, "later than"),
    ],
)
def test_what_is_not_fitted_is_listed_with_its_reason(observed, words):
    trial = made([{"arm": "ketamine", **observed}])
    assert not select([trial]).trials
    assert words in reasons(trial)[0]


def test_a_difference_of_arms_that_are_fitted_is_not_fitted_again():
    values = [
        {"arm": "ketamine", "quantity": "nrs", "value": 4.0},
        {"arm": "placebo", "quantity": "nrs", "value": 6.0},
    ]
    contrast = {
        "arm": "ketamine", "against": "placebo", "time_h": 168, "quantity": "nrs", "value": -2.0,
        "ci95": [-3.0, -1.0], "confidence": "verified", "source": "made up",
    }  # fmt: skip
    both = select([made(values, contrasts=[contrast])])
    assert len(both.trials[0].data) == 2
    assert "the values of both arms are fitted instead" in [one.why for one in both.left_out]
    (alone,) = select([made([], contrasts=[contrast])]).trials
    assert alone.data[0].error == pytest.approx(2.0 / (2 * 1.96), rel=1e-3)


def test_an_arm_counts_once_at_a_time_however_many_ways_it_is_printed():
    trial = made(
        [
            {"arm": "ketamine", "quantity": "responders_50", "value": 0.5, "count": 10},
            {"arm": "ketamine", "quantity": "relief_fraction", "value": 0.5},
        ]
    )
    found = select([trial])
    assert [one.quantity for one in found.trials[0].data] == ["responders_50"]
    assert SAME in [one.why for one in found.left_out]


def test_meta_analyses_are_never_fitted():
    pooled = set(library.ids("meta_analyses"))
    assert pooled.isdisjoint(trial.id for trial in select().trials)


def test_every_trial_of_the_library_is_fitted_or_left_out_with_a_reason():
    found = select()
    named = {one.id for one in found.trials} | {one.trial for one in found.left_out}
    assert named == set(library.ids("trials"))
    assert all(one.why for one in found.left_out)


def test_a_prior_that_saw_a_fitted_trial_is_wider_and_others_are_as_published():
    for rival in RIVALS:
        for plain, widened in zip(priors(rival), priors(rival, ("sigtermans-2009",)), strict=True):
            own = next(one for one in Choices.load().rivals[rival] if one.name == plain.name)
            doubled = "sigtermans-2009" in plain.saw and own.interval is None
            factor = Choices.load().numbers["widening"] if doubled else 1.0
            assert widened.spread == pytest.approx(factor * plain.spread)


def test_the_prior_of_a_published_interval_holds_its_ends_at_its_share():
    half_life = next(one for one in priors("effect_delay") if one.name == "t_half")
    low, high = library.load("loop", "dahan-2011").parameters["t_half"].ci95
    spread = lognorm(half_life.spread)
    assert spread.ppf(0.975) / spread.ppf(0.025) == pytest.approx(high / low, rel=1e-6)
