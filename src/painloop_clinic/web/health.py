"""Whether the process lives, and whether it could answer: its database and its engine."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from painloop_clinic.engine import client


@require_safe
@never_cache
def live(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


@require_safe
@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """The database and the engine answer; 503 names the part that does not."""
    parts = {"database": _database(), "engine": _engine()}
    good = all(parts.values())
    state = {name: "ready" if answers else "not answering" for name, answers in parts.items()}
    return JsonResponse({"status": "ready" if good else "not ready", **state}, status=200 if good else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


def _engine() -> bool:
    try:
        lanes = client.state()["lanes"]
    except client.EngineFailure:
        return False
    return all(lane["ready"] for lane in lanes.values())
