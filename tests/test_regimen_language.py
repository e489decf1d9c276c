"""What sentences mean, and that one canonical sentence says it back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies.regimens import almost_regimens, damaged_regimens, regimens

from painloop import library
from painloop.regimen import (
    Caps,
    Dose,
    Every,
    Give,
    Infuse,
    Lower,
    Once,
    PerWeek,
    Phase,
    Ramp,
    Rate,
    Regimen,
    RegimenError,
    Repeat,
    describe,
    ebnf,
    format,  # noqa: A004
    parse,
    read,
)

DESIGN = {
    "S-ketamine 0.3 mg/kg iv over 30 min": None,
    "ketamine 0.5 mg/kg iv over 40 min, twice a week for 3 weeks, then every 4 weeks": None,
    "ketamine 0.35 mg/kg/h iv for 4 h, daily for 10 days, max 25 mg/h": None,
    "ketamine 0.28 mg/kg/h iv for 1 h, then 0.57 mg/kg/h for 1 h, then 1.14 mg/kg/h for 1 h": None,
    "S-ketamine 5 mg/h iv, raise 5 mg/h every 12 h to 20 mg/h, for 100 h": None,
    "ketamine 80 mg iv over 4 h, daily for 5 days, then repeat when pain returns above 5, at most every 4 weeks": None,
    "esketamine 84 mg nasal, twice a week for 4 weeks ; ketamine 25 mg sublingual every 8 h for 30 days": (
        "S-ketamine 84 mg nasal, twice a week for 4 weeks ; ketamine 25 mg sublingual, every 8 h for 30 days"
    ),
}
"""Sentences of the design -> their canonical form, None where it is the same."""

SAME = [
    ("S-ketamine 0.3 mg/kg iv over 30 min", "esketamine 0.3 mg/kg intravenous over 30 minutes"),
    ("S-ketamine 0.3 mg/kg iv over 30 min", "(S)-ketamine 0.3mg/kg IV over 0.5 hours"),
    ("S-ketamine 0.3 mg/kg iv over 30 min", "iv s-ketamine 300 ug/kg over 30 mins"),
    ("S-ketamine 0.3 mg/kg iv over 30 min", "S(+)-ketamine 0.3 mg per kg over 30 min i.v."),
    ("S-ketamine 0.3 mg/kg iv over 30 min", "S-ketamine iv 0.3 milligrams/kg during 1800 s"),
    ("R-ketamine 20 mg im", "arketamine 0.02 g intramuscular"),
    ("ketamine 0.3 mg/kg/h iv for 4 h", "ketamine 5 mcg/kg/min iv for 4 hr"),
    ("ketamine 0.3 mg/kg/h iv for 4 h", "ketamine 5 µg/kg/min iv for 240 minute"),
    ("ketamine 0.3 mg/kg/h iv for 4 h", "ketamine 5 μg / kg / min iv, for 4 hours"),
    ("ketamine 0.3 mg/kg/h iv for 4 h", "ketamine 0.3 mg/h/kg iv for four hours"),
    ("ketamine 20 mg/h/70kg iv for 2 h", "ketamine 20 mg/70kg/h iv for 2 h"),
    ("ketamine 20 mg/h/70kg iv for 2 h", "racemic ketamine 20 mg/h/70 kg over 2 h iv"),
    ("ketamine 35 mg/70kg iv over 40 min", "ketamine 35 mg/70 kg iv over 40 min"),
    ("S-ketamine 32.3 mg HCl nasal", "esketamine hydrochloride 32.3 mg intranasal"),
    ("S-ketamine 28 mg nasal", "esketamine base 28 mg intranasally"),
    ("ketamine 25 mg sublingual, every 8 h for 30 days", "ketamine 25 mg SL three times a day for 30 d"),
    ("ketamine 25 mg oral, every 12 h", "ketamine 25 mg PO twice daily"),
    ("ketamine 25 mg oral, daily for 5 days", "ketamine 25 mg by mouth once daily for 5 days"),
    ("ketamine 25 mg oral, daily for 5 sessions", "ketamine 25 mg oral nightly x5"),
    ("ketamine 25 mg oral, daily for 5 sessions", "ketamine 25 mg oral every day, five times"),
    ("ketamine 25 mg oral, every 2 days", "ketamine 25 mg oral every other day"),
    ("ketamine 25 mg oral, weekly for 6 weeks", "ketamine 25 mg oral once a week for 42 days"),
    ("ketamine 25 mg oral, weekly for 6 weeks", "ketamine 25 mg oral every week for six weeks"),
    ("ketamine 25 mg oral, 3 times a week for 2 weeks", "ketamine 25 mg oral three times a week for 2 wk"),
    ("ketamine 25 mg oral, every 30 days", "ketamine 25 mg oral every 30 days"),
    ("ketamine 25 mg oral", "ketamine 25 mg oral once"),
    ("ketamine 0.3 mg/kg iv, then 0.3 mg/kg/h for 4 h", "ketamine bolus 0.3 mg/kg, then 0.3 mg/kg/h for 4 h"),
    ("ketamine 0.3 mg/kg iv", "ketamine 0.3 mg/kg iv bolus"),
    (
        "ketamine 0.3 mg/kg iv over 15 min, then 0.3 mg/kg/h for 4 h",
        "ketamine 0.3 mg/kg iv over 15 min then 0.3 mg/kg/h iv for 4 h",
    ),
    (
        "ketamine 10 mg/h iv, raise 10 mg/h every 12 h to 40 mg/h, for 5 days",
        "ketamine 10 mg/h iv for 120 h, increased by 10 mg/h every 12 hours up to 40 mg/h",
    ),
    (
        "ketamine 80 mg iv over 4 h, daily for 5 days, max 25 mg/h, max 60 mg, max 100 mg/day",
        "ketamine 80 mg iv over 4 h, max 60 mg, no more than 25 mg/h, daily for 5 days, at most 100 mg/day",
    ),
    (
        "ketamine 80 mg iv over 4 h, then repeat when pain returns above 5, at most every 4 weeks",
        "ketamine 80 mg iv over 4 h, repeat if NRS is above 5, max every 28 days",
    ),
    (
        "ketamine 0.2 mg/kg iv over 30 min, lower 25 % when dissociation above 5",
        "ketamine 0.2 mg/kg iv over 30 min reduce by 25% when dissociation exceeds 5",
    ),
    ("ketamine 25 mg oral, starting after 5 days", "ketamine 25 mg oral, beginning after five days"),
    ("ketamine 0.5 mg/kg iv over 40 min", "Ketamine 0.5 mg/kg IV infusion over 40 min."),
    ("ketamine 0.5 mg/kg iv over 40 min", "ketamine infusion 0.5 mg/kg iv over 40 min"),
    ("ketamine 0.5 mg/kg iv over 40 min", "0.5 mg/kg ketamine iv over 40 min"),
    ("ketamine 0.5 mg/kg iv over 40 min", "0.5 mg/kg iv ketamine over 40 min"),
    ("ketamine 25 mg oral, every 8 h for 5 days", "ketamine 25 mg PO q8h for 5 days"),
    ("ketamine 25 mg oral, every 8 h for 5 days", "ketamine 25 mg PO tid for 5 days"),
    ("ketamine 25 mg oral, 3 times a week", "ketamine 25 mg oral thrice weekly"),
    ("placebo", "Placebo"),
    ("placebo", " saline "),
]


def outcome_of(reader: Callable[[str], Regimen], text: str) -> Regimen | RegimenError:
    """What comes back; any other exception is a failure of the test."""
    try:
        return reader(text)
    except RegimenError as refused:
        return refused


@pytest.mark.parametrize(("text", "canonical"), DESIGN.items())
def test_the_sentences_of_the_design_are_their_own_canonical_form(text: str, canonical: str | None) -> None:
    assert format(parse(text)) == (canonical or text)


@pytest.mark.parametrize(("canonical", "variant"), SAME)
def test_what_people_write_differently_means_the_same(canonical: str, variant: str) -> None:
    assert parse(variant) == parse(canonical)
    assert format(parse(variant)) == canonical


def test_a_step_belongs_to_the_session() -> None:
    (order,) = parse("ketamine 0.3 mg/kg iv over 15 min, then 0.3 mg/kg/h for 4 h").prescriptions
    assert order.session == (Give(Dose(0.3, "kg"), 0.25), Infuse(Rate(0.3, "kg"), 4.0))
    assert order.phases == (Phase(Once()),)


def test_a_frequency_after_then_is_the_next_phase() -> None:
    (order,) = parse(
        "ketamine 0.5 mg/kg iv over 40 min, twice a week for 3 weeks, then every 4 weeks"
    ).prescriptions
    assert order.phases == (Phase(PerWeek(2), 504.0), Phase(Every(672.0)))
    assert order.session == (Give(Dose(0.5, "kg"), 40 / 60),)


def test_a_ramp_keeps_start_step_interval_end_and_duration() -> None:
    (order,) = parse(
        "S-ketamine 5 mg/h/70kg iv, raise 2.15 mg/h/70kg every 12 h to 22.2 mg/h/70kg, for 100 h"
    ).prescriptions
    assert order.session == (Ramp(Rate(5.0, "70kg"), 2.15, 12.0, 22.2, 100.0),)


def test_caps_and_rules_are_kept_as_numbers() -> None:
    (order,) = parse(
        "ketamine 80 mg iv over 4 h, max 25 mg/h, max 60 mg, max 100 mg/day, "
        "lower 25 % when systolic pressure above 160 mmHg, "
        "repeat when pain above 5.5, at most every 4 weeks for 6 sessions"
    ).prescriptions
    assert order.caps == Caps(mg=60.0, mg_per_h=25.0, mg_per_day=100.0)
    assert order.lower == (Lower("systolic pressure", 160.0, 25.0),)
    assert order.repeat == Repeat(5.5, 672.0, None, 6)


def test_twice_a_week_is_days_0_and_3() -> None:
    assert PerWeek(2).days == (0, 3)
    assert PerWeek(3).days == (0, 2, 4)


def test_placebo_prescribes_nothing() -> None:
    assert parse("placebo") == Regimen(())
    assert parse("placebo").is_placebo
    assert not parse("ketamine 25 mg oral").is_placebo


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(regimens())
def test_the_canonical_sentence_parses_back_to_the_same_regimen(regimen: Regimen) -> None:
    text = format(regimen)
    again = parse(text, allow_extreme=True)
    assert again == regimen
    assert format(again) == text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(regimens())
def test_yaml_reads_back_to_the_same_regimen(regimen: Regimen) -> None:
    assert Regimen.from_yaml(regimen.to_yaml(), allow_extreme=True) == regimen


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(regimens())
def test_every_regimen_can_be_described_in_plain_sentences(regimen: Regimen) -> None:
    words = describe(regimen)
    assert words.endswith(".")
    assert "None" not in words
    assert words.count("One session brings") == len(regimen.prescriptions)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), almost_regimens(), damaged_regimens()))
def test_any_text_is_a_regimen_or_is_refused_in_one_sentence(text: str) -> None:
    outcome = outcome_of(parse, text)
    if isinstance(outcome, RegimenError):
        assert str(outcome).endswith((".", "?"))
        assert 0 <= outcome.start <= outcome.end <= len(text)
    else:
        assert parse(format(outcome), allow_extreme=True) == outcome


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=80), st.text(alphabet="-:{}[]&*!|>\n abc", max_size=40)))
def test_any_yaml_is_a_regimen_or_is_refused(text: str) -> None:
    outcome = outcome_of(Regimen.from_yaml, text)
    if isinstance(outcome, RegimenError):
        assert str(outcome).endswith((".", "?"))
    else:
        assert outcome == parse(format(outcome), allow_extreme=True)


def test_yaml_may_hold_the_sentence_itself() -> None:
    assert Regimen.from_yaml("sentence: ketamine 25 mg oral") == parse("ketamine 25 mg oral")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("prescriptions: [{drug: ketamine, route: oral}]", "session"),
        ("prescriptions: [{drug: ketamine, route: oral, session: [25 mg], often: [daily]}]", "often"),
        ("prescriptions: [{drug: ketamine, route: oral, session: [25]}]", "session"),
        ("prescriptions: [{drug: ketamine, route: oral, session: [25 mg; ketamine 5 mg iv]}]", "session"),
        ("sentence: 5", "sentence"),
        ("orders: []", "orders"),
        ("- ketamine", "mapping"),
        ("a: [", "YAML in line 1"),
    ],
)
def test_a_wrong_yaml_names_the_key(text: str, named: str) -> None:
    with pytest.raises(RegimenError, match=named):
        Regimen.from_yaml(text)


def test_a_published_course_is_read_by_its_id() -> None:
    sentence = library.load("regimens", "sigtermans-2009").sentence
    assert read("sigtermans-2009") == read("regimens/sigtermans-2009") == parse(sentence)


@pytest.mark.parametrize("course", library.ids("regimens"))
def test_every_published_course_can_be_read_and_said_again(course: str) -> None:
    regimen = read(course)
    assert parse(format(regimen)) == regimen
    assert not regimen.is_placebo


def test_an_unknown_id_suggests_the_closest_published_course() -> None:
    with pytest.raises(RegimenError, match="did you mean 'sigtermans-2009'") as refused:
        read("sigterman-2009")
    assert refused.value.suggestion == "sigtermans-2009"


def test_a_single_word_that_resembles_an_id_suggests_it() -> None:
    with pytest.raises(RegimenError, match="did you mean 'sigtermans-2009'"):
        read("sigtermans")
    with pytest.raises(RegimenError, match="is not understood"):
        read("xyzzy")


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    regimen = parse("ketamine 0.5 mg/kg iv over 40 min, twice a week for 3 weeks")
    path = tmp_path / "mine.yaml"
    path.write_text(regimen.to_yaml(), encoding="utf-8")
    assert read(str(path)) == regimen


def test_an_unreadable_file_is_refused_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(RegimenError, match=r"none\.yaml cannot be read"):
        read(str(tmp_path / "none.yaml"))
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RegimenError, match=r"bad\.yaml cannot be read"):
        read(str(tmp_path / "bad.yaml"))
    (tmp_path / "wrong.yaml").write_text("sentence: ketamin 5 mg iv")
    with pytest.raises(RegimenError, match=r"wrong\.yaml: 'ketamin'"):
        read(str(tmp_path / "wrong.yaml"))


def test_the_published_grammar_is_the_one_that_parses() -> None:
    published = Path(__file__).parents[1] / "docs" / "regimen.ebnf"
    assert published.read_text(encoding="utf-8") == ebnf()


def test_the_grammar_in_ebnf_defines_every_name_it_uses() -> None:
    import re

    text = re.sub(r"\(\*.*?\*\)", "", ebnf(), flags=re.DOTALL)
    rules = dict(line.removesuffix(" ;").split(" = ", 1) for line in text.strip().splitlines())
    bare = {name: re.sub(r'"[^"]*"|\?[^?]*\?', "", body) for name, body in rules.items()}
    used = {word for body in bare.values() for word in re.findall(r"\w+", body)}
    assert used <= set(rules)
    assert set(rules) - used == {"regimen"}


def test_every_word_of_the_vocabulary_is_understood_in_one_way_only() -> None:
    from painloop.regimen.words import WORDS

    meant = [word.lower() for name, words in WORDS.items() for word in words]
    assert len(meant) == len(set(meant))


def test_importing_the_language_loads_neither_arrays_nor_parser_nor_units() -> None:
    heavy = ("numpy", "jax", "lark", "pint", "yaml")
    code = f"import sys, painloop.regimen; print(*[m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
