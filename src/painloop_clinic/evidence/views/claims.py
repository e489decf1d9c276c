"""Claims: what is often said of ketamine for pain, and what its sources carry."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painloop.evidence.claims import claim, claims
from painloop_clinic.evidence.answers import or_not_found
from painloop_clinic.evidence.contents.claim import (
    claim_view,
    related_questions,
)
from painloop_clinic.evidence.fields import Reading
from painloop_clinic.evidence.words import CONFIDENCES, STRENGTHS, VERDICTS, mark_of


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All claims, the worst verdict first, or those of a verdict and a strength."""
    reading = Reading(request.GET)
    verdict = reading.choice("verdict", "Verdict", ((one, mark_of(one).words) for one in VERDICTS))
    strength = reading.choice("strength", "Strength", ((one, one) for one in STRENGTHS))
    found = [
        one
        for one in claims()
        if verdict.chosen in ("", one.verdict) and strength.chosen in ("", one.strength)
    ]
    found.sort(key=lambda one: VERDICTS.index(one.verdict))
    shown = {
        "claims": found,
        "choices": (verdict, strength),
        "problems": reading.problems,
        "all": len(claims()),
    }
    return render(request, "evidence/claims.html", shown)


@require_safe
@or_not_found
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One claim."""
    found = claim(name)
    shown = {
        "claim": found,
        "view": claim_view(found),
        "questions": related_questions(found.id),
        "confidences": CONFIDENCES,
    }
    return render(request, "evidence/claim.html", shown)
