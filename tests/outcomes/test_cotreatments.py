"""Co-treatments: what is read from words, that nothing removes pain without a source, and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painloop import library
from painloop.errors import InputError
from painloop.outcomes import cotreatments
from painloop.outcomes.cotreatments import Given

DAYS = st.floats(0.0, 1000.0).map(lambda day: round(day, 3))


def test_the_usual_ones_are_known() -> None:
    assert {
        "physiotherapy",
        "psychotherapy",
        "magnesium",
        "midazolam",
        "clonidine",
        "ondansetron",
        "opioid",
    } <= set(cotreatments.known())
    assert len(cotreatments.known()) == len(library.ids("cotreatments"))


@pytest.mark.parametrize("name", cotreatments.known())
def test_no_source_gives_an_effect_on_pain_and_the_report_says_so(name: str) -> None:
    one = Given(name)
    assert one.effect_on_pain == 0.0
    assert one.entry.parameters["effect_on_pain"].confidence == "assumed"
    assert "no source gives it an effect on pain beside ketamine" in one.says
    assert one.says.endswith(".")
    assert "\n" not in one.says


def test_magnesium_stands_beside_the_trial_that_saw_no_benefit() -> None:
    """Pickering 2020 prints areas of 196 with and 185 without: a mean over 35 days of 5.60 against 5.29."""
    p = Given("magnesium").entry.published
    assert p["area_with"].number / 35.0 == pytest.approx(5.60, abs=0.005)
    assert p["area_without"].number / 35.0 == pytest.approx(5.29, abs=0.005)
    low, high = p["effect_size"].ci95  # type: ignore[misc]
    assert low < 0.0 < high


def test_midazolam_takes_from_dissociation_and_not_from_pain() -> None:
    change = Given("midazolam").entry.published["CADSS_change"]
    assert (change.number, change.ci95) == (-10.3, (-17.1, -3.4))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("physiotherapy", Given("physiotherapy")),
        ("physiotherapy from day 7 to 60", Given("physiotherapy", 7.0, 60.0)),
        ("Physiotherapy  from day 7 until day 60", Given("physiotherapy", 7.0, 60.0)),
        ("midazolam from day 2.5", Given("midazolam", 2.5)),
        ("opioid to day 30", Given("opioid", 0.0, 30.0)),
    ],
)
def test_days_are_read_from_words(text: str, wanted: Given) -> None:
    assert cotreatments.parse(text) == wanted


@given(st.sampled_from(cotreatments.known()), DAYS, DAYS)
def test_what_is_written_is_what_is_read(name: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    if low < high:
        assert cotreatments.parse(f"{name} from day {low} to {high}") == Given(name, low, high)
    else:
        with pytest.raises(InputError, match="give a later end"):
            cotreatments.parse(f"{name} from day {low} to {high}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("physiotheraphy", "did you mean physiotherapy"),
        ("crystals", "use one of"),
        ("", "write it as"),
        ("physiotherapy from day x", "not a number"),
        ("physiotherapy from day -1", "not a number at or above 0"),
        ("physiotherapy from day inf", "not a number"),
        ("physiotherapy from day 9 to 3", "give a later end"),
        ("physiotherapy from day 7 to 60 or so", "not a number|no co-treatment"),
    ],
)
def test_a_wrong_cotreatment_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        cotreatments.parse(text)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


def test_pain_is_left_alone_by_all_of_them_together() -> None:
    time = np.linspace(0.0, 2400.0, 50)
    everything = [Given(name) for name in cotreatments.known()]
    assert (cotreatments.factor(everything, time) == 1.0).all()
    assert (cotreatments.factor([], time) == 1.0).all()


class Effective(Given):
    """A co-treatment to which a source would give an effect."""

    @property
    def effect_on_pain(self) -> float:
        return 0.2


def test_an_effect_of_a_source_would_act_while_it_runs_and_multiply() -> None:
    time = np.array([0.0, 6.9, 7.0, 30.0, 59.9, 60.0]) * 24.0
    one, other = Effective("physiotherapy", 7.0, 60.0), Effective("psychotherapy", 30.0, math.inf)
    np.testing.assert_allclose(cotreatments.factor([one], time), [1.0, 1.0, 0.8, 0.8, 0.8, 1.0])
    np.testing.assert_allclose(cotreatments.factor([one, other], time), [1.0, 1.0, 0.8, 0.64, 0.64, 0.8])
