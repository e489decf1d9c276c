"""Carries a plan out on a population, batch by batch, and labels what was seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from importlib import metadata
from typing import Any

import numpy as np

from painloop._version import __version__
from painloop.exposure.validity import warnings_of
from painloop.exposure.visits import visits_of
from painloop.outcomes import links, risks
from painloop.outcomes.risks import Risk
from painloop.patient.population import People
from painloop.regimen import describe
from painloop.regimen import format as print_regimen
from painloop.simulation import rules
from painloop.simulation.accumulate import Collection
from painloop.simulation.batch import RESOLVED, RESPONSES, collect, draw, give_as_ordered
from painloop.simulation.headlines import headlines
from painloop.simulation.line import Line
from painloop.simulation.persons import Who
from painloop.simulation.plan import Plan
from painloop.simulation.posterior import PUBLISHED, weights_of
from painloop.simulation.provenance import (
    beyond_the_fit,
    command_line,
    files_behind,
    limits_of,
    observed_of,
    sources_of,
)
from painloop.simulation.ranges import beyond_studied, extrapolated
from painloop.simulation.result import Result, label
from painloop.simulation.times import sessions

SMALL, LARGE = 256, 1024
"""Persons that run together, besides one alone: few sizes, so that few programs are compiled."""


def batch_size(persons: int) -> int:
    """How many run together of so many: small batches up to the size of a large one, for the sake of progress."""
    if persons == 1:
        return 1
    return SMALL if persons <= LARGE else LARGE


def beside(result: Result, untreated: Result) -> Result:
    """A result with its placebo arm."""
    return replace(result, comparator=untreated)


def carry_out(
    planned: Plan,
    who: Who,
    patients: int,
    seed: int,
    progress: Callable[[int, int], None] | None,
    individuals: bool = False,
) -> Result:
    """Run all persons in batches and label what they show."""
    reacting = bool(planned.line.schedule.rules)
    if reacting:
        rules.check(planned)
    plans = [planned.of(rival) for rival in planned.line.rivals] if reacting else [planned]
    visits = (
        [0] * len(planned.line.schedule.events)
        if reacting
        else visits_of(planned.line.schedule, planned.line.choice.parts)
    )
    size = batch_size(patients)
    collection = Collection(len(planned.output_h), patients, _edges(planned.line))
    bodies: list[People] = []
    added: dict[str, list[np.ndarray]] = {}
    for start in range(0, patients, size):
        wanted = min(size, patients - start)
        for one in plans:
            batch = draw(one, who, seed, start, size, wanted, max(visits, default=0) + 1)
            if reacting:
                quantities, rate, repeats = rules.give_by_rules(one, batch)
                added.setdefault(one.line.rivals[0].name, []).append(repeats[:wanted])
            else:
                quantities, rate = give_as_ordered(one, batch, visits)
            collect(one, batch, who, seed, quantities, rate, collection)
        bodies.append(batch.bodies)
        if progress is not None:
            progress(start + wanted, patients)
    told = rules.said_of_repeats(planned, added)
    return _result(planned, patients, seed, collection, bodies, individuals, told)


@cache
def _packages() -> dict[str, str]:
    return {name: metadata.version(name) for name in ("jax", "numpy", "scipy")}


def _record(one: Risk) -> dict[str, Any]:
    return {f.name: getattr(one, f.name) for f in fields(one)}


def _edges(line: Line) -> dict[str, np.ndarray]:
    """Bins of the quantities whose library file names them."""

    def of(bins: Any) -> np.ndarray:
        return np.linspace(bins.low, bins.high, bins.count + 1)

    rating = of(line.files.noise.bins)
    share = np.linspace(0.0, 1.0, 201)
    endpoints = {name: of(o.bins) for name, o in line.files.endpoints.items()}
    linked = {name: of(links.load(name).bins) for name in links.known_links()}
    shares = dict.fromkeys(("block", "wind_up", "gain", "mood", RESOLVED, *RESPONSES), share)
    relief = np.linspace(-1.0, 1.0, 401)
    return endpoints | linked | shares | {"pain": rating, "nrs": rating, "relief": relief}


def _result(
    planned: Plan,
    patients: int,
    seed: int,
    collection: Collection,
    bodies: list[People],
    individuals: bool,
    repeats: list[str],
) -> Result:
    line, regimen, condition = planned.line, planned.order.regimen, planned.line.files.condition
    names = tuple(rival.name for rival in line.rivals)
    weights, weighed = weights_of(planned.settings.posterior, names)
    dataset = label(collection, planned.output_h, names, weights, sources_of(line), individuals)
    for name, hours in beyond_studied(line, dataset).items():
        if name in dataset:
            dataset[name].attrs["beyond_studied_h"] = hours
    spans = sessions(line.schedule)
    dataset.attrs = {
        "session_start_h": [s for s, _ in spans],
        "session_stop_h": [e for _, e in spans],
        **({"scenario": planned.settings.scenario} if planned.settings.scenario else {}),
        "rival_weights": weighed,
        "parameters": PUBLISHED if planned.settings.sets is None else "posterior",
        "seed": seed,
        "painloop": __version__,
    }
    weight, age, female = (
        np.concatenate([getattr(people, name) for people in bodies])[:patients]
        for name in ("weight_kg", "age_y", "female")
    )
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
        [
            *warnings_of(line.choice, line.schedule, weight, age),
            *extrapolated(line, dataset),
            *beyond_the_fit(planned.order.course, line),
            *repeats,
        ]
        if planned.treated
        else [],
        {
            "version": __version__,
            "seed": seed,
            "command": command_line(),
            "patients": patients,
            "days": planned.days,
            "files": files_behind(line, planned.order.course, planned.settings.posterior),
            "packages": _packages(),
        },
        limits_of(line),
        observed_of(planned.order.course, line) if planned.treated else [],
        headlines=headlines(planned),
        links=planned.settings.told_links(),
        risks=[_record(one) for one in risks.risks(risks.given(line.schedule))],
        cotreatments=planned.settings.told_cotreatments(),
    )  # fmt: skip
