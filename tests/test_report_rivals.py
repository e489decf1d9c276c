"""All rivals on the page and in the terminal: what is drawn, what is left out, what the sentences say."""

from __future__ import annotations

import io
import itertools
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_result import RIVALS, SyntheticResult, full_result, injury_result, synthetic_result

from painloop.report import simulate_tables
from painloop.report.acute import acute_table
from painloop.report.consequences import links_table, risk_table
from painloop.report.curves import Curve, rivals
from painloop.report.figures import (
    injury_figure,
    linked_figure,
    mechanism_figure,
    mood_figure,
    rivals_figure,
    side_effects_figure,
)
from painloop.report.figures.chart import Chart
from painloop.report.figures.envelope import crowded, envelope, smoothed
from painloop.report.figures.palette import look_of
from painloop.report.figures.timeline import first_session, whole
from painloop.report.page import report_html
from painloop.report.view import course_view


def words(chart: Chart | None) -> str:
    """Everything written in the wide picture."""
    assert chart is not None
    return " ".join("".join(part.itertext()) for part in ET.fromstring(chart.wide).iter())


def without(result: SyntheticResult, *names: str, flat: bool = False) -> SyntheticResult:
    """The result with quantities dropped, or at zero all the time."""
    both = [n for name in names for n in (name, f"{name}_mean")]
    if flat:
        return replace(result, dataset=result.dataset.assign({n: result.dataset[n] * 0.0 for n in both}))
    return replace(result, dataset=result.dataset.drop_vars(both))


def test_the_mechanism_names_every_step_and_every_explanation():
    shown = words(mechanism_figure(full_result()))
    for step in ("S-ketamine", "Block", "Wind-up", "Central", "Pain"):
        assert step in shown
    for name in ("no lasting effect", "slow effect delay", "central gain", "driven gain", "placebo"):
        assert name in shown


def test_the_mechanism_says_what_the_data_set_says():
    result = full_result()
    chart, data = mechanism_figure(result), result.dataset
    assert chart is not None
    peak = float(data["S-ketamine"].sel(quantile=0.5).max())
    left = float(data["wind_up"].sel(quantile=0.5).min())
    gain = float(data["gain_mean"].sel(rival="central_gain").min())
    assert f"S-ketamine peaks at {peak:.0f} ng/mL" in chart.summary
    assert f"{100 * left:.0f}\N{NO-BREAK SPACE}% of wind-up is left" in chart.summary
    assert f"under central gain mean gain goes from 1.00 to {gain:.2f}" in chart.summary


@pytest.mark.parametrize("flat", [True, False], ids=["flat", "missing"])
@pytest.mark.parametrize(
    ("name", "label"), [("block", "Block"), ("wind_up", "Wind-up"), ("gain", "Central")], ids=lambda x: str(x)
)
def test_a_step_without_numbers_is_left_out(name: str, label: str, flat: bool):
    shown = words(mechanism_figure(without(full_result(), name, flat=flat)))
    assert label not in shown
    assert "Pain" in shown


def test_placebo_alone_has_no_mechanism():
    assert mechanism_figure(full_result().comparator) is None


@pytest.mark.parametrize("flat", [True, False], ids=["flat", "missing"])
def test_a_side_effect_without_numbers_is_left_out(flat: bool):
    shown = words(side_effects_figure(without(full_result(), "nausea", flat=flat)))
    assert "Nausea" not in shown
    assert "Sedation" in shown
    assert side_effects_figure(full_result().comparator) is None


def test_breathing_is_told_from_its_start_to_where_the_drug_takes_it():
    result = full_result()
    chart = side_effects_figure(result)
    assert chart is not None
    line = result.dataset["ventilation_on_opioid"].sel(quantile=0.5)
    assert (
        f"breathing goes from {100 * float(line[0]):.0f} to {100 * float(line.max()):.0f} %" in chart.summary
    )


def test_times_beyond_what_a_source_studied_are_hatched_and_said():
    result = full_result()
    plain = side_effects_figure(result)
    dataset = result.dataset.copy()
    dataset["dissociation"].attrs["beyond_studied_h"] = [20.0, 100.0]
    marked = side_effects_figure(replace(result, dataset=dataset))
    assert plain is not None
    assert marked is not None
    assert b"<pattern" in marked.wide
    assert b"<pattern" not in plain.wide
    assert "Hatched" in marked.note
    assert "Hatched" not in plain.note


def test_one_rival_is_not_averaged():
    result = synthetic_result(rivals=("none", "averaged"))
    assert rivals(result.dataset) == ["none"]
    console_text = io.StringIO()
    from rich.console import Console

    console = Console(file=console_text, width=100)
    for table in simulate_tables(result):
        console.print(table)
    assert "no lasting" in console_text.getvalue()
    assert "averaged" not in console_text.getvalue().lower()
    assert "averaged over" not in report_html(result)


