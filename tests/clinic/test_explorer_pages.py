"""The explorer without a script: what an address means, what a page says, what is refused."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import urlencode

import numpy as np
import pytest
from django.http import QueryDict
from django.test import Client

from painloop.report.figures.timeline import whole
from painloop_clinic.engine import client
from painloop_clinic.explorer import asking
from painloop_clinic.explorer.answers import Answer
from painloop_clinic.explorer.charts.pain import reading
from painloop_clinic.explorer.charts.shown import Shown, View
from painloop_clinic.explorer.state import State, read_state

PAGE = "/explorer/"


@pytest.fixture
def pages(engine) -> Client:
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT="text/html")


@pytest.fixture
def live(engine) -> Client:
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT="text/html", HTTP_HX_REQUEST="true")


def text(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def chart(response, name: str) -> dict:
    found = re.search(rf'<script id="{name}-data"[^>]*>(.*?)</script>', response.content.decode(), re.S)
    return json.loads(found[1])


def test_the_page_without_a_question_shows_the_default_course_with_readings_and_published_points(pages):
    response = pages.get(PAGE)
    assert response.status_code == 200
    assert "averaged over the explanations starts at" in text(response)
    names = [one["name"] for one in chart(response, "pain")["series"]]
    assert "published, treated arm" in names
    assert names.index("no lasting effect") == 0
    assert "in-sample" in text(response)


def test_every_chart_has_a_question_units_people_version_and_a_card(pages):
    response = pages.get(PAGE)
    page = response.content.decode()
    figures = re.findall(r'<figure class="chart[^"]*" id="([a-z]+)"', page)
    assert figures[0] == "pain"
    assert {"exposure", "block", "feelings", "circulation", "common"} <= set(figures)
    for name in figures:
        data = chart(response, name)
        assert data["title"].endswith("?")
        assert "(" in data["y"]["label"]
        assert data["facts"][0] == "1 person, typical"
        assert "painloop" in data["facts"][1]
    assert page.count("What is this number?") > len(figures)


def test_every_band_and_stripe_of_a_chart_is_told_in_words(pages, monkeypatch):
    monkeypatch.setattr(asking, "MANY_S", asking.ONE_S)
    response = pages.get(PAGE, {"regimen": "sigtermans-2009", "patients": "1000"})
    page = response.content.decode()
    banded = 0
    for figure in re.findall(r'<figure class="chart.*?</figure>', page, re.S):
        name = re.search(r' id="([a-z]+)"', figure)[1]
        data, told = chart(response, name), unescape(figure)
        if any(one["low"] and one["kind"] == "line" for one in data["series"]):
            banded += 1
            assert "band: 5 to 95 % of people" in told
        assert ("grey stripe: drug is given" in told) == bool(data["spans"])
    assert banded >= 5


def test_published_points_vanish_where_the_patients_had_another_condition(pages):
    names = [
        one["name"]
        for one in chart(
            pages.get(PAGE, {"regimen": "sigtermans-2009", "condition": "fibromyalgia"}), "pain"
        )["series"]
    ]
    assert not [name for name in names if name.startswith("published")]


def test_leaving_out_explanations_averages_over_those_that_are_left(pages):
    query = {"regimen": "sigtermans-2009", "rival": ["none", "effect_delay"]}
    lines = {one["name"]: one["y"] for one in chart(pages.get(PAGE, query), "pain")["series"]}
    assert set(lines) >= {"no lasting effect", "slow effect delay", "averaged over rivals"}
    assert "central gain" not in lines
    parts = zip(lines["no lasting effect"], lines["slow effect delay"], strict=True)
    assert lines["averaged over rivals"] == pytest.approx([(a + b) / 2 for a, b in parts], rel=1e-3, abs=1e-3)


def test_a_permalink_restores_every_choice(pages):
    query = {
        "regimen": "sigtermans-2009", "condition": "crps", "patients": "1", "weight": "81.5", "age": "33",
        "sex": "female", "baseline": "6", "rival": ["none", "driven_gain"], "window": "course",
    }  # fmt: skip
    response = pages.get(PAGE, query)
    page = response.content.decode()
    permalink = unescape(re.search(r'<a href="([^"]+)" id="permalink"', page)[1])
    for name in (
        "weight=81.5",
        "sex=female",
        "baseline=6",
        "rival=none",
        "rival=driven_gain",
        "window=course",
    ):
        assert name in permalink
    again = pages.get(permalink)
    assert chart(again, "pain") == chart(response, "pain")
    assert re.search(r'name="weight"[^>]*value="81.5"', page)
    assert re.search(r'value="effect_delay"(?! checked)', page)


STATES = [
    State(),
    State(
        "ketamine 0.5 mg/kg iv over 40 min ; esketamine 84 mg nasal",
        "fibromyalgia",
        1,
        81.5,
        33.0,
        "male",
        6.25,
    ),
    State(
        "noppers-2011",
        "crps",
        1000,
        rivals=("none",),
        days=12.5,
        window="course",
        pins=("tankha-2025", "a & b=c"),
    ),
]


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_read_back_from_its_own_address(state):
    asked = read_state(QueryDict(state.query()))
    assert asked.state == state
    assert not asked.refusals


def test_choosing_a_course_without_a_script_takes_its_sentence_and_its_condition(pages):
    response = pages.get(
        PAGE,
        {
            "preset": "noppers-2011",
            "was": "sigtermans-2009",
            "regimen": "S-ketamine 5 mg/h",
            "condition": "crps",
        },
    )
    assert response.status_code == 302
    assert "regimen=noppers-2011&condition=fibromyalgia" in response["Location"]


def test_editing_the_sentence_of_a_course_makes_it_ones_own(pages):
    sentence = "ketamine 0.5 mg/kg iv over 40 min"
    response = pages.get(PAGE, {"preset": "noppers-2011", "was": "noppers-2011", "regimen": sentence})
    assert "regimen=ketamine+0.5+mg%2Fkg+iv+over+40+min" in response["Location"]


OWN = {"preset": "sigtermans-2009", "was": "none", "regimen": "S-ketamine 4 mg/h iv for 100 h"}
"""A form whose list of courses still shows the course before the sentence was typed."""


@pytest.mark.parametrize("deed", [{"changed": "regimen"}, {"changed": "age"}, {"changed": "", "do": "pin"}])
def test_what_was_typed_is_not_taken_back_by_a_list_that_nobody_touched(deed):
    asked = read_state(QueryDict(urlencode(OWN | deed)))
    assert asked.state.regimen == OWN["regimen"]


def test_a_typed_sentence_takes_the_citation_of_the_course_away(live):
    page = live.get("/explorer/results", OWN | {"changed": "regimen"}).content.decode()
    box = re.search(r'<div id="preset-box" hx-swap-oob="true">(.*?)</div>', page, re.S)[1]
    assert " selected" not in box
    assert "Its card" not in box


def test_a_course_chosen_beside_a_pin_is_seen_in_the_same_people(pages):
    query = {
        "preset": "noppers-2011",
        "was": "sigtermans-2009",
        "condition": "crps",
        "pin": "sigtermans-2009",
    }
    assert "regimen=noppers-2011&condition=crps" in pages.get(PAGE, query)["Location"]


def test_a_sentence_under_a_chart_says_the_week_as_the_table_does():
    def under(letter: str, pain: float) -> Shown:
        known = {"time_h": [0.0, 672.0], "quantities": {"pain": {"unit": "NRS"}}}
        drawn = known | {"rivals": {"none": {"pain": {"p50": [7.0, pain - 0.5]}}}}
        weeks = known | {"rivals": {"none": {"pain": {"p50": [7.0, pain]}}}}
        raw = {"rivals": ["none"], "patients": 1, "pain": drawn, "weeks": weeks, "untreated_weeks": weeks}
        return Shown(letter, "x", f"{letter}: x", Answer(raw))

    axis = whole(np.array([0.0, 672.0]))
    told = reading(View([under("A", 5.0), under("B", 4.0)], axis, axis))
    assert told == "Pain at week 4 is 5.00 under A and 4.00 under B (−1.00 against A); placebo 5.00."


def test_the_form_writes_a_sentence(pages):
    fields = {
        "drug": "S-ketamine",
        "dose": "0.3",
        "unit": "mg/kg",
        "route": "iv",
        "duration": "30",
        "span": "min",
    }
    response = pages.get(
        PAGE, {"do": "write", **fields, "repeat": "twice a week", "times": "3", "was": "none"}
    )
    assert "S-ketamine+0.3+mg%2Fkg+iv+over+30+min%2C+twice+a+week+for+3+weeks" in response["Location"]


def test_pinning_a_regimen_and_unpinning_it_works_by_plain_links(pages):
    pinned = pages.get(PAGE, {"regimen": "sigtermans-2009", "do": "pin"})
    assert pinned["Location"].endswith("pin=sigtermans-2009")
    freed = pages.get(PAGE, {"regimen": "noppers-2011", "pin": "sigtermans-2009", "unpin": "sigtermans-2009"})
    assert "pin=" not in freed["Location"]


def test_two_regimens_share_axes_and_have_their_differences_in_a_table(pages):
    response = pages.get(PAGE, {"regimen": "sigtermans-2009", "pin": "S-ketamine 5 mg/h iv for 100 h"})
    assert "B − A" in text(response)
    letters = [one["name"][0] for one in chart(response, "pain")["series"][:2]]
    assert letters == ["A", "B"]
    assert "against A" in text(response)


def test_a_warning_names_the_regimens_that_it_is_about(pages):
    response = pages.get(PAGE, {"regimen": "sigtermans-2009", "pin": "S-ketamine 5 mg/h iv for 100 h"})
    assert "A, B: otto-2021 was built on ages of 18 to 35 years; 46 years is outside." in text(response)
    assert "B: otto-2021 was built on iv doses of 10 to 80 mg; 1460 mg is outside." in text(response)


def test_a_fifth_regimen_is_refused_in_a_sentence(pages):
    pins = [f"ketamine {dose} mg iv over 40 min" for dose in (10, 20, 30, 40, 50)]
    response = pages.get(PAGE, {"regimen": pins[0], "pin": pins})
    assert response.status_code == 422
    assert "5 regimens are more than 4 side by side" in text(response)


def test_a_wrong_word_is_pointed_at_and_nothing_is_simulated(pages):
    response = pages.get(PAGE, {"regimen": "ketamine 0.5 mg/kg iv ovr 40 min"})
    assert response.status_code == 422
    assert "did you mean 'over'?" in text(response)
    pointer = re.search(r'<pre class="pointer"[^>]*>(.*?)</pre>', response.content.decode(), re.S)[1]
    first, carets = pointer.splitlines()
    assert first[carets.index("^") : carets.rindex("^") + 1] == "ovr"
    assert "Nothing was simulated" in text(response)


def test_a_wrong_sentence_keeps_the_results_that_are_there(live):
    response = live.get("/explorer/results", {"regimen": "ketamine 0.5 mg/kg iv ovr 40 min"})
    assert response["HX-Retarget"] == "#regimen-says"
    assert b'id="regimen-says"' in response.content
    assert b"<figure" not in response.content


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weight", "NaN"),
        ("weight", "1e308"),
        ("age", "-3"),
        ("baseline", "eleven"),
        ("days", "0"),
        ("days", "inf"),
    ],
)
def test_a_number_out_of_range_is_refused_beside_its_box(pages, field, value):
    response = pages.get(PAGE, {"regimen": "sigtermans-2009", field: value})
    assert response.status_code == 422
    assert re.search(
        rf'id="{field}-says"><p class="field-error" role="alert">The [^<]*outside', response.content.decode()
    )


@pytest.mark.parametrize(
    "field", ["regimen", "condition", "patients", "rival", "window", "pin", "sex", "preset"]
)
def test_a_script_in_a_name_is_shown_as_text(pages, field):
    response = pages.get(PAGE, {field: "<script>alert(1)</script>"})
    assert b"<script>alert" not in response.content
    assert response.status_code in (200, 422)


def test_a_pinned_regimen_has_a_report_that_needs_nothing_else(pages):
    page = pages.get(PAGE, {"regimen": "noppers-2011", "pin": "sigtermans-2009", "weight": "90"})
    addresses = [
        unescape(one) for one in re.findall(r'href="([^"]*explorer/report[^"]*)"', page.content.decode())
    ]
    assert [QueryDict(one.partition("?")[2])["regimen"] for one in addresses] == [
        "sigtermans-2009",
        "noppers-2011",
    ]
    response = pages.get(addresses[1])
    assert response["Content-Disposition"] == 'attachment; filename="painloop-noppers-2011.html"'
    report = response.content.decode()
    assert report.lower().startswith("<!doctype html>")
    assert "90 kg" in report
    assert "<script" not in report
    assert not re.search(r'(?:src|<link[^>]*href)="https?:', report)


def test_a_report_is_refused_as_the_page_is(pages, settings):
    assert pages.get("/explorer/report", {"regimen": "ketamine 0.5 mg/kg iv ovr 40 min"}).status_code == 422
    assert pages.get("/explorer/report", {"regimen": "sigtermans-2009", "days": "1e308"}).status_code == 422
    settings.PUBLIC = True
    told = pages.get("/explorer/report", {"regimen": "ketamine 0.5 mg/kg iv over 40 min"})
    assert told.status_code == 422
    assert "published courses only" in text(told)


def test_a_person_who_was_described_is_not_called_typical(pages):
    response = pages.get(PAGE, {"regimen": "sigtermans-2009", "weight": "90", "sex": "female"})
    assert chart(response, "pain")["facts"][0] == "1 person, female, 90 kg"


def test_results_say_that_a_number_could_not_be_used(live):
    response = live.get(
        "/explorer/results", {"regimen": "sigtermans-2009", "weight": "999", "changed": "weight"}
    )
    assert response.status_code == 422
    assert "The results below take the usual value instead" in text(response)


def test_a_first_answer_that_takes_long_is_announced_instead_of_a_blank_page(pages, monkeypatch):
    monkeypatch.setattr(asking, "ONE_S", -1.0)
    response = pages.get(PAGE, {"regimen": "sigtermans-2009", "weight": "71.25"})
    assert response.status_code == 200
    assert "Preparing the first answer of this kind" in text(response)


def test_pain_leads_to_the_card_of_every_explanation_that_is_followed(pages):
    page = pages.get(PAGE, {"regimen": "sigtermans-2009", "rival": ["none", "central_gain"]}).content.decode()
    figure = re.search(r'<figure[^>]* id="pain".*?</figure>', page, re.S)[0]
    links = re.findall(r'<a href="/evidence/library/([^"]+)/">([^<]+)</a>', figure)
    loops = {name: entry for entry, name in links if entry.startswith("loop/")}
    assert loops == {"no lasting effect": "loop/none", "central gain": "loop/painloop-2026-central-gain"}
    assert ("outcomes/olofsen-2012", "Acute analgesia of S-ketamine (olofsen-2012)") in links


def test_a_person_outside_a_models_range_is_warned_of_beside_the_slider(pages):
    response = pages.get(PAGE, {"regimen": "sigtermans-2009", "weight": "110"})
    assert "otto-2021 was built on body weights of 50 to 90 kg; 110 is an extrapolation" in text(response)
    assert response.status_code == 200


def test_a_public_server_takes_courses_and_populations_only(pages, settings):
    settings.PUBLIC = True
    response = pages.get(PAGE, {"regimen": "ketamine 0.5 mg/kg iv", "weight": "70", "patients": "1"})
    page = response.content.decode()
    assert "published courses only" in text(response)
    assert "<textarea" not in page
    assert 'name="weight"' not in page
    assert "1,000" in text(response)


def test_what_is_this_number_leads_to_the_one_card_of_the_library(pages, live):
    page = pages.get(PAGE).content.decode()
    assert 'href="/evidence/library/pharmacokinetics/otto-2021/"' in page
    inside = live.get("/evidence/library/pharmacokinetics/otto-2021/")
    assert b"<title>" not in inside.content
    assert "95.2 L/h" in text(inside)
    assert "verified" in text(inside)
    assert b"<title>" in pages.get("/evidence/library/pharmacokinetics/otto-2021/").content


def test_without_an_engine_the_page_says_so_and_what_to_do(pages, settings):
    client.hang_up()
    settings.ENGINE_FOLDER = None
    response = pages.get(PAGE)
    assert response.status_code == 503
    assert "started without an engine" in text(response)
