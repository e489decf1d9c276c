"""The gate: what held must go on holding, quick claims judged anew, long ones from results that are not stale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from painloop.validate import Finding
from painloop.validate.answer import Judged, Validation, validate
from painloop.validate.regression import FILE, Kept, in_short, kept, regressions, write
from painloop.validate.stored import FOLDER, stale, stored

AGAIN = "if this is meant, run .venv/bin/python validation/validation.py and commit the difference"


@pytest.fixture(scope="module")
def now() -> Validation:
    return validate()


def test_no_claim_that_held_has_stopped_to_hold(now: Validation) -> None:
    lost = list(regressions(kept(), now.claims))
    assert not lost, "\n".join([*lost, AGAIN])


def test_the_committed_outcomes_are_those_of_today(now: Validation) -> None:
    before = {one.id: one.outcome for one in kept().claims}
    assert before == {one.id: one.outcome for one in now.claims}, AGAIN


def test_the_committed_values_are_those_of_today(now: Validation) -> None:
    """1e-3: six digits are kept, and stored results differ in the last of them between machines."""
    before = {(one.id, f.about): f.value for one in kept().claims for f in one.findings}
    after = {(one.id, f.about): f.value for one in in_short(now).claims for f in one.findings}
    assert set(before) == set(after), AGAIN
    tiny = {key for key in after if key[0].startswith(("engine-", "levels-of-the-models"))}
    assert {key for key in after if after[key] is None} == {key for key in before if before[key] is None}, (
        AGAIN
    )
    for key in {key for key in after if after[key] is not None} - tiny:
        assert after[key] == pytest.approx(before[key], rel=1e-3, abs=1e-9), f"{key}: {AGAIN}"


def test_the_trials_were_run_with_the_inputs_of_today() -> None:
    """The other stored results have such a test of their own."""
    assert stored("trials") is not None
    assert not stale("trials"), "stale: run .venv/bin/python validation/trials.py"


def test_failures_come_first_and_nothing_is_lost(now: Validation) -> None:
    order = [one.outcome for one in now.claims]
    bad = sum(outcome in ("fails", "misses") for outcome in order)
    assert set(order[:bad]) <= {"fails", "misses"}
    assert sum(sum(row.values()) for row in now.counts.values()) == len(now.claims)
    assert now.news[0].startswith(f"{bad} of ")


def test_what_is_not_judged_says_why(now: Validation) -> None:
    for one in now.claims:
        if one.outcome in ("unchecked", "tested"):
            assert one.reason, one.id
        for finding in one.findings:
            assert finding.holds is not None or finding.value is not None or finding.note, one.id


def test_in_sample_findings_stand_only_under_exploratory_claims(now: Validation) -> None:
    for one in now.claims:
        assert one.grade == "exploratory" or not any(finding.in_sample for finding in one.findings), one.id


def made_up(claim: str, outcome: str, *findings: Finding) -> Judged:
    return Judged.model_validate(
        {"id": claim, "section": "engine", "says": "It is so.", "grade": "primary", "against": "x", "bar": "x",
         "why": "x", "outcome": outcome, "findings": list(findings)}
    )  # fmt: skip


@pytest.fixture
def before() -> Kept:
    held = {"about": "one", "value": 1.0, "holds": True}
    lost = {"about": "two", "value": 2.0, "holds": False}
    claims = [
        {"id": "good", "grade": "primary", "outcome": "holds", "findings": [held]},
        {"id": "bad", "grade": "primary", "outcome": "fails", "findings": [held, lost]},
    ]
    return Kept.model_validate({"painloop": "0", "news": [], "counts": {}, "claims": claims})


def test_a_claim_that_held_and_fails_is_named(before: Kept) -> None:
    assert list(regressions(before, [made_up("good", "fails")])) == ["good held and now fails: It is so."]
    assert list(regressions(before, [made_up("good", "unchecked")])) == [
        "good held and now is unchecked: It is so."
    ]
    assert not list(regressions(before, [made_up("good", "holds"), made_up("new", "fails")]))


def test_a_finding_that_held_is_named_even_where_its_claim_failed_before(before: Kept) -> None:
    worse = made_up(
        "bad", "fails", Finding(about="one", value=9.0, holds=False), Finding(about="two", holds=False)
    )
    assert list(regressions(before, [worse])) == ["bad, one: held and no longer holds (9.0)"]
    better = made_up("bad", "holds", Finding(about="one", holds=True), Finding(about="two", holds=True))
    assert not list(regressions(before, [better]))


def test_what_is_written_is_what_is_read(now: Validation, tmp_path: Path) -> None:
    write(now, tmp_path / "kept.json")
    assert kept(tmp_path / "kept.json") == in_short(now)
    assert FILE.parent == FOLDER
    assert json.loads(FILE.read_text(encoding="utf-8"))["claims"]