def test_rivals_are_told_apart_without_colour():
    looks = [look_of(name) for name in (*RIVALS, "comparator")]
    for one, other in itertools.combinations(looks, 2):
        assert one.dashes != other.dashes or abs(one.width - other.width) >= 0.5
        assert one.color != other.color


def test_the_terminal_shows_acute_relief_and_every_side_effect():
    result = full_result()
    table = acute_table(result)
    assert table is not None
    rows = {row[0]: row for row in table.rows}
    assert rows["Nausea"][1:4] == (
        "20.0",
        f"≥ {100 * float(result.dataset['nausea'][:, 4].max()):.1f}",
        "% chance",
    )
    assert "Breathing on an opioid" not in rows
    pain = result.dataset["pain"].sel(rival="averaged", quantile=0.5)
    assert rows["Lowest pain (from 7.2)"][1] == f"{float(pain.sel(time=slice(0, 101)).min()):.1f}"


def test_risks_that_nobody_counted_are_said_to_be_unknown():
    table = risk_table(full_result())
    assert table is not None
    liver, bladder = table.rows
    assert liver[2].replace("\N{NO-BREAK SPACE}", " ") == "50 % (12 % to 88 %), n = 6"
    assert liver[3] == "noppers-2011 (verified)"
    assert bladder[2] == "not known"
    assert risk_table(synthetic_result()) is None


def test_a_link_of_zero_is_told_and_not_drawn():
    result = full_result()
    table, chart = links_table(result), linked_figure(result)
    assert table is not None
    assert table.rows[0][1] == "stays as before (link 0): The trial saw no gain in function."
    assert table.rows[1][1].startswith("follows pain (link 0.400)")
    assert "Disturbed sleep" in words(chart)
    assert "Interference" not in words(chart)
    assert linked_figure(replace(result, links=result.links[:1])) is None


def test_mood_is_drawn_only_where_it_changes():
    result = full_result()
    chart = mood_figure(result)
    assert chart is not None
    best = float(result.dataset["mood"].sel(quantile=0.5).max())
    assert f"at most {100 * best:.0f}\N{NO-BREAK SPACE}% better" in chart.summary
    assert mood_figure(without(result, "mood", flat=True)) is None
    assert mood_figure(without(result, "mood")) is None


def test_an_injury_is_followed_under_every_explanation():
    result = injury_result()
    chart = injury_figure(result)
    assert chart is not None
    last = [arm.dataset["resolved"].sel(rival="central_gain")[-1] for arm in (result, result.comparator)]
    treated, other = (f"{100 * float(share):.0f}\N{NO-BREAK SPACE}%" for share in last)
    assert f"central gain {treated} against {other}" in chart.summary
    assert injury_figure(full_result()) is None


def test_every_section_of_a_full_result_reaches_the_page():
    view = course_view(full_result(), "c1")
    assert [part.key for part in view.sections] == [
        "mechanism",
        "exposure",
        "pain",
        "responders",
        "rivals",
        "side-effects",
        "outcomes",
    ]
    for part in view.sections:
        assert all(chart.summary and chart.note for chart in part.charts)


def curve(time_h: np.ndarray, values: np.ndarray) -> Curve:
    return Curve("S-ketamine", "S-ketamine", "ng/mL", time_h, values, values)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(17, 90),
    st.floats(4.0, 72.0),
    st.lists(st.floats(0, 500, width=32), min_size=30, max_size=60),
)
def test_the_strip_of_a_crowded_course_holds_every_simulated_point(
    count: int, apart: float, levels: list[float]
):
    values = np.array(levels)
    time_h = np.linspace(0.0, count * apart + 100.0, values.size)
    doses = [(i * apart, i * apart) for i in range(count)]
    window, line = whole(time_h), curve(time_h, values)
    assert crowded(doses, window)
    middle, low, high = envelope(line, window, doses)
    step = float(middle[1] - middle[0])
    for t, value in zip(time_h, values, strict=True):
        near = np.abs(middle - t) <= step * (0.5 + 1e-6)
        assert low[near].min() <= value <= high[near].max()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 10, width=32), min_size=30, max_size=60))
def test_means_over_days_keep_the_area_under_the_curve(levels: list[float]):
    values = np.array(levels)
    time_h = np.linspace(0.0, 30 * 24.0, values.size)
    doses = [(8.0 * i, 8.0 * i) for i in range(60)]
    drawn = smoothed(curve(time_h, values), whole(time_h), doses)
    assert drawn.mean[1:-1].mean() * time_h[-1] == pytest.approx(np.trapezoid(values, time_h), abs=1e-6)


