"""Checks on results that are made up, where what must come out is known by hand."""

from __future__ import annotations

from typing import Any

import pytest

from painloop.calibrate.answer import CalibrationAnswer
from painloop.validate import Claim, Finding, registry
from painloop.validate.checks import calibration, circuit, pooled, trials
from painloop.validate.findings import CHECKS
from painloop.validate.news import FIRST, can, cannot, news

Z = 1.959963984540054


def claim(check: str, given: dict[str, Any] | None = None, **bar: Any) -> Claim:
    return Claim.model_validate(
        {"id": "a-claim", "section": "engine", "says": "It holds.", "grade": "primary", "against": "made up",
         "bar": {"sign": "inside", "why": "made up"} | bar, "check": check, "given": given or {}}
    )  # fmt: skip


def found(
    module: Any, monkeypatch: pytest.MonkeyPatch, one: Claim, kept: dict[str, Any] | None
) -> list[Finding]:
    monkeypatch.setattr(module, "stored", lambda _name: kept)
    monkeypatch.setattr(module, "stale", lambda *_: False)
    assert one.check is not None
    return list(CHECKS[one.check](one))


def row(trial: str, observed: float | None, inside: bool | None, **more: Any) -> dict[str, Any]:
    return {
        "trial": trial, "cluster": trial, "arm": "ketamine", "time_h": 24.0, "quantity": "nrs", "observed": observed,
        "predicted": 3.0, "predicted_low": 3.0 - Z, "predicted_high": 3.0 + Z, "inside": inside, "n": 10,
    } | more  # fmt: skip


TRIALS: dict[str, Any] = {
    "rows": [
        row("one", 3.0, True), row("one", 4.0, True), row("one", 6.0, False), row("two", 3.5, True),
        row("seen", 9.0, False, in_sample=True), row("two", None, None, reason="its time could not be read"),
        row("two", None, None, against="placebo", p=0.01, p_is="at most", predicted=0.4),
    ],
    "not_run": [{"trial": "three", "reason": "its regimen could not be read"}],
    "contrasts": [],
    "statistics": {},
}  # fmt: skip


