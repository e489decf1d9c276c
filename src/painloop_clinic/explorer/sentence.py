"""Writes the sentence of a regimen from a few choices, and says what is wrong with one that was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from painloop.errors import InputError, RegimenError
from painloop.regimen import describe, parse
from painloop_clinic.explorer.presets import presets
from painloop_clinic.regimens import refusal_of

DRUGS = ("ketamine", "S-ketamine")
UNITS = ("mg/kg", "mg", "mg/kg/h", "mg/h")
ROUTES = {"iv": "into a vein", "nasal": "nasal spray", "oral": "swallowed", "sublingual": "under the tongue"}
SPANS = ("min", "h")
REPEATS = {
    "once": "once",
    "daily": "daily",
    "twice a week": "twice a week",
    "weekly": "weekly",
    "every 4 weeks": "every 4 weeks",
}
FIELDS = ("drug", "dose", "unit", "route", "duration", "span", "repeat", "times")
DEFAULTS = {
    "drug": "ketamine", "dose": "0.5", "unit": "mg/kg", "route": "iv", "duration": "40", "span": "min",
    "repeat": "once", "times": "2",
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """What is wrong with a sentence.

    Parameters
    ----------
    says : one sentence with the value, the limit and the remedy.
    pointer : the sentence with a caret line under the word; empty where no single word is meant.
    suggestion : the word that was probably meant.
    """

    says: str
    pointer: str = ""
    suggestion: str = ""


def written(fields: Mapping[str, str]) -> str:
    """The sentence of the choices; numbers are taken as they are, so that the parser names what is wrong."""
    chosen = {name: fields.get(name, "").strip()[:12] or default for name, default in DEFAULTS.items()}
    rate = chosen["unit"].endswith("/h")
    text = f"{chosen['drug']} {chosen['dose']} {chosen['unit']} {chosen['route']}"
    if chosen["route"] == "iv":
        text += f" {'for' if rate else 'over'} {chosen['duration']} {chosen['span']}"
    if chosen["repeat"] != "once":
        text += (
            f", {chosen['repeat']} for {chosen['times']} {'days' if chosen['repeat'] == 'daily' else 'weeks'}"
        )
    return text


def problem_of(regimen: str) -> Problem | None:
    """What is wrong with a regimen; None where it can be given."""
    if regimen in presets() or regimen == "placebo":
        return None
    if wrong_word := refusal_of(regimen):
        return Problem(wrong_word)
    try:
        parse(regimen)
    except RegimenError as wrong:
        return Problem(str(wrong), wrong.pointer(), wrong.suggestion or "")
    except InputError as wrong:
        return Problem(str(wrong))
    return None


def in_words(regimen: str) -> str:
    """A regimen that can be given, spelled out with its total."""
    found = presets().get(regimen)
    return describe(parse(found.sentence if found else regimen))


def shortened(regimen: str, most: int = 48) -> str:
    """A regimen as a legend can hold it."""
    return regimen if len(regimen) <= most else f"{regimen[: most - 1].rstrip()}…"
