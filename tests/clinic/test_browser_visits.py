"""People at the real server: from the start page to what they came for, by mouse, by keyboard and without a script."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import pytest

pytest.importorskip("django")
pytest.importorskip("playwright.sync_api")
from clinic_pages import patterns
from playwright.sync_api import Locator, Page, Response, expect

PATIENCE_MS = 240_000
MOST_ACTIONS = 8
PAIR = "/explorer/?pin=sigtermans-2009&regimen=noppers-2011"
WRONG = "/explorer/?regimen=ketamine+0.5+mg/kg+iv+ovr+40+min"
TESTED_BY_AXE = (
    "/", "/nowhere", WRONG, "/evidence/trials/left-out/", "/evidence/library/",
    "/explorer/?weight=110&pin=sigtermans-2009&pin=noppers-2011&pin=ketamine+20+mg+iv+over+40+min",
)  # fmt: skip
PAGES = (
    *TESTED_BY_AXE, PAIR, "/mechanism/", "/evidence/", "/evidence/?q=is+it+an+opioid", "/evidence/claims/",
    "/evidence/claims/relief-outlasts-the-drug/", "/evidence/questions/", "/evidence/questions/is-it-safe-long-term/",
    "/evidence/trials/", "/evidence/trials/sigtermans-2009/", "/evidence/guidelines/", "/evidence/reviews/",
    "/evidence/who-benefits/", "/evidence/sellers/", "/evidence/leaflet/", "/evidence/validation/",
    "/evidence/library/loop/", "/evidence/library/outcomes/bowdle-1998/", "/api/",
)  # fmt: skip
ASKED = (
    PAIR, TESTED_BY_AXE[-1], "/explorer/?regimen=ketamine+0.3+mg/kg+iv+over+40+min", "/mechanism/",
    "/explorer/?patients=1000&regimen=sigtermans-2009",
)  # fmt: skip
"""Questions whose programs are compiled before anybody visits."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Complaints:
    """What a browser complains of: errors of scripts, refusals of the policy, requests to elsewhere or in vain."""

    site: str
    found: list[str] = field(default_factory=list)

    def heed(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(str(error)))
        page.on("console", lambda said: self.found.append(said.text) if self._grave(said) else None)
        page.on("request", lambda sent: None if self._own(sent.url) else self.found.append(sent.url))

    def _own(self, url: str) -> bool:
        return url.startswith((self.site, "blob:", "data:"))

    @staticmethod
    def _grave(said: Any) -> bool:
        """No fault: the status of a refusal, which the browser repeats."""
        return said.type == "error" and not re.search(r"(status of|Status Error Code) 4\d\d", said.text)


def prepared(address: str) -> bool:
    """Whether a page shows its answer, not that it is being computed or took too long."""
    try:
        with urllib.request.urlopen(address, timeout=600) as page:
            return b'id="done"' not in page.read()
    except urllib.error.HTTPError as late:
        late.close()
        return False


@pytest.fixture(scope="module")
def prepared_server(real_server) -> Any:
    """The real server once it knows the programs of all questions below, however long compiling takes."""
    end = monotonic() + 1800.0
    for one in ASKED:
        while not prepared(real_server.address + one):
            assert monotonic() < end, one
    return real_server


