"""The HTML report: offline, well-formed, accessible, safe against hostile texts, true to the data set."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from synthetic_result import SyntheticResult, synthetic_result

from painloop.report import write_comparison, write_report
from painloop.report.agreement import clopper_pearson, observed_sentence
from painloop.report.page import comparison_html, report_html
from painloop.report.view import course_view, standing_unknowns

VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


class Page(HTMLParser):
    """Collects elements, checks nesting."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.wrong: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"</{tag}> inside {self.open[-3:]}")
            return
        self.open.pop()

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]


@cache
def html() -> str:
    return report_html(synthetic_result(), unknowns=["How large the effect can get was never published."])


@cache
def both() -> str:
    other = replace(
        synthetic_result(56, 0.5), condition={"id": "fibromyalgia", "title": "fibromyalgia"}, observed=[]
    )
    return comparison_html([synthetic_result(), other])


@pytest.mark.parametrize("page", [html, both])
def test_it_is_well_formed(page):
    parsed = Page(page())
    assert parsed.wrong == []
    assert parsed.open == []
    assert page().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("page", [html, both])
def test_ids_are_unique_and_every_reference_has_its_target(page):
    elements = Page(page()).elements
    ids = [attrs["id"] for _, attrs in elements if attrs.get("id")]
    assert len(ids) == len(set(ids))
    targets = {attrs.get("aria-labelledby") for _, attrs in elements} - {None}
    targets |= {href[1:] for _, attrs in elements if (href := attrs.get("href") or "").startswith("#")}
    targets |= set(re.findall(r"url\(#([^)]+)\)", page()))
    assert targets <= set(ids)


