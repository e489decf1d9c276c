"""People of a trial, one by one: what a course does to each of them, before placebo, ratings and visits are added.

A trial needs the parts of pain and not only their sum, because its diaries, dropout and rescue act on single people:

    pain(t) = untreated(t) (1 - relief(t)) + acute(t)

``untreated`` holds baseline, regression to the mean and placebo and needs no engine; ``relief`` and ``acute`` are
what the drug does under a rival.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from painloop.core.startup import configure
from painloop.exposure.choice import choose
from painloop.exposure.visits import visits_of
from painloop.library.schema.conditions import Condition
from painloop.library.schema.effects import Outcome
from painloop.outcomes import pain
from painloop.outcomes.expectation import Expectation
from painloop.patient.population import People
from painloop.regimen import DoseEvent, Regimen, Rule, Schedule, expand
from painloop.simulation import batch as batches
from painloop.simulation import persons, rules
from painloop.simulation import plan as planning
from painloop.simulation.batch import Batch
from painloop.simulation.course import batch_size
from painloop.simulation.files import Files
from painloop.simulation.line import assemble
from painloop.simulation.parameters import ParameterSets, with_parameters
from painloop.simulation.persons import Who
from painloop.simulation.plan import Order, Plan
from painloop.simulation.settings import Settings, settings
from painloop.simulation.times import HOURS_PER_DAY

FELT = ("drug_high", "dissociation", "sbp_rise", "dbp_rise", "hr_rise", "nausea", "dizziness", "sedation")
"""Side effects that are followed, in the units of their files."""
EVERYONE = Who()
"""Nothing is fixed of the people."""


@dataclass(frozen=True)
class Period:
    """One course of a person, from ``start_day`` on; a parallel trial has one, a crossover several."""

    regimen: str | Regimen
    start_day: float = 0.0
    days: float | None = None


@dataclass(frozen=True)
class Subjects:
    """People with what their condition gives them, drawn but not treated.

    Attributes
    ----------
    start : index of the first person; person i of a seed is the same in every trial of a condition.
    people : bodies.
    baseline : pain on entry, NRS, (persons,).
    course : parameters of :func:`painloop.outcomes.pain.without_drug`, one number or (persons,) each.
    """

    start: int
    people: People
    baseline: np.ndarray
    course: Mapping[str, np.ndarray]
    condition: Condition
    noise: Outcome

    @property
    def size(self) -> int:
        """Number of people."""
        return len(self.baseline)

    def untreated(self, time_h: np.ndarray) -> np.ndarray:
        """Pain without drug but in a trial, placebo response included, NRS, (times, persons)."""
        parameters = {name: jnp.asarray(value) for name, value in self.course.items()}
        found = pain.without_drug(jnp.asarray(time_h, float)[:, None], parameters)
        return np.broadcast_to(np.asarray(found), (len(time_h), self.size))

    def diary_noise(self, seed: int, days: int) -> np.ndarray:
        """Scatter of daily ratings before bounds, NRS points, (days, persons)."""
        return pain.rating_noise(self.noise, seed, self.start, self.size, days)


@dataclass(frozen=True)
class Shown:
    """What a course does under one rival, (times, persons) each.

    ``relief`` is the fraction of untreated pain that is gone, ``acute`` a change in NRS points (below 0 is less pain),
    ``felt`` the side effects (nausea, dizziness and sedation as probabilities).
    """

    relief: np.ndarray
    acute: np.ndarray
    felt: Mapping[str, np.ndarray]

    def pain(self, untreated: np.ndarray) -> np.ndarray:
        """Pain of the same people under this course, NRS, (times, persons)."""
        return np.asarray(np.clip(untreated * (1.0 - self.relief) + self.acute, 0.0, pain.SCALE))


def enrol(
    condition: str,
    seed: int,
    start: int,
    count: int,
    who: Who = EVERYONE,
    expectation: Expectation | None = None,
    sets: ParameterSets | None = None,
) -> Subjects:
    """Draw people ``start`` to ``start + count - 1`` of a condition.

    ``expectation`` says whether they are given the drug and how far feeling it raises their placebo response.
    """
    configure()
    files = Files.load(condition, ())
    body = persons.people(files.condition.person, who, seed, start, count)
    runs = sets.runs(start, count) if sets else [(start, count, {})]
    parts = [
        (people, _course(with_parameters(files, values), who, seed, first, people, expectation))
        for first, people, values in runs
    ]
    course = {
        name: np.concatenate([np.broadcast_to(part[name], (people,)) for people, part in parts])
        for name in parts[0][1]
    }
    return Subjects(start, body, course["baseline"], course, files.condition, files.noise)


def _course(
    files: Files, who: Who, seed: int, start: int, count: int, expectation: Expectation | None
) -> dict[str, np.ndarray]:
    drawn = pain.draw(
        files.condition, files.noise, seed, start, count, who.typical, pain.Fixed(who.baseline), expectation
    )
    return {name: np.asarray(value) for name, value in drawn.items()}


def course(
    periods: Sequence[Period],
    condition: str,
    at_h: Sequence[float],
    loop: str = "all",
    sets: ParameterSets | None = None,
    supposed: Settings | None = None,
    allow_extreme: bool = False,
) -> Plan:
    """Choose models and assemble the line of consecutive courses, looked at only at ``at_h`` (h, ascending).

    Raises
    ------
    InputError
        A regimen is wrong, or no model describes its drug and route.
    """
    configure()
    rivals = planning.rivals_named(loop)
    files = Files.load(condition, rivals)
    times = np.unique(np.concatenate([[0.0], np.asarray(at_h, float)]))
    orders = [planning.read(one.regimen, allow_extreme) for one in periods]
    regimen = Regimen(tuple(p for order in orders for p in order.regimen.prescriptions))
    schedule = _in_turn(periods, orders, max(float(times[-1]), 1e-3))
    choice = choose(regimen) if regimen.prescriptions else planning.stand_in()
    line = assemble(choice, schedule, files, rivals, acute=True)
    order = Order(regimen, orders[0].course if len(orders) == 1 else None)
    kept = replace(supposed or settings({}), sets=sets)
    return Plan(order, line, bool(regimen.prescriptions), float(times[-1]) / HOURS_PER_DAY, times, kept)


def _in_turn(periods: Sequence[Period], orders: Sequence[Order], end_h: float) -> Schedule:
    """The doses of courses that follow each other, as one schedule."""
    events: list[DoseEvent] = []
    reacting: list[Rule] = []
    numbered = 0
    for one, order in zip(periods, orders, strict=True):
        begin = one.start_day * HOURS_PER_DAY
        room = end_h - begin if one.days is None else min(one.days * HOURS_PER_DAY, end_h - begin)
        if room <= 0.0 or not order.regimen.prescriptions:
            continue
        part = expand(order.regimen, room)
        events += [
            replace(event, start_h=event.start_h + begin, prescription=event.prescription + numbered)
            for event in part.events
        ]
        reacting += [replace(rule, prescription=rule.prescription + numbered) for rule in part.rules]
        numbered += len(order.regimen.prescriptions)
    return Schedule(tuple(events), tuple(reacting))


def shown(
    planned: Plan, seed: int, start: int, count: int, chosen: np.ndarray | None = None, who: Who = EVERYONE
) -> dict[str, Shown]:
    """What a course does to people, per rival.

    Parameters
    ----------
    start, count : the stretch of people to draw.
    chosen : places within it of those who are given the course, ascending; all by default.

    Returns
    -------
    rival -> (times, chosen people); times as ``planned.output_h``.
    """
    reacting = bool(planned.line.schedule.rules)
    if reacting:
        rules.check(planned)
    wanted = np.arange(count) if chosen is None else np.asarray(chosen)
    plans = [planned.of(rival) for rival in planned.line.rivals] if reacting else [planned]
    found: dict[str, list[Shown]] = {}
    for one in plans:
        drawn = _picked(_draw(one, who, seed, start, count, reacting), wanted)
        for piece, size in _pieces(drawn):
            quantities = rules.give_by_rules(one, piece)[0] if reacting else _as_ordered(one, piece)
            for rival, part in _split(one, quantities, size).items():
                found.setdefault(rival, []).append(part)
    return {rival: _joined(parts) for rival, parts in found.items()}


def _draw(planned: Plan, who: Who, seed: int, start: int, count: int, reacting: bool) -> Batch:
    visits = 1 if reacting else max(_visits(planned), default=0) + 1
    return batches.draw(planned, who, seed, start, count, count, visits)


def _visits(planned: Plan) -> list[int]:
    return visits_of(planned.line.schedule, planned.line.choice.parts)


def _as_ordered(planned: Plan, piece: Batch) -> tuple[np.ndarray, ...]:
    return batches.give_as_ordered(planned, piece, _visits(planned))[0]


def _picked(drawn: Batch, places: np.ndarray) -> Batch:
    """Some people of a batch, in the order of ``places``."""

    def of(value: Any) -> Any:
        return value[places] if isinstance(value, np.ndarray) and value.shape == (drawn.size,) else value

    body = drawn.bodies
    return Batch(
        drawn.start,
        len(places),
        People(
            body.start,
            *(of(v) for v in (body.weight_kg, body.age_y, body.female, body.asian, body.japanese)),
        ),
        [[{name: of(v) for name, v in part.items()} for part in visit] for visit in drawn.values],
        {name: of(v) for name, v in drawn.parameters.items()},
        None if drawn.end_rate is None else drawn.end_rate[places],
    )


def _pieces(drawn: Batch) -> Iterator[tuple[Batch, int]]:
    """The people in pieces of the sizes that programs are compiled for; the last is filled up with its own people."""
    size = batch_size(drawn.size)
    for begin in range(0, drawn.size, size):
        people = min(size, drawn.size - begin)
        yield _picked(drawn, begin + np.arange(size) % people), people


def _split(planned: Plan, quantities: tuple[np.ndarray, ...], people: int) -> dict[str, Shown]:
    named = {
        n: np.asarray(v)[:, :people] for n, v in zip(planned.line.readings.names(), quantities, strict=True)
    }
    felt = {name: named[name] for name in FELT if name in named}
    return {
        rival.name: Shown(named[f"relief:{rival.name}"], named["acute"], felt)
        for rival in planned.line.rivals
    }


def _joined(parts: list[Shown]) -> Shown:
    return Shown(
        np.concatenate([one.relief for one in parts], axis=1),
        np.concatenate([one.acute for one in parts], axis=1),
        {name: np.concatenate([one.felt[name] for one in parts], axis=1) for name in parts[0].felt},
    )
