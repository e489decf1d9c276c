"""The leaflet for patients: two printed pages by condition and course."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painloop import library
from painloop.errors import InputError
from painloop.evidence.leaflet import Leaflet, leaflet
from painloop_clinic.evidence.contents.sheet import sheets
from painloop_clinic.evidence.fields import Reading
from painloop_clinic.regimens import EXAMPLE as REGIMEN
from painloop_clinic.regimens import refusal_of

CONDITION = "crps"
LONGEST_REGIMEN = 400


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The leaflet that was asked for, or the form with what could not be read."""
    reading = Reading(request.GET)
    known = [(one.id, one.title) for one in library.entries("conditions")]
    condition = reading.choice("condition", "Condition", known)
    regimen = " ".join(request.GET.get("regimen", "").split()) or REGIMEN
    found, refusal = _leaflet(condition.chosen or CONDITION, regimen)
    context = {
        "leaflet": found,
        "sheets": sheets(found) if found else (),
        "conditions": known,
        "condition": condition.chosen or CONDITION,
        "regimen": regimen[:LONGEST_REGIMEN],
        "courses": [(one.id, one.title) for one in library.entries("regimens")],
        "refusal": refusal,
        "problems": reading.problems,
    }
    return render(request, "evidence/leaflet.html", context, status=422 if refusal else 200)


def _leaflet(condition: str, regimen: str) -> tuple[Leaflet | None, str]:
    """The leaflet, or the sentence that says why there is none."""
    if len(regimen) > LONGEST_REGIMEN:
        return None, (
            f"The regimen has {len(regimen):,} characters, more than the {LONGEST_REGIMEN} that are read; shorten it."
        )
    if wrong := refusal_of(regimen):
        return None, wrong
    try:
        return leaflet(condition, regimen), ""
    except InputError as problem:
        return None, str(problem)
