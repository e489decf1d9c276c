"""Tables, figures and page of a trial: offline, failures first, in-sample rows never counted, figures told twice."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console
from test_report_page import Page

from painloop.errors import InputError
from painloop.report import trial_page, trial_plot, trial_tables, write_trial_report
from painloop.report.figures.misses import distance
from painloop.report.figures.operating import operating_tables
from painloop.report.figures.trial import arm_means_figure, comparator
from painloop.report.trial import arms_table, escalation_table, observed_table
from painloop.report.trial_page import trial_html, trial_view
from painloop.report.trial_sentences import answer_sentence, operating_sentence
from painloop.report.trial_words import in_order
from painloop.trial.answer import TrialAnswer

SHARE = {"value": 0.62, "low": 0.59, "high": 0.65, "count": 620, "of": 1000}
ALPHA = {"value": 0.051, "low": 0.038, "high": 0.066, "count": 51, "of": 1000}
COVER = {"value": 0.948, "low": 0.932, "high": 0.961, "count": 948, "of": 1000}
KETAMINE, PLACEBO = "S-ketamine", "placebo (saline)"


def row(quantity: str, observed: float | None, low: float, high: float, **more: object) -> dict[str, object]:
    """A printed result and its prediction, in the middle of the interval unless there is none."""
    found = {
        "arm": KETAMINE, "quantity": quantity, "day": 7.0, "n": 30, "observed": observed,
        "predicted": (low + high) / 2, "low": low, "high": high, "in_sample": False,
        "inside": None if observed is None else low <= observed <= high,
    }  # fmt: skip
    return {**found, **more}


PREDICTIONS = [
    row("nrs", 5.45, 4.9, 6.4, arm=PLACEBO),
    row("nrs", 2.68, 2.2, 4.1, in_sample=True),
    row("psychomimetic_fraction", 0.76, 0.20, 0.52),
    row("nrs", -2.77, -2.6, -0.4, against=PLACEBO),
    {**row("quality_of_life", 3.0, 0, 0), "predicted": None, "low": None, "high": None, "inside": None,
     "reason": "No model predicts quality of life."},
]  # fmt: skip


def curve(arm: str, role: str, rival: str, fall: float) -> dict[str, object]:
    mean = [7.1, 7.1 - fall, 7.1 - 0.8 * fall, 7.1 - 0.5 * fall]
    return {
        "arm": arm, "role": role, "rival": rival, "day": [0.0, 7.0, 28.0, 84.0], "mean": mean,
        "low": [value - 0.7 for value in mean], "high": [value + 0.7 for value in mean],
    }  # fmt: skip


def operating(rival: str, truth: float) -> dict[str, object]:
    return {
        "rival": rival, "arm": KETAMINE, "against": PLACEBO, "replicates": 1000, "truth": truth, "truth_error": 0.01,
        "estimate": {"mean": truth + 0.02, "low": truth - 1.2, "high": truth + 1.2}, "power": SHARE, "type_1": ALPHA,
        "bias": 0.02, "bias_error": 0.019, "coverage": COVER, "width": 2.4, "converged": {**COVER, "value": 1.0},
    }  # fmt: skip


def flow(arm: str) -> dict[str, object]:
    return {
        "arm": arm, "allocated": 30, "left": 3, "rescued": 4, "missing": 3, "analysed": 27,
        "reached": {"week 1": 29, "week 12": 27}, "mean_left": 2.8, "mean_rescued": 4.3, "mean_missing": 3.1,
        "mean_analysed": 26.9,
    }  # fmt: skip


def synthetic(**changes: object) -> TrialAnswer:
    """A trial of two arms with a failure, a contrast, an in-sample row and a number nobody predicts."""
    arms = [
        {"name": KETAMINE, "treatment": "S-ketamine, titrated", "role": "ketamine", "n": 30,
         "regimen": "S-ketamine 5 mg/h iv for 100 h"},
        {"name": PLACEBO, "treatment": "saline", "role": "placebo", "n": 30, "regimen": None},
    ]  # fmt: skip
    power = [
        {
            "n_per_arm": n,
            "participants": 2 * n,
            "power": {**SHARE, "value": p, "low": p - 0.03, "high": p + 0.03},
        }
        for n, p in ((10, 0.3), (30, 0.62), (60, 0.9))
    ]
    content: dict[str, object] = {
        "id": "someone-2009", "title": "S-ketamine in CRPS type 1", "status": "published", "citation": "Someone 2009",
        "words": "S-ketamine for 100 h against saline in 60 people.", "condition": {"id": "crps", "title": "CRPS"},
        "design": "parallel", "blinded": "double", "arms": arms, "replicates": 1000, "null": False, "seed": 1,
        "left_out": [{"name": "third arm", "reason": "Its regimen could not be read."}],
        "rivals": ["none", "effect_delay"], "rival_weights": "equal", "parameters": "published",
        "estimand": {"strategy": "treatment_policy", "population": "everyone randomised"},
        "analysis": {"method": "mmrm", "covariates": ["baseline"], "alpha": 0.05}, "primary": "pain at week 1",
        "headlines": ["Dose of each person is not known."], "predictions": PREDICTIONS,
        "curves": [
            curve(arm, role, rival, fall)
            for arm, role, size in ((KETAMINE, "ketamine", 3.0), (PLACEBO, "placebo", 1.2))
            for rival, fall in (("all", size), ("none", 1.2), ("effect_delay", 1.3 * size))
        ],
        "points": [
            {"arm": KETAMINE, "day": 7.0, "value": 2.68, "low": 1.7, "high": 3.7, "confidence": "verified",
             "source": "x"},
            {"arm": PLACEBO, "day": 7.0, "value": 5.45, "low": None, "high": None, "confidence": "memory",
             "source": "x"},
        ],
        "flow": [flow(KETAMINE), flow(PLACEBO)],
        "endpoints": [
            {"name": "pain at week 1", "quantity": "nrs_change", "unit": "NRS points", "visit": "week 1",
             "primary": True,
             "by_arm": {KETAMINE: {"mean": -3.0, "low": -3.9, "high": -2.1}},
             "differences": {f"{KETAMINE} - {PLACEBO}": {"mean": -1.8, "low": -3.0, "high": -0.6}}}
        ],
        "operating": [operating("all", -1.8), operating("none", 0.0)], "missing": 0.1,
        "sample_size": {"wanted": 0.8, "n_per_arm": 46, "low": 41, "high": 52, "largest": 200, "curve": power,
                        "sentence": "46 participants per arm (41 to 52) reach a power of 80 %."},
        "power_curve": [], "events": {"dissociation": {KETAMINE: {"mean": 0.4, "low": 0.2, "high": 0.6}}},
        "not_modelled": ["Lost blinding."], "warnings": ["The course is longer than any."],
        "provenance": {"version": "0.4", "seed": 1, "command": "painloop trial someone-2009",
                       "files": [{"kind": "trials", "id": "someone-2009", "title": "t", "citation": "Someone 2009",
                                  "doi": "10.1016/j.pain.2009.06.023", "confidence": "verified"}]},
    }  # fmt: skip
    return TrialAnswer.model_validate({**content, **changes})


@cache
def html() -> str:
    return trial_html(synthetic())


def printed(answer: TrialAnswer) -> str:
    """What the terminal shows."""
    sink = io.StringIO()
    console = Console(file=sink, width=120)
    for table in trial_tables(answer):
        console.print(table)
    return sink.getvalue()


def test_the_page_is_well_formed_and_fetches_nothing():
    parsed = Page(html())
    assert parsed.wrong == []
    assert parsed.open == []
    for tag, attrs in parsed.elements:
        assert tag not in ("script", "iframe", "object", "embed", "link", "img", "image")
        assert "src" not in attrs
        if tag != "a":
            assert (attrs.get("href") or "#").startswith("#")
    assert re.findall(r"url\((?!#)", html()) == []
    assert "@import" not in html()
    ids = [attrs["id"] for _, attrs in parsed.elements if attrs.get("id")]
    assert len(ids) == len(set(ids))
    assert {attrs.get("aria-labelledby") for _, attrs in parsed.elements} - {None} <= set(ids)


def test_each_figure_has_a_sentence_with_a_number_alt_text_and_its_data_table():
    figures = re.findall(r"<figure.*?</figure>\s*<details>.*?</details>", html(), flags=re.DOTALL)
    assert len(figures) == html().count("<figure ") == 5
    for figure in figures:
        summary = re.search(r'<p class="summary">([^<]+)</p>', figure)
        assert summary
        assert re.search(r"\d", summary[1])
        labels = re.findall(r'role="img" aria-label="([^"]+)"', figure)
        assert len(labels) == 2
        assert all(len(label) > 60 for label in labels)
        assert 'scope="row"' in figure
        assert 'download="painloop-trial-' in figure


def test_every_drawing_says_its_question_and_the_replicates_behind_it():
    charts = [chart for part in trial_view(synthetic()).parts for chart in part.charts]
    assert [chart.key for chart in charts] == ["misses", "arms", "flow", "power", "operating"]
    for chart in charts:
        for svg in (chart.wide, chart.narrow):
            words = " ".join("".join(ET.fromstring(svg).itertext()).split())
            assert chart.question.split()[0] in words
            assert "1,000 replicates of n = 60" in words
            assert b"nan" not in svg.lower()


def test_failures_stand_first_and_in_sample_rows_are_marked_and_not_counted():
    table = observed_table(synthetic())
    assert table is not None
    assert [line[-1] for line in table.rows] == ["FAILS", "FAILS", "inside", "in-sample (inside)"]
    text = answer_sentence(synthetic()).replace("\N{NO-BREAK SPACE}", " ")
    assert text.startswith("1 of 3 printed results out of sample lies inside the 95 % interval")
    assert "2 fail: people with psychomimetic effects, S-ketamine at 7 days" in text
    assert "(observed 76 %, predicted 20 to 52 %)" in text
    assert "Not counted: 1 value on which something here was fitted (1 inside)." in text
    assert [one.inside for one in in_order(synthetic().predictions)] == [False, False, True, True, None]


def test_a_trial_whose_rows_are_all_in_sample_gives_no_evidence():
    fitted = [{**one, "in_sample": True} for one in PREDICTIONS]
    assert "nothing here is evidence" in answer_sentence(synthetic(predictions=fitted))


def test_a_dose_that_was_not_read_as_such_stands_with_its_doubt_beside_what_was_simulated():
    arms = synthetic().model_dump()["arms"]
    arms[0] |= {"regimen_confidence": "assumed", "regimen_note": "4 h are supposed"}
    table = arms_table(synthetic(arms=arms))
    assert table.columns[1] == "Treatment as published"
    assert table.rows[0][2] == "S-ketamine 5 mg/h iv for 100 h; assumed: 4 h are supposed"
    assert "verified" not in str(arms_table(synthetic()).rows)
    planned = synthetic(status="planned", points=[])
    assert arms_table(planned).columns[1] == "Treatment"
    assert "what the study printed" not in arm_means_figure(planned).note
    assert "what the study printed" in arm_means_figure(synthetic()).note


def test_differences_of_shares_are_told_in_percentage_points_and_areas_with_their_unit():
    shares = [{**synthetic().model_dump()["endpoints"][0], "quantity": "responder_50", "unit": "share"}]
    answer = synthetic(endpoints=shares)
    assert "off by +2.0\N{NO-BREAK SPACE}%-points on average (standard error 1.9)" in operating_sentence(
        answer
    )
    table = operating_tables(answer)[0]
    assert table.caption.endswith("%-points")
    assert table.rows[0][1] == "−180.0"
    area = [{**shares[0], "quantity": "auc", "unit": "NRS × days"}]
    assert operating_tables(synthetic(endpoints=area))[0].caption.endswith(", NRS × days")


def test_the_dotted_line_is_the_arm_that_the_others_are_compared_with():
    arms = synthetic().model_dump()["arms"]
    active = {**arms[1], "name": "alfentanil", "role": "active"}
    means = [curve(name, role, "all", fall) for name, role, fall in (
        (KETAMINE, "ketamine", 3.0), ("alfentanil", "active", 2.0), (PLACEBO, "placebo", 1.2))]  # fmt: skip
    assert comparator(synthetic(arms=[arms[0], active, arms[1]], curves=means)).arm == PLACEBO
    assert comparator(synthetic(arms=[arms[0], active], curves=means[:2])).arm == "alfentanil"
    assert comparator(synthetic(arms=arms[:1], curves=means[:1])) is None


def test_where_nothing_is_tested_the_page_says_so_everywhere():
    page = trial_html(synthetic(primary=None, operating=[], sample_size=None))
    assert "pain at week 1 (not tested)" in page
    assert "Predicted; nothing is tested." in page
    assert "endpoint alone is tested" not in page
    exact = {"method": "fisher", "covariates": ["baseline"], "alpha": 0.05}
    assert "Fisher&#39;s exact test, two-sided level" in trial_html(synthetic(analysis=exact))


def test_what_is_not_predicted_names_its_arm_and_time_on_the_terminal():
    assert "quality of life, S-ketamine, 7 days" in " ".join(printed(synthetic()).split())


def test_an_escalation_is_told_dose_by_dose():
    doses = [
        {"arm": name, "chosen": {**SHARE, "value": p}, "treated": 3.5, "limited": 0.4}
        for name, p in (("low", 0.2), ("high", 0.7))
    ]
    rule = {
        "quantity": "dissociation", "above": 6.0, "cohort": 3, "none": {**SHARE, "value": 0.1}, "doses": doses,
        "sentence": "The rule stops.",
    }  # fmt: skip
    answer = synthetic(design="dose-escalation", escalation=rule, operating=[], predictions=[])
    table = escalation_table(answer)
    assert table is not None
    assert [row[:2] for row in table.rows][:2] == [
        ("low", "20\N{NO-BREAK SPACE}% (59 to 65\N{NO-BREAK SPACE}%)"),
        ("high", "70\N{NO-BREAK SPACE}% (59 to 65\N{NO-BREAK SPACE}%)"),
    ]
    assert table.caption in printed(answer)
    assert answer_sentence(answer) == ""


def test_where_only_p_values_were_printed_nothing_is_judged():
    only_p = {**row("nrs", None, 0, 0, against=PLACEBO), "predicted": None, "p": 0.03, "p_share": 0.2}
    assert "Only p values" in answer_sentence(synthetic(predictions=[only_p], operating=[]))


def test_a_planned_trial_is_answered_by_power_type_1_bias_and_coverage():
    planned = synthetic(status="planned", predictions=[], points=[])
    text = answer_sentence(planned).replace("\N{NO-BREAK SPACE}", " ")
    assert text == operating_sentence(planned).replace("\N{NO-BREAK SPACE}", " ")
    for piece in (
        "60 participants",
        "62 % (59 to 65 %)",
        "5.1 % (3.8 to 6.6 %)",
        "+0.02 NRS points on average (standard error 0.02)",
        "94.8 % (93.2 to 96.1 %)",
    ):
        assert piece in text
    drawn = arm_means_figure(planned)
    assert drawn is not None
    assert b"published (" not in drawn.wide
    assert "published (" in html()


def test_the_distance_of_a_result_is_in_halves_of_its_own_interval():
    failed, contrast = synthetic().predictions[2:4]
    assert distance(failed) == pytest.approx((0.76 - 0.36) / 0.16)
    assert distance(contrast) == pytest.approx((-2.77 + 1.5) / 1.1)
    assert distance(synthetic().predictions[4]) is None


def test_what_is_left_out_says_why_and_confidence_and_seed_are_on_the_page():
    text = " ".join(Page(html()).text.split())
    for piece in (
        "Its regimen could not be read.", "No model predicts quality of life.", "Lost blinding.",
        "The course is longer than any.", "trials/someone-2009", "verified", "painloop trial someone-2009",
        "published (memory)", "in-sample (inside)", "Research and education, not a prescription.",
        "S-ketamine 5 mg/h iv for 100 h", "treatment policy",
    ):  # fmt: skip
        assert piece in text, piece


def test_hostile_texts_stay_text():
    evil = "<script>alert(1)</script> & </svg> $x^2$ \x07"
    arms = [{"name": evil, "treatment": evil, "role": "ketamine", "n": 3, "regimen": evil}]
    page = trial_html(
        synthetic(
            title=evil, words=evil, arms=arms, flow=[flow(evil)], headlines=[evil], operating=[], curves=[]
        )
    )
    assert "<script" not in page
    assert "\x07" not in page
    assert Page(page).wrong == []


@pytest.mark.parametrize(
    "bare",
    [
        {
            "predictions": [],
            "operating": [],
            "flow": [],
            "sample_size": None,
            "provenance": {},
            "left_out": [],
            "not_modelled": [],
            "warnings": [],
            "headlines": [],
        },
        {
            "curves": [],
            "points": [],
            "endpoints": [],
            "events": {},
            "analysis": None,
            "primary": None,
            "operating": [],
        },
        {
            "curves": [{**curve(KETAMINE, "ketamine", "all", 1.0), "mean": [7.1, None, None, 5.0]}],
            "operating": [],
            "flow": [],
        },
    ],
    ids=["nothing judged", "no ratings", "holes"],
)
def test_any_answer_gives_a_page_and_tables(bare: dict[str, object]):
    answer = synthetic(**bare)
    page = trial_html(answer)
    assert Page(page).wrong == []
    assert not re.search(r"\bnan\b", Page(page).text, re.IGNORECASE)
    assert trial_tables(answer)


def test_the_tables_fit_a_terminal_and_begin_with_the_answer():
    console = Console(width=80, record=True, file=io.StringIO())
    for table in trial_tables(synthetic()):
        console.print(table)
    text = console.export_text()
    assert text.startswith("! 1 of 3 printed results")
    assert "FAILS" in text
    assert "Type I" in text
    assert "…" not in text


def test_it_writes_the_page_and_the_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(trial_page, "trial_html", lambda _: html())
    assert write_trial_report(synthetic(), tmp_path / "t.html").read_text("utf-8") == html()
    assert trial_plot(synthetic(), tmp_path / "t.svg").read_bytes().startswith(b"<?xml")
    assert trial_plot(synthetic(), tmp_path / "t.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InputError, match="no rating to draw"):
        trial_plot(synthetic(curves=[]), tmp_path / "u.svg")
    with pytest.raises(InputError, match=r"must end in \.html"):
        write_trial_report(synthetic(), tmp_path / "t.pdf")
