"""Concentrations over time of a given schedule in given people, with variability between people and visits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jax import Array

from painloop.core.dynamics import Arrays, Parameters
from painloop.core.engine import Cohort, Model
from painloop.core.segments import Segment, run
from painloop.core.steady_state import area_to_infinity, steady_state
from painloop.core.structure import LinearStructure
from painloop.exposure.choice import Choice
from painloop.exposure.doses import enter, input_states
from painloop.exposure.individuals import Values, drawn, typical
from painloop.exposure.system import System
from painloop.patient.population import People
from painloop.regimen import Schedule

DAY_H = 24.0


@dataclass(frozen=True)
class Weighted:
    """An observation: one weighted sum of watched states per quantity; ``terms`` are (quantity, watched, name)."""

    quantities: int
    terms: tuple[tuple[int, int, str], ...]

    def __call__(self, time: Array, x: Arrays, y: Arrays, parameters: Parameters) -> Arrays:
        """Quantities in order; the weights are parameters."""
        out: list[Array | None] = [None] * self.quantities
        for quantity, place, name in self.terms:
            term = x[place] * parameters[name]
            before = out[quantity]
            out[quantity] = term if before is None else before + term
        return tuple(o for o in out if o is not None)


@dataclass(frozen=True)
class Levels:
    """Concentrations and areas.

    Attributes
    ----------
    time_h : (times,).
    concentration : analyte -> (times, patients), ng/mL.
    area : analyte -> (patients,), from the first time to infinity, ng h/mL.
    """

    time_h: np.ndarray
    concentration: dict[str, np.ndarray]
    area: dict[str, np.ndarray]


@dataclass(frozen=True)
class Course:
    """A schedule on a chosen system: everything but the people."""

    choice: Choice
    schedule: Schedule
    system: System
    structure: LinearStructure
    model: Model

    @classmethod
    def of(cls, choice: Choice, schedule: Schedule) -> Course:
        """Assemble the system with an area under each analyte."""
        plain = System(choice.parts)
        system = System(choice.parts, areas=plain.analytes)
        inputs = input_states(system, schedule, choice.part_of)
        structure = system.structure(inputs, drive=())
        ones = [{name: np.ones(1) for name in part.model.names} for part in choice.parts]
        watch: dict[int, int] = {}
        terms = []
        for q, analyte in enumerate(system.analytes):
            for state in system.per_amount(analyte, ones):
                terms.append((q, watch.setdefault(state, len(watch)), f"{analyte}:{state}"))
        observe = Weighted(len(system.analytes), tuple(terms))
        model = Model(structure, inputs, tuple(watch), observe)
        return cls(choice, schedule, system, structure, model)

    def occasions(self) -> list[int]:
        """Per event the visit it belongs to: one per day with doses."""
        days = [int(event.start_h // DAY_H) for event in self.schedule.events]
        order = {day: k for k, day in enumerate(sorted(set(days)))}
        return [order[day] for day in days]

    def varies_between_visits(self) -> bool:
        """Whether any part has variability between occasions."""
        return any(part.model.iov for part in self.choice.parts)


def predict(
    course: Course,
    people: People,
    output_h: np.ndarray,
    *,
    seed: int | None = None,
    end_rate: np.ndarray | None = None,
    steady_interval_h: float | None = None,
) -> Levels:
    """Concentrations of each person.

    Parameters
    ----------
    output_h : (times,) increasing from 0, h.
    seed : draws variability; ``None`` gives each person typical parameters for their body.
    end_rate : per person the end rate of a titrated ramp, in the unit of the regimen.
    steady_interval_h : begin at the steady state of repeating the schedule's first interval of this length.
    """
    values = _values(course, people, seed)
    occasions = course.occasions()
    visits = occasions if len(values) > 1 else [0] * len(occasions)
    amounts = course.schedule.amounts(people.weight_kg, end_rate)
    doses = enter(
        course.system,
        course.schedule,
        course.choice.part_of,
        amounts,
        values,
        course.model.impulse_states,
        visits,
    )
    segments, linear = [], None
    for begin, end, visit in _stretches(course, visits, float(output_h[-1])):
        cohort = _cohort(course, values[visit], people.size)
        if not segments and steady_interval_h is not None:
            first = Segment(0.0, steady_interval_h, doses.window(0.0, steady_interval_h), cohort)
            added = run(course.model, [first], np.array([0.0, steady_interval_h])).linear
            assert added is not None
            linear = _settled(course, cohort, added, steady_interval_h)
            cohort = Cohort(cohort.values, cohort.parameters, linear_start=linear)
        segments.append(Segment(begin, end, doses.window(begin, end), cohort))
    done = run(course.model, segments, output_h)
    assert done.linear is not None
    area = _areas(course, segments[-1].cohort, done.linear)
    return Levels(output_h, dict(zip(course.system.analytes, done.quantities, strict=True)), area)


def _values(course: Course, people: People, seed: int | None) -> list[list[Values]]:
    covariates, parts = people.covariates(), course.choice.parts
    if seed is None:
        return [[typical(p.model, covariates) for p in parts]]
    visits = max(course.occasions(), default=0) + 1 if course.varies_between_visits() else 1
    return [[drawn(p.model, covariates, seed, people.start, visit) for p in parts] for visit in range(visits)]


def _stretches(course: Course, visits: list[int], end_h: float) -> list[tuple[float, float, int]]:
    """(begin, end, visit): a visit lasts from its first dose to the next visit's."""
    starts: dict[int, float] = {}
    for event, visit in zip(course.schedule.events, visits, strict=True):
        starts.setdefault(visit, event.start_h)
    order = [v for v in sorted(starts, key=starts.__getitem__) if starts[v] < end_h - 1e-9] or [0]
    edges = [0.0, *(starts[v] for v in order[1:]), end_h]
    return list(zip(edges[:-1], edges[1:], order, strict=True))


def _cohort(course: Course, values: list[Values], patients: int) -> Cohort:
    weights = {}
    for analyte in course.system.analytes:
        for state, factor in course.system.per_amount(analyte, values).items():
            weights[f"{analyte}:{state}"] = np.broadcast_to(factor, (patients,))
    return Cohort(course.system.entry_values(values, patients), weights)


def _amount_block(course: Course, cohort: Cohort) -> tuple[LinearStructure, np.ndarray]:
    """The system without its areas, which never settle."""
    n = course.system.amounts
    kept = [k for k, (i, j) in enumerate(course.structure.entries) if i < n and j < n]
    entries = tuple(course.structure.entries[k] for k in kept)
    return LinearStructure(n, entries, (), ()), cohort.values[kept]


def _settled(course: Course, cohort: Cohort, added: np.ndarray, interval_h: float) -> np.ndarray:
    structure, values = _amount_block(course, cohort)
    n = course.system.amounts
    start = np.zeros_like(added)
    start[:n] = steady_state(structure, values, added[:n], interval_h)
    return start


def _areas(course: Course, cohort: Cohort, linear: np.ndarray) -> dict[str, np.ndarray]:
    structure, values = _amount_block(course, cohort)
    rest = area_to_infinity(structure, values, linear[: course.system.amounts])
    found = {}
    for analyte in course.system.analytes:
        tail = sum(
            rest[int(name.rsplit(":", 1)[1])] * weight
            for name, weight in cohort.parameters.items()
            if name.rsplit(":", 1)[0] == analyte
        )
        found[analyte] = linear[course.system.area(analyte)] + tail
    return found
