"""How often an address may ask."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja.throttling import AnonRateThrottle


class OfAddress(AnonRateThrottle):
    """Counts the calls of an address in a web process; what a caller says of its own address is not believed."""

    def get_ident(self, request: HttpRequest) -> str | None:
        """The address that called; behind a proxy the one that the proxy added last."""
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE_PROXY_SSL_HEADER else ""
        return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR")
