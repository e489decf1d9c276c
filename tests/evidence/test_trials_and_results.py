"""Studies with filters, and their results as n of N with an interval; what found nothing stays in sight."""

from __future__ import annotations

import pytest

from painloop import library
from painloop.errors import InputError
from painloop.evidence import TrialFilter, harms, results, share_of, trial_summary, trials
from painloop.evidence.trials import is_controlled, judged


def test_every_controlled_study_is_judged_and_no_other() -> None:
    controlled = {
        one.id for one in library.entries("trials") if one.status == "published" and is_controlled(one)
    }  # type: ignore[attr-defined,arg-type]
    assert set(judged()) == controlled


def test_every_study_is_listed() -> None:
    assert {one.id for one in trials()} == set(library.ids("trials"))


def test_filters_can_be_combined() -> None:
    found = trials(TrialFilter(condition="CRPS", randomised=True, blinded="double", route="iv"))
    assert [one.id for one in found] == ["sigtermans-2009", "schwartzman-2009"]
    assert {one.id for one in trials(TrialFilter(result="no difference"))} == {
        "etchison-2018",
        "fallon-2018",
        "hardy-2012",
        "pickering-2020",
    }
    assert all((one.people or 0) >= 200 for one in trials(TrialFilter(at_least=200)))
    assert {one.result for one in trials(TrialFilter(route="oral"))} == {
        "no difference", "mixed", "no control group",
    }  # fmt: skip


def test_a_study_without_a_control_group_is_never_said_to_favour_ketamine() -> None:
    assert trial_summary("tankha-2025").result == "no control group"
    assert trial_summary("peyton-2024").result == "no result yet"


def test_people_are_counted_once() -> None:
    assert trial_summary("pickering-2020").people == 20
    assert trial_summary("sigtermans-2009").people == 60
    assert trial_summary("kim-2013").people == 13
    assert trial_summary("brinck-2021").people is None


def test_a_filter_that_keeps_nothing_real_is_refused() -> None:
    with pytest.raises(InputError, match="not a result"):
        TrialFilter(result="good")
    with pytest.raises(InputError, match="whole number from 0"):
        TrialFilter(at_least=-1)


def test_a_share_has_a_jeffreys_interval() -> None:
    share = share_of(8 / 12, 12, 8)
    assert (share.low, share.high) == pytest.approx((0.38756, 0.87546), abs=1e-5)
    assert share.words == "8 of 12 (true share likely 39% to 88%)"
    assert share_of(0.0, 10, 0).low == 0.0


def test_results_stand_beside_their_control_group() -> None:
    rows = [row for row in results("fibromyalgia") if row.trial == "noppers-2011"]
    assert [(row.ketamine.count, row.control.count) for row in rows if row.ketamine and row.control] == [
        (8, 3),
        (2, 2),
    ]
    assert rows[1].when == "8 weeks after the start"


def test_mean_pain_has_the_interval_of_the_difference() -> None:
    row = next(row for row in results("crps") if row.means)
    means = row.means
    assert means
    assert row.words == (
        "mean pain 2.7 of 10 with ketamine and 5.5 with placebo, 2.8 points less (likely 1.4 to 4.1)"
    )
    assert means.difference == pytest.approx(2.68 - 5.45)
    assert (means.low, means.high) == pytest.approx((-4.1427, -1.3973), abs=1e-3)


def test_a_trial_that_found_nothing_is_among_the_results() -> None:
    rows = results("neuropathic-pain")
    assert "20 people: no difference over 35 days" in [row.words for row in rows]
    order = [row.controlled for row in rows]
    assert order == sorted(order, reverse=True)


def test_results_without_a_control_group_say_so() -> None:
    cohort = [row for row in results("chronic-migraine") if not row.controlled]
    assert cohort
    assert all(row.words.endswith("no control group") for row in cohort)


def test_no_result_is_made_up_where_there_is_no_trial() -> None:
    assert results("osteoarthritis") == ()
    assert harms("osteoarthritis") == ()


def test_an_implausible_count_of_harm_is_not_shown() -> None:
    assert "tankha-2025" not in {row.trial for row in harms("mixed-refractory", most=20)}
