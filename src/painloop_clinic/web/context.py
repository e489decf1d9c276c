"""What the frame of every page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from painloop._version import __version__

PLACES = (
    ("Start", "web:start", ""),
    (
        "Explorer",
        "explorer:index",
        "Choose a person and a regimen; see levels, receptor block, pain and side effects.",
    ),
    (
        "Mechanism",
        "mechanism:index",
        "Follow the drug through receptor, spinal cord and pain, moment by moment.",
    ),
    ("Evidence", "evidence:index", "Claims, trials and answers to questions, each with its sources."),
    ("Leaflet", "evidence:leaflet", "Two pages for patients, to print and to talk about."),
    ("Validation", "evidence:validation", "What the models predicted, and where they were wrong."),
    ("API", "api:docs", "The same answers for programs."),
)
"""The names under which the applications register the pages of the navigation; one that is missing is left out."""


@dataclass(frozen=True)
class Place:
    """A page of the navigation."""

    title: str
    address: str
    purpose: str
    current: str


def frame(request: HttpRequest) -> dict[str, Any]:
    """The navigation, the version, and whether this is a public server."""
    return {
        "places": places(request.path),
        "painloop_version": __version__,
        "public": settings.PUBLIC,
    }


def places(path: str) -> list[Place]:
    """The pages of the navigation with the one marked that ``path`` belongs to."""
    found = []
    for title, name, purpose in PLACES:
        try:
            found.append((title, reverse(name), purpose))
        except NoReverseMatch:
            continue
    here = max((address for _, address, _ in found if path.startswith(address)), key=len, default="")
    return [Place(title, address, what, _current(address, here, path)) for title, address, what in found]


def _current(address: str, here: str, path: str) -> str:
    """The value of ``aria-current``: this very page, a page below it, or none."""
    if address == path:
        return "page"
    return "true" if address == here and address != "/" else ""
