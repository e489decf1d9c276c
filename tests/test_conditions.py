"""Conditions: who may be simulated, what was read for each, and which effects nobody has tried."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from pydantic import ValidationError
from scipy import optimize, stats

from painloop import library
from painloop.cli.library import command as library_command
from painloop.cli.simulate import command as simulate_command
from painloop.library.reading import read_mapping
from painloop.library.schema.base import WEAK_CONFIDENCES
from painloop.library.schema.conditions import Condition

CONDITIONS = library.ids("conditions")
ASKED = {
    "crps", "diabetic-neuropathy", "neuropathic-pain", "nerve-compression", "spinal-cord-injury",
    "post-herpetic-neuralgia", "phantom-limb", "fibromyalgia", "chronic-migraine", "osteoarthritis",
    "chronic-post-surgical", "cancer-pain", "mixed-refractory", "acute-post-operative",
}  # fmt: skip
UNTRIED = {"diabetic-neuropathy", "chronic-migraine", "osteoarthritis", "chronic-post-surgical"}
"""No controlled trial of systemic ketamine as a treatment: creams, joint injections, attacks, prevention only."""
INJURED = {"nerve-compression", "neuropathic-pain", "phantom-limb", "spinal-cord-injury"}
PEOPLE = 400_000
WEEK_MEANS = 1e-2
"""Monte-Carlo error of a share of 400 000 people is 0.0008, of a mean fall 0.003; rounding to 3 digits adds 0.002."""


def condition(name: str) -> Condition:
    one: Condition = library.load("conditions", name)
    return one


def placebo_arm(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Baseline and end of a placebo arm, drawn here from the file by another way than the simulator's.

    Baselines by rejection from the normal distribution whose cut mean is the published one; usual levels from the
    stability of ratings; the end is the mean of seven ratings with autocorrelation.
    """
    one, noise = condition(name), library.load("outcomes", condition(name).noise.outcome).parameters
    random = np.random.default_rng(20_261_122)
    mean, sd, low = (getattr(one.baseline, key).number for key in ("mean", "sd", "entry_threshold"))
    r = one.regression_to_the_mean.stability_r.number

    def cut_mean(location: float) -> float:
        a, b = (low - location) / sd, (10.0 - location) / sd
        share = stats.norm.cdf(b) - stats.norm.cdf(a)
        return float(location + sd * (stats.norm.pdf(a) - stats.norm.pdf(b)) / share)

    location = optimize.brentq(lambda m: cut_mean(m) - mean, mean - 5.0, mean + 5.0)
    drawn = random.normal(location, sd, 3 * PEOPLE)
    before = drawn[(drawn >= low) & (drawn <= 10.0)][:PEOPLE]
    assert before.size == PEOPLE
    usual = location + r * (before - location) + sd * math.sqrt(r * (1.0 - r)) * random.normal(size=PEOPLE)
    responds = random.random(PEOPLE) < one.placebo.responder_probability.number
    level = np.clip(usual, 0.0, 10.0) * (1.0 - responds * one.placebo.responder_effect.number)
    days = np.arange(7)
    alike = noise["autocorrelation_1d"].number ** np.abs(days[:, None] - days[None, :])
    week = noise["within_person_sd"].number * math.sqrt(alike.mean())
    return before, level + week * random.normal(size=PEOPLE)


def test_every_condition_that_was_asked_for_is_there() -> None:
    assert set(CONDITIONS) >= ASKED


@pytest.mark.parametrize("name", CONDITIONS)
def test_pain_at_the_start_lies_within_the_scale(name: str) -> None:
    baseline = condition(name).baseline
    assert 0.0 <= baseline.entry_threshold.number < baseline.mean.number < 10.0
    assert 0.0 < baseline.sd.number < 4.0


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_grade_of_evidence_has_a_source_and_its_reach_a_reason(name: str) -> None:
    one = condition(name)
    assert one.evidence.grade
    assert one.evidence.sources
    assert len(one.ketamine_effect.statement.split()) > 10


