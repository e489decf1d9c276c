"""Wrong prescriptions are refused in one sentence that points at the word and says what was meant."""

from __future__ import annotations

import pytest

from painloop.regimen import RegimenError, parse, read

WRONG = [
    # text, the words pointed at, a piece of the sentence, the suggestion
    ("ketamine 0.5 mg/kg intravenus over 40 min", "intravenus", "did you mean", "intravenous"),
    ("ketamine 0.5 mg/kg nasel", "nasel", "did you mean", "nasal"),
    ("ketamine 25 mg sublingal", "sublingal", "did you mean", "sublingual"),
    ("ketamin 0.5 mg/kg iv", "ketamin", "did you mean", "ketamine"),
    ("esketamin 28 mg nasal", "esketamin", "did you mean", "esketamine"),
    ("ketamine 0.5 mg/kh iv", "mg/kh", "did you mean", "mg/kg"),
    ("ketamine 0.5 mgg iv", "mgg", "did you mean", "mg"),
    ("ketamine 5 mcg/kg/mn iv for 4 h", "mcg/kg/mn", "did you mean", "mcg/kg/min"),
    ("ketamine 0.5 mg/kg iv over 40 mint", "mint", "did you mean", "min"),
    ("ketamine 0.5 mg/kg iv over 40 min, evry 4 weeks", "evry", "did you mean", "every"),
    ("ketamine 0.5 mg/kg iv over 40 min, dayly for 5 days", "dayly", "did you mean", "daily"),
    ("ketamine 0.5 mg/kg iv over 40 min, twize a week", "twize", "did you mean", "twice"),
    ("ketamine 5 mg/h iv, rase 5 mg/h every 12 h to 20 mg/h, for 100 h", "rase", "did you mean", "raise"),
    ("ketamine 0.5 iv over 40 min", "0.5", "has no unit", "0.5 mg/kg"),
    ("ketamine 0.5 mg/kg iv over 40", "40", "has no unit of time", "40 min"),
    ("ketamine 0.5 mg/kg iv over 40, daily", "40", "has no unit of time", "40 min"),
    ("ketamine 0.5 mg/kg iv over 40 min, max 25", "25", "has no unit", "25 mg/h"),
    ("ketamine 5 mg/h iv, raise 5 every 12 h", "5", "has no unit", "5 mg/h"),
    ("ketamine 0.1-0.5 mg/kg iv", "-0.5", "makes a range of doses", None),
    ("ketamine 20 mg/m2 iv over 1 h", "mg/m2", "per body surface", "mg/kg"),
    ("ketamine infusion 0.5 mg/kg iv", "infusion", "needs a duration", "over 40 min"),
    ("ketamine 25 mg oral q0h", "q0h", "no interval", None),
    ("ketamine 25 mg oral ;", ";", "stops after", None),
    ("ketamine 0,5 mg/kg iv", "0,5", "decimal comma", "0.5"),
    ("ketamine -0.5 mg/kg iv", "-0.5", "has a sign", "0.5"),
    ("ketamine nan mg/kg iv", "nan", "not a number", None),
    ("ketamine inf mg/kg iv", "inf", "not a number", None),
    ("ketamine 0 mg/kg iv", "0", "outside 0.000001 to 1000000", None),
    ("ketamine 1e400 mg iv", "1e400", "outside", None),
    ("ketamine 1e-300 mg iv", "1e-300", "outside", None),
    ("ketamine 0.000001 ug oral", "0.000001 ug", "outside", None),
    ("ketamine 0.5 mg/kg iv over 40 min monthly", "monthly", "no fixed length", "weeks"),
    ("ketamine 0.5 mg/kg iv over 40 min, every 2 months", "months", "no fixed length", "weeks"),
    ("ketamine 0.5 mg/kg iv over 40 min for 5 days", "for 5 days", "how often", "daily for 5 days"),
    ("ketamine 0.5 mg/kg", "mg/kg", "stops after", None),
    ("ketamine", "ketamine", "stops after", None),
    ("0.5 mg/kg iv", "iv", "stops after 'iv'; expected a drug", None),
    ("daily 0.5 mg/kg iv", "daily", "cannot stand here", None),
    ("ketamine 5 mg/h iv", "5 mg/h", "needs a duration", "for 4 h"),
    ("ketamine 0.3 mg/kg iv, then 5 mg/h, daily", "5 mg/h", "needs a duration", "for 4 h"),
    (
        "ketamine 10 mg/h iv for 30 h, daily for 5 days",
        "daily for 5 days",
        "the next would start after 24 h",
        None,
    ),
    ("ketamine 5 mg iv over 1 h, weekly, then daily for 5 days", "then daily for 5 days", "has no end", None),
    ("ketamine 5 mg iv over 1 h, weekly for 2 weeks, daily", "daily", "given twice", "then"),
    (
        "ketamine 5 mg iv over 1 h, daily, then 5 mg/h for 1 h",
        "then 5 mg/h for 1 h",
        "belongs to the session",
        None,
    ),
    ("ketamine 5 mg/h oral for 4 h", "for 4 h", "has no duration", None),
    ("ketamine 5 mg/h nasal", "5 mg/h", "cannot be a rate", None),
    ("ketamine 25 mg oral, then 25 mg", "then 25 mg", "is one dose", None),
    ("ketamine 25 mg oral for 30 days", "for 30 days", "daily for 30 days", None),
    ("ketamine 5 mg iv over 1 h, then 5 mg nasal", "nasal", "one route", None),
    (
        "ketamine 5 mg iv, raise 5 mg/h every 12 h to 20 mg/h",
        "raise 5 mg/h every 12 h to 20 mg/h",
        "rate to start",
        None,
    ),
    (
        "ketamine 5 mg/h iv, raise 5 mg/h every 12 h to 20 mg/h, for 20 h",
        "raise",
        "only after|after 36 h",
        None,
    ),
    (
        "ketamine 5 mg/h iv, lower 5 mg/h every 12 h to 20 mg/h, for 100 h",
        "lower",
        "must be below its start",
        None,
    ),
    ("ketamine 5 mg/h iv, raise 0.1 mg/kg/h every 12 h to 20 mg/h, for 100 h", "raise", "one unit", None),
    (
        "ketamine 5 mg/h iv, raise 0.001 mg/h every 1 h to 20 mg/h, for 100 h",
        "raise",
        "1000 is the limit",
        None,
    ),
    ("ketamine 5 mg iv over 1 h, max 1 mg/kg/h", "mg/kg/h", "for the whole person", None),
    ("ketamine 5 mg iv over 1 h, max 25 mg/h, max 20 mg/h", "max 20 mg/h", "given twice", None),
    (
        "ketamine 5 mg iv over 1 h, repeat when pain above 11, at most every 4 weeks",
        "11",
        "never above 11",
        None,
    ),
    (
        "ketamine 5 mg iv over 1 h, repeat when pain above 5, at most every 5 min",
        "5 min",
        "shorter than a session",
        None,
    ),
    ("ketamine 5 mg iv over 1 h, daily for 0.5 sessions", "0.5", "outside|whole number", None),
    ("ketamine 5 mg iv over 1 h, 9 times a week", "9 times a week", "more than 7", None),
    ("ketamine 25 mg oral every 10 s", "every 10 s", "at least 1 min apart", None),
    (
        "ketamine 25 mg oral every 1 min for 100 days",
        "every 1 min for 100 days",
        "more than 100000 sessions",
        None,
    ),
    ("ketamine 5 mg HCl iv over 1 h, then 5 mg base", "base", "either HCl or base", None),
    ("ketamine 5 mg iv bolus over 1 h", "over 1 h", "has no duration", None),
    ("ketamine 25 mg oral, lower 25 % when dissociation above 5", "lower", "Only an infusion", None),
    ("ketamine 5 mg iv over 1 h, lower 25 % when dissociation above 60", "lower", "never above 60", None),
    ("ketamine 5 mg iv over 900000 h", "900000 h", "100 years", None),
    ("ketamine 25 mg oral ; propofol 5 mg iv", "propofol", "is not understood", None),
]


