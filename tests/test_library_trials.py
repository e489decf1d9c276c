"""Trials, the drugs they compare with, and meta-analyses: every study has a file or a reason, nothing is padded."""

from __future__ import annotations

from collections import defaultdict
from io import StringIO
from typing import Any

import pytest
import yaml
from pydantic import ValidationError
from rich.console import Console

from painloop import regimen
from painloop.library import ids, load
from painloop.library.cards import card
from painloop.library.loader import LIBRARY
from painloop.library.schema.base import WEAK_CONFIDENCES, Entry
from painloop.library.schema.courses import Course, Observed
from painloop.library.schema.posteriors import Posterior, RivalPosterior
from painloop.library.schema.trials import Contrast, Control, MetaAnalysis, Trial
from painloop.outcomes import cotreatments

TRIALS = ids("trials")
ROUNDING_H = 0.01
"""Days of visits are written to four decimals: 40 min are 0.0278 d."""

STUDIES_AND_FILES = {
    "sigtermans2009_crps": "sigtermans-2009",
    "schwartzman2009_crps": "schwartzman-2009",
    "goldberg2005_crps": "goldberg-2005",
    "goldberg2010_crps": "goldberg-2010",
    "kiefer2008_coma_crps": "kiefer-2008",
    "correll2004_crps": "correll-2004",
    "pickering2020_ketapain": "pickering-2020",
    "kvarnstrom2004_sci": "kvarnstrom-2004",
    "amr2011_epidural_sci": "amr-2011-epidural",
    "eide1994_phn": "eide-1994",
    "eide1995_phn_sc": "eide-1995",
    "max1995_posttraumatic": "max-1995",
    "max1995_posttraumatic_results": "max-1995",
    "rabben2001_orofacial": "rabben-2001",
    "eichenberger2008_phantom": "eichenberger-2008",
    "noppers2011_fm": "noppers-2011",
    "gravennielsen2000_fm": "graven-nielsen-2000",
    "sorensen1995_fm": "sorensen-1995",
    "sorensen1997_fm": "sorensen-1997",
    "cohen2006_fm_test": "cohen-2006",
    "eskefib_protocol": "javorcikova-2021",
    "corriger2022_okapi": "corriger-2022",
    "huge2010_in": "huge-2010",
    "carr2004_in_btp": "carr-2004",
    "riediger2015_in_pca": "riediger-2015",
    "pomeroy2017_cm": "pomeroy-2017",
    "lauritsen2016_cm": "lauritsen-2016",
    "charles_cm_ket_memantine": "charles-ketamine-memantine",
    "mercadante2000_cancer": "mercadante-2000",
    "fallon2018_cancer_np": "fallon-2018",
    "marchetti2015_oral": "marchetti-2015",
    "nielsen2017_spine": "nielsen-2017",
    "nielsen2019_spine_1y": "nielsen-2019",
    "loftus2010_spine": "loftus-2010",
    "brinck2021_pca": "brinck-2021",
    "sveticic2008_pca": "sveticic-2008",
    "bariatric2021": "seman-2021",
    "bosma2018_np_predictor": "bosma-2018",
    "patil2012_outpatient": "patil-2012",
    "tankha2025_cleveland": "tankha-2025",
    "rocket_protocol": "peyton-2024",
    "stubhaug1997_surgery": "stubhaug-1997",
    "nikolajsen1996_phantom": "nikolajsen-1996",
    "persson2012_wad": "persson-2012",
    "kim2013_acute_sci": "kim-2013",
    "kang2015_phn": "kang-2015",
    "etchison2018_migraine_ed": "etchison-2018",
    "phn_esketamine_pending": "phn-esketamine-registered",
    "fm_esketamine_pending": "fibromyalgia-esketamine-registered",
    "lynch2005_topical": "lynch-2005",
    "topical5_dpn": "topical-dpn-5-percent",
    "intraarticular_knee_oa": "knee-intra-articular",
    "rigo2017_oral": "rigo-2017",
    "almukhaizeem2023_oral": "al-mukhaizeem-2023",
    "ketcrps2_protocol": "mangnus-2023",
    "kalpas_protocol": "wang-2024",
    "phn_prf_esketamine_pca_retro": "phn-radiofrequency-esketamine",
    "nct00961194_oral_np": "nct00961194",
    "vranken2005_iontophoresis": "vranken-2005",
    "mcnicol2014_cpsp": "mcnicol-2014",
}
"""Each study of the list that was compiled before, and its file or its entry among those left out."""

SAME_PEOPLE = {
    "tuebingen-crps": {"kiefer-2008", "kiefer-2008-pilot"},
    "oslo-phn": {"eide-1994", "eide-1995"},
    "linkoping-fibromyalgia": {"graven-nielsen-2000", "sorensen-1995", "sorensen-1997"},
    "linkoping-whiplash": {"lemming-2005", "persson-2012"},
    "nielsen-2017": {"nielsen-2017", "nielsen-2019"},
    "jefferson-headache": {"pomeroy-2017", "schwenk-2018"},
}
"""Studies of the same people, or of people of one clinic who may be the same."""


