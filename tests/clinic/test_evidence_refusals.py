"""Whatever stands in an address, a page of the evidence answers with a page or with a sentence, never with a crash."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

pytest.importorskip("django")
from django.test import Client

HOSTILE = (
    "<script>alert(1)</script>", "\0", "' OR 1=1 --", "../../../etc/passwd", "%00", "1e308", "NaN", "-1",
    "\U0001f600", b"\xff\xfe", "a" * 5000,
    "{{7*7}}", "\u202eabc", "*", '"', "AND OR NOT", "NEAR(", "/etc/passwd", "validation.yaml", "٣",
)  # fmt: skip
PLACES = (
    ("/evidence/", ("q",)),
    ("/evidence/claims/", ("verdict", "strength")),
    ("/evidence/questions/", ("topic", "known")),
    ("/evidence/trials/", ("condition", "route", "randomised", "blinded", "outcome", "n")),
    ("/evidence/guidelines/", ("condition", "question", "graded")),
    ("/evidence/reviews/", ("condition",)),
    ("/evidence/leaflet/", ("condition", "regimen")),
)


@pytest.fixture(scope="module")
def visitor() -> Client:
    import django

    django.setup()
    return Client(headers={"host": "localhost", "accept": "text/html"}, raise_request_exception=False)


@pytest.mark.parametrize(("address", "names"), PLACES)
def test_a_hostile_query_is_answered_and_nothing_of_it_becomes_markup(
    visitor: Client, address: str, names: tuple[str, ...]
) -> None:
    for name in names:
        for value in HOSTILE:
            response = visitor.get(f"{address}?{urlencode({name: value})}")
            assert response.status_code in (200, 422), (name, value)
            assert b"<script>alert" not in response.content


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "/evidence/trials/?condition=headache",
            "'headache' is no condition known here; choose one of the list.",
        ),
        ("/evidence/trials/?n=-3", "is not a whole number from 0 to 100000; write one such as 20."),
        ("/evidence/claims/?verdict=true", "'true' is no verdict known here; choose one of the list."),
        ("/evidence/?q=" + "a+" * 400, "Only the first 300 of"),
        ("/evidence/leaflet/?regimen=ketamine+0.5+mg%2Fkg+iv+over+forty+min", "forty"),
        ("/evidence/leaflet/?regimen=placebo", "A placebo needs no leaflet"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence_on_the_page(
    visitor: Client, address: str, sentence: str
) -> None:
    text = visitor.get(address).content.decode().replace("&#x27;", "'")
    assert 'role="alert"' in text
    assert sentence in text


@pytest.mark.parametrize(
    "address",
    [
        "/evidence/claims/opioid/", "/evidence/questions/nothing/", "/evidence/trials/sigtermans/",
        "/evidence/library/claim/breathing/", "/evidence/library/trials/nobody-1900/", "/evidence/library/models/",
    ],
)  # fmt: skip
def test_an_unknown_name_is_a_page_with_status_404_and_a_remedy(visitor: Client, address: str) -> None:
    response = visitor.get(address)
    assert response.status_code == 404
    assert 'role="alert"' in response.content.decode()


@pytest.mark.parametrize("regimen", ["/etc/passwd", "pyproject.toml", "src", "notes.yaml", "a course.yaml"])
def test_no_regimen_makes_the_server_look_up_a_file(visitor: Client, regimen: str) -> None:
    text = visitor.get("/evidence/leaflet/", {"regimen": regimen}).content.decode()
    assert "is no regimen; write one such as" in text
    assert "folder" not in text


def test_a_page_is_only_read(visitor: Client) -> None:
    assert visitor.post("/evidence/claims/").status_code in (403, 405)


def test_a_refusal_for_a_program_is_json(visitor: Client) -> None:
    response = visitor.get("/evidence/claims/nothing/", headers={"accept": "application/json"})
    assert response.status_code == 404
    assert "There is no claim 'nothing'" in response.json()["error"]
