"""What patients read: plain words, nothing that sells hope, everything that has to be said."""

from __future__ import annotations

import pytest
from evidence_texts import CONDITIONS, COURSES, patient_texts

from painloop.evidence import forbidden_in, leaflet, leaflet_text, missing_in, questions, school_grade
from painloop.evidence.leaflet_text import patient_words

HIGHEST_GRADE = 7.0
"""School grade of a reading age of about 12."""


def test_no_text_for_patients_states_what_none_may_state() -> None:
    found = {name: forbidden_in(text) for name, text in patient_texts() if forbidden_in(text)}
    assert found == {}


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("The infusion resets your pain system.", "a reset"),
        ("It treats the root cause of pain.", "the root cause"),
        ("There is no risk of dependence.", "no dependence"),
        ("It is not addictive.", "no dependence"),
        ("Ketamine does not suppress breathing.", "no effect on breathing"),
        ("It has no effect on breathing.", "no effect on breathing"),
        ("Infusions are safe in the long term.", "safe in the long term"),
        ("It is long-term safe.", "safe in the long term"),
        ("We guarantee relief.", "a promise"),
        ("It cures nerve pain.", "a cure"),
    ],
)
def test_what_sells_hope_is_recognised(statement: str, rule: str) -> None:
    assert rule in forbidden_in(statement)


@pytest.mark.parametrize("statement", ["Its long-term safety is not known.", "People can depend on it."])
def test_honest_sentences_pass(statement: str) -> None:
    assert forbidden_in(statement) == ()


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("course", COURSES.values(), ids=COURSES)
def test_every_leaflet_says_what_has_to_be_said(condition: str, course: str) -> None:
    assert missing_in(leaflet_text(leaflet(condition, course), with_sources=False)) == ()


def test_a_text_without_the_warnings_is_found_wanting() -> None:
    missing = missing_in("Ketamine is off-label. It may not help.")
    assert {"known risks", "alternatives", "no driving until the next day", "cost"} <= set(missing)


@pytest.mark.parametrize("asked", questions(), ids=lambda one: one.id)
def test_answers_read_easily(asked: object) -> None:
    assert school_grade(asked.text) <= HIGHEST_GRADE  # type: ignore[attr-defined]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_leaflets_read_easily(condition: str) -> None:
    assert school_grade(patient_words(leaflet(condition, COURSES["days"]))) <= HIGHEST_GRADE


def test_the_grade_tells_plain_from_hard_words() -> None:
    hard = (
        "Subanaesthetic administration of the N-methyl-D-aspartate antagonist attenuates centrally mediated "
        "hypersensitivity, notwithstanding considerable interindividual pharmacokinetic variability."
    )
    assert school_grade(hard) > 15
    assert school_grade("You may feel light or drunk. Say so at once.") < 3
    assert school_grade("") == 0.0
