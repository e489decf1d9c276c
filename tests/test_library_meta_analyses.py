"""Meta-analyses are kept as printed, name the trials they share with the library, and what is missing is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from painloop import regimen
from painloop.errors import LibraryError
from painloop.library import entries, ids, load
from painloop.library.left_out import trials_left_out
from painloop.library.schema import MetaAnalysis, Trial
from painloop.library.schema.trials import Pooled

PAGE = Path(__file__).parents[1] / "docs" / "trials_library.md"


def meta_analyses() -> list[MetaAnalysis]:
    return [entry for entry in entries("meta_analyses") if isinstance(entry, MetaAnalysis)]


def all_pooled() -> list[tuple[str, Pooled]]:
    return [(study.id, one) for study in meta_analyses() for one in study.pooled]


def nrs_difference(study: str, hours: float) -> Pooled:
    found = [
        one
        for one in load("meta_analyses", study).pooled
        if one.quantity == "nrs_difference" and one.time_h[0] <= hours <= one.time_h[1]
    ]
    assert len(found) == 1, f"{study} at {hours} h"
    return found[0]


@pytest.mark.parametrize(
    ("study", "hours", "value", "interval"),
    [
        ("moradi-2024", 0.25, -1.32, (-1.73, -0.90)),
        ("moradi-2024", 2, -1.25, (-1.76, -0.74)),
        ("moradi-2024", 120, -1.34, (-2.29, -0.39)),
        ("moradi-2024", 700, -0.99, (-2.00, 0.03)),
        ("moradi-2024", 1500, -1.09, (-1.86, -0.32)),
        ("michelet-2018", 672, -1.12, (-2.33, 0.09)),
        ("orhurhu-2019", 168, -1.83, (-2.35, -1.31)),
        ("guimaraes-2022", 168, -2.14, (-2.65, -1.63)),
        ("guimaraes-2022", 720, -1.68, (-2.25, -1.12)),
    ],
)
def test_pooled_differences_are_those_of_the_abstracts(
    study: str, hours: float, value: float, interval: tuple[float, float]
) -> None:
    """Abstracts of Moradi 2024 (11375/30408), Michelet 2018, Orhurhu 2019 and Guimarães Pereira 2022; exact."""
    pooled = nrs_difference(study, hours)
    assert (pooled.value, pooled.ci95) == (value, interval)
    assert pooled.confidence == "verified"


@pytest.mark.parametrize(
    ("hours", "printed", "interval"), [(12, -15.79, (-32.09, 0.51)), (700, -5.32, (-15.51, 4.87))]
)
def test_the_cochrane_review_is_brought_from_0_100_to_0_10(
    hours: float, printed: float, interval: tuple[float, float]
) -> None:
    """Ferraro 2025 (PMID 40819842) prints 0-100; its third decimal is exact, so a tenth must agree to 1e-9."""
    pooled = nrs_difference("ferraro-2025", hours)
    assert pooled.value == pytest.approx(printed / 10, abs=1e-9)
    assert pooled.ci95 == pytest.approx([end / 10 for end in interval], abs=1e-9)
    assert pooled.confidence == "derived"


def test_every_interval_holds_its_value_and_ratios_are_centred_on_the_log_scale() -> None:
    """A mean difference lies in the middle of its interval, a ratio in the middle of the logarithms.

    Published intervals are rounded to two decimals, which moves the middle by at most 0.03 points and 4 % of a ratio.
    """
    checked = 0
    for study, one in all_pooled():
        if one.ci95 is None or one.quantity in ("responders_30", "standardised_difference"):
            continue
        low, high = one.ci95
        if one.quantity == "risk_ratio":
            assert one.value == pytest.approx((low * high) ** 0.5, rel=0.04), study
        else:
            assert one.value == pytest.approx((low + high) / 2, abs=0.03), study
        checked += 1
    assert checked > 15


def test_meta_analyses_share_only_trials_that_the_library_has() -> None:
    unknown = {one for study in meta_analyses() for one in study.includes} - set(ids("trials"))
    assert not unknown


def test_a_review_cannot_pool_a_trial_that_is_younger_than_itself() -> None:
    for study in meta_analyses():
        assert study.citation is not None
        for one in study.includes:
            trial = load("trials", one)
            assert trial.citation.year <= study.citation.year, f"{study.id} pools {one}"


def test_a_list_of_trials_that_nobody_read_is_empty_or_called_likely() -> None:
    for study in meta_analyses():
        assert study.includes_known != "unknown" or not study.includes, study.id
        if study.includes_known == "likely":
            assert any("list of" in text or "table of" in text for text in study.not_read), study.id


def test_recalled_numbers_have_no_interval_to_be_judged_by() -> None:
    recalled = [one for _, one in all_pooled() if one.confidence == "memory"]
    assert recalled
    assert all(one.ci95 is None for one in recalled if one.quantity == "nrs_difference")


def test_every_regimen_of_every_trial_can_be_read() -> None:
    for trial in entries("trials"):
        assert isinstance(trial, Trial)
        for arm in trial.arms:
            if arm.regimen is not None:
                regimen.read(arm.regimen)


def test_a_trial_with_a_course_calls_its_arms_as_the_course_does() -> None:
    for trial in entries("trials"):
        assert isinstance(trial, Trial)
        if trial.course is None:
            continue
        named = {result.arm for result in load("regimens", trial.course).observed}
        assert named <= {arm.name for arm in trial.arms}, trial.id


def test_each_trial_has_a_dose_of_ketamine_or_says_that_it_was_not_read() -> None:
    for trial in entries("trials"):
        assert isinstance(trial, Trial)
        dosed = any(arm.regimen for arm in trial.arms if arm.role == "ketamine")
        assert dosed or any("regimen" in text or "dose" in text for text in trial.not_read), trial.id


def test_each_trial_is_of_a_condition_of_the_library() -> None:
    assert all(load("conditions", trial.condition) for trial in entries("trials") if trial.condition)


def test_what_was_left_out_is_not_in_and_says_why() -> None:
    left_out = trials_left_out()
    names = [one.id for one in left_out]
    assert len(names) == len(set(names))
    assert not set(names) & set(ids("trials"))
    assert all(len(one.reason.split()) > 4 for one in left_out)


def test_the_page_names_every_trial_review_and_study_left_out() -> None:
    text = PAGE.read_text(encoding="utf-8")
    wanted = [*ids("trials"), *ids("meta_analyses"), *(one.id for one in trials_left_out())]
    assert [name for name in wanted if f"`{name}`" not in text] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("left_out: []\n", "left_out: list the studies"),
        ("left_out: [{id: a, title: b, reason: c}]\n", "left_out.0: give id, reason, source, title"),
        ("left_out: [{id: a, title: b, reason: '', source: d}]\n", "left_out.0.reason"),
    ],
)
def test_a_wrong_list_of_what_was_left_out_is_refused_in_one_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError, match=said):
        trials_left_out(path)
