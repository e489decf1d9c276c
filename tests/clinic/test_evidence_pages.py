"""Every page of the evidence answers, its filters keep what they say, and all its links lead somewhere."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlparse

import pytest

pytest.importorskip("django")
from django.http import QueryDict
from django.test import Client
from django.urls import resolve
from evidence_markup import Element, parsed

from painloop import library
from painloop.evidence.claims import claims
from painloop.evidence.guidelines import advice
from painloop.evidence.questions import questions
from painloop.evidence.trials import trials
from painloop.library.left_out import trials_left_out
from painloop_clinic.explorer.state import read_state

WITH_OUTCOMES = "/evidence/validation/"
VERDICTS = ("contradicted", "unsupported", "partly", "supported")


@pytest.fixture(scope="module")
def visitor() -> Client:
    import django

    django.setup()
    return Client(headers={"host": "localhost", "accept": "text/html"})


def page(visitor: Client, address: str) -> Element:
    response = visitor.get(address)
    assert response.status_code == 200, address
    return parsed(response.content.decode())


def rows(soup: Element) -> list[str]:
    return [row.text for row in soup.all("#list tbody tr")]


def test_every_link_of_every_page_leads_to_a_page_and_every_anchor_to_its_place(visitor: Client) -> None:
    seen: dict[str, set[str]] = {}
    wanted = {("/evidence/", ""), ("/evidence/leaflet/", ""), (WITH_OUTCOMES, "")}
    asked: set[tuple[str, str]] = set()
    while wanted:
        address, anchor = wanted.pop()
        asked.add((address, anchor))
        if address in seen:
            continue
        if not address.startswith("/evidence/"):
            seen[address] = {anchor} if resolve(urlparse(address).path) else set()
            continue
        soup = page(visitor, address)
        seen[address] = {one["id"] for one in soup.all("[id]")}
        links = (urldefrag(urljoin(address, one["href"])) for one in soup.all("a[href]"))
        wanted |= {(link, part) for link, part in links if link.startswith("/")} - asked
    missing = {(address, anchor) for address, anchor in asked if anchor and anchor not in seen[address]}
    assert not missing
    pages = {address for address in seen if address.startswith("/evidence/")}
    entries = sum(len(library.ids(kind)) for kind in library.kinds())
    assert len(pages) > entries + len(claims()) + len(questions()) + len(trials())
    courses = [urlparse(address).query for address in seen if address.startswith("/explorer/?")]
    assert len(courses) > 20
    refused = {query: read_state(QueryDict(query)).refusals for query in courses}
    assert not any(refused.values()), refused


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("how long does relief last", "How long does relief last?"),
        ("is it an opioid", "Is it an opioid?"),
        ("does insurance pay", "Does insurance pay?"),
        ("is it safe long term", "Is it safe long term?"),
    ],
)
def test_the_example_questions_are_offered_and_answered_first(
    visitor: Client, asked: str, first: str
) -> None:
    start = page(visitor, "/evidence/")
    link = next(one for one in start.all(".examples a") if one.text == asked)
    found = page(visitor, link["href"])
    assert found.one(".hit a").text == first
    assert found.one("input[name=q]")["value"] == asked


def test_the_start_tells_the_worst_news_first_and_what_is_claimed_beside_what_may_be_said(
    visitor: Client,
) -> None:
    news = [one.text for one in page(visitor, "/evidence/").all(".minute li")]
    assert news[0].startswith("Cochrane 2025: no clear evidence")
    told = [
        next((word for word in ("contradicted", "unsupported", "partly", "supported") if word in one), "")
        for one in news
    ]
    order = [word for word in told if word]
    assert order == sorted(order, key=["contradicted", "unsupported", "partly", "supported"].index)
    assert all(
        "Often said:" in one and "Better:" in one
        for one, verdict in zip(news[2:], told[2:], strict=True)
        if verdict
    )


def test_a_claim_shows_its_wording_verdict_strength_numbers_conditions_sources_and_gaps(
    visitor: Client,
) -> None:
    text = page(visitor, "/evidence/claims/relief-outlasts-the-drug/").text
    for part in (
        "partly true", "strength of the evidence: low", "It resets the pain loop", "As it should be worded",
        "−1.83 NRS points", "-2.35 to -1.31", "211", "Fibromyalgia", "unsupported", "secondary", "verified",
        "Whether a second course works as the first did.",
    ):  # fmt: skip
        assert part.replace("−", "-") in text.replace("−", "-"), part


@pytest.mark.parametrize(
    ("condition", "said"),
    [("osteoarthritis", "None of these 2 are about"), ("cancer-pain", "1 of these 3 is about")],
)
def test_reviews_of_a_condition_say_how_many_are_about_it_alone(
    visitor: Client, condition: str, said: str
) -> None:
    assert said in page(visitor, f"/evidence/reviews/?condition={condition}").text


def test_grade_b_never_stands_without_what_cochrane_says_against_it(visitor: Client) -> None:
    for chosen in ("", "?condition=crps", "?condition=crps&graded=yes"):
        assert (
            "no clear evidence of benefit at any time" in page(visitor, f"/evidence/guidelines/{chosen}").text
        )


def test_studies_around_surgery_are_not_counted_for_lasting_pain(visitor: Client) -> None:
    counted = page(visitor, "/evidence/").all(".minute li")[1].text
    assert "not around surgery" in counted
    assert "in 1 of them for six weeks or longer" in counted


def test_a_ratio_and_a_correlation_are_no_shares_and_a_spread_is_shown(visitor: Client) -> None:
    safety = page(visitor, "/evidence/claims/long-term-safety/").text
    assert "3.26 times" in safety
    assert "1.05 to 10.09" in safety
    assert "70 %" not in page(visitor, "/evidence/claims/bdnf-and-plasticity/").text
    assert "standard deviation 9 %" in page(visitor, "/evidence/claims/oral-equals-infusion/").text


def test_a_claim_is_also_found_by_its_number(visitor: Client) -> None:
    assert "Relief outlasts the drug" in page(visitor, "/evidence/claims/CL02/").text


@pytest.mark.parametrize("verdict", ["contradicted", "unsupported", "partly", "supported"])
def test_claims_are_kept_by_verdict(visitor: Client, verdict: str) -> None:
    soup = page(visitor, f"/evidence/claims/?verdict={verdict}")
    assert len(soup.all("article.hit")) == len(claims(verdict)) > 0
    assert soup.one("select[name=verdict] option[selected]")["value"] == verdict


def test_claims_are_kept_by_verdict_and_strength_together(visitor: Client) -> None:
    soup = page(visitor, "/evidence/claims/?verdict=unsupported&strength=low")
    titles = {one.text for one in soup.all("article.hit h2")}
    assert titles == {one.title for one in claims("unsupported") if one.strength == "low"}


def test_an_answer_that_nobody_knows_says_so_before_anything_else(visitor: Client) -> None:
    for one in questions():
        soup = page(visitor, f"/evidence/questions/{one.id}/")
        if one.verdict == "not known":
            assert soup.one(".note").text.startswith("Nobody knows this"), one.id
        assert one.answer[0].says in soup.text


def test_an_answer_names_a_source_and_a_confidence_for_every_fact(visitor: Client) -> None:
    for one in questions():
        facts = [sentence for sentence in one.answer if not sentence.is_advice]
        items = page(visitor, f"/evidence/questions/{one.id}/").all("ol.sources li")
        assert len(items) == len(facts)
        assert all(item.one(".sure") for item in items)


@pytest.mark.parametrize(
    ("query", "keep"),
    [
        ("condition=crps", lambda one: one.condition == "crps"),
        ("route=oral", lambda one: "oral" in one.routes),
        ("randomised=yes", lambda one: one.randomised),
        ("randomised=no", lambda one: not one.randomised),
        ("blinded=double", lambda one: one.blinded == "double"),
        ("outcome=negative", lambda one: one.result == "no difference"),
        ("outcome=positive", lambda one: one.result == "favours ketamine"),
        ("outcome=unclear", lambda one: one.result in ("mixed", "no control group", "no result yet")),
        ("outcome=mixed", lambda one: one.result == "mixed"),
        ("n=60", lambda one: (one.people or 0) >= 60),
        ("condition=fibromyalgia&randomised=yes", lambda one: one.condition == "fibromyalgia" and one.randomised),
    ],
)  # fmt: skip
def test_trials_are_kept_by_every_filter(visitor: Client, query: str, keep) -> None:
    soup = page(visitor, f"/evidence/trials/?{query}")
    shown = {one["href"].split("/")[-2] for one in soup.all("#list tbody th a")}
    assert shown == {one.id for one in trials() if keep(one)}
    assert shown
    assert soup.one("#count").text == f"{len(shown)} of {len(trials())} studies"


def test_trials_without_a_difference_stand_first(visitor: Client) -> None:
    listed = rows(page(visitor, "/evidence/trials/"))
    assert "no difference" in listed[0]
    assert "favours ketamine" in listed[-1]


def test_a_trial_shows_arms_with_the_explorer_results_with_intervals_and_what_was_not_read(
    visitor: Client,
) -> None:
    soup = page(visitor, "/evidence/trials/noppers-2011/")
    text = soup.text
    arm = soup.one(".arms li")
    assert "S-ketamine 0.5 mg/kg iv over 30 min" in arm.text
    assert "regimen=noppers-2011" in arm.one("a[href^=/explorer/]")["href"]
    for part in ("8 of 12", "39 % to 88 %", "computed", "p ≤ 0.05", "mean pain scores", "abstract"):
        assert part in text.replace("\N{NO-BREAK SPACE}", " "), part


def test_the_studies_that_were_left_out_stand_with_their_reasons(visitor: Client) -> None:
    soup = page(visitor, "/evidence/trials/left-out/")
    text = soup.text
    assert len(soup.all("ul.sources li")) == len(trials_left_out())
    assert all(" ".join(one.reason.split()) in text for one in trials_left_out())


def test_guidelines_are_kept_by_condition_question_and_letter(visitor: Client) -> None:
    def count(query: str) -> int:
        return len(rows(page(visitor, f"/evidence/guidelines/?{query}")))

    assert count("") == len(advice())
    assert count("condition=crps") == len(advice("crps")) > 0
    assert count("question=Which+dose") == len(advice(question="Which dose")) > 0
    assert count("graded=yes") == len(advice(graded_only=True)) > 0


def test_meta_analyses_have_a_chart_its_table_and_a_sentence_on_how_they_disagree(visitor: Client) -> None:
    soup = page(visitor, "/evidence/reviews/")
    assert soup.one("figure#pooled script[type=application/json]")
    heads = [one.text for one in soup.all("figure#pooled tbody th")]
    assert heads == ["1 h", "1 d", "1 wk", "2 wk", "5 wk", "8 wk", "12 wk"]
    assert (
        "3 results, differences from −0.99 to −1.68 points; 2 of 3 intervals include no difference."
        in soup.text
    )
    assert "Ferraro" not in page(visitor, "/evidence/reviews/?condition=cancer-pain").one("#list").text


def test_each_sign_of_benefit_has_its_number_of_people_and_is_called_not_validated(visitor: Client) -> None:
    table = page(visitor, "/evidence/who-benefits/").all("tbody tr")
    assert len(table) >= 10
    for row in table:
        cells = [cell.text for cell in row.all("td")]
        assert cells[1].isdigit() or cells[1] == "not read"
        assert cells[2] == "not validated"


def test_unlawful_sellers_are_recognised_by_their_signs(visitor: Client) -> None:
    text = page(visitor, "/evidence/sellers/").text
    assert "no prescription needed" in text
    assert "BeSafeRx" in text


def test_a_model_card_shows_values_with_unit_confidence_source_and_limits(visitor: Client) -> None:
    text = page(visitor, "/evidence/library/pharmacokinetics/kamp-2020/").text
    for part in ("84 L/h", "secondary", "Intravenous only.", "10.1097/ALN.0000000000003577", "sha256"):
        assert part in text, part


def test_without_javascript_every_filter_is_a_form_with_a_button(visitor: Client) -> None:
    for name in ("claims", "questions", "trials", "guidelines", "reviews"):
        form = page(visitor, f"/evidence/{name}/").one("form.filters")
        assert form["method"] == "get"
        assert form.one("button[type=submit]")
        fields = [*form.all("select"), *form.all("input")]
        assert {one["id"] for one in fields} == {one["for"] for one in form.all("label")}
