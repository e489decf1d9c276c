"""The HTTP interface: the commands' shapes, and refusals of one sentence."""

from __future__ import annotations

import json

import pytest
from django.core.cache import cache
from django.test import Client

JSON = "application/json"


@pytest.fixture
def api(engine) -> Client:
    cache.clear()
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT=JSON)


def post(api: Client, path: str, body) -> tuple[int, dict]:
    sent = body if isinstance(body, str | bytes) else json.dumps(body)
    response = api.post(f"/api/v1/{path}", sent, content_type=JSON)
    return response.status_code, response.json()


def test_a_course_is_answered_in_the_shape_of_the_command_with_curves(api):
    status, answer = post(api, "course", {"regimen": "sigtermans-2009"})
    assert status == 200
    assert (
        answer["weeks"]["1"]["averaged"]["pain"]["mean"]
        < answer["placebo"]["weeks"]["1"]["averaged"]["pain"]["mean"]
    )
    assert answer["condition"]["id"] == "crps"
    assert len(answer["curves"]["pain"]["time_h"]) == len(
        answer["curves"]["pain"]["rivals"]["none"]["pain"]["p50"]
    )


def test_an_exposure_is_answered_in_the_shape_of_the_command(api):
    status, answer = post(
        api, "exposure", {"regimen": "S-ketamine 0.5 mg/kg iv over 30 min", "at_h": [0.5, 2]}
    )
    assert status == 200
    assert set(answer["analytes"]["S-ketamine"]["typical"]["at"]) >= {"0.5", "2"}


@pytest.mark.parametrize(
    "body",
    [
        '{"regimen": "sigtermans-2009", "weight_kg": NaN}',
        '{"regimen": "sigtermans-2009", "weight_kg": 1e308}',
        '{"regimen": "sigtermans-2009", "patients": 1e9}',
        '{"regimen": "<script>alert(1)</script>"}',
        '{"regimen": {"a": 1}}',
        '{"regimen": "sigtermans-2009", "model": "../../etc/passwd"}',
        '{"regimen": "/etc/passwd"}',
        '{"regimen": "sigtermans-2009", "extra": 1}',
        '{"regimen": "sigtermans-2009", "patients": true}',
        '{"regimen": "sigtermans-2009", "patients": "1"}',
        '{"regimen": "sigtermans-2009", "female": 1}',
        '{"regimen": "ketamine 0.5 mg/kg iv ovr 40 min"}',
        "[1]",
        "null",
        "{",
        b"\xff\xfe",
    ],
)
def test_hostile_input_is_refused_in_one_sentence(api, body):
    status, answer = post(api, "course", body)
    assert status in (400, 422)
    assert answer["status"] == status
    assert answer["error"].strip().endswith((".", "?"))
    assert "Traceback" not in answer["error"]


def test_ten_megabytes_are_refused_unread(api):
    status, answer = post(api, "course", b" " * 10_000_000)
    assert status == 413
    assert "larger than the 1,024 kB" in answer["error"]


def test_a_public_server_refuses_single_people_and_own_sentences(api, settings):
    settings.PUBLIC = True
    assert post(api, "course", {"regimen": "ketamine 20 mg iv", "patients": 1000})[0] == 422
    status, answer = post(api, "course", {"regimen": "sigtermans-2009", "patients": 1})
    assert status == 422
    assert "ask for a population" in answer["error"]


def test_too_many_questions_are_put_off_with_the_time_to_wait(api, monkeypatch):
    from painloop_clinic.api import routes

    for operation in routes.api._routers[0][1].path_operations["/course"].operations:
        monkeypatch.setattr(operation.throttle_objects[0], "num_requests", 2)
    body = {"regimen": "nothing"}
    statuses = [post(api, "course", body)[0] for _ in range(3)]
    assert statuses == [422, 422, 429]
    response = api.post("/api/v1/course", json.dumps(body), content_type=JSON)
    assert int(response["Retry-After"]) > 0


def test_an_address_that_a_caller_makes_up_buys_no_more_questions(api, monkeypatch, settings):
    from painloop_clinic.api import routes

    for operation in routes.api._routers[0][1].path_operations["/course"].operations:
        monkeypatch.setattr(operation.throttle_objects[0], "num_requests", 2)

    def ask(*addresses: str) -> list[int]:
        cache.clear()
        sent = {"data": json.dumps({"regimen": "nothing"}), "content_type": JSON}
        return [api.post("/api/v1/course", **sent, HTTP_X_FORWARDED_FOR=one).status_code for one in addresses]

    assert ask("10.0.0.1", "10.0.0.2", "10.0.0.3") == [422, 422, 429]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert ask("10.0.0.1, 10.9.9.9", "10.0.0.2, 10.9.9.9", "10.0.0.3, 10.9.9.9") == [422, 422, 429]
    assert ask("10.0.0.1", "10.0.0.2", "10.0.0.3") == [422, 422, 422]


@pytest.mark.parametrize(
    ("method", "path", "known"),
    [
        ("get", "course", "POST"),
        ("put", "exposure", "POST"),
        ("post", "library", "GET"),
        ("delete", "openapi.json", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_refused_in_a_sentence_that_names_the_right_one(api, method, path, known):
    response = getattr(api, method)(f"/api/v1/{path}")
    assert (response.status_code, response["Allow"]) == (405, known)
    assert response.json()["error"] == f"{method.upper()} is not known here; send {known}."


def test_the_library_is_listed_and_shown_as_the_command_does(api):
    assert {one["id"] for one in api.get("/api/v1/library").json()["regimens"]} >= {"sigtermans-2009"}
    entry = api.get("/api/v1/library/regimens/sigtermans-2009").json()
    assert entry["sentence"].startswith("S-ketamine 5 mg/h")
    assert len(entry["content_hash"]) == 12
    assert api.get("/api/v1/trials").json()
    for missing in ("library/nothing", "library/regimens/nothing", "trials/nothing"):
        response = api.get(f"/api/v1/{missing}")
        assert response.status_code == 404
        assert response.json()["error"].endswith(".")


def test_the_page_for_people_says_what_is_needed_and_where_to_send_it(api):
    from html import unescape

    page = unescape(api.get("/api/", HTTP_ACCEPT="text/html").content.decode())
    assert "'Content-Type: application/json' http://localhost/api/v1/course" in page
    assert page.count("<td>needed</td>") == 2
    assert "<code>regimen</code></th><td>text</td><td>at most 2000 characters</td><td>needed</td>" in page
    assert "<code>painloop simulate --json</code>" in page


def test_the_description_for_programs_and_the_page_for_people_name_the_same_calls(api):
    described = api.get("/api/v1/openapi.json").json()
    page = api.get("/api/", HTTP_ACCEPT="text/html").content.decode()
    assert described["openapi"].startswith("3.")
    for path in described["paths"]:
        assert path in page
    assert "weight_kg" in page
    assert "at most 400" in page
