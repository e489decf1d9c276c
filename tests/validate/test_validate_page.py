"""The page and the command: everything is on it, failures first, and it needs neither network nor script."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from painloop.cli.main import main
from painloop.report.validation import MARKS, validation_html, write_validation
from painloop.validate import Finding, registry
from painloop.validate.answer import ORDER, Judged, LevelRow, Validation, counts
from painloop.validate.checks.pooled import PooledRow
from painloop.validate.scores import HeldOut, TrialRow


def claim(number: int, section: str, outcome: str, grade: str, *findings: Finding) -> Judged:
    return Judged.model_validate(
        {"id": f"claim-{number}", "section": section, "says": f"Claim <{number}> holds.", "grade": grade,
         "against": "a made-up source", "bar": "at most 1", "why": "made up", "outcome": outcome,
         "reason": "nobody looked", "findings": list(findings)}
    )  # fmt: skip


def trial(observed: float, inside: bool, in_sample: bool, unit: str = "nrs") -> TrialRow:
    return TrialRow(
        trial="made-up-2000", cluster="made-up-2000", arm="ketamine & co", time_h=168.0, quantity=unit,
        observed=observed, n=20, predicted=3.0, predicted_low=2.0, predicted_high=4.0, inside=inside,
        in_sample=in_sample,
    )  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Validation:
    both = (
        Finding(about="one", value=1.0, holds=False, note="too large"),
        Finding(about="two", value=0.5, holds=True),
    )
    claims = [
        claim(1, "trials-out", "fails", "primary", *both),
        claim(2, "exposure", "misses", "primary", Finding(value=2.0, holds=False, stale=True)),
        claim(3, "speed", "unchecked", "secondary"),
        claim(4, "engine", "holds", "secondary", Finding(value=0.1, holds=True)),
        claim(5, "meta", "holds", "primary", Finding(value=-1.0, low=-2.0, high=0.0, holds=True)),
        claim(6, "trials-in", "holds", "exploratory", Finding(value=1.0, holds=True, in_sample=True)),
    ]
    pooled = PooledRow(
        meta_analysis="made-up-2001", quantity="nrs_difference", of=None, words="1 week", low_h=0, high_h=168,
        pooled=-1.2, low=-2.0, high=-0.4, predicted=-0.1, trials=["made-up-2000"], fitted=["made-up-2000"],
        inside=False, certainty="low",
    )  # fmt: skip
    scores = [
        HeldOut(group="all", method=name, crps=crps, width=0.71, coverage=0.93, values=27, clusters=13,
                painloop_minus=apart, error=None if apart is None else 0.032)
        for name, crps, apart in (("painloop", 0.095, None), ("mean of the other trials", 0.096, 0.02))
    ]  # fmt: skip
    level = {"source": "made-up-1999", "route": "iv", "analyte": "ketamine", "quantity": "cmax_ng_ml"}
    levels = [LevelRow(**level, observed=100.0, predicted=p, fold=p / 100.0) for p in (90.0, 310.0)]
    return Validation(
        news=["Two of five fail.", "Worse <follows>."], cannot=["Worse <follows>."], can=["It adds up."],
        counts=counts(claims),
        sections={one.key: one.title for one in registry().sections}, claims=claims, held_out=scores, levels=levels,
        trials=[
            trial(5.0, False, False), trial(3.1, True, False), trial(2.9, True, True),
            trial(0.4, True, True, "pain_free"),
        ],
        pooled=[pooled], provenance={"painloop": "0.0", "stale": ["claim-2"]},
    )  # fmt: skip


@pytest.fixture(scope="module")
def page(found: Validation) -> str:
    return validation_html(found)


class Shape(HTMLParser):
    """Tags that were opened and not closed, ids, and words outside of style sheets."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.ids += [named["id"]] if named.get("id") else []
        self.links += [named["href"]] if tag == "a" and named.get("href") else []
        if tag not in ("meta", "br", "link", "img", "path", "use", "rect", "line", "hr"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()


def test_the_page_is_whole_and_its_links_lead_somewhere(page: str) -> None:
    shape = Shape()
    shape.feed(page)
    assert not shape.open
    assert len(shape.ids) == len(set(shape.ids))
    assert {link[1:] for link in shape.links if link.startswith("#")} <= {*shape.ids}


def test_the_page_needs_no_network_and_no_script(page: str) -> None:
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"https?://", page)
    assert "default-src 'none'" in page


def test_every_claim_is_on_the_page_with_its_outcome_in_words(page: str, found: Validation) -> None:
    for one in found.claims:
        assert f"Claim &lt;{one.id[-1]}&gt; holds." in page
    for name in ORDER:
        assert MARKS[name] in unescape(page)


def test_the_worst_news_stand_before_everything_that_holds(page: str) -> None:
    places = [
        page.index(words)
        for words in ("Two of five fail.", "What fails, and what misses its bar", 'id="exposure"')
    ]
    assert places == sorted(places)
    assert "Worse &lt;follows&gt;." in page


def test_scores_on_held_out_trials_stand_before_what_can_be_done_with_both_baselines(page: str) -> None:
    said = " ".join(unescape(re.sub("<[^>]+>", " ", page[: page.index('id="can"')])).split())
    assert "all: painloop 0.095 0.71 93\N{NO-BREAK SPACE}% 27 (13)" in said.replace(
        "93 %", "93\N{NO-BREAK SPACE}%"
    )
    assert "all: mean of the other trials 0.096" in said
    assert "+0.020 (0.032)" in said


def test_what_does_not_hold_is_named_and_leads_to_its_findings(page: str) -> None:
    assert "1 of 2 hold; not: one" in page
    assert 'href="#claim-1"' in page


def test_stale_results_are_marked(page: str) -> None:
    assert "STALE: older than its inputs" in page
    assert "claim-2" in page


def test_every_figure_has_words_for_who_cannot_see_it_and_its_numbers(page: str) -> None:
    labels = re.findall(r'<svg [^>]*role="img" aria-label="([^"]+)"', page)
    assert len(labels) == 2 * 5
    assert all(len(label) > 60 for label in labels)
    assert page.count("Data table:") == len(labels) / 2


def test_a_page_that_cannot_be_written_is_refused_before_anything_is_computed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["validate", "--report", "validation.txt"]) == 2
    assert ".html" in capsys.readouterr().err
    assert main(["validate", "--report", str(tmp_path / "nowhere" / "v.html")]) == 2


def test_the_command_prints_one_object_and_writes_the_page(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = tmp_path / "validation.html"
    assert main(["validate", "--only", "engine", "--json", "--report", str(report)]) == 0
    found = Validation.model_validate(json.loads(capsys.readouterr().out))
    assert {one.section for one in found.claims} == {"engine"}
    assert not any((found.held_out, found.levels, found.trials, found.pooled))
    assert found.claims[0].says in unescape(report.read_text(encoding="utf-8"))


def test_the_terminal_shows_news_counts_and_claims(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--only", "block"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "No claim could be judged." in said
    assert "no validated quantitative occupancy" in said
    assert main(["validate", "--only", "blok"]) == 2
    assert "'blok'" in capsys.readouterr().err


def test_a_written_page_replaces_the_old_one_whole(found: Validation, tmp_path: Path) -> None:
    target = tmp_path / "v.html"
    target.write_text("old", encoding="utf-8")
    assert write_validation(found, target) == target
    assert "old" not in target.read_text(encoding="utf-8")[:100]