@pytest.mark.parametrize("name", CONDITIONS)
def test_what_drives_the_pain_is_said_and_marked_as_textbook(name: str) -> None:
    one = condition(name)
    assert one.drivers
    assert one.descriptors
    assert {driver.confidence for driver in one.drivers.values()} == {"memory"}


def test_exactly_the_untried_conditions_have_an_unknown_effect_centred_on_none() -> None:
    effects = {name: condition(name).ketamine_effect for name in CONDITIONS}
    assert {name for name, effect in effects.items() if effect.status == "unknown"} == UNTRIED
    for name, effect in effects.items():
        scale = (effect.scale_low, effect.scale_high)
        assert scale == ((-1.0, 1.0) if name in UNTRIED else (1.0, 1.0))


@pytest.mark.parametrize("name", sorted(UNTRIED))
def test_an_unknown_effect_is_said_in_plain_words_not_borrowed(name: str) -> None:
    effect = condition(name).ketamine_effect
    assert "not known" in effect.statement
    assert "not borrowed" in effect.statement
    assert effect.confidence in WEAK_CONFIDENCES


@pytest.mark.parametrize("name", sorted(ASKED - UNTRIED - {"crps"}))
def test_an_effect_carried_over_from_crps_says_so_and_is_assumed(name: str) -> None:
    effect = condition(name).ketamine_effect
    assert "CRPS-1" in effect.statement
    assert effect.confidence == "assumed"


def test_a_lesion_stands_only_where_a_nerve_or_the_cord_is_injured_and_says_which_animals() -> None:
    assert {name for name in CONDITIONS if condition(name).lesion} == INJURED
    for name in INJURED:
        lesion = condition(name).lesion
        assert lesion
        assert "rats" in lesion.statement
        values = [lesion.chloride_reversal_mV, lesion.inhibition_scale, lesion.ongoing_C_Hz]
        assert all(value.value is not None and "animals" in (value.note or "") for value in values if value)


@pytest.mark.parametrize(
    ("name", "fall"),
    [
        pytest.param("diabetic-neuropathy", 1.45, id="Cepeda 2012, diabetic"),
        pytest.param("post-herpetic-neuralgia", 1.16, id="Cepeda 2012, postherpetic"),
        pytest.param("spinal-cord-injury", 0.44, id="Cepeda 2012, central"),
        pytest.param("cancer-pain", 0.69, id="Johnson 2010"),
        pytest.param("osteoarthritis", 1.765, id="duloxetine, mean of 1.73 and 1.80"),
    ],
)
def test_the_mean_fall_on_placebo_is_the_published_one(name: str, fall: float) -> None:
    before, after = placebo_arm(name)
    assert (before - after).mean() == pytest.approx(fall, abs=WEEK_MEANS)


@pytest.mark.parametrize(
    ("name", "part", "share"),
    [
        pytest.param("diabetic-neuropathy", 0.5, 0.20, id="Cepeda 2012, diabetic"),
        pytest.param("post-herpetic-neuralgia", 0.5, 0.115, id="Cepeda 2012, postherpetic"),
        pytest.param("spinal-cord-injury", 0.5, 0.072, id="Cepeda 2012, central"),
        pytest.param("nerve-compression", 0.5, 0.15, id="Arakawa 2015, post-traumatic"),
        pytest.param("cancer-pain", 0.3, 0.21, id="Johnson 2010"),
    ],
)
def test_the_share_of_placebo_responders_is_the_published_one(name: str, part: float, share: float) -> None:
    before, after = placebo_arm(name)
    assert ((before - after) >= part * before).mean() == pytest.approx(share, abs=WEEK_MEANS)


