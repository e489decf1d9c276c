"""What each regimen does at each point of a design: simulated once, kept on disk, never simulated again.

The same people (common random numbers) are given a course at every point. Lasting relief and acute change are kept
apart: the slope of acute analgesia multiplies the latter before pain is kept within its scale, so that it needs no
simulation of its own, and neither does the placebo response, which only untreated pain holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from painloop import __version__, library
from painloop.calibrate.design import Design
from painloop.core.dynamics import Drawn
from painloop.core.startup import cache_folder
from painloop.exposure.visits import visits_of
from painloop.library.loader import LIBRARY
from painloop.patient.population import People
from painloop.simulation import batch as batches
from painloop.simulation import persons, rules, subjects
from painloop.simulation.batch import Batch
from painloop.simulation.parameters import ParameterSets
from painloop.simulation.plan import Plan
from painloop.simulation.subjects import EVERYONE, Period

KINDS = ("pharmacokinetics", "receptor", "drives", "loop", "outcomes")
"""Kinds of library files that any simulation may read, besides its condition and its published course."""
PEOPLE_AT_ONCE = 1024
"""The size of cohort that programs are compiled for."""
Move = Callable[[int, int], None]


@dataclass(frozen=True)
class CourseOf:
    """A regimen in people of a condition, looked at at ``time_h`` (h, ascending, from 0)."""

    regimen: str
    condition: str
    time_h: tuple[float, ...]


@dataclass(frozen=True)
class Given:
    """What a course does.

    Attributes
    ----------
    relief : rival -> (points, times, persons), the fraction of untreated pain that is gone, single precision.
    acute : (times, persons), change in NRS points with the library's slope.
    end_h : the end of the last dose.
    """

    time_h: np.ndarray
    relief: Mapping[str, np.ndarray]
    acute: np.ndarray
    end_h: float


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
    total = len(courses) * max(design.size for design in designs.values())
    done, found = 0, {}
    for course in courses:
        path = _place(course, designs, people, seed)
        kept = _read(path)
        if kept is None:
            kept = _simulate(course, designs, people, seed, _from(move, done, total))
            _write(path, kept)
        found[course] = kept
        done += max(design.size for design in designs.values())
        if move is not None:
            move(done, total)
    return found


def _from(move: Move | None, before: int, total: int) -> Callable[[int], None]:
    def told(points: int) -> None:
        if move is not None:
            move(before + points, total)

    return told


def _simulate(
    course: CourseOf, designs: Mapping[str, Design], people: int, seed: int, told: Callable[[int], None]
) -> Given:
    moving = {rival: design for rival, design in designs.items() if design.priors}
    wanted = ",".join(moving) or "none"
    planned = subjects.course(
        [Period(course.regimen)], course.condition, course.time_h, wanted, allow_extreme=True
    )
    points = max((design.size for design in moving.values()), default=1)
    values = {
        name: column
        for design in moving.values()
        for name, column in zip(design.names, design.values.T, strict=True)
    }
    relief: dict[str, list[np.ndarray]] = {rival: [] for rival in moving}
    acute = np.zeros((len(course.time_h), people), np.float32)
    at_once = max(PEOPLE_AT_ONCE // people, 1)
    for first in range(0, points, at_once):
        rows = np.minimum(first + np.arange(at_once), points - 1)
        shown = _run(planned, {name: column[rows] for name, column in values.items()}, at_once, people, seed)
        for rival in moving:
            relief[rival].append(shown[f"relief:{rival}"][: points - first])
        acute = shown["acute"][0]
        told(min(first + at_once, points))
    ends = [event.start_h + event.duration_h for event in planned.line.schedule.events]
    return Given(
        np.asarray(course.time_h),
        {rival: np.concatenate(parts) for rival, parts in relief.items()},
        acute,
        max(ends, default=0.0),
    )


def _run(
    planned: Plan, values: Mapping[str, np.ndarray], points: int, people: int, seed: int
) -> dict[str, np.ndarray]:
    """Relief and acute change, (points, times, persons) each, of the same people at some points."""
    visits = visits_of(planned.line.schedule, planned.line.choice.parts)
    reacting = bool(planned.line.schedule.rules)
    drawn = batches.draw(
        planned, EVERYONE, seed, 0, people, people, 1 if reacting else max(visits, default=0) + 1
    )
    batch = replace(_repeated(drawn, points), parameters=_parameters(planned, values, points, people, seed))
    if reacting:
        shown = _rule_by_rule(planned, batch)
    else:
        quantities = batches.give_as_ordered(planned, batch, visits)[0]
        shown = dict(zip(planned.line.readings.names(), quantities, strict=True))
    wanted = [name for name in shown if name == "acute" or name.startswith("relief:")]
    return {
        name: np.asarray(shown[name], np.float32).reshape(-1, points, people).transpose(1, 0, 2)
        for name in wanted
    }


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
) -> dict[str, Drawn]:
    names = tuple(values)
    parts = []
    for row in range(points):
        sets = ParameterSets(names, np.array([[values[name][row] for name in names]]), people)
        told = replace(planned.settings, sets=sets if names else None)
        parts.append(persons.outcomes(planned.line, EVERYONE, seed, 0, people, planned.treated, told))
    return {
        name: np.concatenate([np.broadcast_to(part[name], (people,)) for part in parts]) for name in parts[0]
    }


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


def models_hash(condition: str, regimen: str) -> str:
    """Of the version and the library files that a simulation of a regimen in a condition may read (sha256)."""
    digest = hashlib.sha256(f"painloop {__version__}".encode())
    files = [path for kind in KINDS for path in sorted((LIBRARY / kind).glob("*.yaml"))]
    files.append(LIBRARY / "conditions" / f"{condition}.yaml")
    course = regimen.removeprefix("regimens/")
    if course in library.ids("regimens"):
        files.append(LIBRARY / "regimens" / f"{course}.yaml")
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _place(course: CourseOf, designs: Mapping[str, Design], people: int, seed: int) -> Path:
    digest = hashlib.sha256(models_hash(course.condition, course.regimen).encode())
    digest.update(json.dumps([course.regimen, course.condition, course.time_h, people, seed]).encode())
    for rival, design in sorted(designs.items()):
        digest.update(rival.encode() + design.values.tobytes())
    return cache_folder() / "calibrate" / f"{digest.hexdigest()[:24]}.npz"


def _read(path: Path) -> Given | None:
    try:
        with np.load(path) as kept:
            relief = {name[7:]: kept[name] for name in kept.files if name.startswith("relief:")}
            return Given(kept["time_h"], relief, kept["acute"], float(kept["end_h"]))
    except (OSError, ValueError, KeyError):
        return None  # not there, or cut short by an interruption


def _write(path: Path, given: Given) -> None:
    part = path.with_suffix(".part.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        named = {f"relief:{rival}": values for rival, values in given.relief.items()}
        named |= {"time_h": given.time_h, "acute": given.acute, "end_h": np.array(given.end_h)}
        with part.open("wb") as file:
            np.savez(file, **named)  # type: ignore[arg-type]
        part.replace(path)
    except OSError:
        pass  # no room to keep it is slower, not wrong