@pytest.mark.parametrize("page", [html, both])
def test_nothing_is_fetched_from_anywhere(page):
    parsed = Page(page())
    for tag, attrs in parsed.elements:
        assert tag not in ("script", "iframe", "object", "embed", "link", "img", "image")
        assert "src" not in attrs
        if tag != "a":
            assert (attrs.get("href") or "#").startswith("#")
    assert "@import" not in page()
    assert re.findall(r"url\((?!#)", page()) == []
    policy = next(a for a in parsed.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert (policy["content"] or "").startswith("default-src 'none'")


@pytest.mark.parametrize("page", [html, both])
def test_headings_descend_one_level_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in Page(page()).elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_every_figure_has_a_caption_a_sentence_from_the_numbers_and_a_data_table():
    figures = re.findall(r"<figure.*?</figure>\s*<details>.*?</details>", html(), flags=re.DOTALL)
    assert len(figures) == html().count("<figure ") == 6
    for figure in figures:
        summary = re.search(r'<p class="summary">([^<]+)</p>', figure)
        assert summary
        assert re.search(r"\d", summary[1])
        assert figure.count('role="img"') == 2
        labels = re.findall(r'role="img" aria-label="([^"]+)"', figure)
        assert all(len(label) > 60 for label in labels)
        assert "<caption>" in figure
        assert 'scope="col"' in figure
        assert 'scope="row"' in figure
        assert 'download="painloop-c1-' in figure


def test_the_page_says_what_it_is_and_what_nobody_knows():
    text = " ".join(Page(html()).text.split())
    assert text.count("Research and education, not a prescription.") >= 2
    assert "@bottom-left" in html()
    assert "How large the effect can get was never published." in text
    for unknown in standing_unknowns():
        assert " ".join(unknown.text.split()) in text
    assert "The infusion is longer than any the model was built on." in text
    assert "https://doi.org/10.1016/j.ejpain.2010.06.016" in html()
    assert 'lang="en"' in html()


def test_standing_statements_with_numbers_have_sources():
    for unknown in standing_unknowns():
        if re.search(r"\d", unknown.text):
            assert unknown.sources
            assert all(source.confidence for source in unknown.sources)


def test_hostile_texts_stay_text():
    evil = "<script>alert(1)</script> \"' & </svg> $x^2$ \x00\x07"
    result = replace(
        synthetic_result(),
        regimen_text=evil,
        regimen_words=[evil],
        condition={"title": evil},
        warnings=[evil],
        model_reason=evil,
        observed=[{**synthetic_result().observed[0], "label": evil, "source": evil, "arm": evil}],
        provenance={
            "version": evil,
            "files": [{"id": evil, "kind": "loop", "citation": evil, "doi": '10.1/"><b>'}],
        },
    )
    result = replace(result, comparator=replace(result.comparator, regimen_text="<b>x</b>"))
    page = report_html(result, unknowns=[evil])
    assert "<script" not in page
    assert "<b>" not in page
    assert "\x00" not in page
    parsed = Page(page)
    assert parsed.wrong == []
    assert not any(name.startswith("on") for _, attrs in parsed.elements for name in attrs)


def test_missing_numbers_are_never_printed_as_nan():
    result = synthetic_result()
    holed = result.dataset.copy(deep=True)
    holed["S-ketamine"][5:20] = np.nan
    holed["S-norketamine"][:] = np.nan
    holed["pain"][:, 30:60] = np.nan
    holed["pain_mean"][:, 30:60] = np.nan
    holed["hr_rise"][:] = np.nan
    holed["hr_rise_mean"][:] = np.inf
    observed = [
        {**result.observed[0], "sem": float("nan"), "n": None},
        {**result.observed[1], "mean": float("nan")},
    ]
    page = report_html(replace(result, dataset=holed, observed=observed))
    assert not re.search(
        r"\b(nan|inf|infinity|none|null)\b", Page(page).text.replace(" none ", " "), re.IGNORECASE
    )
    assert not re.search(
        r"\bnan\b|\binf\b", "".join(re.findall(r"<svg.*?</svg>", page, re.DOTALL)), re.IGNORECASE
    )


def test_svg_is_well_formed_and_keeps_its_text_as_text():
    view = course_view(synthetic_result(), "c1")
    for section in view.sections:
        for chart in section.charts:
            for svg in (chart.wide, chart.narrow):
                root = ET.fromstring(svg)
                words = "".join(root.itertext())
                assert chart.question.split()[0] in words
                assert "n = 1,000" in words
                assert "seed 1" in words
                assert b"nan" not in svg.lower()
                assert b"http" not in re.sub(rb'xmlns[^=]*="[^"]*"', b"", svg)


def test_drawing_twice_gives_the_same_bytes():
    assert report_html(synthetic_result()) == report_html(synthetic_result())


def test_numbers_in_the_key_table_equal_the_data_set():
    result = synthetic_result()
    table = course_view(result, "c1").pain
    assert table is not None
    assert table.columns[1:5] == ("Pain, baseline", "Pain, week 1", "Pain, week 4", "Pain, week 12")
    for row, rival in zip(table.rows, ("none", "effect_delay", "averaged"), strict=False):
        for cell, hours in zip(row[1:5], (0, 168, 672, 2016), strict=True):
            mean, low, high = re.fullmatch(r"(\S+) \((\S+) to (\S+)\)", cell).groups()
            here = result.dataset.sel(rival=rival, time=hours)
            assert float(mean) == pytest.approx(float(here["pain_mean"]), abs=0.0051)
            assert float(low) == pytest.approx(float(here["pain"].sel(quantile=0.05)), abs=0.051)
            assert float(high) == pytest.approx(float(here["pain"].sel(quantile=0.95)), abs=0.051)


def test_numbers_in_the_data_tables_equal_the_data_set():
    result = synthetic_result()
    charts = {c.key: c for s in course_view(result, "c1").sections for c in s.charts}
    pain = charts["pain"].table
    for row in pain.rows:
        here = result.dataset.sel(time=float(row[0]) * 168, method="nearest")
        for cell, rival in zip(row[1:4], ("none", "effect_delay", "averaged"), strict=True):
            assert float(cell) == pytest.approx(float(here["pain_mean"].sel(rival=rival)), abs=0.0051)
        assert float(row[4]) == pytest.approx(
            float(result.comparator.dataset["pain_mean"].sel(rival="averaged", time=here["time"])), abs=0.0051
        )
    drug = charts["exposure"].table
    column = drug.columns.index("S-ketamine, 95 %")
    for row in drug.rows:
        here = result.dataset["S-ketamine"].sel(quantile=0.95).sel(time=float(row[0]) * 24, method="nearest")
        assert float(row[column]) == pytest.approx(float(here), rel=0.006, abs=1e-6)


def test_published_points_stand_beside_the_simulated_ones():
    result = synthetic_result()
    table = course_view(result, "c1").observed
    assert table is not None
    treated, placebo = table.rows
    simulated = float(result.dataset["nrs_mean"].sel(rival="averaged", time=168))
    assert float(treated[5]) == pytest.approx(simulated, abs=0.0051)
    assert float(treated[6].replace("−", "-")) == pytest.approx(simulated - 2.68, abs=0.0051)
    assert treated[4] == "2.68 ± 0.51"
    other = float(result.comparator.dataset["nrs_mean"].sel(rival="averaged", time=168))
    assert float(placebo[5]) == pytest.approx(other, abs=0.0051)
    assert treated[7] == "yes"
    assert "in-sample" in re.sub(r"<[^>]+>", " ", html())


def test_the_sentence_above_the_published_points_keeps_the_arms_apart():
    result = synthetic_result()
    text = observed_sentence(result)
    gives = {
        name: f"{float(result.dataset['nrs_mean'].sel(rival=name, time=168)):.2f}"
        for name in ("none", "effect_delay", "averaged")
    }
    other = float(result.comparator.dataset["nrs_mean"].sel(rival="averaged", time=168))
    assert text.startswith("At week 1 the treated arm was published at 2.68 ± 0.51; ")
    assert f"averaged over rivals {gives['averaged']}; the placebo arm 5.45 ± 0.48" in text
    assert all(value in text for value in gives.values())
    assert text.endswith(f"simulated {other:.2f}.")


def test_the_largest_miss_of_a_share_opens_the_sentence():
    base = synthetic_result()
    share = {"time_h": 168.0, "arm": "ketamine", "quantity": "responder_50", "mean": 0.5, "n": 12}
    unknown = {"time_h": 168.0, "arm": "ketamine", "quantity": "psychomimetic_fraction", "mean": 0.5}
    result = replace(base, observed=[{**share, "in_sample": False}, {**unknown, "in_sample": False}])
    result = replace(result, comparator=replace(base.comparator, observed=[]))
    view = course_view(result, "c1")
    text = view.observed_sentence.replace("\N{NO-BREAK SPACE}", " ")
    simulated = float(base.dataset["responder_50"].sel(rival="averaged", time=168))
    miss = f"{100 * abs(simulated - 0.5):.0f} percentage points (published 6 of 12, 50 %, 95 % interval 21 to 79 %;"
    assert text.startswith(f"At week 1 the simulation misses by {miss}")
    assert view.observed is not None
    assert len(view.observed.rows) == 1
    assert "In-sample: a model" not in report_html(result)
    assert "In-sample: a model" in html()


def test_the_exact_interval_of_a_share():
    assert clopper_pearson(6, 12) == pytest.approx((0.2109, 0.7891), abs=1e-4)
    assert clopper_pearson(0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)
    assert clopper_pearson(10, 10) == pytest.approx((0.6915, 1.0), abs=1e-4)


def test_one_person_has_no_spread():
    table = course_view(synthetic_result(patients=1), "c1").pain
    assert table is not None
    assert not any("(" in cell for row in table.rows for cell in row[1:])


def test_the_state_of_knowledge_comes_before_the_limits_of_the_models():
    text = " ".join(Page(html()).text.split())
    assert text.index("Cochrane") < text.index("How large the effect can get was never published.")
    assert "Bands are differences between patients only" in text


@pytest.mark.parametrize(
    "result",
    [
        synthetic_result(patients=1, placebo=False),
        synthetic_result(1, 0.5),
        synthetic_result(rivals=("none", "effect_delay", "central_gain", "driven_gain", "averaged")),
        synthetic_result(placebo=False),
        synthetic_result().comparator,
        replace(
            synthetic_result(), provenance={}, population={}, warnings=[], observed=[], regimen_words=None
        ),
    ],
    ids=["one person", "one day", "five rivals", "no placebo", "only placebo", "bare"],
)
def test_any_result_gives_a_page(result: SyntheticResult):
    parsed = Page(report_html(result))
    assert parsed.wrong == []
    assert parsed.all("h1")


@pytest.mark.parametrize(
    "drop",
    [
        ["block"],
        ["S-norketamine", "S-norketamine_mean"],
        ["drug_high", "dissociation", "sbp_rise", "dbp_rise", "hr_rise"],
        ["pain", "pain_mean", "nrs", "nrs_mean", "responder_30", "responder_50"],
        ["S-ketamine", "S-norketamine"],
        ["nrs", "nrs_mean"],
    ],
)
def test_quantities_may_be_absent(drop: list[str]):
    result = synthetic_result()
    names = [*drop, *(f"{name}_mean" for name in drop if f"{name}_mean" in result.dataset)]
    page = report_html(replace(result, dataset=result.dataset.drop_vars(list(dict.fromkeys(names)))))
    assert Page(page).wrong == []


def test_side_effects_keep_the_unit_they_come_in():
    result = synthetic_result()
    for unit, shown in (("fraction", "35 % of maximum"), ("VAS 0-10", "0.3 of 10")):
        dataset = result.dataset.copy(deep=True)
        for name in ("dissociation", "dissociation_mean"):
            dataset[name].attrs["units"] = unit
        charts = {
            c.key: c for s in course_view(replace(result, dataset=dataset), "c1").sections for c in s.charts
        }
        assert f"dissociation {shown}" in charts["side-effects"].summary


def test_points_after_the_simulated_time_are_listed_but_not_drawn():
    view = course_view(synthetic_result(2, 0.5), "c1")
    assert view.observed is not None
    assert view.observed.rows[0][5:7] == ("–", "–")
    charts = {c.key: c for s in view.sections for c in s.charts}
    assert b"in-sample" not in charts["pain"].wide
    assert (
        b"in-sample"
        in {c.key: c for s in course_view(synthetic_result(), "c1").sections for c in s.charts}["pain"].wide
    )


def test_it_writes_the_files(tmp_path: Path):
    assert (
        write_report(synthetic_result(), tmp_path / "one.html")
        .read_text("utf-8")
        .startswith("<!DOCTYPE html>")
    )
    write_comparison([synthetic_result(), synthetic_result(56, 0.5)], tmp_path / "two.html")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one.html", "two.html"]


@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="chromium is not installed")
@pytest.mark.parametrize("width", [320, 1200])
def test_a_browser_shows_it_without_sideways_scrolling(tmp_path: Path, width: int):
    (tmp_path / "report.html").write_text(html(), "utf-8")
    probe = (
        f'<!DOCTYPE html><iframe id="f" src="report.html" style="width:{width}px;height:900px;border:0"></iframe>'
        '<p id="out"></p><script>f.onload=()=>{const d=f.contentDocument;'
        "out.textContent='width='+d.documentElement.scrollWidth+' text='+d.body.innerText.length}</script>"
    )
    (tmp_path / "probe.html").write_text(probe, "utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=5000", "--dump-dom"]
    shown = subprocess.run(
        [*command, (tmp_path / "probe.html").as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = re.search(r"width=(\d+) text=(\d+)", shown.stdout)
    assert found
    assert int(found[1]) <= width
    assert int(found[2]) > 3000
