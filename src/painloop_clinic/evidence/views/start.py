"""The start of the evidence: a search over everything, and what is known in one minute."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painloop.evidence.search import Hit, search, unknown_words
from painloop_clinic.evidence.addresses import address_of
from painloop_clinic.evidence.contents.minute import news, tally
from painloop_clinic.evidence.fields import Reading
from painloop_clinic.evidence.words import VERDICTS

EXAMPLES = ("how long does relief last", "is it an opioid", "does insurance pay", "is it safe long term")
MOST_HITS = 15
KIND_WORDS = {
    "question": "Question",
    "claim": "Claim",
    "condition": "Condition",
    "guideline": "Guideline",
    "trial": "Trial",
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The search box; what was found, or what is known in one minute."""
    reading = Reading(request.GET)
    asked = reading.words("q")
    hits = search(asked, limit=MOST_HITS) if asked else ()
    shown = {
        "asked": asked,
        "hits": [_shown(one) for one in hits],
        "unknown": unknown_words(asked) if asked else (),
        "examples": EXAMPLES,
        "problems": reading.problems,
        "news": news(VERDICTS),
        "tally": tally(VERDICTS),
    }
    return render(request, "evidence/index.html", shown)


def _shown(hit: Hit) -> dict[str, object]:
    return {"hit": hit, "kind": KIND_WORDS[hit.kind], "address": address_of(hit.kind, hit.id)}