@pytest.fixture
def open_page(chromium, prepared_server, request) -> Iterator[Any]:
    """Opens a page in a context of its own; afterwards nothing must have gone wrong in any."""
    complaints, contexts = Complaints(prepared_server.address), []

    def opened(**more: Any) -> Page:
        given = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **more}
        context = chromium.new_context(base_url=prepared_server.address, **given)
        context.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        complaints.heed(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints.found == []


def drawn(page: Page, chart: str) -> None:
    expect(page.locator(f"figure#{chart}[data-drawn=yes] svg.main-svg").first).to_be_visible()


def settled(page: Page) -> None:
    """Wait until every chart is drawn."""
    expect(page.locator("figure.chart:not([data-drawn=yes])")).to_have_count(0)


def follow(page: Page, what: Locator) -> None:
    """Click what leads to another page, and wait until that is loaded with its scripts."""
    with page.expect_event("load"):
        what.click()


def reading(page: Page, chart: str = "pain") -> str:
    return page.locator(f"#{chart}-reading").inner_text()


def test_a_newcomer_compares_a_pair_and_gives_it_to_somebody_else(open_page):
    page, actions = open_page(), 0
    came: list[Response] = []
    page.on("response", lambda one: came.append(one))
    page.goto("/", wait_until="networkidle")
    assert 0 < sum(len(one.body()) for one in came if "plotly.min" not in one.url) < 300_000
    steps = (
        lambda: follow(page, page.get_by_role("link", name="Explorer", exact=True).first),
        lambda: page.get_by_role("button", name="Pin as A").click(),
        lambda: page.get_by_label("Published course").select_option("noppers-2011"),
    )
    for step in steps:
        step()
        actions += 1
    expect(page.get_by_role("heading", name="2 regimens side by side")).to_be_visible()
    assert actions <= MOST_ACTIONS
    drawn(page, "pain")
    page.get_by_label("Body weight (kg)").fill("84")
    page.wait_for_url("**weight=84**")
    expect(page.locator("#results.stale")).to_have_count(0)
    other = open_page()
    other.goto(page.url)
    assert reading(other) == reading(page)
    expect(other.get_by_label("Body weight (kg)")).to_have_value("84")
    expect(other.get_by_role("button", name="Unpin A")).to_be_visible()


def test_a_changed_dose_changes_picture_sentence_and_address(open_page):
    page = open_page()
    page.goto("/explorer/?regimen=ketamine+0.3+mg/kg+iv+over+40+min")
    drawn(page, "exposure")
    before = reading(page, "exposure")
    page.get_by_label("Or write it as a prescription").fill("ketamine 0.6 mg/kg iv over 40 min")
    expect(page.locator("#exposure-reading")).not_to_have_text(before)
    page.wait_for_url("**regimen=ketamine+0.6+**")
    drawn(page, "exposure")
    page.get_by_label("Or write it as a prescription").fill("ketamine 0.6 mg/kg iv ovr 40 min")
    expect(page.locator("#regimen-says .pointer")).to_contain_text("^^^")
    expect(page.get_by_role("alert").first).to_contain_text("did you mean 'over'?")


def test_a_pair_is_compared_with_the_keyboard_alone(open_page):
    page = open_page()
    page.goto("/explorer/")
    drawn(page, "pain")

    def go_to(text: str) -> None:
        """Press Tab until what bears this text or name has the focus, and see that it shows."""
        for _ in range(200):
            page.keyboard.press("Tab")
            told = page.evaluate("(e => e.labels?.[0]?.innerText || e.innerText)(document.activeElement)")
            if told.startswith(text):
                ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert ring != "none", text
                return
        pytest.fail(f"Tab never reaches {text!r}")

    go_to("Pin as A")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Unpin A")).to_be_visible()
    go_to("Published course")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", name="2 regimens side by side")).to_be_visible()


def test_without_a_script_a_pair_is_compared_and_a_moment_shown(open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/explorer/")
    page.get_by_label("Body weight (kg)").fill("84")
    follow(page, page.get_by_role("button", name="Pin as A"))
    page.get_by_label("Published course").select_option("noppers-2011")
    follow(page, page.get_by_role("button", name="Show results"))
    expect(page.get_by_role("heading", name="2 regimens side by side")).to_be_visible()
    expect(page.get_by_label("Body weight (kg)")).to_have_value("84")
    page.locator("#pain summary").click()
    expect(page.locator("#pain tbody tr").first).to_be_visible()
    page.goto("/mechanism/?moment=0")
    expect(page.locator("#sentence")).to_contain_text("Before the first dose")
    page.goto("/mechanism/?step=0&frequency=1")
    unblocked = reading(page, "train")
    page.goto("/mechanism/?step=9&frequency=1")
    assert reading(page, "train") != unblocked


def test_a_reader_goes_from_a_question_to_claims_trials_leaflet_and_calls(open_page):
    page = open_page()
    page.goto("/")
    follow(page, page.get_by_role("link", name="Evidence", exact=True).first)
    page.locator("#q").fill("how long does relief last")
    follow(page, page.locator(".hit a").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("last")
    follow(page, page.locator("main a[href^='/evidence/claims/']").first)
    follow(page, page.locator("main a[href^='/evidence/trials/']").first)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    follow(page, page.get_by_role("link", name="Leaflet", exact=True).first)
    expect(page.locator("main")).to_contain_text("off-label")
    follow(page, page.get_by_role("link", name="Validation", exact=True).first)
    expect(page.locator("main table").first).to_be_visible()
    follow(page, page.get_by_role("link", name="API", exact=True).first)
    expect(page.locator("main")).to_contain_text("POST /api/v1/course")


def test_a_thousand_people_show_how_many_respond(open_page):
    page = open_page()
    page.goto("/explorer/?patients=1000&regimen=sigtermans-2009")
    expect(page.locator("#results-title")).to_contain_text("1,000 virtual people")
    drawn(page, "responders")


def test_no_page_scrolls_sideways_when_enlarged_narrow_or_printed(open_page):
    """One load of each page: 320 px, twice enlarged (640 of 1,280 px), and printed in the dark."""
    page, wide, shown = open_page(), {}, {}
    for address in PAGES:
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(address)
        settled(page)
        for width in (320, 640):
            page.set_viewport_size({"width": width, "height": 640})
            if page.evaluate(WIDER) > 0:
                wide[address, width] = page.evaluate(WIDER)
        page.emulate_media(media="print", color_scheme="dark")
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        if paper != "rgb(255, 255, 255)" or page.locator("header nav").is_visible():
            shown[address] = paper
        page.emulate_media(media="screen", color_scheme="light")
    assert (wide, shown) == ({}, {})


def test_axe_finds_no_serious_barrier_on_the_pages_of_states_and_errors(open_page):
    from axe_playwright_python.sync_playwright import Axe

    page, found = open_page(color_scheme="dark"), []
    for address in TESTED_BY_AXE:
        page.goto(address)
        settled(page)
        for one in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
            if one["impact"] in ("serious", "critical"):
                found.append((address, one["id"], one["nodes"][0]["html"][:160]))
    assert found == []


def test_every_kind_of_page_is_among_those_that_are_looked_at():
    """A new address of the site map must be added above; addresses of fragments and programs are not pages."""
    from django.urls import resolve

    seen = {resolve(one.split("?")[0]).route for one in PAGES if one != "/nowhere"}
    others = {
        "health/live",
        "health/ready",
        "explorer/results",
        "mechanism/horn",
        "explorer/report",
        "api/v1/openapi.json",
    }
    every = {one for one in patterns() if not one.startswith("api/v1/")}
    assert every - others - seen == set()
