"""Calls made up from the description of the interface: whatever is sent, the fault is never the server's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("django")
pytest.importorskip("schemathesis")
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

SENTENCES = ("sigtermans-2009", "ketamine 20 mg iv over 40 min", "S-ketamine 0.3 mg/kg iv over 30 min")
"""Half of the made-up sentences are replaced by one of these, by their length, so that some calls reach the engine."""
DESCRIPTION = "/api/v1/openapi.json"


@pytest.fixture(scope="module")
def application() -> Iterator[Any]:
    """The pages in this process, before an engine; nobody is put off, neither for asking often nor by a deadline."""
    import django

    django.setup()
    from browser import engine_folder, take_time
    from django.conf import settings as ours
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    from painloop_clinic.api.routes import api
    from painloop_clinic.wsgi import application

    limits = [
        limit
        for _, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
        for limit in operation.throttle_objects
    ]
    with pytest.MonkeyPatch.context() as changed:
        take_time(changed)
        changed.setattr(ours, "ENGINE_FOLDER", engine_folder())
        for limit in limits:
            changed.setattr(limit, "num_requests", 10**9)
        around = (request_started, request_finished)
        for (
            signal
        ) in around:  # as Django's own test client does: no database stands behind a test without one
            signal.disconnect(close_old_connections)
        yield application
        for signal in around:
            signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def described(application: Any) -> Any:
    """What the interface says of itself."""
    return schemathesis.openapi.from_wsgi(DESCRIPTION, application)


BOUNDED: dict[str, Any] = {
    "derandomize": True,
    "database": None,
    "deadline": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


def ask(case: Any, most_patients: int) -> None:
    """Send a call, some of them with a sentence that is understood, and refuse to accept a fault of the server."""
    if isinstance(case.body, dict) and isinstance(case.body.get("regimen"), str):
        chosen = len(case.body["regimen"]) % (2 * len(SENTENCES))
        if chosen < len(SENTENCES):
            case.body["regimen"] = SENTENCES[chosen]
        if isinstance(case.body.get("patients"), int):
            case.body["patients"] = min(case.body["patients"], most_patients)
    case.call_and_validate(headers={"Host": "localhost"}, checks=[schemathesis.checks.not_a_server_error])


def ask_each(described: Any, examples: int, most_patients: int) -> list[str]:
    """Make up so many questions for each call; the calls that were tried."""
    tried = []
    for found in described.get_all_operations():
        call = found.ok()

        @settings(max_examples=examples, **BOUNDED)
        @given(case=call.as_strategy())
        def made_up(case: Any) -> None:
            ask(case, most_patients)

        made_up()
        tried.append(call.label)
    return tried


def test_no_call_makes_the_server_fail(described: Any) -> None:
    tried = ask_each(described, 20, 1)
    assert {"POST /api/v1/course", "POST /api/v1/exposure", "GET /api/v1/library/{kind}"} <= set(tried)


@pytest.mark.long
def test_none_of_many_calls_makes_the_server_fail(described: Any) -> None:
    assert ask_each(described, 300, 200)
