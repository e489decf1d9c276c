"""Answers that refuse a request in one sentence: a page, a fragment for htmx, or JSON, as it was asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

TITLES = {
    400: "This request cannot be understood",
    403: "This is not allowed here",
    404: "There is no such page",
    405: "This page cannot be used in that way",
    413: "Too large",
    422: "Something here needs correcting",
    429: "Too many requests",
    500: "Something went wrong on our side",
    503: "Busy",
    504: "This took too long",
}


def refusal(
    request: HttpRequest, status: int, sentence: str, *, retry_after_s: int | None = None
) -> HttpResponse:
    """The answer that refuses.

    Parameters
    ----------
    status : the HTTP status, 400 to 599.
    sentence : the value, the limit and the remedy, in plain text.
    retry_after_s : after how many seconds it is worth trying again.
    """
    response = _answer(request, status, sentence)
    if retry_after_s is not None:
        response["Retry-After"] = str(retry_after_s)
    return response


def _answer(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": sentence, "status": status}, status=status)
    whole = request.headers.get("HX-Request") != "true" or request.headers.get("HX-Boosted") == "true"
    template = "web/error.html" if whole else "web/refusal.html"
    context = {"title": TITLES.get(status, "Refused"), "sentence": sentence, "status": status}
    return HttpResponse(render_to_string(template, context, request), status=status)


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks, not a browser."""
    accept = request.headers.get("Accept", "")
    asked = "json" in accept and "html" not in accept
    return asked or (request.path.startswith("/api/") and "html" not in accept)
