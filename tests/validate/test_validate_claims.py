"""The registry of claims: nothing in it without a check, a test or a reason; and how a bar is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from painloop.errors import InputError, LibraryError
from painloop.library import entries
from painloop.validate import registry
from painloop.validate.answer import outcome, validate
from painloop.validate.claims import Bar, Claim
from painloop.validate.findings import CHECKS, Finding

ROOT = Path(__file__).parent.parent.parent
CLAIMS = registry().claims
PLAIN = {
    "id": "a-claim", "section": "engine", "says": "It holds.", "grade": "secondary", "against": "a closed form",
    "bar": {"sign": "<", "limit": 1.0, "aim": "prediction", "why": "made up"}, "check": "engine_closed_form",
}  # fmt: skip


def test_every_claim_names_a_check_that_exists_or_a_test_that_exists_or_a_reason() -> None:
    for claim in CLAIMS:
        if claim.check is not None:
            assert claim.check in CHECKS, claim.id
        elif claim.tested_by is not None:
            assert (ROOT / claim.tested_by).exists(), claim.id
        else:
            assert claim.unchecked, claim.id


def test_every_check_is_used_by_a_claim() -> None:
    assert {claim.check for claim in CLAIMS} - {None} == set(CHECKS)


def test_every_section_has_a_claim() -> None:
    assert {claim.section for claim in CLAIMS} == {section.key for section in registry().sections}


def test_every_pooled_value_of_the_library_is_in_one_claim() -> None:
    asked = [
        (review, quantity)
        for claim in CLAIMS
        if claim.check == "pooled_value"
        for review in claim.given["meta_analyses"]
        for quantity in claim.given["quantities"]
    ]
    assert len(asked) == len(set(asked))
    pooled = {(entry.id, one.quantity) for entry in entries("meta_analyses") for one in entry.pooled}
    assert pooled <= set(asked)


def test_what_was_seen_while_fitting_is_never_graded_above_exploratory() -> None:
    for claim in CLAIMS:
        seen = claim.given.get("in_sample") is True or claim.given.get("seen") is True
        words = "in-sample" in claim.against.lower() or "met by construction" in claim.against.lower()
        if seen or words:
            assert claim.grade == "exploratory", claim.id


@pytest.mark.parametrize(
    "change",
    [
        {"unchecked": "and yet it is checked"},
        {"check": None},
        {"grade": "certain"},
        {"bar": {"sign": "inside", "limit": 1.0, "why": "made up"}},
        {"bar": {"sign": "<", "why": "made up"}},
        {"surprise": 1},
    ],
)
def test_a_claim_that_is_held_in_two_ways_or_in_none_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Claim.model_validate(PLAIN | change)


def test_a_wrong_registry_is_refused_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "claims.yaml"
    file.write_text("sections: []\nclaims:\n  - {id: a, section: nowhere}\n", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"claims\.0\.says"):
        registry(file)


@pytest.mark.parametrize(
    ("bar", "value", "low", "high", "met"),
    [
        (Bar(sign=">=", limit=0.9, why="x"), 0.9, None, None, True),
        (Bar(sign=">", limit=0.9, why="x"), 0.9, None, None, False),
        (Bar(sign="<", limit=1.3, why="x"), 1.31, None, None, False),
        (Bar(sign="inside", why="x"), 0.5, 0.4, 0.6, True),
        (Bar(sign="inside", why="x"), 0.7, 0.4, 0.6, False),
        (Bar(sign="inside", why="x"), 0.7, 0.4, None, True),
        (Bar(sign="inside", why="x"), 0.7, None, None, None),
        (Bar(sign="<", limit=1.3, why="x"), None, None, None, None),
        (Bar(sign="reported", why="x"), 0.7, 0.4, 0.6, None),
    ],
)
def test_a_bar_is_met_or_not_or_cannot_be_judged(
    bar: Bar, value: float | None, low: float | None, high: float | None, met: bool | None
) -> None:
    assert bar.met(value, low, high) is met


def test_one_finding_that_does_not_hold_is_enough_to_fail() -> None:
    prediction = Claim.model_validate(PLAIN)
    target = Claim.model_validate(PLAIN | {"bar": {"sign": "<", "limit": 1.0, "why": "made up"}})
    mixed = [Finding(holds=True), Finding(holds=False), Finding(holds=None)]
    assert outcome(prediction, mixed) == "fails"
    assert outcome(target, mixed) == "misses"
    assert outcome(prediction, [Finding(holds=True), Finding(holds=None)]) == "holds"
    assert outcome(prediction, [Finding(holds=None, note="why")]) == "unchecked"


def test_an_unknown_section_is_refused_with_those_that_exist() -> None:
    with pytest.raises(InputError, match=r"'exposures'.*exposure, block, circuit"):
        validate("exposures")