@pytest.mark.parametrize(("text", "word", "piece", "suggestion"), WRONG)
def test_the_refusal_points_at_the_word(text: str, word: str, piece: str, suggestion: str | None) -> None:
    with pytest.raises(RegimenError, match=piece) as refused:
        parse(text)
    error = refused.value
    assert text[error.start : error.end].startswith(word)
    assert error.suggestion == suggestion
    assert error.text == text
    assert error.pointer().splitlines()[1].index("^") == error.start


@pytest.mark.parametrize(
    "word",
    ["rectal", "epidural", "topical", "intrathecal", "intra-articular", "intraosseous", "intravascular",
     "intraocular", "intradermal", "transdermal", "buccal", "aural", "ip", "icv", "i.t.", "pr"],
)  # fmt: skip
def test_a_route_that_is_not_known_is_answered_with_the_routes_never_with_another(word: str) -> None:
    with pytest.raises(RegimenError) as refused:
        parse(f"ketamine 25 mg {word}")
    assert refused.value.suggestion is None
    assert "a route (iv, im, sc, nasal, oral, sublingual)" in str(refused.value)


@pytest.mark.parametrize(
    ("word", "meant"), [("nasl", "nasal"), ("i.v", "iv"), ("intra-nasal", "intranasal"), ("orla", "oral")]
)
def test_a_slip_in_a_route_is_answered_with_it(word: str, meant: str) -> None:
    with pytest.raises(RegimenError, match="did you mean") as refused:
        parse(f"ketamine 25 mg {word}")
    assert refused.value.suggestion == meant


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_nothing_at_all_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(RegimenError, match="is empty; write for example"):
        parse(text)