def test_coverage_counts_values_out_of_sample_only(monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = found(trials, monkeypatch, claim("trial_coverage", {"in_sample": False}), TRIALS)
    assert (one.value, one.n, one.in_sample) == (0.75, 4, False)
    assert one.holds is True
    assert "2 groups of patients" in one.note
    (seen,) = found(trials, monkeypatch, claim("trial_coverage", {"in_sample": True}), TRIALS)
    assert (seen.value, seen.n, seen.in_sample) == (0.0, 1, True)


def test_a_trial_with_one_value_outside_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    by_name = {
        one.about: one
        for one in found(trials, monkeypatch, claim("trial_by_name", {"in_sample": False}), TRIALS)
    }
    assert by_name["one"].holds is False
    assert by_name["one"].value == pytest.approx(2 / 3)
    assert "printed 6, predicted 3" in by_name["one"].note
    assert by_name["two"].holds is True
    assert "seen" not in by_name


def test_a_printed_p_is_compared_with_the_share_of_simulated_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = found(
        trials, monkeypatch, claim("trial_p", {"in_sample": False}, sign=">=", limit=0.025), TRIALS
    )
    assert one.holds is True
    assert "printed p \N{LESS-THAN OR EQUAL TO} 0.01; 40% of simulated trials have one as small" in one.note


@pytest.mark.parametrize(
    ("p_is", "predicted", "share", "holds"),
    [
        ("exact", 1.0, 0.0, False),
        ("exact", 0.6, 0.4, True),
        ("exact", 0.01, 0.01, False),
        ("at most", 1.0, 1.0, True),
        ("at least", 0.96, 0.96, True),
    ],
)
def test_a_p_that_was_printed_as_such_may_be_too_large_as_well_as_too_small(
    p_is: str, predicted: float, share: float, holds: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printed p of 0.6 of which every simulated trial has a smaller one speaks against the simulation."""
    kept = {"rows": [row("two", None, None, against="placebo", p=0.6, p_is=p_is, predicted=predicted)]}
    asked = claim("trial_p", {"in_sample": False}, sign=">=", limit=0.025)
    (one,) = found(trials, monkeypatch, asked, kept)
    assert one.value == pytest.approx(share)
    assert one.holds is holds


def test_what_cannot_be_predicted_is_listed_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = found(trials, monkeypatch, claim("trials_left_out"), TRIALS)
    assert [(one.about, one.holds) for one in listed] == [("three", None), ("two", None)]
    assert "its time could not be read" in listed[1].note


def contrast(trial: str, n: int, difference: list[float], **more: Any) -> dict[str, Any]:
    return {
        "trial": trial, "condition": "crps", "n": n, "in_sample": False, "begin_h": 0.0, "follow_up_h": 1000.0,
        "after_h": [0.0, 100.0, 200.0], "difference": difference, "share": {"nausea": [0.4, 0.1]},
    } | more  # fmt: skip


def test_a_pooled_difference_is_weighed_by_people_over_its_window() -> None:
    """At 100 h: -1 in 30 people and -3 in 10 are -1.5; over 0 to 100 h the first falls evenly from 0 to -1."""
    some = [contrast("a", 30, [0.0, -1.0, -2.0]), contrast("b", 10, [-3.0, -3.0, -3.0])]
    value, used = pooled._difference(some, 100.0, 100.0, since_start=False)
    assert value == pytest.approx(-1.5)
    assert [part["trial"] for part in used] == ["a", "b"]
    assert pooled._difference(some, 0.0, 100.0, since_start=False)[0] == pytest.approx(
        (30 * -0.5 + 10 * -3.0) / 40
    )


def test_a_trial_that_ended_before_a_window_is_left_out_of_it() -> None:
    some = [contrast("a", 30, [0.0, -1.0, -2.0]), contrast("b", 10, [-3.0] * 3, follow_up_h=50.0)]
    assert pooled._difference(some, 100.0, 200.0, since_start=False)[0] == pytest.approx(-1.5)
    assert pooled._difference(some[1:], 100.0, 200.0, since_start=False) == (None, [])


def test_times_from_the_beginning_are_shortened_by_the_course() -> None:
    one = contrast("a", 30, [0.0, -1.0, -2.0], begin_h=100.0)
    assert pooled._difference([one], 200.0, 200.0, since_start=True)[0] == pytest.approx(-1.0)


def test_a_ratio_is_of_weighed_shares() -> None:
    """0.4 and 0.1 in 30 people, 0.2 and 0.2 in 10: 0.35 over 0.125."""
    some = [contrast("a", 30, [0.0] * 3), contrast("b", 10, [0.0] * 3, share={"nausea": [0.2, 0.2]})]
    assert pooled._ratio(some, "nausea")[0] == pytest.approx(0.35 / 0.125)
    assert pooled._ratio(some, "discomfort") == (None, [])


AGAINST = [
    {"method": "none and placebo", "what": "all", "value": -0.02, "error": 0.005, "clusters": 12},
    {"method": "none and placebo", "what": "after the course", "value": -0.02, "error": 0.02, "clusters": 9},
    {"method": "mean of the other trials", "what": "all", "value": 0.03, "error": 0.01, "clusters": 12},
]


@pytest.mark.parametrize(
    ("baseline", "holds"), [("none and placebo", [True, False]), ("mean of the other trials", [False])]
)
def test_a_baseline_is_beaten_by_two_standard_errors(
    baseline: str, holds: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {"answer": {"against": AGAINST}}
    listed = found(calibration, monkeypatch, claim("beats_baseline", {"baseline": baseline}), kept)
    assert [one.holds for one in listed] == holds


def test_equal_weights_are_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    rivals = {"none": {"weight": 0.5}, "effect_delay": {"weight": 0.5}}
    kept = {"answer": {"rivals": rivals, "verdict": "weights equal the prior", "judging_clusters": 7}}
    (one,) = found(calibration, monkeypatch, claim("rivals_weighed"), kept)
    assert (one.holds, one.n) == (False, 7)
    assert "none 0.50" in one.note


def test_a_change_that_would_come_to_another_verdict_is_told_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = {
        "answer": {
            "rivals": {"none": {"weight": 0.5}, "effect_delay": {"weight": 0.5}},
            "verdict": "weights equal the prior", "judging_clusters": 7,
            "sensitivity": [
                {"what": "without cohorts", "values": 4, "verdict": "the trials prefer effect_delay over none"},
                {"what": "only large trials", "values": 5, "verdict": "weights equal the prior"},
            ],
        }
    }  # fmt: skip
    (one,) = found(calibration, monkeypatch, claim("rivals_weighed"), kept)
    assert "Without cohorts (4 values) the verdict is another: the trials prefer effect_delay" in one.note
    assert "nly large trials" not in one.note


def test_scores_of_held_out_trials_carry_the_difference_from_each_baseline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    score = {"values": 9, "clusters": 4, "crps": 0.1, "log_score": -1.0, "width": 0.7, "coverage": 0.9}
    methods = ("painloop", "none and placebo", "mean of the other trials")
    kept = {"answer": {"against": AGAINST, "scores": {"all": [score | {"method": one} for one in methods]}}}
    monkeypatch.setattr(calibration, "stored", lambda _name: kept)
    rows = {one.method: (one.painloop_minus, one.error) for one in calibration.held_out_rows()}
    assert rows == {
        "painloop": (None, None),
        "none and placebo": (-0.02, 0.005),
        "mean of the other trials": (0.03, 0.01),
    }


def test_calibration_is_read_by_the_names_it_is_written_with() -> None:
    read = {
        "against",
        "scores",
        "rivals",
        "verdict",
        "judging_clusters",
        "identified",
        "convergence",
        "pooled",
        "sensitivity",
    }
    assert read | {"inputs", "points", "people", "seed"} <= set(CalibrationAnswer.model_fields)


def test_without_stored_results_a_claim_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, one in (
        (trials, claim("trial_coverage")), (circuit, claim("circuit_lines", {"seeds": "fit", "seen": True})),
        (calibration, claim("settled")), (pooled, claim("pooled_value")),
    ):  # fmt: skip
        listed = found(module, monkeypatch, one, None)
        assert [finding.holds for finding in listed] == [None]
        assert listed[0].note


class Told:
    """A judged claim as the news read it."""

    def __init__(self, identity: str, outcome: str, value: float = 0.3) -> None:
        self.id, self.outcome, self.grade, self.stale = identity, outcome, "primary", False
        one = Finding(value=value, holds=outcome == "holds", note="3 of 4 lie outside; a small trial")
        self.findings = [one] if outcome != "unchecked" else []


def test_the_top_says_in_plain_words_what_cannot_be_done_the_gravest_first() -> None:
    claims = [
        Told("levels-within-twofold", "misses", 0.5),
        Told("beats-mean-of-trials", "fails"),
        Told("beats-none-and-placebo", "holds"),
    ]
    told = news(claims)
    assert told[1] == (
        "It cannot foretell a new trial better than the plain mean of the other trials does: 3 of 4 lie outside."
    )
    assert told[2] == "Of measured drug levels it foretells only 50 % within twofold; 90 % were asked for."
    assert cannot(claims) == told[1:3]
    assert can(claims) == ["It foretells a new trial better than placebo with no lasting effect does."]


def test_a_baseline_that_was_not_compared_is_said() -> None:
    assert "has not been compared" in news([Told("beats-mean-of-trials", "unchecked")])[1]


def test_the_registry_names_the_claims_that_stand_at_the_top() -> None:
    assert set(FIRST) <= {one.id for one in registry().claims if one.plain is not None}
