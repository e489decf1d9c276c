"""How a call is refused: always JSON with one sentence and the status."""

# ruff: noqa: ARG001 - django-ninja hands the request to every function

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from painloop.errors import InputError
from painloop_clinic.engine.client import EngineFailure

View = Callable[..., HttpResponse]
NOT_ALLOWED = 405


def refuse_with_sentences(api: NinjaAPI) -> None:
    """Let every error of an interface be a sentence."""
    api.add_exception_handler(ValidationError, _malformed)
    api.add_exception_handler(EngineFailure, _failed)
    api.add_exception_handler(InputError, _input)
    api.add_exception_handler(Throttled, _throttled)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(Http404, _missing)


def _refused(status: int, sentence: str, retry_after_s: int | None = None) -> HttpResponse:
    response = JsonResponse({"error": sentence, "status": status}, status=status)
    if retry_after_s is not None:
        response["Retry-After"] = str(retry_after_s)
    return response


def _malformed(request: HttpRequest, error: Any) -> HttpResponse:
    return _refused(422, sentence_of(error.errors))


def _input(request: HttpRequest, error: Any) -> HttpResponse:
    return _refused(422, str(error))


def without_other_methods(view: View) -> View:
    """Lets a view refuse a method that it does not know in a sentence, and name those that it does."""

    @wraps(view)
    def answer(request: HttpRequest, *names: Any, **more: Any) -> HttpResponse:
        response = view(request, *names, **more)
        if response.status_code != NOT_ALLOWED:
            return response
        known = response["Allow"]
        told = _refused(NOT_ALLOWED, f"{request.method} is not known here; send {known}.")
        told["Allow"] = known
        return told

    return answer


def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    return _refused(404, "There is no such call; see /api/.")


def _failed(request: HttpRequest, error: Any) -> HttpResponse:
    return _refused(error.status, error.sentence, error.retry_after_s)


def _throttled(request: HttpRequest, error: Any) -> HttpResponse:
    wait = round(getattr(error, "wait", None) or 60)
    return _refused(429, f"This address has asked too often; wait {wait} s and try again.", wait)


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    told = str(error)
    if error.status_code == 400:
        told = 'The body is not JSON; send one object, such as {"regimen": "sigtermans-2009"}.'
    return _refused(error.status_code, told)


def sentence_of(errors: list[dict[str, Any]]) -> str:
    """The first of the errors of a body as a sentence: the field, what was sent, what is wanted."""
    first = errors[0]
    place = [str(part) for part in first["loc"] if part not in ("body", "question")]
    field = ".".join(place)[:80]
    what = str(first["msg"]).removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return f"There is no value called {field!r} here; leave it out."
    if first["type"] == "value_error" and place:
        return f"{field}: {what.rstrip('.')}."
    given = (
        f" (given: {str(first['input'])[:40]!r})" if isinstance(first.get("input"), str | int | float) else ""
    )
    if not place:
        return 'The body is not an object; send one, such as {"regimen": "sigtermans-2009"}.'
    return f"{field}: {what[:1].lower()}{what[1:]}{given}; change it and send again."