def test_few_doses_are_drawn_one_by_one():
    window = whole(np.linspace(0, 28 * 24.0, 50))
    assert not crowded([(84.0 * i, 84.0 * i) for i in range(8)], window)
    assert crowded([(8.0 * i, 8.0 * i) for i in range(40)], window)


def test_the_first_day_is_shown_where_doses_follow_each_other_and_the_session_elsewhere():
    time_h = np.linspace(0, 1000, 1001)
    assert first_session(time_h, [(0.0, 0.0), (8.0, 8.0), (16.0, 16.0)]).stop_h == 24.0
    assert first_session(time_h, [(0.0, 100.0)]).stop_h == 124.0
    assert first_session(time_h, [(0.0, 0.0)]).stop_h == 8.0


def test_the_states_of_the_gain_rivals_stand_beside_this_course():
    result = full_result()
    chart = rivals_figure(result)
    assert chart is not None
    block, time_h = result.dataset["block"].sel(quantile=0.5).values, result.dataset["time"].values
    during = time_h <= 100.0
    mean = np.trapezoid(block[during], time_h[during]) / 100.0
    assert (
        f"blocks {100 * mean:.0f}\N{NO-BREAK SPACE}% of the receptors on average over 100 h" in chart.summary
    )
    assert "0.239 and 0.337" in chart.summary.replace("\N{NO-BREAK SPACE}", " ")
    assert "this course" in words(chart)
    assert rivals_figure(synthetic_result()) is None


def test_an_injury_has_no_map_of_fixed_inputs():
    assert rivals_figure(injury_result()) is None


def test_headlines_stand_under_key_figures_and_before_the_tables():
    told = "The effect of ketamine in this condition is unknown."
    result = replace(full_result(), headlines=[told])
    page = report_html(result)
    assert page.index("Key figures</h2>") < page.index(told) < page.index("Mean pain on the 0–10 scale")
    assert told in str(simulate_tables(result)[0])
    assert told not in report_html(full_result())


def test_the_terminal_marks_what_lies_beyond_what_a_curve_was_read_on():
    result = full_result()
    dataset = result.dataset.copy()
    dataset["nausea"].attrs["beyond_studied_h"] = [20.0, 110.0]
    table, plain = acute_table(replace(result, dataset=dataset)), acute_table(result)
    assert table is not None
    assert plain is not None
    assert [row[0] for row in table.rows if "†" in row[0]] == ["Nausea †"]
    assert "extrapolation" in table.caption
    assert "†" not in plain.caption


def test_an_injury_is_compared_explanation_by_explanation_on_the_first_screen():
    result = injury_result()
    view = course_view(result, "c1")
    assert view.pain is not None
    assert len(view.pain.rows) == 2 * len(RIVALS)
    rows = {row[0]: row for row in view.pain.rows}
    for arm, name in ((result, "central gain, with ketamine"), (result.comparator, "central gain, without")):
        assert arm is not None
        here = float(arm.dataset["pain_mean"].sel(rival="central_gain", time=168))
        assert rows[name][2].startswith(f"{here:.2f} (")
    assert not any("better" in column for column in view.pain.columns)
    assert "responders" not in [part.key for part in view.sections]
    assert view.title == "After an acute injury"
    pain = next(chart for part in view.sections if part.key == "pain" for chart in part.charts)
    assert "dotted: the same explanation without ketamine" in words(pain)
    assert "with without" not in report_html(result)


def test_one_person_is_no_share_and_has_no_band():
    result = full_result(patients=1)
    page = report_html(result)
    for phrase in ("nine of ten", "Worst 5 %", "share of people", "median patient", "Means over patients"):
        assert phrase not in page.replace("the share of people who", "")
    table = acute_table(result)
    assert table is not None
    assert table.columns == ("", "This person", "Unit", "After")


def test_without_drug_all_explanations_are_one():
    placebo = full_result().comparator
    assert placebo is not None
    same = placebo.dataset["pain_mean"].copy()
    same[:] = same.sel(rival="none").values
    flat = replace(placebo, dataset=placebo.dataset.assign(pain_mean=same))
    view = course_view(flat, "c1")
    assert view.pain is not None
    assert [row[0] for row in view.pain.rows] == ["all explanations"]
    assert view.peaks is None


def test_a_linked_outcome_says_which_way_is_better():
    result = full_result()
    chart = linked_figure(result)
    assert chart is not None
    assert "lower is better" in chart.summary
    assert "with placebo" in chart.summary
    table = links_table(result)
    assert table is not None
    assert "borrowed starting value" in table.rows[1][2]
