"""Printed results of a condition's trials as people count them: n of N, beside the control group if there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from painloop import library
from painloop.evidence.shares import MeanDifference, Share, mean_difference, share_of
from painloop.evidence.trials import is_controlled, judged, not_comparable, trial_summary
from painloop.library.schema import Course, Observed, Trial
from painloop.library.schema.trials import TrialArm

BENEFITS = {
    "responders_50": "had at least half of their pain gone",
    "responders_50_not_to_placebo": "had half of their pain gone, and not with the dummy drug",
    "responders_30": "had about a third less pain or more",
    "pain_free": "had no pain",
    "any_fall_fraction": "had less pain",
    "fall_of_2_points": "had at least 2 points less pain of 10",
    "fall_of_2_points_kept": "who had improved still had it later",
    "positive_response": "had a good response",
    "effective": "had clear relief",
    "less_pain_for_2_to_7_days_fraction": "had less pain for 2 to 7 days",
    "relief_for_hours_fraction": "had relief for hours",
}
"""Quantities of the library that say how many people were better, in words that follow "8 of 12"."""

HARMS = {
    "psychomimetic_fraction": "had strange feelings or images",
    "hallucinations": "saw or heard things that were not there",
    "any_adverse_event": "had a side effect",
    "drowsiness": "were drowsy",
}
"""Quantities that say how many people were harmed."""

IMPLAUSIBLE = frozenset({"tankha-2025"})
"""Studies whose count of side effects their own file calls implausible."""


@dataclass(frozen=True)
class ResultRow:
    """One result: a share of people (with that of the control group), mean pain in both groups, or a finding in words.

    ``controlled`` says whether the study has a control group, even where its number was not read.
    """

    trial: str
    title: str
    year: int | None
    what: str
    when: str
    route: str
    ketamine: Share | None
    control: Share | None
    control_name: str | None
    means: MeanDifference | None
    finding: str | None
    people: int | None
    controlled: bool
    confidence: str
    source: str

    @property
    def words(self) -> str:
        """The row as one sentence without its end."""
        if self.means is not None:
            return f"mean pain {self.means.words(self.control_name or 'the control')}"
        if self.ketamine is None:
            return f"{self.people} people: {self.finding}" if self.people else f"{self.finding}"
        said = f"{self.ketamine.words} {self.what}"
        if self.control is not None:
            return f"{said}; with {self.control_name} {self.control.words}"
        return f"{said}; {'the number beside it was not read' if self.controlled else 'no control group'}"

    def plain(self) -> dict[str, Any]:
        """The row for JSON."""
        parts = {
            name: None if getattr(self, name) is None else getattr(self, name).plain()
            for name in ("ketamine", "control", "means")
        }
        return {**vars(self), **parts, "words": self.words}


def results(condition: str, most: int = 6) -> tuple[ResultRow, ...]:
    """How many people were better in the trials of a condition, at most ``most`` rows.

    First what can be compared with a control group or was found to be no different, then controlled studies whose
    other number was not read, then those without a control group; within each the larger ones first.
    """
    rows = [row for trial in _trials(condition) for row in _rows(trial)]
    return tuple(sorted(rows, key=lambda row: (_weakness(row), -_size(row)))[:most])


def harms(condition: str, most: int = 3) -> tuple[ResultRow, ...]:
    """How many people had side effects in the trials of a condition."""
    rows = [
        row
        for trial in _trials(condition)
        if trial.id not in IMPLAUSIBLE
        for row in _shares(trial, HARMS)
        if row.ketamine is not None
    ]
    return tuple(sorted(rows, key=lambda row: (row.control is None, -_size(row)))[:most])


def _trials(condition: str) -> Iterator[Trial]:
    bare = library.load("conditions", condition).id
    for one in library.entries("trials"):
        assert isinstance(one, Trial)
        if one.condition == bare and one.status == "published" and one.id not in not_comparable():
            yield one


def _rows(trial: Trial) -> tuple[ResultRow, ...]:
    """The results of a trial; a controlled one is never left out, whatever it found."""
    rows = (*_means(trial), *_first_and_last(trial))
    if rows or trial.id not in judged():
        return rows
    summary = trial_summary(trial.id)
    return (_row(trial, None, summary.result, finding=summary.says),)


def _weakness(row: ResultRow) -> int:
    compared = row.control is not None or row.means is not None or row.finding is not None
    return 0 if compared else 1 if row.controlled else 2


def _size(row: ResultRow) -> int:
    if row.ketamine is not None:
        return row.ketamine.n + (row.control.n if row.control else 0)
    return trial_summary(row.trial).people or 0


def _observed(trial: Trial) -> tuple[Observed, ...]:
    course: Course | None = library.load("regimens", trial.course) if trial.course else None
    return (*(course.observed if course else ()), *trial.observed)


def _first_and_last(trial: Trial) -> Iterator[ResultRow]:
    """The first and the last result of each kind, so that a trial does not fill the table."""
    rows = list(_shares(trial, BENEFITS))
    for what in dict.fromkeys(row.what for row in rows):
        alike = [row for row in rows if row.what == what]
        yield from alike if len(alike) < 2 else (alike[0], alike[-1])


def _shares(trial: Trial, words: Mapping[str, str]) -> Iterator[ResultRow]:
    roles = {arm.name: arm for arm in trial.arms}
    for one in sorted(_observed(trial), key=lambda one: one.time_h or 0.0):
        arm = roles.get(one.arm)
        if arm is None or arm.role != "ketamine" or one.quantity not in words:
            continue
        mine = _share(one)
        if mine is not None:
            against = _counterpart(trial, one)
            other = (_share(against), against.arm) if against else (None, None)
            what = words[one.quantity] + _which(trial, one.arm)
            yield _row(trial, one, what, ketamine=mine, control=other[0], control_name=other[1])


def _which(trial: Trial, arm: str) -> str:
    """Names the group where a trial gave ketamine in several ways."""
    return f" ({arm})" if sum(one.role == "ketamine" for one in trial.arms) > 1 else ""


def _means(trial: Trial) -> Iterator[ResultRow]:
    roles = {arm.name: arm for arm in trial.arms}
    for one in _observed(trial):
        arm = roles.get(one.arm)
        if arm is None or arm.role != "ketamine" or one.quantity != "nrs":
            continue
        against = _counterpart(trial, one)
        means = mean_difference(one, against) if against else None
        if means is not None and against is not None:
            yield _row(trial, one, "mean pain", means=means, control_name=against.arm)


def _counterpart(trial: Trial, one: Observed) -> Observed | None:
    """What was observed at the same time in a control arm; a placebo before an active drug."""
    controls: list[TrialArm] = [arm for arm in trial.arms if arm.role != "ketamine"]
    for arm in sorted(controls, key=lambda arm: arm.role != "placebo"):
        for other in _observed(trial):
            if (other.arm, other.quantity, other.time_h) == (arm.name, one.quantity, one.time_h):
                return other
    return None


def _share(one: Observed) -> Share | None:
    if one.value is None or one.n is None or not 0.0 <= one.value <= 1.0:
        return None
    return share_of(one.value, one.n, one.count)


def _row(
    trial: Trial,
    one: Observed | None,
    what: str,
    *,
    ketamine: Share | None = None,
    control: Share | None = None,
    control_name: str | None = None,
    means: MeanDifference | None = None,
    finding: str | None = None,
) -> ResultRow:
    summary = trial_summary(trial.id)
    return ResultRow(
        trial=trial.id,
        title=trial.title,
        year=trial.citation.year if trial.citation else None,
        what=what,
        when=f"shown for: {summary.shown_for}" if one is None else _when(one.time_h),
        route=_words_of(summary.routes),
        ketamine=ketamine,
        control=control,
        control_name=control_name,
        means=means,
        finding=finding,
        people=summary.people,
        controlled=is_controlled(trial),
        confidence="derived" if one is None else one.confidence,
        source=summary.source if one is None else one.source,
    )


def _words_of(routes: Iterable[str]) -> str:
    names = {
        "iv": "vein",
        "oral": "mouth",
        "nasal": "nose",
        "sc": "skin",
        "im": "muscle",
        "sublingual": "tongue",
    }
    return " and ".join(names[route] for route in routes)


def _when(hours: float | None) -> str:
    if hours is None:
        return "during the study"
    if hours < 2:
        return f"{round(60 * hours)} minutes after the start"
    if hours < 48:
        return f"{round(hours)} hours after the start"
    days = hours / 24
    if days < 14:
        return f"{round(days)} days after the start"
    return f"{round(days / 7)} weeks after the start"
