"""The pages of what went wrong, each with one sentence that says what to do."""

from __future__ import annotations

from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse

from painloop_clinic.web.refusals import refusal

_SENTENCES: dict[type[BaseException], tuple[int, str]] = {
    DisallowedHost: (
        400,
        "The server does not answer under this name; use its own address, or start it with --host-name NAME.",
    ),
    RequestDataTooBig: (413, "This request is larger than what is read; send less."),
    TooManyFieldsSent: (400, "This request has more fields than any form here; use the form of the page."),
    TooManyFilesSent: (400, "This request has more files than are read; send none."),
}


def bad_request(request: HttpRequest, exception: BaseException) -> HttpResponse:
    """400, or 413 for a body over the limit."""
    fallback = (400, "Something in the request is malformed; go back and use the form of the page.")
    status, sentence = next(
        (each for kind, each in _SENTENCES.items() if isinstance(exception, kind)), fallback
    )
    return refusal(request, status, sentence)


def forbidden(request: HttpRequest, exception: BaseException) -> HttpResponse:  # noqa: ARG001 - Django names it
    """403."""
    return refusal(request, 403, "You may not open this page; go back to the start page.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django names it
    """403 for a form that was not sent from one of our pages."""
    return refusal(
        request, 403, "This form did not come from a page of this server; open the page anew and send again."
    )


def not_found(request: HttpRequest, exception: BaseException) -> HttpResponse:  # noqa: ARG001 - Django names it
    """404."""
    return refusal(request, 404, "Check the address, or begin at the start page.")


def server_error(request: HttpRequest) -> HttpResponse:
    """500; the log has the details under the id of the request."""
    return refusal(
        request, 500, "It has been written to the log under the number in the header X-Request-ID; try again."
    )
