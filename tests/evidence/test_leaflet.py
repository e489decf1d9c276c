"""The leaflet: two pages, by condition and course, with sources for every number."""

from __future__ import annotations

import pytest
from evidence_texts import CONDITIONS, COURSES

from painloop.errors import InputError
from painloop.evidence import leaflet, leaflet_text

TWO_PAGES = 1150
"""Words that two A4 pages hold at a size that can be read."""


@pytest.mark.parametrize("condition", CONDITIONS)
def test_it_fits_two_pages(condition: str) -> None:
    words = leaflet_text(leaflet(condition, COURSES["days"]), with_sources=False).split()
    assert len(words) <= TWO_PAGES


def test_its_sections_come_in_the_order_of_a_visit() -> None:
    content = leaflet("crps", COURSES["hours"])
    assert [one.id for one in content.sections] == [
        "what-it-is", "results", "risks", "not-known", "who-not", "prepare", "the-day", "needle-site", "afterwards",
        "when-to-call", "alternatives", "costs",
    ]  # fmt: skip


def test_the_day_follows_the_course() -> None:
    short, long, nose = (leaflet("crps", course).section("the-day") for course in COURSES.values())
    assert short
    assert long
    assert nose
    assert "While it runs (40 minutes)" in [step.when for step in short.steps]
    assert "You stay in hospital." in long.steps[0].sentence.says
    assert "in the clinic" in nose.steps[0].sentence.says


def test_only_a_drip_has_a_needle_site_and_only_a_spray_a_warning_of_home_use() -> None:
    drip, nose = leaflet("crps", COURSES["hours"]), leaflet("crps", COURSES["nose"])
    assert drip.section("needle-site")
    assert drip.section("home") is None
    assert nose.section("needle-site") is None
    assert nose.section("home")


def test_a_drip_with_lozenges_for_home_has_both() -> None:
    both = leaflet("crps", f"{COURSES['hours']} ; ketamine 25 mg sublingual every 8 h for 30 days")
    assert both.section("needle-site")
    assert both.section("home")


@pytest.mark.parametrize(
    ("course", "words"),
    [
        ("ketamine 0.5 mg/kg iv over 40 min, daily for 5 days", "into a vein, 40 minutes, 5 times in 5 days"),
        ("schwartzman-2009", "into a vein, 4 hours, 10 times in 10 days"),
        ("sigtermans-2009", "into a vein, 100 hours without a break, once"),
        ("S-ketamine 84 mg nasal ; ketamine 25 mg oral every 8 h for 3 days",
         "into the nose, once; and by mouth, 9 times in 3 days"),
        ("ketamine 30 mg iv over 1 h, every 4 weeks", "into a vein, 60 minutes, again and again"),
    ],
)  # fmt: skip
def test_a_course_is_said_in_plain_words(course: str, words: str) -> None:
    assert leaflet("crps", course).course.words == words


def test_it_says_whether_just_this_course_was_studied() -> None:
    known, unknown = leaflet("crps", "schwartzman-2009"), leaflet("crps", COURSES["hours"])
    assert known.studied == ("schwartzman-2009",)
    assert unknown.studied == ()
    assert "We found no study of just this course" in leaflet_text(unknown)


def test_where_no_trial_exists_it_says_that_nobody_knows() -> None:
    content = leaflet("arthritis", COURSES["hours"])
    results = content.section("results")
    assert results
    assert results.results == ()
    assert "Nobody knows." in results.sentences[0].says


def test_risks_are_counts_of_people() -> None:
    risks = leaflet("crps", COURSES["days"]).section("risks")
    assert risks
    dizzy = next(row for row in risks.risks if row.what == "felt dizzy")
    assert (dizzy.share.count, dizzy.share.n) == (92, 203)
    assert 0.38 < dizzy.share.low < dizzy.share.high < 0.53
    assert "3 of 6" in " ".join(one.says for one in risks.sentences)


def test_a_count_of_side_effects_says_in_whom_it_was_seen() -> None:
    shown = leaflet_text(leaflet("crps", COURSES["days"]), with_sources=False)
    sleepy, dizzy, weeks = (
        next(line for line in shown.splitlines() if words in line)
        for words in ("felt sleepy", "felt dizzy", "in the first week")
    )
    assert sleepy.endswith("(people with depression)")
    assert dizzy.endswith("felt dizzy")
    assert weeks.endswith("(people with chronic pain, no control group)")


def test_every_fact_has_a_source() -> None:
    content = leaflet("crps", COURSES["days"])
    assert [one.says for one in content.sentences if not one.is_advice and not one.sources] == []
    assert len(content.sources) > 20
    assert content.plain()["sources"] == list(content.sources)


def test_a_wrong_course_or_condition_is_refused() -> None:
    with pytest.raises(InputError, match="placebo"):
        leaflet("crps", "placebo")
    with pytest.raises(InputError, match="crps"):
        leaflet("crp", COURSES["hours"])
    with pytest.raises(InputError):
        leaflet("crps", "ketamine a lot")
