"""What painloop claims of itself, and what holds; failures first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painloop_clinic.evidence.contents.predictions import charts
from painloop_clinic.evidence.contents.validation import MEANING, ORDER, outcomes
from painloop_clinic.evidence.words import mark_of


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The stored outcomes of all claims."""
    shown = {
        "found": outcomes(),
        "charts": charts(),
        "outcomes": [(one, mark_of(one).words, MEANING[one]) for one in ORDER],
    }
    return render(request, "evidence/validation.html", shown)
