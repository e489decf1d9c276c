"""Carries a planned course out: from an order to batches of persons on the engine, and to a labelled result."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from typing import Any

import numpy as np

from painloop import library
from painloop._version import __version__
from painloop.core.segments import Progress, Segment, advance
from painloop.exposure.choice import Choice, choose
from painloop.exposure.doses import enter
from painloop.exposure.validity import warnings_of
from painloop.library.schema.courses import Course as PublishedCourse
from painloop.loop.rivals import rivals as rivals_named
from painloop.outcomes import pain
from painloop.regimen import Regimen, Schedule, describe, expand
from painloop.regimen import format as print_regimen
from painloop.regimen import read as read_regimen
from painloop.simulation import persons
from painloop.simulation.accumulate import Collection
from painloop.simulation.line import Files, Line, assemble
from painloop.simulation.persons import Who
from painloop.simulation.provenance import files_behind, limits_of, sources_of
from painloop.simulation.result import Result, label
from painloop.simulation.times import HOURS_PER_DAY, output_times, sessions

DEFAULT_CONDITION = "crps"
BATCHES = (1, 256, 1024)
"""Patients that run together: few sizes, so that few programs are compiled, and about 100 ms of work each."""
RESPONSES = {"responder_30": 0.3, "responder_50": 0.5}
"""A response is a fall of pain by at least this share of the person's own baseline (IMMPACT, 30 and 50 %)."""


@dataclass(frozen=True)
class Order:
    """A regimen, and the published course that it stands in, if any."""

    regimen: Regimen
    course: PublishedCourse | None


@dataclass(frozen=True)
class Plan:
    """Everything that is fixed before the first person is drawn."""

    order: Order
    line: Line
    treated: bool
    days: float
    output_h: np.ndarray


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
    at_h: Sequence[float] = (),
) -> Plan:
    """Choose models, assemble the line and lay the output times."""
    if condition is None:
        known = set(library.ids("conditions"))
        own = order.course.condition if order.course else DEFAULT_CONDITION
        condition = own if own in known else DEFAULT_CONDITION
    rivals = rivals_named(loop)
    files = Files.load(condition, rivals)
    schedule = expand(order.regimen, days * HOURS_PER_DAY)
    treated = bool(order.regimen.prescriptions)
    choice = choose(order.regimen, model, sampling, fraction) if treated else _stand_in()
    line = assemble(choice, schedule, files, rivals)
    seen = [p.time_h for p in order.course.observed if p.time_h is not None] if order.course else []
    times = output_times(schedule, days, [*at_h, *(t for t in seen if t <= days * HOURS_PER_DAY)])
    return Plan(order, line, treated, days, times)


def _stand_in() -> Choice:
    """Any linear system serves a course without drug: its levels are zero."""
    some = choose(read_regimen("ketamine 1 mg iv"))
    return Choice(some.parts, (), ("no drug is given",))


def without_drug(planned: Plan) -> Plan:
    """The same persons and times on placebo."""
    nothing = read_regimen("placebo")
    empty = Schedule(events=(), rules=())
    choice = Choice(planned.line.choice.parts, (), ("no drug is given",))
    line = assemble(choice, empty, planned.line.files, planned.line.rivals)
    return replace(planned, order=Order(nothing, planned.order.course), line=line, treated=False)


def beside(result: Result, untreated: Result) -> Result:
    """A result with its placebo arm."""
    return replace(result, comparator=untreated)


def carry_out(
    planned: Plan, who: Who, patients: int, seed: int, progress: Callable[[int, int], None] | None
) -> Result:
    """Run all persons in batches and label what they show."""
    line = planned.line
    size = next((b for b in BATCHES if patients <= b), BATCHES[-1])
    collection = Collection(len(planned.output_h), patients, _edges(line))
    bodies: list[tuple[np.ndarray, ...]] = []
    for start in range(0, patients, size):
        wanted = min(size, patients - start)
        body = _batch(planned, who, seed, start, size, wanted, collection)
        bodies.append((body.weight_kg[:wanted], body.age_y[:wanted], body.female[:wanted]))
        if progress is not None:
            progress(start + wanted, patients)
    return _result(planned, patients, seed, collection, bodies)


