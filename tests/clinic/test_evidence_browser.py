"""The pages of the evidence in a browser: accessible, live with htmx, and a leaflet of two pages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest

pytest.importorskip("django")
from browser import server

expect = pytest.importorskip("playwright.sync_api").expect
axe_run = pytest.importorskip("axe_playwright_python.sync_playwright")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
PATIENCE_MS = 240_000

PAGES = (
    "/evidence/",
    "/evidence/?q=is+it+an+opioid",
    "/evidence/claims/?verdict=unsupported",
    "/evidence/claims/relief-outlasts-the-drug/",
    "/evidence/questions/?known=not+known",
    "/evidence/questions/is-it-safe-long-term/",
    "/evidence/trials/?condition=crps",
    "/evidence/trials/sigtermans-2009/",
    "/evidence/guidelines/?condition=crps",
    "/evidence/reviews/?condition=fibromyalgia",
    "/evidence/who-benefits/",
    "/evidence/sellers/",
    "/evidence/leaflet/",
    "/evidence/validation/",
    "/evidence/library/loop/",
    "/evidence/library/outcomes/bowdle-1998/",
)
IN_THE_DARK = PAGES[1:4] + PAGES[6:8] + ("/evidence/leaflet/", "/evidence/library/outcomes/bowdle-1998/")
COURSES = (
    "ketamine 0.5 mg/kg iv over 40 min",
    "sigtermans-2009",
    "ketamine 25 mg sublingual every 8 h for 30 days",
    "ketamine 0.5 mg/kg iv over 40 min, daily for 5 days ; ketamine 25 mg sublingual every 8 h for 30 days",
)
STEPS = "ketamine 0.1 mg/kg/h iv for 1 h" + "".join(
    f", then {0.1 * k:.1f} mg/kg/h for 1 h" for k in range(2, 13)
)
SPILT = """[...document.querySelectorAll('.sheet, .sheet .columns')].flatMap(
    one => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight])"""


@pytest.fixture(scope="module")
def site() -> str:
    """The application on a port of this machine."""
    return server()


@pytest.fixture
def tab(chromium, request) -> Iterator[object]:
    more = getattr(request, "param", {})
    context = chromium.new_context(reduced_motion="reduce", **more)
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield context.new_page()
    context.close()


LIGHT, DARK = {"color_scheme": "light"}, {"color_scheme": "dark"}


@pytest.mark.parametrize(
    ("tab", "pages", "rules"),
    [
        (LIGHT, PAGES, {"resultTypes": ["violations"]}),
        (DARK, IN_THE_DARK, {"runOnly": {"type": "rule", "values": ["color-contrast"]}}),
    ],
    indirect=["tab"],
    ids=["light", "dark, contrast"],
)
def test_no_page_has_a_serious_barrier(
    site: str, tab, pages: tuple[str, ...], rules: dict[str, object]
) -> None:
    axe = axe_run.Axe()
    found = []
    for address in pages:
        tab.goto(site + address)
        expect(tab.locator("figure.chart:not([data-drawn=yes])")).to_have_count(0)
        for one in axe.run(tab, options=rules).response["violations"]:
            if one["impact"] in ("serious", "critical"):
                found.append((address, one["id"], one["nodes"][0]["html"][:200]))
    assert found == []


def test_a_filter_changes_the_list_and_the_address_without_loading_the_page_anew(site: str, tab) -> None:
    tab.goto(f"{site}/evidence/trials/")
    tab.evaluate("window.same = true")
    tab.select_option("#f-outcome", "negative")
    expect(tab.locator("#list tbody tr:nth-child(10)")).to_have_count(0)
    expect(tab.locator("#count")).to_have_text(re.compile(r"\d of \d+ studies"))
    tab.wait_for_url("**outcome=negative**")
    assert tab.evaluate("window.same") is True
    tab.reload()
    expect(tab.locator("#f-outcome")).to_have_value("negative")


def test_typing_a_question_shows_answers_while_the_field_keeps_the_focus(site: str, tab) -> None:
    tab.goto(f"{site}/evidence/")
    tab.locator("#q").press_sequentially("is it an opioid")
    expect(tab.locator(".hit a").first).to_have_text("Is it an opioid?")
    assert tab.evaluate("document.activeElement.id") == "q"


@pytest.mark.parametrize("tab", [{"java_script_enabled": False}], indirect=True, ids=["no script"])
def test_filters_and_search_work_without_a_script(site: str, tab) -> None:
    tab.goto(f"{site}/evidence/")
    tab.fill("#q", "does insurance pay")
    tab.click("form.search button")
    expect(tab.locator(".hit a").first).to_have_text("Does insurance pay?")
    tab.goto(f"{site}/evidence/claims/")
    tab.select_option("#f-verdict", "contradicted")
    tab.click("form.filters button")
    expect(tab.locator("article.hit")).to_have_count(2)


def test_the_chart_of_reviews_is_drawn_and_has_its_table(site: str, tab) -> None:
    tab.goto(f"{site}/evidence/reviews/")
    expect(tab.locator("figure#pooled[data-drawn=yes]")).to_be_visible()
    expect(tab.locator("figure#pooled .bars .point")).to_have_count(15)
    tab.click("figure#pooled summary")
    expect(tab.locator("figure#pooled tbody tr").first).to_be_visible()


@pytest.mark.parametrize("condition", ["crps", "chronic-migraine", "osteoarthritis"])
def test_the_leaflet_is_two_a4_pages_and_nothing_is_cut_off(site: str, chromium, condition: str) -> None:
    from urllib.parse import urlencode

    context = chromium.new_context(viewport={"width": 703, "height": 1000})
    tab = context.new_page()
    tab.emulate_media(media="print")
    for course in (*COURSES, STEPS):
        tab.goto(f"{site}/evidence/leaflet/?{urlencode({'condition': condition, 'regimen': course})}")
        assert max(tab.evaluate(SPILT)) <= 0, (condition, course)
        printed = tab.pdf(prefer_css_page_size=True, print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2, (condition, course)
        assert re.search(rb"/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]", printed)
    context.close()


def test_the_leaflet_says_what_it_must_and_nothing_that_it_must_not(site: str, tab) -> None:
    from painloop.evidence.patient_texts import forbidden_in, missing_in

    for condition in ("crps", "fibromyalgia", "osteoarthritis"):
        tab.goto(f"{site}/evidence/leaflet/?condition={condition}")
        said = " ".join(tab.locator(".sheet").all_inner_texts())
        assert forbidden_in(said) == ()
        assert missing_in(said) == ()
        assert re.search(r"\d+ of \d+ \(true share likely", said)
