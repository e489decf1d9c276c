"""One batch of persons through the line: draws them, gives what was ordered, runs the engine, collects what is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from painloop.core.dynamics import Drawn
from painloop.core.engine import Cohort
from painloop.core.segments import Progress, Segment, advance
from painloop.errors import PainloopError
from painloop.exposure.doses import enter
from painloop.exposure.individuals import Values
from painloop.exposure.visits import stretches_of
from painloop.outcomes import cotreatments, links, pain
from painloop.patient.population import People
from painloop.regimen import Schedule
from painloop.simulation import persons
from painloop.simulation.accumulate import Collection
from painloop.simulation.line import Line
from painloop.simulation.persons import Who
from painloop.simulation.plan import Plan
from painloop.simulation.times import HOURS_PER_DAY

RESPONSES = {"responder_30": 0.3, "responder_50": 0.5}
"""A response is a fall of pain by at least this share of the person's own baseline (IMMPACT, 30 and 50 %)."""


RESOLVED = "resolved"


@dataclass(frozen=True)
class Batch:
    """Persons ``start`` to ``start + size - 1``; those beyond ``wanted`` only fill the shape of the program.

    Attributes
    ----------
    values : per visit and part each person's pharmacokinetic parameters.
    parameters : of block, outcomes and rivals, as the engine model reads them.
    """

    start: int
    wanted: int
    bodies: People
    values: list[list[Values]]
    parameters: dict[str, Drawn]
    end_rate: np.ndarray | None

    @property
    def size(self) -> int:
        """Number of persons, with those that fill."""
        return self.bodies.size


def draw(planned: Plan, who: Who, seed: int, start: int, size: int, wanted: int, visits: int) -> Batch:
    """Draw the persons of a batch."""
    line, course = planned.line, planned.order.course
    bodies = persons.people(line.files.condition.person, who, seed, start, size)
    values = persons.levels(line, bodies, who, seed, visits)
    parameters = persons.outcomes(line, who, seed, start, size, planned.treated, planned.settings)
    titrated = any(event.ramp_fraction is not None for event in line.schedule.events)
    end_rate = persons.end_rates(course.end_rate if course and titrated else None, who, seed, start, size)
    return Batch(start, wanted, bodies, values, parameters, end_rate)


def give_as_ordered(
    planned: Plan, batch: Batch, visits: list[int]
) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Quantities over time, (times, persons) each, and the rate that ran, mg/h."""
    line = planned.line
    amounts = line.schedule.amounts(batch.bodies.weight_kg, batch.end_rate)
    doses = enter(line.system, line.schedule, line.choice.part_of, amounts, batch.values, line.inputs, visits)
    since, parts = Progress(), []
    stretches = stretches_of(line.schedule, visits, float(planned.output_h[-1]))
    for k, (begin, end, visit) in enumerate(stretches):
        segment = Segment(begin, end, doses.window(begin, end), cohort_of(line, batch, visit))
        since = advance(line.model, segment, planned.output_h, since, last=k == len(stretches) - 1)
        parts.append(since.quantities)
    return joined(parts), dose_rate(line.schedule, amounts, planned.output_h)


def joined(parts: list[tuple[np.ndarray, ...]]) -> tuple[np.ndarray, ...]:
    """Quantities of consecutive segments as one."""
    return tuple(np.concatenate([p[q] for p in parts]) for q in range(len(parts[0])))


def cohort_of(line: Line, batch: Batch, visit: int) -> Cohort:
    """The values of a batch as the engine takes them."""
    values = batch.values[visit]
    weights = line.weights(values, batch.size)
    return Cohort(line.system.entry_values(values, batch.size), batch.parameters | weights)


def dose_rate(schedule: Schedule, amounts: np.ndarray, time_h: np.ndarray) -> np.ndarray:
    """What runs at each time, (times, persons), mg/h; single doses have no rate."""
    total = np.zeros((len(time_h), amounts.shape[1]))
    for event, amount in zip(schedule.events, amounts, strict=True):
        if event.duration_h > 0.0:
            on = (time_h >= event.start_h - 1e-9) & (time_h < event.start_h + event.duration_h - 1e-9)
            total[on] += amount / event.duration_h
    return total


def collect(
    planned: Plan,
    batch: Batch,
    who: Who,
    seed: int,
    quantities: tuple[np.ndarray, ...],
    rate: np.ndarray,
    into: Collection,
) -> None:
    """Take what a batch shows into a collection: every quantity, diary ratings and responses."""
    start, wanted = batch.start, batch.wanted
    into.add("dose_rate", rate[:, :wanted])
    days = np.floor(planned.output_h / HOURS_PER_DAY + 1e-9).astype(int)
    noise = np.zeros((days[-1] + 1, wanted))
    if not who.typical:
        noise = pain.rating_noise(planned.line.files.noise, seed, start, wanted, days[-1] + 1)
    baseline = np.asarray(batch.parameters["pain.baseline"])[:wanted]
    time_h, beside = planned.output_h, cotreatments.factor(planned.settings.beside, planned.output_h)[:, None]
    for name, values in zip(planned.line.readings.names(), quantities, strict=True):
        values = values[:, :wanted]
        if not np.isfinite(values).all():
            raise PainloopError(
                f"The simulated {name} is not a number for some people, which is a fault of painloop; report the order."
            )
        what, _, rival = name.partition(":")
        if what == "pain":
            values = values * beside
        into.add(name, values)
        if what != "pain":
            continue
        for linked, link in planned.settings.moving.items():
            into.add(
                f"{linked}:{rival}", links.trajectories(links.load(linked), values, baseline, time_h, link)
            )
        into.add(f"nrs:{rival}", np.clip(values + noise[days], 0.0, pain.SCALE))
        if planned.settings.scenario is not None:
            into.add(f"{RESOLVED}:{rival}", (values < planned.line.files.resolved_below).astype(float))
        for response, share in RESPONSES.items():
            into.add(f"{response}:{rival}", (values <= (1.0 - share) * baseline).astype(float))
