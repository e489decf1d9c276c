"""Answers in which an unknown name is a page that says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from painloop.errors import InputError
from painloop_clinic.web.refusals import refusal

View = Callable[..., HttpResponse]


def or_not_found(view: View) -> View:
    """Turns an unknown name into a page with status 404 and the sentence that says what is there."""

    @wraps(view)
    def answer(request: HttpRequest, *names: str, **more: str) -> HttpResponse:
        try:
            return view(request, *names, **more)
        except InputError as problem:
            return refusal(request, 404, str(problem))

    return answer
