"""What looks like the path of a file is refused by every page and call, whether the file is there or not."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest

pytest.importorskip("django")
from django.test import Client

from painloop import library
from painloop.errors import InputError
from painloop_clinic.engine.requests import CourseRequest, ExposureRequest
from painloop_clinic.regimens import refusal_of

A_FILE = str(Path(library.__file__).parent / "regimens" / "sigtermans-2009.yaml")
PATHS = (
    "/etc/passwd",
    "../x.yaml",
    "/tmp/my course.yml",
    "C:\\course.YAML",
    ".",
    __file__,
    A_FILE,
    "ketamine",
)


@pytest.mark.parametrize("path", PATHS)
def test_explorer_leaflet_calls_and_engine_refuse_it_in_one_sentence(path: str) -> None:
    client = Client(HTTP_HOST="localhost")
    assert Path(A_FILE).exists()
    told = refusal_of(path)
    assert "is no regimen" in told
    for address in ("/explorer/", "/evidence/leaflet/", "/explorer/report"):
        page = client.get(address, {"regimen": path}, HTTP_ACCEPT="text/html")
        assert page.status_code == 422, address
        assert told in unescape(page.content.decode()), address
    for call in ("course", "exposure"):
        answer = client.post(
            f"/api/v1/{call}", json.dumps({"regimen": path}), content_type="application/json"
        )
        assert answer.status_code == 422
        assert "is no regimen" in answer.json()["error"]
    for question in (CourseRequest, ExposureRequest):
        with pytest.raises(InputError, match="is no regimen"):
            question.of({"regimen": path})


@pytest.mark.parametrize(
    "regimen",
    ["sigtermans-2009", "regimens/Noppers-2011", "placebo", "ketamine 50 mg oral, daily for 5 days"],
)
def test_courses_by_their_id_placebo_and_sentences_may_be_read(regimen: str) -> None:
    assert refusal_of(regimen) == ""


def test_a_mistyped_course_is_recognised() -> None:
    assert "did you mean sigtermans-2009?" in refusal_of("sigtermanns-2009")
