"""A course of treatment in the words of a leaflet: by which way, how long, how often; and who studied just this."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from painloop import library
from painloop.errors import RegimenError
from painloop.library.schema import Trial
from painloop.regimen import Prescription, read
from painloop.regimen.canonical import format_regimen
from painloop.regimen.timetable import starts

DAY_H, YEAR_H = 24.0, 24.0 * 365

WAYS = {
    "iv": "into a vein",
    "im": "into a muscle",
    "sc": "under the skin",
    "nasal": "into the nose",
    "oral": "by mouth",
    "sublingual": "under the tongue",
}


@dataclass(frozen=True)
class PlannedCourse:
    """What is planned. ``sessions`` is None where the course goes on for more than a year or depends on the pain.

    ``beside`` says what else is given side by side, in words, and ``routes`` by which ways, that of the course first.
    """

    regimen: str
    route: str
    session_h: float
    sessions: int | None
    days: int | None
    routes: tuple[str, ...]
    beside: tuple[str, ...] = ()

    @property
    def by_vein(self) -> bool:
        """Whether a needle stays in a vein."""
        return self.route == "iv"

    @property
    def setting(self) -> Literal["iv", "long", "other"]:
        """Which kind of day it is."""
        if not self.by_vein:
            return "other"
        return "long" if self.session_h > DAY_H else "iv"

    @property
    def session_words(self) -> str:
        """How long one session takes."""
        if self.session_h == 0:
            return "a moment"
        if self.session_h < 2:
            return f"{round(60 * self.session_h)} minutes"
        return f"{self.session_h:g} hours" + (" without a break" if self.session_h > DAY_H else "")

    @property
    def words(self) -> str:
        """The course in a few words, what is given beside it included."""
        return "; and ".join((self._alone, *self.beside))

    @property
    def _alone(self) -> str:
        said = WAYS[self.route]
        if self.session_h:
            said += f", {self.session_words}"
        if self.sessions is None:
            return f"{said}, again and again"
        if self.sessions == 1:
            return f"{said}, once"
        return f"{said}, {self.sessions} times in {self.days} days"


def course_of(regimen: str) -> PlannedCourse:
    """The course of a prescription; where several drugs run side by side, the one that takes longest leads.

    Raises
    ------
    RegimenError
        When it cannot be read, or gives nothing.
    """
    orders = read(regimen).prescriptions
    if not orders:
        raise RegimenError(
            "A placebo needs no leaflet; give a course with ketamine, such as ketamine 0.5 mg/kg iv over 40 min."
        )
    written = format_regimen(read(regimen))
    longest = max(orders, key=lambda one: (one.route == "iv", one.session_h))
    others = [_course(one, written) for one in orders if one is not longest]
    routes = dict.fromkeys((longest.route, *(one.route for one in others)))
    return replace(_course(longest, written), routes=tuple(routes), beside=tuple(one.words for one in others))


def _course(order: Prescription, written: str) -> PlannedCourse:
    found = _starts(order, YEAR_H)
    open_ended = len(found) != len(_starts(order, 2 * YEAR_H)) or order.repeat is not None
    return PlannedCourse(
        regimen=written,
        route=order.route,
        session_h=order.session_h,
        sessions=None if open_ended else len(found),
        days=None if open_ended else int(found[-1] // DAY_H) + 1,
        routes=(order.route,),
    )


def studies_of(course: PlannedCourse, condition: str) -> tuple[str, ...]:
    """Published studies of just this course in a condition of the library."""
    return tuple(
        one.id
        for one in library.entries("trials")
        if isinstance(one, Trial)
        and one.status == "published"
        and one.condition == condition
        and any(_gives(arm.regimen, course.regimen) for arm in one.arms if arm.role == "ketamine")
    )


def _gives(order: str | None, regimen: str) -> bool:
    return order is not None and format_regimen(read(order, allow_extreme=True)) == regimen


def _starts(order: Prescription, horizon_h: float) -> list[float]:
    return [start for _, start in starts(order.phases, order.delay_h, horizon_h)]
