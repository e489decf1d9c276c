"""Who is treated: bodies, parameters of every layer, and the chance that decides who responds, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from painloop.core.dynamics import Drawn
from painloop.errors import InputError
from painloop.exposure import individuals
from painloop.exposure.individuals import Values
from painloop.library.schema.conditions import Distribution, Person
from painloop.library.schema.courses import EndRate
from painloop.library.schema.pharmacokinetics import Variability
from painloop.outcomes import curves, pain
from painloop.patient import population
from painloop.patient.population import People
from painloop.patient.streams import uniform
from painloop.simulation.line import Line
from painloop.simulation.parameters import with_parameters
from painloop.simulation.settings import Settings
from painloop.simulation.slow_states import MOOD

DRIVE = ("half", "steepness")
AGE_LIMITS_Y = (0.0, 120.0)
WEIGHT_LIMITS_KG = (2.0, 350.0)


@dataclass(frozen=True)
class Who:
    """What a user fixes of the persons; everything left ``None`` is drawn from the condition file.

    ``typical`` means one person without variability.
    """

    weight_kg: float | None = None
    age_y: float | None = None
    female: bool | None = None
    baseline: float | None = None
    typical: bool = False

    def __post_init__(self) -> None:
        _within("weight", self.weight_kg, WEIGHT_LIMITS_KG, "kg", "--weight 70")
        _within("age", self.age_y, AGE_LIMITS_Y, "years", "--age 45")
        _within("baseline pain", self.baseline, (0.0, pain.SCALE), "NRS points", "--baseline 7")


def _within(what: str, value: float | None, limits: tuple[float, float], unit: str, example: str) -> None:
    low, high = limits
    if value is not None and not low <= value <= high:
        raise InputError(
            f"The {what} {value:g} is outside {low:g} to {high:g} {unit}; give one within, such as {example}."
        )


def people(person: Person, who: Who, seed: int, start: int, count: int) -> People:
    """Bodies of patients ``start`` to ``start + count - 1``."""
    if who.typical:
        weight = who.weight_kg if who.weight_kg is not None else person.weight_kg.mean
        age = who.age_y if who.age_y is not None else person.age_y.mean
        return population.alike(count, weight, age, bool(who.female))
    drawn = population.draw(person, seed, start, count, weight_kg=who.weight_kg, age_y=who.age_y)
    if who.female is None:
        return drawn
    sex = np.full(count, float(who.female))
    return People(start, drawn.weight_kg, drawn.age_y, sex, drawn.asian, drawn.japanese)


def end_rates(end_rate: EndRate | None, who: Who, seed: int, start: int, count: int) -> np.ndarray | None:
    """Each person's end of a titrated ramp, in the course's own unit; ``None`` keeps the nominal one."""
    if end_rate is None:
        return None
    if who.typical:
        return np.full(count, end_rate.mean)
    spread = Distribution(
        mean=end_rate.mean, sd=end_rate.sd, low=end_rate.low, high=end_rate.high,
        unit=end_rate.unit, confidence=end_rate.confidence, source=end_rate.source,
    )  # fmt: skip
    return population.truncated_normal(spread, uniform(seed, "regimen:end-rate", start, count))


def levels(line: Line, bodies: People, who: Who, seed: int, visits: int) -> list[list[Values]]:
    """Pharmacokinetic parameters per visit and part."""
    covariates = bodies.covariates()
    if who.typical:
        return [[individuals.typical(p.model, covariates) for p in line.choice.parts]] * visits
    return [
        [individuals.drawn(p.model, covariates, seed, bodies.start, visit) for p in line.choice.parts]
        for visit in range(visits)
    ]


def outcomes(
    line: Line, who: Who, seed: int, start: int, count: int, treated: bool, settings: Settings
) -> dict[str, Drawn]:
    """Parameters of block, circuit, side effects, mood, rivals and pain, named as the engine model reads them."""
    if settings.sets is None:
        return _outcomes(line, who, seed, start, count, treated, settings)
    parts = [
        (people, _outcomes(_with(line, values), who, seed, first, people, treated, settings))
        for first, people, values in settings.sets.runs(start, count)
    ]
    return {
        name: np.concatenate([np.broadcast_to(part[name], (people,)) for people, part in parts])
        for name in parts[0][1]
    }


def _with(line: Line, values: Mapping[str, float]) -> Line:
    return replace(line, files=with_parameters(line.files, values))


def _outcomes(
    line: Line, who: Who, seed: int, start: int, count: int, treated: bool, settings: Settings
) -> dict[str, Drawn]:
    receptor = line.files.receptor.parameters
    found: dict[str, Drawn] = {
        f"receptor.{name}": receptor[name].number for name in ("hill", "spinal_potency_factor")
    }
    found |= {f"drive.{name}": line.files.drive.parameters[name].number for name in DRIVE}
    if line.mood:
        mood = MOOD.draw(line.files.mood) | {"link": settings.mood}
        found |= {f"{MOOD.name}.{k}": v for k, v in mood.items()}
    for one in line.effects:
        outcome = line.files.endpoints[one.endpoint]
        chance = {
            p: uniform(seed, f"{outcome.id}:{p}", start, count)
            for block in outcome.iiv
            for p in block.parameters
        }
        found |= curves.draw(outcome, chance, who.typical)
    shared = {
        "responder": pain.responder_chance(seed, start, count),
        "N_late": uniform(seed, "injury:N_late", start, count),
    }
    for rival in line.rivals:
        entry = line.files.loops[rival.name]
        chance = shared | _chances(entry.iiv, entry.id, seed, start, count)
        found |= {f"{rival.name}.{k}": v for k, v in rival.draw(entry, chance, treated, who.typical).items()}
    condition = line.files.condition
    studied = settings.scenario is not None  # there relief is a level of pain, most of it healing
    found["effect.scale"] = 1.0 if studied else pain.effect_scale(condition, seed, start, count, who.typical)
    course = pain.draw(
        condition,
        line.files.noise,
        seed,
        start,
        count,
        who.typical,
        pain.Fixed(who.baseline),
        replace(settings.expectation, treated=treated),
    )
    if settings.scenario is not None:
        course = pain.of_the_first_day(course)
    return found | {f"pain.{k}": v for k, v in course.items()}


def _chances(
    blocks: tuple[Variability, ...], stream: str, seed: int, start: int, count: int
) -> dict[str, np.ndarray]:
    return {p: uniform(seed, f"{stream}:{p}", start, count) for block in blocks for p in block.parameters}
