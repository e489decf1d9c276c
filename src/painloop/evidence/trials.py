"""The studies of the library in one line each, with filters: condition, route, randomised, blinded, result, size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from painloop import library
from painloop.errors import InputError, LibraryError
from painloop.library.reading import read_mapping
from painloop.library.schema import Trial
from painloop.regimen import read

FILE = Path(__file__).parent / "trial_results.yaml"

Result = Literal["favours ketamine", "no difference", "mixed", "no control group", "no result yet"]
"""What a study found; studies without a control group are not judged."""


@dataclass(frozen=True)
class TrialSummary:
    """A study in one line. ``people`` is None where the number was not read."""

    id: str
    title: str
    year: int | None
    condition: str | None
    condition_title: str
    design: str
    randomised: bool
    blinded: str
    risk_of_bias: str
    status: str
    people: int | None
    routes: tuple[str, ...]
    result: Result
    shown_for: str
    says: str
    source: str
    doi: str | None
    limits: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """The study for JSON."""
        return {**vars(self), "routes": list(self.routes), "limits": list(self.limits)}


@dataclass(frozen=True)
class TrialFilter:
    """Which studies to keep; None keeps all. ``at_least`` is a number of people."""

    condition: str | None = None
    route: str | None = None
    randomised: bool | None = None
    blinded: str | None = None
    result: str | None = None
    at_least: int = 0

    def __post_init__(self) -> None:
        if self.result is not None and self.result not in get_args(Result):
            raise InputError(f"'{self.result}' is not a result; use one of {', '.join(get_args(Result))}.")
        if self.at_least < 0:
            raise InputError(f"At least {self.at_least} people is no limit; give a whole number from 0.")

    def keeps(self, study: TrialSummary) -> bool:
        """Whether a study passes every filter."""
        bare = None if self.condition is None else library.load("conditions", self.condition).id
        return (
            bare in (None, study.condition)
            and (self.route is None or self.route in study.routes)
            and self.randomised in (None, study.randomised)
            and self.blinded in (None, study.blinded)
            and self.result in (None, study.result)
            and (study.people or 0) >= self.at_least
        )


def trials(keep: TrialFilter | None = None) -> tuple[TrialSummary, ...]:
    """The studies that pass a filter: randomised first, then the larger ones."""
    chosen = [one for one in _all() if keep is None or keep.keeps(one)]
    return tuple(sorted(chosen, key=lambda one: (not one.randomised, -(one.people or 0), one.id)))


def trial_summary(trial_id: str) -> TrialSummary:
    """The line of one study."""
    bare = library.load("trials", trial_id).id
    return next(one for one in _all() if one.id == bare)


def judged() -> dict[str, dict[str, str]]:
    """What each controlled study found, by its id."""
    return _judgements()["results"]


def not_comparable() -> dict[str, str]:
    """Studies that no leaflet shows, with the reason."""
    return _judgements()["not_comparable"]


@cache
def _judgements() -> dict[str, Any]:
    content = read_mapping(FILE)
    missing = {"results", "people", "routes", "not_comparable"} - content.keys()
    if missing:
        raise LibraryError(f"{FILE}: {', '.join(sorted(missing))}: give a mapping by the id of the study.")
    return content


def is_controlled(trial: Trial) -> bool:
    """Whether a study compares ketamine with something else."""
    return any(arm.role != "ketamine" for arm in trial.arms)


@cache
def _all() -> tuple[TrialSummary, ...]:
    found: Iterable[Trial] = library.entries("trials")  # type: ignore[assignment]
    return tuple(_summary(one) for one in found)


def _summary(trial: Trial) -> TrialSummary:
    result, shown_for, says = _found(trial)
    citation = trial.citation
    return TrialSummary(
        id=trial.id,
        title=trial.title,
        year=citation.year if citation else None,
        condition=trial.condition,
        condition_title=library.load("conditions", trial.condition).title if trial.condition else "",
        design=trial.design,
        randomised=trial.randomised,
        blinded=trial.blinded,
        risk_of_bias=trial.risk_of_bias,
        status=trial.status,
        people=_people(trial),
        routes=_routes(trial),
        result=result,
        shown_for=shown_for,
        says=says,
        source=trial.default_source or (citation.title if citation and citation.title else trial.title),
        doi=citation.doi if citation else None,
        limits=trial.limits,
    )


def _found(trial: Trial) -> tuple[Result, str, str]:
    if trial.status != "published":
        return "no result yet", "none", "planned or under way; no result was found"
    if trial.id in judged():
        one = judged()[trial.id]
        return one["result"], one["shown_for"], one["says"]  # type: ignore[return-value]
    return (
        "no control group",
        "cannot be told",
        "without a control group, chance and time cannot be told apart",
    )


def _people(trial: Trial) -> int | None:
    if trial.id in _judgements()["people"]:
        return int(_judgements()["people"][trial.id])
    numbers = [arm.n for arm in trial.arms]
    known = [n for n in numbers if n is not None]
    if not known or len(known) < len(numbers):
        return None
    return max(known) if trial.design == "crossover" else sum(known)


def _routes(trial: Trial) -> tuple[str, ...]:
    """The routes of its ketamine arms; where no regimen could be written, the file of results names them."""
    orders = [arm.regimen for arm in trial.arms if arm.role == "ketamine" and arm.regimen]
    routes = {given.route for order in orders for given in read(order, allow_extreme=True).prescriptions}
    return tuple(sorted(routes or _judgements()["routes"].get(trial.id, ())))
