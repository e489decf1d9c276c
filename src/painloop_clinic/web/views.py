"""The start page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painloop_clinic.evidence.contents.minute import worst
from painloop_clinic.evidence.contents.stored import answer


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What painloop is, what it is not, and where to go."""
    verdict = next(iter(answer().get("news", ())), "")
    return render(request, "web/start.html", {"worst": worst(), "verdict": verdict})
