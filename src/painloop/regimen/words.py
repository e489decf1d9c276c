"""The vocabulary: every word of the language and what it stands for; the grammar is built from it.

To let the language understand another word, add it here: the grammar, the EBNF and the suggestions follow.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from painloop.regimen.orders import Drug, Form, Quantity, Route

Meaning = TypeVar("Meaning", bound=Hashable)


def _table(words_of: Mapping[Meaning, tuple[str, ...]]) -> dict[str, Meaning]:
    return {word: meaning for meaning, words in words_of.items() for word in words}


DRUG: dict[str, Drug] = _table(
    {
        "ketamine": (
            "ketamine", "racemic ketamine", "rac-ketamine", "(R,S)-ketamine", "RS-ketamine", "(±)-ketamine",
        ),
        "S-ketamine": ("S-ketamine", "esketamine", "(S)-ketamine", "S(+)-ketamine", "S ketamine"),
        "R-ketamine": ("R-ketamine", "arketamine", "(R)-ketamine", "R(-)-ketamine", "R ketamine"),
    }
)  # fmt: skip

ROUTE: dict[str, Route] = _table(
    {
        "iv": ("iv", "i.v.", "intravenous", "intravenously"),
        "im": ("im", "i.m.", "intramuscular", "intramuscularly"),
        "sc": ("sc", "s.c.", "subcutaneous", "subcutaneously", "subcut"),
        "nasal": ("nasal", "nasally", "intranasal", "intranasally", "in", "i.n."),
        "oral": ("oral", "orally", "po", "p.o.", "per os", "by mouth"),
        "sublingual": ("sublingual", "sublingually", "sl", "s.l.", "under the tongue"),
    }
)

SALT: dict[str, Form] = _table({"HCl": ("HCl", "hydrochloride"), "base": ("base", "free base")})

MASS: dict[str, tuple[float, float]] = _table(
    {
        (1.0, 1.0): ("mg", "milligram", "milligrams"),
        (1000.0, 1.0): ("g", "gram", "grams"),
        (1.0, 1000.0): ("ug", "mcg", "µg", "μg", "microgram", "micrograms"),
    }
)
"""Unit of mass -> (factor, divisor) to mg; two numbers keep 9 ug exactly 9/1000."""

TIME: dict[str, tuple[float, float]] = _table(
    {
        (1.0, 3600.0): ("s", "sec", "secs", "seconds"),
        (1.0, 60.0): ("min", "mins", "minute", "minutes"),
        (1.0, 1.0): ("h", "hr", "hrs", "hour", "hours"),
        (24.0, 1.0): ("d", "day", "days"),
        (168.0, 1.0): ("w", "wk", "wks", "week", "weeks"),
    }
)
"""Unit of time -> (factor, divisor) to h."""

QUANTITY: dict[str, Quantity] = _table(
    {
        "dissociation": ("dissociation",),
        "drug high": ("drug high",),
        "systolic pressure": ("systolic pressure", "systolic blood pressure", "SBP"),
    }
)

TWICE: dict[str, int] = {"twice": 2, "thrice": 3}
TIMES_A_DAY: dict[str, int] = {"bid": 2, "b.i.d.": 2, "tid": 3, "t.i.d.": 3, "qid": 4, "q.i.d.": 4}

_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
COUNT: dict[str, int] = {word: i + 1 for i, word in enumerate(_COUNTS)}

WORDS: dict[str, tuple[str, ...]] = {
    "PLACEBO": ("placebo", "saline"),
    "DRUG": tuple(DRUG),
    "ROUTE": tuple(ROUTE),
    "SALT": tuple(SALT),
    "MASS_WORD": tuple(MASS),
    "TIME_WORD": tuple(TIME),
    "COUNT": tuple(COUNT),
    "QUANTITY": tuple(QUANTITY),
    "OVER": ("over", "during"),
    "FOR": ("for",),
    "THEN": ("then", "followed by"),
    "RAISE": ("raise", "raised", "increase", "increased"),
    "LOWER": ("lower", "lowered", "reduce", "reduced", "decrease", "decreased"),
    "BY": ("by",),
    "TO": ("to", "up to", "down to"),
    "MAX": ("max", "max.", "maximum", "at most", "no more than", "not more than", "capped at"),
    "ONCE": ("once",),
    "TWICE": tuple(TWICE),
    "TIMES_A_DAY": tuple(TIMES_A_DAY),
    "TIMES": ("times", "time"),
    "DAILY": ("daily", "nightly", "a day", "per day"),
    "WEEKLY": ("weekly", "a week", "per week"),
    "EVERY": ("every", "each"),
    "OTHER": ("other", "second"),
    "SESSIONS": ("sessions", "session", "infusions", "doses", "dose", "treatments", "treatment"),
    "REPEAT": ("repeat", "repeated"),
    "WHEN": ("when", "whenever", "if"),
    "PAIN": ("pain", "NRS"),
    "ABOVE": ("above", "is above", "returns above", "rises above", "exceeds"),
    "START": ("starting", "start", "starts", "beginning"),
    "AFTER": ("after",),
    "BOLUS": ("bolus",),
    "INFUSION": ("infusion", "continuous infusion"),
    "MMHG": ("mmHg", "mm Hg"),
}
"""Terminal of the grammar -> the words it accepts, whatever their case."""

COMMON_UNITS = (
    "mg", "mg/kg", "mg/h", "mg/kg/h", "mg/70kg", "mg/h/70kg", "mg/day", "mcg/kg/min", "ug/kg/min", "mg/min",
)  # fmt: skip
"""Units that a suggestion may name."""
