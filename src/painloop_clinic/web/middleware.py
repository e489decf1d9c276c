"""What happens to every request: a line in the log, headers, a limit of its size."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from painloop_clinic.logs import REQUEST_ID
from painloop_clinic.web.refusals import refusal

Answer = Callable[[HttpRequest], HttpResponse]
LOG = logging.getLogger("painloop_clinic.request")
HEADERS = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
_ID = re.compile(r"[0-9a-zA-Z-]{8,64}")


def log_request(get_response: Answer) -> Answer:
    """Gives each request an id, also in the answer, and writes how long it took."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        token, start = REQUEST_ID.set(request_id), perf_counter()
        try:
            response = get_response(request)
            response["X-Request-ID"] = request_id
            _log(request, response.status_code, 1000.0 * (perf_counter() - start))
            return response
        finally:
            REQUEST_ID.reset(token)

    return middleware


def _log(request: HttpRequest, status: int, milliseconds: float) -> None:
    if request.path.startswith((settings.STATIC_URL, "/health/")) and status < 400:
        return
    match = request.resolver_match
    LOG.info(
        "request",
        extra={
            "method": request.method if request.method in _METHODS else "other",
            "route": f"/{match.route}" if match else "-",
            "status": status,
            "duration_ms": round(milliseconds, 1),
        },
    )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def set_headers(get_response: Answer) -> Answer:
    """Adds the security headers that Django does not know; what is not static is not stored by anyone else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        if not request.path.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware


def limit_body(get_response: Answer) -> Answer:
    """Refuses a body over the limit before anything reads it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        declared = request.headers.get("Content-Length") or "0"
        if declared.isdecimal() and int(declared) <= settings.BODY_LIMIT:
            return get_response(request)
        limit = settings.BODY_LIMIT // 1024
        sentence = f"This request is larger than the {limit:,} kB that are read; send less."
        return refusal(request, 413, sentence)

    return middleware
