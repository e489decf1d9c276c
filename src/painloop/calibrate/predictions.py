"""What each regimen does at each point of a design: simulated once, kept on disk, never simulated again.

The same people (common random numbers) are given a course at every point. Lasting relief and acute change are kept
apart: the slope of acute analgesia multiplies the latter before pain is kept within its scale, so that it needs no
simulation of its own, and neither does the placebo response, which only untreated pain holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from painloop.calibrate.courses import CourseOf, Given, models_hash, place, read, write
from painloop.calibrate.design import Design
from painloop.core.dynamics import Drawn
from painloop.errors import InputError
from painloop.exposure.visits import visits_of
from painloop.patient.population import People
from painloop.simulation import batch as batches
from painloop.simulation import persons, rules, subjects
from painloop.simulation.batch import Batch
from painloop.simulation.parameters import ParameterSets
from painloop.simulation.plan import Plan
from painloop.simulation.subjects import EVERYONE, Period

BLOCK = 64
"""Points that are kept together on disk: an interrupted or a larger run goes on from there."""
PEOPLE_AT_ONCE = 1024
"""The size of cohort that programs are compiled for."""
Move = Callable[[int, int], None]


def simulate_all(
    courses: Sequence[CourseOf],
    designs: Mapping[str, Design],
    people: int,
    seed: int,
    move: Move | None = None,
) -> dict[CourseOf, Given]:
    """Every course over every point; what is on disk from an earlier or interrupted run is read there.

    Parameters
    ----------
    people : persons at each point, the same at all.
    move : told (points done, points in all) as a course goes on.
    """
    moving = {rival: design for rival, design in designs.items() if design.priors}
    points = max((design.size for design in moving.values()), default=1)
    done, found = 0, {}

    def told(further: int) -> None:
        if move is not None:
            move(min(done + further, points * len(courses)), points * len(courses))

    for course in courses:
        found[course] = _over_blocks(course, moving, points, people, seed, told)
        done += points
    return found


def _over_blocks(
    course: CourseOf,
    moving: Mapping[str, Design],
    points: int,
    people: int,
    seed: int,
    told: Callable[[int], None],
) -> Given:
    """One course, block by block; a block that is on disk is not simulated again."""
    files = models_hash(course.condition, course.regimen)
    values = {rival: design.values for rival, design in moving.items()}
    names = {rival: design.names for rival, design in moving.items()}
    planned: Plan | None = None
    parts = []
    for first in range(0, points, BLOCK):
        block = {rival: table[first : first + BLOCK] for rival, table in values.items()}
        path = place(files, course, block, people, seed)
        kept = read(path)
        if kept is None:
            planned = planned or _plan(course, tuple(moving))
            kept = _simulate(course, planned, names, block, people, seed)
            write(path, kept)
        parts.append(kept)
        told(min(first + BLOCK, points))
    relief = {rival: np.concatenate([one.relief[rival] for one in parts]) for rival in moving}
    return replace(parts[0], relief=relief)


def _plan(course: CourseOf, rivals: Sequence[str]) -> Plan:
    """The line of a course; published doses are given however high they are."""
    wanted = ",".join(rivals) or "none"
    return subjects.course(
        [Period(course.regimen)], course.condition, course.time_h, wanted, allow_extreme=True
    )


def _simulate(
    course: CourseOf,
    planned: Plan,
    names: Mapping[str, Sequence[str]],
    block: Mapping[str, np.ndarray],
    people: int,
    seed: int,
) -> Given:
    """Some points, in cohorts of one size."""
    values = {
        name: column
        for rival, table in block.items()
        for name, column in zip(names[rival], table.T, strict=True)
    }
    points = max((len(table) for table in block.values()), default=1)
    at_once = max(PEOPLE_AT_ONCE // people, 1)
    relief: dict[str, list[np.ndarray]] = {rival: [] for rival in block}
    acute = np.zeros((len(course.time_h), people), np.float32)
    for first in range(0, points, at_once):
        rows = np.minimum(first + np.arange(at_once), points - 1)
        shown = _run(planned, {name: column[rows] for name, column in values.items()}, at_once, people, seed)
        for rival in block:
            relief[rival].append(shown[f"relief:{rival}"][: points - first])
        acute = shown["acute"][0]
    ends = [event.start_h + event.duration_h for event in planned.line.schedule.events]
    joined = {rival: np.concatenate(parts) for rival, parts in relief.items()}
    return Given(np.asarray(course.time_h), joined, acute, max(ends, default=0.0))


def _run(
    planned: Plan, values: Mapping[str, np.ndarray], points: int, people: int, seed: int
) -> dict[str, np.ndarray]:
    """Relief and acute change, (points, times, persons) each, of the same people at some points."""
    visits = visits_of(planned.line.schedule, planned.line.choice.parts)
    reacting = bool(planned.line.schedule.rules)
    drawn = batches.draw(
        planned, EVERYONE, seed, 0, people, people, 1 if reacting else max(visits, default=0) + 1
    )
    parameters, refused = _parameters(planned, values, points, people, seed)
    batch = replace(_repeated(drawn, points), parameters=parameters)
    if reacting:
        shown = _rule_by_rule(planned, batch)
    else:
        quantities = batches.give_as_ordered(planned, batch, visits)[0]
        shown = dict(zip(planned.line.readings.names(), quantities, strict=True))
    wanted = [name for name in shown if name == "acute" or name.startswith("relief:")]
    found = {
        name: np.array(shown[name], np.float32).reshape(-1, points, people).transpose(1, 0, 2)
        for name in wanted
    }
    for rival, row in refused:
        found[f"relief:{rival}"][row] = np.nan
    return found


def _rule_by_rule(planned: Plan, batch: Batch) -> dict[str, np.ndarray]:
    """Rules act on what a person shows under a rival, so each rival has its own course."""
    rules.check(planned)
    shown: dict[str, np.ndarray] = {}
    for rival in planned.line.rivals:
        alone = planned.of(rival)
        quantities = rules.give_by_rules(alone, batch)[0]
        shown |= dict(zip(alone.line.readings.names(), quantities, strict=True))
    return shown


def _parameters(
    planned: Plan, values: Mapping[str, np.ndarray], points: int, people: int, seed: int
) -> tuple[dict[str, Drawn], list[tuple[str, int]]]:
    """Parameters of the same people at each point, and (rival, point) where a rival cannot be: it has the library's."""

    def drawn(row: int, names: Sequence[str]) -> dict[str, Drawn] | None:
        sets = ParameterSets(tuple(names), np.array([[values[name][row] for name in names]]), people)
        told = replace(planned.settings, sets=sets if names else None)
        try:
            return persons.outcomes(planned.line, EVERYONE, seed, 0, people, planned.treated, told)
        except InputError:
            return None  # pain that lasts does not exist there: no sensitized state

    parts: list[dict[str, Drawn]] = []
    refused = []
    for row in range(points):
        names = list(values)
        part = drawn(row, names)
        for rival in () if part is not None else planned.line.rivals:
            own = [name for name in names if name.startswith(f"{rival.name}.")]
            if own and drawn(row, own) is None:
                refused.append((rival.name, row))
                names = [name for name in names if name not in own]
        part = part or drawn(row, names)
        assert part is not None
        parts.append(part)
    joined: dict[str, Drawn] = {
        name: np.concatenate([np.broadcast_to(part[name], (people,)) for part in parts]) for name in parts[0]
    }
    return joined, refused


def _repeated(drawn: Batch, points: int) -> Batch:
    """The same people once for every point."""

    def of(value: np.ndarray) -> np.ndarray:
        return np.tile(value, points) if np.shape(value) == (drawn.size,) else value

    body = drawn.bodies
    return Batch(
        drawn.start,
        drawn.size * points,
        People(
            body.start,
            *(of(v) for v in (body.weight_kg, body.age_y, body.female, body.asian, body.japanese)),
        ),
        [[{name: of(v) for name, v in part.items()} for part in visit] for visit in drawn.values],
        {},
        None if drawn.end_rate is None else of(drawn.end_rate),
    )