def test_pain_after_surgery_halves_as_the_first_day_of_7293_people_says() -> None:
    """0.042 points an hour for 24 h (10.1097/01.j.pain.0000460352.07836.0d) from the baseline of the file."""
    one = condition("acute-post-operative")
    healing = one.natural_course.resolution_half_life_d
    assert healing is not None
    per_day = 24.0 * 0.042 / one.baseline.mean.number
    assert healing.number == pytest.approx(math.log(2.0) / per_day, abs=0.05)  # rounded to a tenth of a day
    assert one.natural_course.drift_per_week.number == 0.0


@pytest.mark.parametrize("name", sorted(set(CONDITIONS) - {"acute-post-operative"}))
def test_no_drift_carries_chronic_pain_off_the_scale_within_a_year(name: str) -> None:
    one = condition(name)
    assert one.natural_course.resolution_half_life_d is None
    assert abs(52.0 * one.natural_course.drift_per_week.number) < 0.5


def broken(change: dict[str, Any]) -> str:
    raw = read_mapping(Path(library.loader.LIBRARY) / "conditions" / "osteoarthritis.yaml")
    with pytest.raises(ValidationError) as refused:
        Condition.model_validate({**raw, **change})
    return str(refused.value)


def test_it_refuses_an_unknown_effect_that_leans_to_benefit() -> None:
    effect = condition("osteoarthritis").ketamine_effect.model_dump() | {"scale_low": 0.0}
    assert "centred on none" in broken({"ketamine_effect": effect})


def test_it_refuses_a_studied_effect_that_is_scaled() -> None:
    effect = condition("crps").ketamine_effect.model_dump() | {"scale_high": 1.5}
    assert "scale_low 1 and scale_high 1" in broken({"ketamine_effect": effect})


def test_it_refuses_a_lesion_that_changes_nothing_and_a_silent_lack_of_one() -> None:
    assert "at least one" in broken({"lesion": {"statement": "a nerve is cut"}})
    assert "lesion_note" in broken({"lesion_note": None})


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_card_shows_the_reach_of_the_evidence_and_what_drives_the_pain(name: str) -> None:
    one = condition(name)
    shown = CliRunner().invoke(
        library_command, ["show", f"conditions/{name}"], catch_exceptions=False, env={"COLUMNS": "100"}
    )
    text = " ".join(shown.stdout.split())
    assert one.ketamine_effect.statement in text
    assert ("UNKNOWN" in text) == (name in UNTRIED)
    said = [*(driver.says for driver in one.drivers.values()), *(it.says for it in one.descriptors)]
    assert [words for words in said if words not in text] == []
    assert (one.lesion.statement if one.lesion else one.lesion_note or "") in text


def test_the_list_keeps_ids_whole_and_titles_readable_at_80_columns() -> None:
    shown = CliRunner().invoke(
        library_command, ["list", "conditions"], catch_exceptions=False, env={"COLUMNS": "80"}
    )
    lines = shown.stdout.splitlines()
    assert max(len(line) for line in lines) <= 80
    for name in CONDITIONS:
        assert any(
            line.startswith(f"  {name} ") and line.rstrip().endswith(condition(name).title) for line in lines
        )


@pytest.mark.parametrize("name", ["osteoarthritis", "post-herpetic-neuralgia", "acute-post-operative"])
def test_one_patient_on_placebo_runs(name: str) -> None:
    asked = ["placebo", "--condition", name, "--patients", "1", "--days", "14", "--json"]
    told = json.loads(CliRunner().invoke(simulate_command, asked, catch_exceptions=False).stdout)
    assert told["condition"]["id"] == name


def test_the_documentation_gives_every_condition_the_grade_and_status_of_its_file() -> None:
    page = (Path(__file__).parents[1] / "docs" / "conditions.md").read_text(encoding="utf-8")
    for name in CONDITIONS:
        one = condition(name)
        lesion = "yes" if one.lesion else "no"
        assert f"| `{name}` | {one.evidence.grade} | {one.ketamine_effect.status} | {lesion} |" in page
