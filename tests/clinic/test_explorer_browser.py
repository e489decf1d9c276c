"""The explorer, the mechanism and the calls in a browser: by mouse, by keyboard, on paper, with axe."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from browser import server

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, Page, Route, expect

PATIENCE_MS = 240_000
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def page(chromium: Browser, engine) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=server(), viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    one = context.new_page()
    complaints: list[str] = []
    one.on("pageerror", lambda error: complaints.append(str(error)))
    one.on("console", lambda told: "Security Policy" in told.text and complaints.append(told.text))
    yield one
    context.close()
    assert complaints == []


def drawn(page: Page, chart: str) -> None:
    expect(page.locator(f"figure#{chart}[data-drawn=yes] svg.main-svg").first).to_be_visible()


def test_moving_a_slider_changes_the_pictures_without_a_new_page(page):
    page.goto("/explorer/")
    drawn(page, "exposure")
    before = page.locator("#exposure-reading").inner_text()
    page.evaluate("window.stays = true")
    slider = page.get_by_label("Body weight, slider")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Body weight (kg)")).to_have_value("84")
    expect(page.locator("#results.stale")).to_have_count(0)
    expect(page.locator("#exposure-reading")).not_to_have_text(before)
    page.wait_for_url("**weight=84**")
    assert page.evaluate("window.stays")
    expect(page.locator("#spoken")).to_contain_text("Results are up to date")


def test_results_are_marked_out_of_date_while_the_question_differs(page):
    page.goto("/explorer/")
    drawn(page, "pain")
    page.route("**/explorer/results?**", lambda route: None)
    page.get_by_label("Age (years)").fill("60")
    expect(page.locator(".out-of-date span")).to_be_visible()


def test_a_wrong_word_is_told_under_the_sentence_and_the_results_stay(page):
    page.goto("/explorer/")
    drawn(page, "pain")
    page.get_by_label("Or write it as a prescription").fill("ketamine 0.5 mg/kg iv ovr 40 min")
    expect(page.get_by_text("did you mean 'over'?")).to_be_visible()
    expect(page.locator(".out-of-date span")).to_be_visible()
    expect(page.locator("#pain svg.main-svg").first).to_be_visible()
    assert page.evaluate("'_fullLayout' in document.querySelector('#pain .canvas')")
    page.evaluate("window.old = document.querySelector('#pain .canvas')")
    page.get_by_label("Or write it as a prescription").fill("ketamine 0.5 mg/kg iv over 50 min")
    expect(page.locator("#results.stale")).to_have_count(0)
    drawn(page, "pain")
    assert not page.evaluate("window.old.isConnected || '_fullLayout' in window.old")


def test_ones_own_sentence_stays_when_anything_else_is_changed_or_pinned(page):
    sentence = "S-ketamine 4 mg/h iv for 100 h"
    page.goto("/explorer/")
    drawn(page, "pain")
    page.get_by_label("Or write it as a prescription").fill(sentence)
    expect(page.locator(".course")).to_contain_text(sentence)
    expect(page.get_by_label("Published course")).to_have_value("")
    expect(page.locator("#preset-box")).not_to_contain_text("Sigtermans")
    page.get_by_label("Age (years)").fill("33")
    page.wait_for_url("**age=33**")
    expect(page.locator(".course")).to_contain_text(sentence)
    page.get_by_role("button", name="Pin as A and compare").click()
    expect(page.get_by_role("button", name="Unpin A")).to_be_visible()
    expect(page.locator(".course")).to_contain_text(sentence)
    expect(page.locator("#regimen-box > legend")).to_have_text("Regimen B")


def pinning(page: Page) -> Route:
    """Open the explorer and press the pin; its question, on whose way the answer is held up."""
    page.goto("/explorer/")
    drawn(page, "pain")
    held: list[Route] = []
    page.route("**/explorer/results?**do=pin**", lambda route: held.append(route))
    page.get_by_role("button", name="Pin as A and compare").click()
    while not held:
        page.wait_for_timeout(20)
    return held[0]


def test_a_course_chosen_before_the_last_answer_came_stays_chosen(page):
    question = pinning(page)
    page.evaluate("document.getElementById('preset').value = 'noppers-2011'")
    question.continue_()
    expect(page.get_by_role("button", name="Unpin A")).to_be_visible()
    expect(page.get_by_label("Published course")).to_have_value("noppers-2011")


def test_a_pin_is_kept_when_another_course_is_chosen_before_its_answer_came(page):
    question = pinning(page)
    page.get_by_label("Published course").select_option("noppers-2011")
    page.wait_for_timeout(1000)  # longer than typing may pause before its question is sent
    question.continue_()
    expect(page.get_by_role("heading", name="2 regimens side by side")).to_be_visible()
    expect(page.get_by_label("Published course")).to_have_value("noppers-2011")


def test_what_is_this_number_opens_the_card_in_place(page):
    page.goto("/explorer/")
    card = page.locator("#exposure").get_by_role("link", name="S-ketamine and S-norketamine after")
    card.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="S-ketamine and S-norketamine after")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    card.click()
    dialog.get_by_role("link", name="Open this card as a page").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("S-ketamine and S-norketamine after")


def test_paper_is_light_and_a_page_wide_also_in_the_dark(page):
    page.emulate_media(color_scheme="dark")
    page.goto("/explorer/")
    drawn(page, "exposure")
    picture = page.locator("#exposure svg.main-svg").first
    expect(picture).to_have_css("background-color", "rgb(22, 23, 26)")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(picture).to_have_attribute("width", "640")
    expect(picture).to_have_css("background-color", "rgb(255, 255, 255)")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(picture).not_to_have_attribute("width", "640")


def test_a_moment_is_scrubbed_by_keyboard_and_told_in_words(page):
    page.goto("/mechanism/")
    slider = page.get_by_label("Time:")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("#sentence")).to_contain_text("Before the first dose")
    assert float(page.locator("[data-station=block] .fill").get_attribute("height")) == 0.0
    page.keyboard.press("ArrowRight")
    expect(page.locator("#sentence")).to_contain_text("after the start")
    expect(slider).to_have_attribute("aria-valuetext", page.locator("#sentence").inner_text())
    page.keyboard.press("End")
    expect(page.locator("#when")).to_contain_text("after the start")
    expect(page.get_by_role("button", name="Play")).to_be_hidden()


def test_blocking_the_receptor_lets_wind_up_fade(page):
    page.goto("/mechanism/")
    drawn(page, "train")
    slider = page.get_by_label("NMDA receptors blocked")
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator("#train-reading")).to_contain_text("90")
    expect(page.locator("#blocked")).to_have_text("90 %")


@pytest.mark.parametrize(
    "path", ["/explorer/?pin=sigtermans-2009&regimen=noppers-2011", "/mechanism/", "/api/"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation(page, path, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    page.goto(path)
    expect(page.locator("figure.chart:not([data-drawn=yes])")).to_have_count(0)
    contrast = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    found = Axe().run(page, options=contrast if scheme == "dark" else None).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    serious = {one["id"]: [node["html"][:160] for node in one["nodes"]] for one in grave}
    assert serious == {}


def test_every_control_of_the_explorer_is_reached_by_tab(page):
    page.goto("/explorer/")
    controls = "#explorer :is(input:not([type=hidden]), select, textarea)"
    unreachable = page.evaluate(
        "all => [...document.querySelectorAll(all)].filter(e => e.checkVisibility() && e.tabIndex < 0).length",
        controls,
    )
    assert unreachable == 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
