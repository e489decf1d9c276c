"""Questions and answers: enough of them, each sentence with its source, and silence where nothing is known."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from painloop import library
from painloop.errors import InputError
from painloop.evidence import Sentence, about_condition, question, questions, topics
from painloop.evidence.sentences import source_words


def test_there_are_answers_to_what_people_ask() -> None:
    assert len(questions()) >= 30
    assert len(topics()) == 5
    assert {one.id for one in questions()} >= {
        "how-long-does-relief-last", "is-it-an-opioid", "does-insurance-pay", "is-it-safe-long-term",
        "what-happens-at-an-infusion", "what-are-the-side-effects", "can-i-drive", "is-it-addictive",
        "what-does-it-cost", "can-i-take-it-at-home", "pregnancy", "liver", "bladder", "heart-and-blood-pressure",
        "what-else-can-i-try", "unlawful-sellers", "when-to-call", "who-should-not-have-it", "why-doctors-disagree",
    }  # fmt: skip


def test_every_condition_has_its_own_answer() -> None:
    assert [one for one in library.ids("conditions") if about_condition(one) is None] == []


def test_every_sentence_with_a_fact_names_its_source_and_how_sure_it_is() -> None:
    for asked in questions():
        for one in asked.answer:
            assert one.is_advice or (one.sources and one.confidence), f"{asked.id}: {one.says}"
        assert asked.sources, asked.id


def test_what_is_not_in_the_library_and_what_a_sentence_cites_are_both_sources() -> None:
    said = next(one for one in question("is-it-just-placebo").answer if one.source and one.cites)
    assert said.sources == (said.source, source_words("trials/sigtermans-2009"))


def test_what_nobody_knows_is_said() -> None:
    unknown = [one for one in questions() if one.verdict == "not known"]
    assert len(unknown) >= 5
    silent = re.compile(
        r"not know|nobody|no one|no trial|not settled|has settled|no good trial|that we read", re.IGNORECASE
    )
    assert [one.id for one in unknown if not silent.search(one.text)] == []


def test_a_recalled_fact_is_marked() -> None:
    recalled = [
        one for asked in questions() for one in asked.answer if one.source and "recalled" in one.source
    ]
    assert recalled
    assert {one.confidence for one in recalled} == {"memory"}


def test_an_answer_agrees_with_the_library_about_people() -> None:
    observed = library.load("regimens", "noppers-2011").observed
    counts = {one.time_h: one.count for one in observed if one.arm == "S-ketamine"}
    assert (counts[0.75], counts[168.0]) == (8, 2)
    said = question("how-long-does-relief-last").text
    assert "8 of 12" in said
    assert "2 of 12" in said


def test_advice_cannot_smuggle_in_a_number() -> None:
    with pytest.raises(ValidationError, match="needs a source"):
        Sentence(says="Take 5 of them.")
    with pytest.raises(ValidationError, match="confidence"):
        Sentence(says="It helps.", source="somebody")


def test_an_unknown_question_is_answered_with_the_closest() -> None:
    with pytest.raises(InputError, match="did you mean 'can-i-drive'"):
        question("can-i-driv")