CONTRADICTED = {("schwenk-2018", "fall_of_2_points")}
"""Shares that the source prints with a count that gives another share; the note of each says so."""


def rendered(entry: Entry, columns: int = 100) -> str:
    """The card of an entry with its line breaks and paddings removed."""
    console = Console(width=columns, record=True, file=StringIO())
    console.print(card(entry))
    return " ".join(console.export_text().split())


def shown_card(kind: str, one: str) -> str:
    return rendered(load(kind, one))


def left_out() -> dict[str, dict[str, Any]]:
    content = yaml.safe_load((LIBRARY / "limits" / "trials-left-out.yaml").read_text(encoding="utf-8"))
    return {one["id"]: one for one in content["left_out"]}


def course_of(trial: Trial) -> Course | None:
    return load("regimens", trial.course) if trial.course else None


def results_of(trial: Trial) -> list[Observed | Contrast]:
    course = course_of(trial)
    return [*trial.observed, *trial.contrasts, *(course.observed if course else ())]


@pytest.mark.parametrize(("study", "where"), STUDIES_AND_FILES.items())
def test_a_known_study_is_a_file_or_says_why_not(study: str, where: str) -> None:
    assert (where in TRIALS) != (where in left_out()), study


def test_what_is_left_out_has_a_reason_and_a_source() -> None:
    assert [
        key for key, one in left_out().items() if not (one["title"] and one["reason"] and one["source"])
    ] == []


@pytest.mark.parametrize("one", TRIALS)
def test_what_an_arm_is_given_can_be_read_or_is_said_to_be_unread(one: str) -> None:
    trial: Trial = load("trials", one)
    for arm in trial.arms:
        if arm.role != "ketamine":
            continue
        if arm.regimen is None:
            assert any("regimen" in said or "dose" in said for said in trial.not_read), arm.name
        else:
            assert regimen.read(arm.regimen, allow_extreme=True).prescriptions, arm.name


@pytest.mark.parametrize("one", TRIALS)
def test_a_regimen_that_is_not_as_printed_says_what_was_supposed(one: str) -> None:
    arms = load("trials", one).arms
    noted = {arm.regimen for arm in arms if arm.regimen_note}
    supposed = {arm.regimen for arm in arms if arm.regimen_confidence in WEAK_CONFIDENCES and arm.regimen}
    assert supposed <= noted


@pytest.mark.parametrize("one", [one for one in TRIALS if load("trials", one).course])
def test_a_trial_has_the_arms_and_numbers_of_its_course(one: str) -> None:
    trial: Trial = load("trials", one)
    course = course_of(trial)
    assert course is not None
    numbers = {arm.name: arm.n for arm in trial.arms}
    assert {arm.name: numbers.get(arm.name, "no such arm") for arm in course.arms} == {
        arm.name: arm.n for arm in course.arms
    }
    assert trial.condition == course.condition


@pytest.mark.parametrize("one", [one for one in TRIALS if load("trials", one).course])
def test_no_result_of_a_course_is_kept_twice(one: str) -> None:
    trial: Trial = load("trials", one)
    course = course_of(trial)
    assert course is not None
    kept = {(result.arm, result.time_h, result.quantity) for result in course.observed}
    assert [r.quantity for r in trial.observed if (r.arm, r.time_h, r.quantity) in kept] == []


@pytest.mark.parametrize("one", TRIALS)
def test_results_lie_within_the_follow_up(one: str) -> None:
    trial: Trial = load("trials", one)
    end_h = max(24 * (visit.day + visit.late_d) for visit in trial.visits) + ROUNDING_H
    late = [one.quantity for one in results_of(trial) if one.time_h is not None and one.time_h > end_h]
    assert late == []


@pytest.mark.parametrize("one", TRIALS)
def test_a_trial_names_a_condition_and_what_to_look_at_when(one: str) -> None:
    trial: Trial = load("trials", one)
    assert trial.condition in ids("conditions")
    assert trial.visits
    assert trial.endpoints


@pytest.mark.parametrize("one", [one for one in TRIALS if load("trials", one).randomised])
def test_a_randomised_trial_is_analysed_by_a_comparison(one: str) -> None:
    trial: Trial = load("trials", one)
    assert len(trial.arms) > 1
    assert trial.analysis is not None
    assert trial.analysis.method != "none"


def test_people_who_may_be_the_same_are_held_out_together() -> None:
    together: dict[str, set[str]] = defaultdict(set)
    for one in TRIALS:
        together[load("trials", one).held_out_with].add(one)
    assert {name: members for name, members in together.items() if len(members) > 1} == SAME_PEOPLE


@pytest.mark.parametrize("one", TRIALS)
def test_a_share_is_its_count(one: str) -> None:
    counted = [result for result in load("trials", one).observed if result.count is not None]
    for result in counted:
        if (one, result.quantity) in CONTRADICTED:
            assert result.note
            continue
        assert result.n is not None
        assert result.value == pytest.approx(result.count / result.n, abs=5e-4), result.quantity


