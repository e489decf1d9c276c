"""What is fixed before the first person is drawn: the order, the models, the line and when it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from painloop import library
from painloop.errors import InputError
from painloop.exposure.choice import Choice, choose
from painloop.library.schema.courses import Course as PublishedCourse
from painloop.loop.injury import in_scenario
from painloop.loop.rival import Rival
from painloop.loop.rivals import rivals as rivals_named
from painloop.regimen import Regimen, Schedule, expand
from painloop.regimen import read as read_regimen
from painloop.simulation.files import Files
from painloop.simulation.line import Line, assemble
from painloop.simulation.settings import Settings
from painloop.simulation.times import HOURS_PER_DAY, output_times

DEFAULT_CONDITION = "crps"
ACUTE = "acute-post-operative"


@dataclass(frozen=True)
class Order:
    """A regimen, and the published course that it stands in, if any."""

    regimen: Regimen
    course: PublishedCourse | None


@dataclass(frozen=True)
class Plan:
    """An order on an assembled line."""

    order: Order
    line: Line
    treated: bool
    days: float
    output_h: np.ndarray
    settings: Settings

    def of(self, rival: Rival) -> Plan:
        """The same with one rival alone."""
        line = self.line
        alone = assemble(line.choice, line.schedule, line.files, (rival,), line.mood, line.readings.acute)
        return replace(self, line=alone)


def read(regimen: str | Regimen, allow_extreme: bool = False) -> Order:
    """A sentence, a file or a published course's id."""
    if isinstance(regimen, Regimen):
        return Order(regimen, None)
    name = regimen.strip().removeprefix("regimens/")
    published = library.load("regimens", name) if name in library.ids("regimens") else None
    return Order(read_regimen(regimen, allow_extreme=allow_extreme), published)


def plan(
    order: Order,
    condition: str | None,
    days: float,
    loop: str,
    model: str | None,
    sampling: str | None,
    fraction: float | None,
    settings: Settings,
    at_h: Sequence[float] = (),
) -> Plan:
    """Choose models, assemble the line and lay the output times."""
    rivals = rivals_named(loop)
    if settings.scenario is not None:
        condition, rivals = _acute(condition, settings.scenario), in_scenario(rivals, settings.scenario)
    if condition is None:
        known = set(library.ids("conditions"))
        own = order.course.condition if order.course else DEFAULT_CONDITION
        condition = own if own in known else DEFAULT_CONDITION
    files = Files.load(condition, rivals, settings.scenario)
    schedule = expand(order.regimen, days * HOURS_PER_DAY)
    treated = bool(order.regimen.prescriptions)
    choice = choose(order.regimen, model, sampling, fraction) if treated else stand_in()
    line = assemble(choice, schedule, files, rivals, settings.mood > 0.0)
    seen = [p.time_h for p in order.course.observed if p.time_h is not None] if order.course else []
    times = output_times(schedule, days, [*at_h, *(t for t in seen if t <= days * HOURS_PER_DAY)])
    return Plan(order, line, treated, days, times, settings)


def _acute(condition: str | None, scenario: str) -> str:
    """The condition of a scenario: it starts with acute pain, whatever it turns into."""
    if condition not in (None, ACUTE):
        raise InputError(
            f"The scenario {scenario} begins with acute pain, not with {condition}; leave --condition out or "
            f"give {ACUTE}."
        )
    return ACUTE


def stand_in() -> Choice:
    """Any linear system serves a course without drug: its levels are zero."""
    some = choose(read_regimen("ketamine 1 mg iv"))
    return Choice(some.parts, (), ("no drug is given",))


def without_drug(planned: Plan) -> Plan:
    """The same persons and times on placebo."""
    choice = Choice(planned.line.choice.parts, (), ("no drug is given",))
    line = assemble(
        choice, Schedule(events=(), rules=()), planned.line.files, planned.line.rivals, planned.line.mood
    )
    return replace(
        planned, order=Order(read_regimen("placebo"), planned.order.course), line=line, treated=False
    )