def test_a_text_without_an_end_is_refused_by_its_length() -> None:
    with pytest.raises(RegimenError, match="the longest that is read has 10000"):
        parse("ketamine " * 2000)


EXTREME = [
    ("ketamine 50 mg/kg/h iv for 1 h", "50 mg/kg/h", "50 mg/kg/h iv is above 10.5 mg/kg/h"),
    ("ketamine 4000 mg/h iv for 1 h", "4000 mg/h", "4000 mg/h iv is above 10.5 mg/kg/h"),
    ("ketamine 4000 mg/h/70kg iv for 1 h", "4000 mg/h/70kg", "above 10.5 mg/kg/h"),
    ("ketamine 500 mg/kg iv", "500 mg/kg", "above 6.75 mg/kg"),
    ("ketamine 500 mg/kg iv over 40 min", "500 mg/kg", r"750 mg/kg/h.* is above 10.5 mg/kg/h"),
    ("ketamine 500 mg iv", "500 mg", "above 6.75 mg/kg"),
    ("ketamine 0.5 mg/kg iv, then 50 mg/kg/h for 1 h", "50 mg/kg/h", "above 10.5 mg/kg/h"),
    ("ketamine 5 mg/h iv, raise 500 mg/h every 12 h to 2005 mg/h, for 100 h", "raise", "2005 mg/h"),
    ("ketamine 25 mg oral ; esketamine 840 mg nasal", "840 mg", "above 3 mg/kg"),
    ("ketamine 25 mg/kg oral", "25 mg/kg", "above 15 mg/kg"),
    ("ketamine 25 mg sublingual every 5 min", "25 mg", "mg/kg a day"),
    ("ketamine 1 mg/kg/h sc for 24 h", "1 mg/kg/h", "above 0.75 mg/kg/h"),
]


@pytest.mark.parametrize(("text", "word", "piece"), EXTREME)
def test_a_dose_no_one_would_give_needs_to_be_allowed(text: str, word: str, piece: str) -> None:
    with pytest.raises(RegimenError, match=piece) as refused:
        parse(text)
    error = refused.value
    assert "--allow-extreme" in str(error)
    assert text[error.start : error.end].startswith(word)
    assert parse(text, allow_extreme=True).prescriptions
    assert read(text, allow_extreme=True) == parse(text, allow_extreme=True)


@pytest.mark.parametrize(
    "text",
    [
        "ketamine 7 mg/kg/h iv for 120 h",
        "ketamine 4.5 mg/kg iv",
        "ketamine 2 mg/kg iv over 1 min",
        "ketamine 490 mg/h iv for 4 h",
        "ketamine 50 mg/kg/h iv for 4 h, max 25 mg/h",
        "ketamine 500 mg/kg iv, max 60 mg",
        "ketamine 4 mg/kg oral, nightly for 3 days",
        "esketamine 112 mg nasal, twice a week for 4 weeks",
        "S-ketamine 100 mg sublingual",
        "ketamine 0.15 mg/kg/h sc for 168 h",
    ],
)
def test_the_highest_doses_that_were_given_are_accepted(text: str) -> None:
    assert len(parse(text).prescriptions) == 1