def _edges(line: Line) -> dict[str, np.ndarray]:
    def of(bins: Any) -> np.ndarray:
        return np.linspace(bins.low, bins.high, bins.count + 1)

    rating = of(line.files.noise.bins)
    share = np.linspace(0.0, 1.0, 201)
    endpoints = {name: of(o.bins) for name, o in line.files.endpoints.items()}
    return {"pain": rating, "nrs": rating, "relief": share, "block": share, **endpoints} | dict.fromkeys(
        RESPONSES, share
    )


def _visits(planned: Plan) -> list[int]:
    """Per event its visit: one per day with doses where something varies between visits, else one for all."""
    events = planned.line.schedule.events
    if not any(part.model.iov for part in planned.line.choice.parts):
        return [0] * len(events)
    days = [int(event.start_h // HOURS_PER_DAY) for event in events]
    order = {day: k for k, day in enumerate(sorted(set(days)))}
    return [order[day] for day in days]


def _stretches(planned: Plan, visits: list[int]) -> list[tuple[float, float, int]]:
    end = float(planned.output_h[-1])
    starts: dict[int, float] = {}
    for event, visit in zip(planned.line.schedule.events, visits, strict=True):
        starts.setdefault(visit, event.start_h)
    order = sorted(starts, key=starts.__getitem__) or [0]
    edges = [0.0, *(starts[v] for v in order[1:]), end]
    return list(zip(edges[:-1], edges[1:], order, strict=True))


def _batch(
    planned: Plan, who: Who, seed: int, start: int, size: int, wanted: int, collection: Collection
) -> persons.People:
    line = planned.line
    bodies = persons.people(line.files.condition.person, who, seed, start, size)
    visits = _visits(planned)
    values = persons.levels(line, bodies, who, seed, max(visits, default=0) + 1)
    course = planned.order.course
    end_rate = persons.end_rates(course.end_rate if course else None, who, seed, start, size)
    amounts = line.schedule.amounts(bodies.weight_kg, end_rate)
    doses = enter(line.system, line.schedule, line.choice.part_of, amounts, values, line.inputs, visits)
    parameters = persons.outcomes(line, who, seed, start, size, planned.treated)
    since, parts = Progress(), []
    stretches = _stretches(planned, visits)
    for k, (begin, end, visit) in enumerate(stretches):
        cohort = _cohort(line, values[visit], parameters, size)
        segment = Segment(begin, end, doses.window(begin, end), cohort)
        since = advance(line.model, segment, planned.output_h, since, last=k == len(stretches) - 1)
        parts.append(since.quantities)
    quantities = tuple(np.concatenate([p[q] for p in parts]) for q in range(len(parts[0])))
    _collect(planned, who, seed, start, wanted, quantities, parameters["pain.baseline"], collection)
    collection.add("dose_rate", dose_rate(line.schedule, amounts[:, :wanted], planned.output_h))
    return bodies


def dose_rate(schedule: Schedule, amounts: np.ndarray, time_h: np.ndarray) -> np.ndarray:
    """What runs at each time, (times, patients), mg/h; single doses have no rate."""
    total = np.zeros((len(time_h), amounts.shape[1]))
    for event, amount in zip(schedule.events, amounts, strict=True):
        if event.duration_h > 0.0:
            on = (time_h >= event.start_h - 1e-9) & (time_h < event.start_h + event.duration_h - 1e-9)
            total[on] += amount / event.duration_h
    return total


def _cohort(line: Line, values: list[Any], parameters: dict[str, np.ndarray], size: int) -> Any:
    from painloop.core.engine import Cohort

    return Cohort(line.system.entry_values(values, size), parameters | line.weights(values, size))


def _collect(
    planned: Plan,
    who: Who,
    seed: int,
    start: int,
    wanted: int,
    quantities: tuple[np.ndarray, ...],
    baseline: np.ndarray,
    collection: Collection,
) -> None:
    names = planned.line.readings.names()
    days = np.floor(planned.output_h / HOURS_PER_DAY + 1e-9).astype(int)
    noise = np.zeros((days[-1] + 1, wanted))
    if not who.typical:
        noise = pain.rating_noise(planned.line.files.noise, seed, start, wanted, days[-1] + 1)
    for name, values in zip(names, quantities, strict=True):
        values = np.broadcast_to(values, (len(days), values.shape[-1]))[:, :wanted]
        collection.add(name, values)
        what, _, rival = name.partition(":")
        if what != "pain":
            continue
        collection.add(f"nrs:{rival}", np.clip(values + noise[days], 0.0, pain.SCALE))
        for response, share in RESPONSES.items():
            collection.add(f"{response}:{rival}", (values <= (1.0 - share) * baseline[:wanted]).astype(float))


def _result(
    planned: Plan,
    patients: int,
    seed: int,
    collection: Collection,
    bodies: list[tuple[np.ndarray, ...]],
) -> Result:
    line, regimen = planned.line, planned.order.regimen
    names = tuple(rival.name for rival in line.rivals)
    weights = np.full(len(names), 1.0 / len(names))
    dataset = label(collection, planned.output_h, names, weights, sources_of(line))
    spans = sessions(line.schedule)
    dataset.attrs = {
        "session_start_h": [s for s, _ in spans],
        "session_stop_h": [e for _, e in spans],
        "rival_weights": "equal, the prior: no data weighed them",
        "seed": seed,
        "painloop": __version__,
    }
    weight, age, female = (np.concatenate(part) for part in zip(*bodies, strict=True))
    notes = warnings_of(line.choice, line.schedule, weight, age) if planned.treated else []
    if line.schedule.rules:
        notes.append(
            "A repeat that waits for pain to return is not simulated yet; only the fixed part is shown."
        )
    condition = line.files.condition
    return Result(
        dataset,
        print_regimen(regimen),
        describe(regimen),
        {"id": condition.id, "title": condition.title},
        {
            "n": patients,
            "weight_mean": float(weight.mean()), "weight_sd": float(weight.std()),
            "age_mean": float(age.mean()), "age_sd": float(age.std()),
            "female_fraction": float(female.mean()),
        },
        "; ".join(line.choice.reasons),
        notes,
        {
            "version": __version__,
            "seed": seed,
            "command": " ".join(["painloop", *sys.argv[1:]]) if sys.argv else "painloop",
            "patients": patients,
            "days": planned.days,
            "files": files_behind(line, planned.order.course),
            "packages": {name: metadata.version(name) for name in ("jax", "numpy", "scipy")},
        },
        limits_of(line),
        _observed(planned),
    )  # fmt: skip


def _observed(planned: Plan) -> list[dict[str, Any]]:
    course = planned.order.course
    if course is None or not planned.treated:
        return []
    fitted = {
        str(source)
        for entry in (*planned.line.files.loops.values(), planned.line.files.condition)
        for source in _fitted_on(entry)
    }
    return [
        {
            "time_h": point.time_h, "arm": point.arm, "quantity": point.quantity, "mean": point.value,
            "sem": point.sem, "sd": point.sd, "n": point.n, "source": point.source,
            "in_sample": course.id in fitted, "label": course.title,
        }
        for point in course.observed
        if point.value is not None and point.time_h is not None
    ]  # fmt: skip


def _fitted_on(entry: Any) -> list[str]:
    """Ids of the courses that some value of an entry was fitted on, at any depth."""
    found: list[str] = []

    def look(thing: Any) -> None:
        if isinstance(thing, dict):
            told = thing.get("fitted_on")
            found.extend([told] if isinstance(told, str) else told or [])
            for value in thing.values():
                look(value)
        elif isinstance(thing, list | tuple):
            for value in thing:
                look(value)

    look(entry.model_dump())
    return found
