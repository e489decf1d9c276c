"""A study as its page shows it: arms with the regimen in words, results with intervals, printed comparisons.

Results of the study's published course belong to it too. Intervals that were not printed are computed here from the
number of people or the standard error, and say so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

from painloop import library
from painloop.evidence.shares import Z95, share_of
from painloop.library.schema import Trial
from painloop.library.schema.courses import Course, Observed
from painloop.library.schema.effects import Statement
from painloop.library.schema.trials import Contrast, TrialArm
from painloop.report.numbers import MISSING, duration, fixed, interval
from painloop.report.trial_words import is_share, quantity_words, value_words, with_interval
from painloop_clinic.evidence.addresses import explorer_address

T = TypeVar("T")
PRINTED, COMPUTED = "printed", "computed"


@dataclass(frozen=True)
class ArmRow:
    """A group: what it was given, the regimen as a sentence, and the explorer with it."""

    arm: TrialArm
    sentence: str
    explorer: str
    course: str


@dataclass(frozen=True)
class ResultRow:
    """A result of a group. ``interval_is`` says whether its 95 % interval was printed or computed."""

    arm: str
    when: str
    quantity: str
    value: str
    interval: str
    interval_is: str
    n: str
    piece: Observed


@dataclass(frozen=True)
class ContrastRow:
    """A printed comparison of two groups."""

    arms: str
    when: str
    quantity: str
    value: str
    p: str
    n: str
    piece: Contrast


@dataclass(frozen=True)
class TrialView:
    """The rows of a study's page."""

    people: str
    arms: tuple[ArmRow, ...]
    results: tuple[ResultRow, ...]
    contrasts: tuple[ContrastRow, ...]
    findings: tuple[Statement, ...]
    condition_title: str
    notes: tuple[str, ...]
    not_read: tuple[str, ...]
    limits: tuple[str, ...]


def trial_view(trial: Trial) -> TrialView:
    """The rows of a study, those of its published course included."""
    course: Course | None = library.load("regimens", trial.course) if trial.course else None
    observed = trial.observed + (course.observed if course else ())
    return TrialView(
        people=trial.population,
        arms=tuple(_arm_row(one, trial.condition) for one in trial.arms),
        results=tuple(_result_row(one) for one in sorted(observed, key=_moment)),
        contrasts=tuple(_contrast_row(one) for one in trial.contrasts),
        findings=_once(trial.findings + (course.findings if course else ())),
        condition_title=library.load("conditions", trial.condition).title if trial.condition else "",
        notes=_once(trial.notes + (course.notes if course else ())),
        not_read=_once(trial.not_read + (course.not_read if course else ())),
        limits=_once(trial.limits + (course.limits if course else ())),
    )


def _once(pieces: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(piece for place, piece in enumerate(pieces) if piece not in pieces[:place])


def _moment(one: Observed) -> tuple[float, str, str]:
    return (math.inf if one.time_h is None else one.time_h, one.quantity, one.arm)


def _arm_row(arm: TrialArm, condition: str | None) -> ArmRow:
    if arm.role != "ketamine" or not arm.regimen:
        return ArmRow(arm, "", "", "")
    course = arm.regimen if arm.regimen in library.ids("regimens") else ""
    sentence = library.load("regimens", course).sentence if course else arm.regimen
    return ArmRow(arm, sentence, explorer_address(arm.regimen, condition), course)


def _result_row(one: Observed) -> ResultRow:
    words, source = _interval(one)
    value = value_words(one.quantity, one.value)
    if one.count is not None and one.n:
        value = f"{one.count} of {one.n}" + (f" ({value})" if is_share(one.quantity) else "")
    n = MISSING if one.n is None else str(one.n)
    return ResultRow(one.arm, when(one.time_h), quantity_words(one.quantity), value, words, source, n, one)


def when(hours: float | None) -> str:
    """Hours after the start of the course in words."""
    if hours is None:
        return "time not read"
    return "before treatment" if hours == 0 else duration(hours)


def _interval(one: Observed) -> tuple[str, str]:
    """The 95 % interval in words, and whether it was printed or computed."""
    if one.value is None:
        return MISSING, ""
    if one.ci95 is not None:
        return _ends(one.quantity, *one.ci95), PRINTED
    if is_share(one.quantity) and one.n:
        share = share_of(one.value, one.n, one.count)
        return _ends(one.quantity, share.low, share.high), COMPUTED
    error = (
        one.sem
        if one.sem is not None
        else one.sd / math.sqrt(one.n)
        if one.sd is not None and one.n
        else None
    )
    if error is None:
        return MISSING, ""
    return _ends(one.quantity, one.value - Z95 * error, one.value + Z95 * error), COMPUTED


def _ends(quantity: str, low: float, high: float) -> str:
    return interval(value_words(quantity, low), value_words(quantity, high))


def _contrast_row(one: Contrast) -> ContrastRow:
    low, high = one.ci95 or (None, None)
    value = with_interval(one.quantity, one.value, low, high, contrast=True)
    sign = {"exact": "=", "at most": "\N{LESS-THAN OR EQUAL TO}", "at least": "\N{GREATER-THAN OR EQUAL TO}"}[
        one.p_is
    ]
    p = MISSING if one.p is None else f"p {sign} {fixed(one.p, 3).rstrip('0')}"
    n = MISSING if one.n is None else str(one.n)
    return ContrastRow(
        f"{one.arm} against {one.against}", when(one.time_h), quantity_words(one.quantity), value, p, n, one
    )
