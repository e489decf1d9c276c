"""What is known in one minute: a few sentences of the library, the worst news first, each with its page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse

from painloop import library
from painloop.evidence.claims import claim, claims
from painloop.evidence.trials import trials
from painloop_clinic.evidence.addresses import address_of
from painloop_clinic.evidence.words import mark_of

REVIEW = "ferraro-2025"
FIRST = (
    "side-effects",
    "dependence",
    "long-term-safety",
    "relief-outlasts-the-drug",
    "conditions-it-works-in",
    "function-and-quality-of-life",
    "who-benefits",
    "insurance",
)
"""Claims that a reader with one minute should know; they are shown by verdict, the worst first."""
AROUND_SURGERY = frozenset({"acute-post-operative", "chronic-post-surgical"})
"""Conditions whose studies give the drug at an operation, and not to people with lasting pain."""


@dataclass(frozen=True)
class News:
    """A sentence, how sure it is, and where more stands; of a claim also how it is often worded, and the verdict."""

    says: str
    claim: str
    verdict: str
    confidence: str
    address: str
    more: str


def news(order: tuple[str, ...]) -> tuple[News, ...]:
    """The sentences; ``order`` lists verdicts, the worst first."""
    picked = sorted((claim(name) for name in FIRST), key=lambda one: order.index(one.verdict))
    said = [
        News(one.as_worded, one.claim, one.verdict, "", address_of("claims", one.id), one.title)
        for one in picked
    ]
    return (*_review(), *_trials(), *said)


def worst() -> News:
    """The one sentence that nobody should miss."""
    return _review()[0]


def tally(order: tuple[str, ...]) -> tuple[tuple[str, str, int], ...]:
    """How many claims have which verdict."""
    counts = Counter[str](one.verdict for one in claims())
    return tuple((verdict, mark_of(verdict).words, counts[verdict]) for verdict in order)


def _review() -> tuple[News, ...]:
    found = library.load("meta_analyses", REVIEW)
    address = address_of("meta_analyses", REVIEW)
    return tuple(
        News(
            f"Cochrane {found.citation.year}: {one.says}.", "", "", one.confidence, address, "Pooled reviews"
        )
        for one in found.findings[:1]
    )


def _trials() -> tuple[News, ...]:
    """What the blinded studies found in people who had pain already; surgery is another question."""
    blinded = [
        one
        for one in trials()
        if one.randomised
        and one.blinded == "double"
        and one.status == "published"
        and one.condition not in AROUND_SURGERY
    ]
    judged = Counter(one.result for one in blinded)
    lasting = sum(one.shown_for in ("six weeks", "11 weeks", "one year") for one in blinded)
    says = (
        f"Of {len(blinded)} randomised double-blind studies in the list that were not around surgery, "
        f"{judged['no difference']} saw no difference, "
        f"{judged['mixed']} had mixed results and {judged['favours ketamine']} favoured ketamine, in {lasting} of them "
        "for six weeks or longer."
    )
    return (News(says, "", "", "derived", reverse("evidence:trials"), "Trials"),)
