"""The library: every entry has a card that says what its numbers are and where they come from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painloop import library
from painloop.library.cards.listing import WHAT_IT_HOLDS, summary
from painloop_clinic.evidence.addresses import PAGES, address_of
from painloop_clinic.evidence.answers import or_not_found
from painloop_clinic.evidence.contents.card import card_of
from painloop_clinic.evidence.words import CONFIDENCES


@require_safe
@or_not_found
def listing(request: HttpRequest, kind: str = "") -> HttpResponse:
    """The kinds of facts, or the entries of one kind."""
    entries = [(one, summary(one)) for one in library.entries(kind)] if kind else []
    kinds = [(name, WHAT_IT_HOLDS.get(name, ""), len(library.ids(name))) for name in library.kinds()]
    shown = {"kind": kind, "what": WHAT_IT_HOLDS.get(kind, ""), "entries": entries, "kinds": kinds}
    return render(request, "evidence/library.html", shown)


@require_safe
@or_not_found
def page(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """One entry: a page, or its content alone where another page shows it in place."""
    entry = library.load(kind, name)
    shown = {
        "card": card_of(entry),
        "hash": library.content_hash(kind, entry.id),
        "own_page": address_of(kind, entry.id) if kind in PAGES else "",
        "confidences": CONFIDENCES,
        "address": request.path,
    }
    in_place = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    return render(request, "evidence/card_in_place.html" if in_place else "evidence/card.html", shown)
