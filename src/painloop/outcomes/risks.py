"""What no concentration curve can say: counts of rare harm that fit a course, and flagged unknowns.

A rate is given only for a course like the one it was counted in; otherwise the answer is that there are no data,
which is not the same as no risk. Rates, windows and sentences stand in library files of the forms ``rate`` and
``statements``; a new file is a new risk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scipy.special import betaincinv

from painloop import library
from painloop.errors import InputError
from painloop.library.provenance import ORDER
from painloop.library.schema.effects import Outcome
from painloop.regimen import Schedule

HOURS_PER_DAY = 24.0
TOUCHING_H = 1e-9
"""Infusions this close are one; far below any pause that a schedule can hold."""
NOTHING_KNOWN = "No data for this exposure, which is not the same as no risk; known elsewhere: "


@dataclass(frozen=True, slots=True)
class Infusion:
    """One dose or infusion at a constant rate, in hours from the start; a bolus stops when it starts."""

    start_h: float
    stop_h: float
    route: str

    def __post_init__(self) -> None:
        if not self.stop_h >= self.start_h:
            raise InputError(
                f"A dose from {self.start_h:g} to {self.stop_h:g} h ends before it starts; give the start first."
            )

    @property
    def hours(self) -> float:
        """How long it lasts, h."""
        return self.stop_h - self.start_h


@dataclass(frozen=True, slots=True)
class Risk:
    """A harm and what is known of it for a course.

    Attributes
    ----------
    probability, low, high : affected share with its 95 % interval, 0-1; None where nothing was counted.
    n : people counted.
    """

    endpoint: str
    says: str
    probability: float | None
    low: float | None
    high: float | None
    n: int | None
    source: str
    confidence: str


def given(schedule: Schedule) -> tuple[Infusion, ...]:
    """The doses of a schedule as :func:`risks` reads them."""
    return tuple(Infusion(e.start_h, e.start_h + e.duration_h, e.route) for e in schedule.events)


def risks(course: Iterable[Infusion]) -> list[Risk]:
    """What is known of rare harm for a course, rates before sentences within an endpoint; none without a dose.

    Raises
    ------
    LibraryError
        When a library file is wrong.
    """
    pieces = tuple(sorted(course, key=lambda one: (one.start_h, one.stop_h)))
    if not pieces:
        return []
    files = [one for one in _outcomes() if one.form in ("rate", "statements")]
    found: list[Risk] = []
    for endpoint in sorted({one.endpoint for one in files}):
        own = [one for one in files if one.endpoint == endpoint]
        rates = [one for one in own if one.form == "rate"]
        counted = [_rate(one) for one in rates if fits(one, pieces)]
        found += counted or [_unknown(endpoint, rates)] if rates else []
        found += [
            risk for one in own if one.form == "statements" and fits(one, pieces) for risk in _said(one)
        ]
    return found


def _outcomes() -> list[Outcome]:
    return [library.load("outcomes", one) for one in library.ids("outcomes")]


def fits(outcome: Outcome, course: Iterable[Infusion]) -> bool:
    """Whether a course (in time order) is like the one that a file speaks of.

    A least duration is that of an infusion without a break, whatever its rates; a longest duration alone is that of
    any piece at one rate. At least ``infusions`` of them must match, each within ``gap_d_high`` days of the one
    before. A file without such parameters speaks of every course.
    """
    limit = {name: value.number for name, value in outcome.parameters.items()}
    pieces = tuple(course)
    shortest, longest = limit.get("infusion_h_low", 0.0), limit.get("infusion_h_high", float("inf"))
    whole = _joined(pieces) if "infusion_h_low" in limit else pieces
    matching = [
        one
        for one in whole
        if shortest <= one.hours <= longest and (not outcome.routes or one.route in outcome.routes)
    ]
    wanted, most_h = limit.get("infusions", 1.0), limit.get("gap_d_high", float("inf")) * HOURS_PER_DAY
    bounded = bool(outcome.routes) or not {"infusion_h_low", "infusion_h_high", "infusions"}.isdisjoint(limit)
    return not bounded or _longest_chain(matching, most_h) >= wanted


def jeffreys(affected: float, treated: float, level: float = 0.95) -> tuple[float, float]:
    """Equal-tailed Jeffreys interval of a share; it reaches 0 when nobody is affected, and 1 when everybody is.

    Parameters
    ----------
    affected, treated : people, 0 <= affected <= treated.

    Raises
    ------
    InputError
        When more people are affected than treated.

    Reference
    ---------
    Brown 2001, doi 10.1214/ss/1009213286.
    """
    if not 0.0 <= affected <= treated or treated <= 0.0:
        raise InputError(f"{affected:g} of {treated:g} people is no share; give 0 <= affected <= treated.")
    a, b, tail = affected + 0.5, treated - affected + 0.5, (1.0 - level) / 2.0
    low = float(betaincinv(a, b, tail)) if affected > 0 else 0.0
    high = float(betaincinv(a, b, 1.0 - tail)) if affected < treated else 1.0
    return low, high


def _joined(pieces: tuple[Infusion, ...]) -> list[Infusion]:
    whole: list[Infusion] = []
    for route in dict.fromkeys(one.route for one in pieces):
        last: Infusion | None = None
        for one in (piece for piece in pieces if piece.route == route):
            if last is not None and one.start_h <= last.stop_h + TOUCHING_H:
                last = Infusion(last.start_h, max(last.stop_h, one.stop_h), route)
                whole[-1] = last
            else:
                last = one
                whole.append(one)
    return sorted(whole, key=lambda one: one.start_h)


def _longest_chain(matching: list[Infusion], most_h: float) -> int:
    longest = current = 0
    for k, one in enumerate(matching):
        near = k > 0 and one.start_h - matching[k - 1].stop_h <= most_h + TOUCHING_H
        current = current + 1 if near else 1
        longest = max(longest, current)
    return longest


def _counts(outcome: Outcome) -> tuple[int, int]:
    return round(outcome.parameters["affected"].number), round(outcome.parameters["treated"].number)


def _rate(outcome: Outcome) -> Risk:
    affected, treated = _counts(outcome)
    low, high = jeffreys(affected, treated)
    used = (outcome.parameters["affected"], outcome.parameters["treated"])
    weakest = max((value.confidence for value in used), key=ORDER.index)
    return Risk(
        outcome.endpoint, _sentence(outcome), affected / treated, low, high, treated, used[0].source, weakest
    )


def _sentence(outcome: Outcome) -> str:
    affected, treated = _counts(outcome)
    return f"{affected} of {treated}: {'; '.join(one.says for one in outcome.says) or outcome.title}"


def _unknown(endpoint: str, rates: list[Outcome]) -> Risk:
    says = NOTHING_KNOWN + "; ".join(_sentence(one) for one in rates) + "."
    source = "; ".join(one.parameters["affected"].source for one in rates)
    return Risk(endpoint, says, None, None, None, None, source, "missing")


def _said(outcome: Outcome) -> Iterator[Risk]:
    for one in outcome.says:
        yield Risk(outcome.endpoint, one.says, None, None, None, None, one.source, one.confidence)
