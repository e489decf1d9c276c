"""The numbers, conditions and neighbours of a claim, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from painloop import library
from painloop.evidence.questions import Question, questions
from painloop.library.cards.pieces import number
from painloop.library.schema import Claim
from painloop.library.schema.evidence import ClaimNumber, InCondition
from painloop.report.numbers import MISSING, count, interval, percent

SHARE = "1"
"""The unit of a share of people or of a dose; a ratio of risks has the unit times."""


@dataclass(frozen=True)
class NumberRow:
    """A number of a claim in words: what it is about, its value with unit, its interval, from how many people."""

    about: str
    value: str
    interval: str
    n: str
    piece: ClaimNumber


@dataclass(frozen=True)
class ConditionRow:
    """What a claim comes to in a condition; ``card`` is the id of its library entry, if there is one."""

    title: str
    card: str
    piece: InCondition


@dataclass(frozen=True)
class ClaimView:
    """A claim's rows."""

    numbers: tuple[NumberRow, ...]
    conditions: tuple[ConditionRow, ...]


def claim_view(claim: Claim) -> ClaimView:
    """The rows of a claim."""
    return ClaimView(
        tuple(_number_row(one) for one in claim.numbers),
        tuple(_condition_row(one) for one in claim.by_condition),
    )


def value_words(value: float | None, unit: str) -> str:
    """A number with its unit; shares are per cent, what is below 0 (a correlation) has no unit."""
    if value is None:
        return MISSING
    if unit == SHARE:
        return percent(value) if value >= 0 else _number(value)
    return f"{_number(value)} {unit}"


def interval_words(ends: tuple[float, float] | None, unit: str) -> str:
    """An interval in the unit of its value, which stands once."""
    if ends is None:
        return MISSING
    if unit == SHARE:
        return interval(percent(ends[0]), percent(ends[1]))
    return interval(_number(ends[0]), _number(ends[1]))


def _number(value: float) -> str:
    """As on a card, with a real minus sign."""
    return number(value).replace("-", "\N{MINUS SIGN}")


def related_questions(claim_id: str) -> tuple[Question, ...]:
    """Questions whose answer cites a claim."""
    wanted = f"claims/{claim_id}"
    return tuple(one for one in questions() if any(wanted in sentence.cites for sentence in one.answer))


def _number_row(one: ClaimNumber) -> NumberRow:
    words = interval_words(one.ci95, one.unit)
    if one.ci95 is None and one.range is not None:
        words = f"range {interval_words(one.range, one.unit)}"
    elif one.ci95 is None and one.se is not None:
        words = f"standard error {value_words(one.se, one.unit)}"
    elif one.ci95 is None and one.sd is not None:
        words = f"standard deviation {value_words(one.sd, one.unit)}"
    return NumberRow(one.about, value_words(one.value, one.unit), words, count(one.n), one)


def _condition_row(one: InCondition) -> ConditionRow:
    if one.condition in library.ids("conditions"):
        return ConditionRow(library.load("conditions", one.condition).title, one.condition, one)
    return ConditionRow(one.condition, "", one)
