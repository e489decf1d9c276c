"""Concentrations over time of a given schedule in given people, with variability between people and visits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jax import Array

from painloop.core.course import Doses, entered
from painloop.core.dynamics import Arrays, Parameters
from painloop.core.engine import Cohort, Model
from painloop.core.segments import Progress, Segment, advance, run
from painloop.core.steady_state import area_to_infinity, steady_state
from painloop.core.structure import LinearStructure
from painloop.exposure.choice import Choice
from painloop.exposure.doses import enter, input_states
from painloop.exposure.individuals import Values, drawn, typical
from painloop.exposure.system import Part, System
from painloop.exposure.visits import stretches_of, visits_of
from painloop.patient.population import People
from painloop.regimen import Schedule


@dataclass(frozen=True)
class Weighted:
    """An observation: one weighted sum of watched states per quantity; ``terms`` are (quantity, watched, name)."""

    quantities: int
    terms: tuple[tuple[int, int, str], ...]

    def __call__(self, time: Array, x: Arrays, signal: Arrays, y: Arrays, parameters: Parameters) -> Arrays:
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
        """Assemble the system."""
        system = System(choice.parts)
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


def predict(
    course: Course,
    people: People,
    output_h: np.ndarray,
    *,
    seed: int | None = None,
    typical_first: bool = False,
    end_rate: np.ndarray | None = None,
    steady_interval_h: float | None = None,
) -> Levels:
    """Concentrations of each person.

    Parameters
    ----------
    output_h : (times,) increasing from 0, h.
    seed : draws variability; ``None`` gives each person typical parameters for their body.
    typical_first : the first person is typical, and the draws begin with the second.
    end_rate : per person the end rate of a titrated ramp, in the unit of the regimen.
    steady_interval_h : begin at the steady state of repeating the schedule's first interval of this length.
    """
    visits = (
        visits_of(course.schedule, course.choice.parts)
        if seed is not None
        else [0] * len(course.schedule.events)
    )
    values = _values(course, people, seed, typical_first, max(visits, default=0) + 1)
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
    since, parts, area = Progress(), [], np.zeros((course.system.size, people.size))
    stretches = stretches_of(course.schedule, visits, float(output_h[-1]))
    for k, (begin, end, visit) in enumerate(stretches):
        cohort = _cohort(course, values[visit], people.size)
        if k == 0 and steady_interval_h is not None:
            since = Progress(_settled(course, cohort, doses, steady_interval_h))
        segment = Segment(begin, end, doses.window(begin, end), cohort)
        before, since = since, advance(course.model, segment, output_h, since, last=k == len(stretches) - 1)
        parts.append(since.quantities)
        area += _area(course, segment, doses, before.linear, since.linear)
    assert since.linear is not None
    area += area_to_infinity(course.structure, cohort.values, since.linear)
    joined = (np.concatenate([p[q] for p in parts]) for q in range(len(course.system.analytes)))
    concentration = dict(zip(course.system.analytes, joined, strict=True))
    return Levels(output_h, concentration, _areas(course, cohort, area))


def _values(
    course: Course, people: People, seed: int | None, typical_first: bool, visits: int
) -> list[list[Values]]:
    covariates, parts = people.covariates(), course.choice.parts
    if seed is None:
        return [[typical(p.model, covariates) for p in parts]]

    def of(part: Part, visit: int) -> Values:
        if not typical_first:
            return drawn(part.model, covariates, seed, people.start, visit)
        first = typical(part.model, {name: v[:1] for name, v in covariates.items()})
        rest = drawn(part.model, {name: v[1:] for name, v in covariates.items()}, seed, people.start, visit)
        return {name: np.concatenate([first[name], rest[name]]) for name in first}

    return [[of(p, visit) for p in parts] for visit in range(visits)]


def _cohort(course: Course, values: list[Values], patients: int) -> Cohort:
    weights = {}
    for analyte in course.system.analytes:
        for state, factor in course.system.per_amount(analyte, values).items():
            weights[f"{analyte}:{state}"] = np.broadcast_to(factor, (patients,))
    return Cohort(course.system.entry_values(values, patients), weights)


def _settled(course: Course, cohort: Cohort, doses: Doses, interval_h: float) -> np.ndarray:
    """The steady state of repeating the first interval, (states, patients)."""
    first = Segment(0.0, interval_h, doses.window(0.0, interval_h), cohort)
    added = run(course.model, [first], np.array([0.0, interval_h])).linear
    assert added is not None
    return steady_state(course.structure, cohort.values, added, interval_h)


def _area(
    course: Course, segment: Segment, doses: Doses, start: np.ndarray | None, end: np.ndarray | None
) -> np.ndarray:
    """Integral of every state over a segment: x' = A x + b gives (-A)^-1 (start + entered - end), exactly."""
    assert end is not None
    came = entered(doses, segment.begin_h, segment.end_h, course.model.impulse_states, end)
    change = came - end if start is None else came + start - end
    return area_to_infinity(course.structure, segment.cohort.values, change)


def _areas(course: Course, cohort: Cohort, integral: np.ndarray) -> dict[str, np.ndarray]:
    """Area under each analyte; its volume is that of the last visit."""
    found = {}
    for analyte in course.system.analytes:
        prefix = f"{analyte}:"
        found[analyte] = sum(
            integral[int(name.removeprefix(prefix))] * weight
            for name, weight in cohort.parameters.items()
            if name.startswith(prefix)
        )
    return found
