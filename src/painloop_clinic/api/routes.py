"""The calls: a course, an exposure, the library and its trials."""

# ruff: noqa: ARG001 - django-ninja hands the request to every function

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError

from painloop import library
from painloop._version import __version__
from painloop.answers import ExposureAnswer
from painloop.library.provenance import confidence_counts
from painloop.library.schema.base import Entry
from painloop_clinic.api.limiting import OfAddress
from painloop_clinic.api.shapes import CourseAnswer, CourseBody, ExposureBody, Line, Refusal
from painloop_clinic.engine import client
from painloop_clinic.engine.requests import Ordered
from painloop_clinic.explorer.presets import presets

DEADLINE_S = 60.0
RATE = "300/m"
"""Calls of one address a minute, in each web process, that start a simulation."""
CURVES = ("first_session", "course", "pain", "untreated")
REFUSALS = {400: Refusal, 413: Refusal, 422: Refusal, 429: Refusal, 503: Refusal, 504: Refusal}

api = NinjaAPI(
    title="painloop",
    version=__version__,
    description="The explorer's calls. Research and education software, not a prescription and not a medical device.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-v1",
)


@api.post("/course", response={200: CourseAnswer, **REFUSALS}, throttle=[OfAddress(RATE)], tags=["simulate"])
def course(request: HttpRequest, question: CourseBody) -> dict[str, Any]:
    """A course of one person or a population: what `painloop simulate --json` prints, and curves."""
    _public(question, question.patients)
    payload = question.payload()
    answer = client.ask("simulation", payload, DEADLINE_S)
    curves = client.ask("course", payload, DEADLINE_S)
    return {**answer, "curves": {name: curves[name] for name in CURVES}}


@api.post(
    "/exposure",
    response={200: ExposureAnswer, **REFUSALS},
    throttle=[OfAddress(RATE)],
    tags=["simulate"],
)
def exposure(request: HttpRequest, question: ExposureBody) -> dict[str, Any]:
    """Levels of drug and metabolites: what `painloop exposure --json` prints."""
    _public(question, question.patients)
    return client.ask("exposure", question.payload(), DEADLINE_S)


@api.get("/library", response={200: dict[str, list[Line]]}, tags=["library"])
def library_list(request: HttpRequest) -> dict[str, list[dict[str, Any]]]:
    """All entries by kind: what `painloop library list --json` prints."""
    return {kind: [_line(one) for one in library.entries(kind)] for kind in library.kinds()}


@api.get("/library/{kind}", response={200: list[Line], 404: Refusal}, tags=["library"])
def library_kind(request: HttpRequest, kind: str) -> list[dict[str, Any]]:
    """The entries of a kind."""
    return [_line(one) for one in library.entries(_kind(kind))]


@api.get("/library/{kind}/{entry}", response={200: dict[str, Any], 404: Refusal}, tags=["library"])
def library_show(request: HttpRequest, kind: str, entry: str) -> dict[str, Any]:
    """An entry with every value, its source and how sure it is: what `painloop library show --json` prints."""
    return _shown(_kind(kind), entry)


@api.get("/trials", response={200: list[Line]}, tags=["library"])
def trials(request: HttpRequest) -> list[dict[str, Any]]:
    """The trials of the library."""
    return [_line(one) for one in library.entries("trials")]


@api.get("/trials/{entry}", response={200: dict[str, Any], 404: Refusal}, tags=["library"])
def trial(request: HttpRequest, entry: str) -> dict[str, Any]:
    """A trial with its arms and printed results."""
    return _shown("trials", entry)


def _public(question: Ordered, patients: int) -> None:
    """On a public server only published courses and populations."""
    if not settings.PUBLIC:
        return
    if question.regimen not in presets():
        raise HttpError(422, "This public server simulates published courses only; give the id of one.")
    if patients <= 1:
        raise HttpError(
            422, f"{patients} patients describe a single person; ask for a population, such as 1000."
        )


def _kind(name: str) -> str:
    if name not in library.kinds():
        raise HttpError(404, f"There is no kind {name[:60]!r}; choose among {', '.join(library.kinds())}.")
    return name


def _shown(kind: str, entry: str) -> dict[str, Any]:
    if entry not in library.ids(kind):
        raise HttpError(404, f"There is no {entry[:60]!r} among the {kind}; see /api/v1/library/{kind}.")
    found: Entry = library.load(kind, entry)
    return {**found.model_dump(mode="json", by_alias=True), "content_hash": library.content_hash(kind, entry)}


def _line(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "title": entry.title,
        "composed": getattr(entry, "composed", None) is not None,
        "confidence": confidence_counts(entry),
    }