def test_an_active_arm_and_its_control_name_each_other() -> None:
    named = {
        arm.control: one for one in TRIALS for arm in load("trials", one).arms if arm.control is not None
    }
    assert set(named) == set(ids("controls"))
    for control, trial in named.items():
        entry: Control = load("controls", control)
        assert entry.observed_in == trial
        assert 0 <= entry.parameters["relief"].number < 1
        assert {entry.parameters[key].unit for key in ("peak_h", "half_life_h")} == {"h"}


def test_relief_beyond_placebo_is_what_it_leaves_of_the_pain_that_placebo_leaves() -> None:
    """Max 1995 prints mean peak reliefs of 46 % on alfentanil and 22 % on placebo; Kvarnstrom 2003 34 % and 22 %."""
    for control, drug, placebo in (
        ("max-1995-alfentanil", 0.46, 0.22),
        ("kvarnstrom-2003-lidocaine", 0.34, 0.22),
    ):
        relief = load("controls", control).parameters["relief"].number
        assert (1 - relief) * (1 - placebo) == pytest.approx(1 - drug, abs=1e-3)


def test_an_active_placebo_has_no_effect_of_its_own() -> None:
    for control in ("noppers-2011-midazolam", "persson-2012-midazolam"):
        relief = load("controls", control).parameters["relief"]
        assert (relief.number, relief.confidence) == (0.0, "assumed")


def test_magnesium_runs_beside_ketamine() -> None:
    beside = {arm.name: arm.beside for arm in load("trials", "pickering-2020").arms}
    assert [cotreatments.parse(name).entry.id for name in beside["ketamine and magnesium"]] == [
        "pickering-2020-magnesium"
    ]
    assert beside["ketamine"] == beside["placebo"] == ()


def test_a_stand_in_is_called_one() -> None:
    """What the 256 patients of Corriger 2022 were given was not read; the arm must not look as if it was."""
    arm = load("trials", "corriger-2022").arms[0]
    assert arm.regimen_confidence == "assumed"
    assert "STAND-IN" in arm.regimen_note


@pytest.mark.parametrize("one", ids("meta_analyses"))
def test_a_meta_analysis_names_trials_and_conditions_that_exist(one: str) -> None:
    analysis: MetaAnalysis = load("meta_analyses", one)
    assert set(analysis.includes) <= set(TRIALS)
    assert set(analysis.conditions) <= set(ids("conditions"))
    for pooled in analysis.pooled:
        if pooled.ci95 is not None:
            assert pooled.ci95[0] <= pooled.value <= pooled.ci95[1]


COMPARISON = {"arm": "a", "against": "b", "time_h": 1.0, "quantity": "nrs", "source": "a paper"}


def test_a_printed_comparison_may_be_only_a_p_value() -> None:
    only_p = Contrast.model_validate({**COMPARISON, "value": None, "p": 0.07, "confidence": "verified"})
    assert (only_p.p, only_p.p_is) == (0.07, "exact")
    for wrong in ({"value": None, "confidence": "verified"}, {"value": 1.0, "confidence": "missing"}):
        with pytest.raises(ValidationError, match="missing"):
            Contrast.model_validate({**COMPARISON, **wrong})


def test_a_card_of_a_trial_shows_the_results_of_its_course() -> None:
    shown = shown_card("trials", "sigtermans-2009")
    for piece in (
        "2.68",
        "sem 0.51",
        "leiden-crps",
        "week 12 (day 84)",
        "pain over 12 weeks: auc (PRIMARY)",
        "<= 0.001",
    ):
        assert piece in shown


@pytest.mark.parametrize("columns", [80, 100])
def test_a_comparison_loses_no_word_in_a_narrow_window(columns: int) -> None:
    trial: Trial = load("trials", "pickering-2020")
    shown = rendered(trial, columns)
    note = trial.contrasts[0].note
    assert note is not None
    assert [word for word in note.split() if word not in shown.split("Printed comparisons")[1]] == []


def test_a_card_of_a_trial_says_which_arm_is_not_run_and_which_dose_is_supposed() -> None:
    assert "NOT RUN" in shown_card("trials", "patil-2012")
    assert "run as: ketamine 0.7 mg/kg iv over 2 h, daily for 4 days (! assumed)" in shown_card(
        "trials", "corriger-2022"
    )


def test_a_card_of_a_meta_analysis_says_that_it_is_never_fitted() -> None:
    shown = shown_card("meta_analyses", "michelet-2018")
    assert "compared with, never fitted" in shown
    assert "-1.42" in shown


def test_a_card_of_a_posterior_gives_weights_and_the_middle_of_the_draws() -> None:
    posterior = Posterior(
        id="painloop-2026",
        kind="posteriors",
        title="A posterior",
        compiled="for this test",
        read=("nothing",),
        limits=("It is made up.",),
        version="1",
        fitted_to=("sigtermans-2009",),
        inputs="abc",
        rivals={
            "none": RivalPosterior(weight=0.25, parameters=(), draws=((),)),
            "effect_delay": RivalPosterior(
                weight=0.75, parameters=("C50",), draws=tuple((float(k),) for k in range(1, 102))
            ),
        },
    )
    shown = rendered(posterior)
    for piece in ("0.25 none of its own", "0.75 C50 51 6 to 96", "fitted to sigtermans-2009"):
        assert piece in shown
