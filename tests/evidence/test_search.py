"""Search finds the question that was meant, in the words that people use."""

from __future__ import annotations

import threading

import pytest

from painloop.errors import InputError
from painloop.evidence import best_question, search, unknown_words

MEANT = {
    "how long does relief last": "how-long-does-relief-last",
    "is it an opioid": "is-it-an-opioid",
    "does insurance pay": "does-insurance-pay",
    "is it safe long term": "is-it-safe-long-term",
    "will my insurance cover ketamine infusions": "does-insurance-pay",
    "does medicare pay for it": "does-insurance-pay",
    "can I drive home after the drip": "can-i-drive",
    "do I need someone to take me home": "can-i-drive",
    "how much does it cost": "what-does-it-cost",
    "when does the pain come back": "how-long-does-relief-last",
    "how many weeks will it help": "how-long-does-relief-last",
    "is it dangerous over many years": "is-it-safe-long-term",
    "is ketamine a narcotic": "is-it-an-opioid",
    "will it hurt my bladder": "bladder",
    "I am pregnant": "pregnancy",
    "nasal spray at home": "can-i-take-it-at-home",
    "buy ketamine online without prescription": "unlawful-sellers",
    "cheap ketamine websites": "unlawful-sellers",
    "will it stop my breathing": "breathing",
    "who cannot have ketamine": "who-should-not-have-it",
    "what are the alternatives": "what-else-can-i-try",
    "can ketamine treat depression": "does-it-help-mood",
    "why does my doctor say no": "why-doctors-disagree",
    "what if it does not work": "how-do-i-know-it-worked",
    "sore arm after drip": "after-the-infusion",
    "i feel suicidal": "when-to-call",
    "my skin turned yellow": "when-to-call",
    "i have bipolar": "who-should-not-have-it",
    "glaucoma": "who-should-not-have-it",
    "who is not allowed to have it": "who-should-not-have-it",
    "can i take ibuprofen": "other-medicines",
    "i am on warfarin": "other-medicines",
    "can i have a glass of wine the same evening": "after-the-infusion",
    "a website sells nasal spray by post without prescription": "unlawful-sellers",
    "found a clinic on the internet that promises 90% success": "false-promises",
    "why did my insurer deny it": "does-insurance-pay",
    "do i need an ecg before": "tests-before",
    "am i too old for it, i am 82": "older-people",
    "does it show up in a urine drug test": "drug-test",
    "does it reset the brain": "is-it-a-cure",
    "what if it doesnt work": "how-do-i-know-it-worked",
    "will i be put to sleep": "what-does-it-feel-like",
    "does it help sciatica": "nerve-compression",
}

MISTYPED = {
    "can i get adicted": "is-it-addictive",
    "does it work for fibromialgia": "fibromyalgia",
    "liver damge": "liver",
    "are there side efects": "what-are-the-side-effects",
    "migrane": "chronic-migraine",
    "high blod pressure": "heart-and-blood-pressure",
    "is ketamin an opiod": "is-it-an-opioid",
    "how long dose releif last": "how-long-does-relief-last",
    "i am 3 months pregant can i have it": "pregnancy",
}


@pytest.mark.parametrize(("query", "wanted"), [*MEANT.items(), *MISTYPED.items()])
def test_the_first_hit_is_what_was_meant(query: str, wanted: str) -> None:
    hits = search(query)
    assert (hits[0].kind, hits[0].id) == ("question", wanted)
    assert best_question(query) == wanted


def test_studies_claims_and_conditions_are_found_too() -> None:
    assert search("Sigtermans")[0].id == "sigtermans-2009"
    assert search("CL03", kinds=("claim",))[0].id == "dependence"
    assert search("stump pain", kinds=("condition",))[0].id == "phantom-limb"
    assert {hit.kind for hit in search("crps", limit=50)} >= {"question", "condition", "trial"}


def test_words_that_are_in_no_text_are_named() -> None:
    assert unknown_words("trigeminal neuralgia") == ("trigeminal",)
    assert unknown_words("long covid pain") == ("covid",)
    assert unknown_words("can i drive my car after 2 drips") == ()


@pytest.mark.parametrize("query", ["weather tomorrow", "what is the cpt code", "endometriosis pain"])
def test_a_word_is_not_taken_for_another_that_only_looks_like_it(query: str) -> None:
    assert all(hit.score < 1 for hit in search(query))


def test_what_nobody_wrote_about_gives_nothing() -> None:
    assert search("zzzzqqq") == ()
    assert search("") == ()
    assert best_question("zzzzqqq") is None


@pytest.mark.parametrize(
    "query", ['"', "' OR 1=1 --", "NEAR(", "*", "a AND", "<script>alert(1)</script>", "\x00"]
)
def test_signs_of_a_query_language_are_only_words(query: str) -> None:
    assert all(hit.score > 0 for hit in search(query))


def test_what_cannot_be_searched_is_refused() -> None:
    with pytest.raises(InputError, match="at most 300"):
        search("x" * 301)
    with pytest.raises(InputError, match="cannot be searched"):
        search("liver", kinds=("picture",))
    with pytest.raises(InputError, match="whole number from 1"):
        search("liver", limit=0)


def test_threads_share_the_index() -> None:
    found: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: found.append(best_question("does insurance pay"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["does-insurance-pay"] * 8
