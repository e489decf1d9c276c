"""The mechanism without a script, and the stored runs of the network behind it."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.test import Client

from painloop import library
from painloop_clinic.mechanism import wind_up

PAGE = "/mechanism/"


@pytest.fixture
def pages(engine) -> Client:
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT="text/html")


def text(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def test_the_stored_runs_are_of_the_circuit_that_is_shipped():
    shipped = f"circuits/painloop-2026@{library.content_hash('circuits', 'painloop-2026')}"
    assert wind_up.stored()["circuit"] == shipped


def test_the_stored_runs_agree_with_those_of_the_library():
    drive = library.load("drives", wind_up.DRIVE)
    for (block, frequency), train in wind_up.trains().items():
        runs = [one for one in drive.runs if (one.block, one.frequency_Hz) == (block, frequency)]
        assert train.spikes[0] == pytest.approx(sum(one.first for one in runs) / len(runs), abs=0.01)
        assert train.excess == pytest.approx(sum(one.excess for one in runs) / len(runs), abs=0.05)


def test_block_spares_the_first_response_and_takes_wind_up():
    free, blocked = wind_up.trains()[0.0, 1.0], wind_up.trains()[0.5, 1.0]
    assert blocked.spikes[0] == pytest.approx(free.spikes[0], rel=0.1)
    assert blocked.excess < 0.15 * free.excess


def test_the_page_begins_before_the_drug_and_promises_no_painless_person(pages):
    response = pages.get(PAGE)
    assert response.status_code == 200
    told = text(response).replace("\N{NO-BREAK SPACE}", " ")
    assert "What happens at this moment? Before the first dose, 0 ng/mL" in told
    assert "nobody knows whether it is true" in told


def test_a_moment_is_told_in_numbers_and_in_words(pages):
    moments = json.loads(re.search(r'id="moments"[^>]*>(.*?)</script>', pages.get(PAGE).content.decode())[1])
    most = max(range(len(moments["moments"])), key=lambda k: moments["moments"][k]["block"])
    response = pages.get(PAGE, {"moment": str(most)})
    assert (
        "100 h after the start, while drug is given, 232 ng/mL of S-ketamine block 43 % of NMDA receptors"
        in text(response).replace("\N{NO-BREAK SPACE}", " ")
    )


def test_the_sentence_under_the_curve_says_how_far_the_runs_are_from_it():
    told = wind_up.curve_chart(0.2).reading.replace("\N{NO-BREAK SPACE}", " ")
    assert "keeps 32 to 72 % of wind-up" in told
    assert "says 52 %" in told


def test_runs_at_different_speeds_have_different_marks():
    points = [one.data() for one in wind_up.curve_chart(0.2).series if one.kind == "points"]
    assert len({one["symbol"] for one in points}) == len(points) == 4


def test_a_moment_can_be_asked_for_without_a_script(pages):
    start = pages.get(PAGE, {"moment": "0"})
    assert "Before the first dose" in text(start)
    assert re.search(r'data-station="block".*?height="0\.0"', start.content.decode(), re.S)


@pytest.mark.parametrize(
    "query", [{"moment": "-1"}, {"moment": "9999999"}, {"step": "<b>"}, {"regimen": "../x"}]
)
def test_what_no_form_sends_is_taken_as_not_given(pages, query):
    response = pages.get(PAGE, query)
    assert response.status_code == 200
    assert b"<b>" not in response.content


def test_the_dorsal_horn_answers_without_an_engine(settings):
    settings.ENGINE_FOLDER = None
    response = Client(HTTP_HOST="localhost").get("/mechanism/horn", {"step": "7", "frequency": "2"})
    told = text(response).replace("\N{NO-BREAK SPACE}", " ")
    assert "with 50 % of receptors blocked" in told
    assert "the first response is spared" in told
