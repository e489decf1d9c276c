"""The line from pump to pain as one engine model: linear system, rivals side by side, and what is observed.

All rivals share one course of drug, so they are integrated together and compared on the same persons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array

from painloop import library
from painloop.block import nmda
from painloop.circuit.drive import wind_up_left
from painloop.core.dynamics import Arrays, Parameters, Signal
from painloop.core.engine import Model
from painloop.exposure.choice import Choice
from painloop.exposure.doses import input_states
from painloop.exposure.individuals import Values
from painloop.exposure.system import System
from painloop.library.schema.conditions import Condition
from painloop.library.schema.effects import DriveCurve, Loop, Outcome, Receptor
from painloop.loop.rival import Drive, Rival
from painloop.outcomes import curves, pain
from painloop.outcomes.curves import Curve
from painloop.regimen import Schedule

DEFAULT_RECEPTOR = "painloop-2026"
DEFAULT_DRIVE = "painloop-2026"
EQUIVALENTS = "equivalents"
READ = 2
"""Signals that readings use, before those of the rivals: block and wind-up."""
Terms = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Files:
    """The library files behind a line."""

    condition: Condition
    noise: Outcome
    receptor: Receptor
    drive: DriveCurve
    endpoints: Mapping[str, Outcome]
    loops: Mapping[str, Loop]

    @classmethod
    def load(cls, condition_id: str, rivals: tuple[Rival, ...]) -> Files:
        """Load what a condition and its rivals need."""
        condition = library.load("conditions", condition_id)
        return cls(
            condition,
            library.load("outcomes", condition.noise.outcome),
            library.load("receptor", DEFAULT_RECEPTOR),
            library.load("drives", DEFAULT_DRIVE),
            {endpoint: library.load("outcomes", file) for endpoint, file in curves.FILES.items()},
            {rival.name: library.load("loop", rival.file) for rival in rivals},
        )


def _of(prefix: str, parameters: Parameters) -> Parameters:
    return {k.removeprefix(f"{prefix}."): v for k, v in parameters.items() if k.startswith(f"{prefix}.")}


def _sum(x: Arrays, terms: Terms, parameters: Parameters) -> Array:
    total = x[terms[0][0]] * parameters[terms[0][1]]
    for place, name in terms[1:]:
        total = total + x[place] * parameters[name]
    return total


@dataclass(frozen=True)
class RivalDynamics:
    """The slow states of all rivals, one after the other.

    ``equivalents`` are (place in drive, weight) of the concentration that rivals read; the last driving state is
    the occupancy ratio of the receptor.
    """

    rivals: tuple[Rival, ...]
    equivalents: Terms

    def initial(self, parameters: Parameters) -> Arrays:
        """States of every rival before treatment."""
        return tuple(s for rival in self.rivals for s in rival.initial(_of(rival.name, parameters)))

    def signal(self, drive: Arrays, parameters: Parameters) -> Signal:
        """Blocked fraction and wind-up left for the readings, then what each rival's states need."""
        blocked = nmda.block(
            drive[-1], parameters["receptor.hill"], parameters["receptor.spinal_potency_factor"]
        )
        left = wind_up_left(blocked, parameters["drive.half"], parameters["drive.steepness"])
        felt = Drive(_sum(drive, self.equivalents, parameters), blocked, left)
        own = tuple(rival.signal(felt, _of(rival.name, parameters)) for rival in self.rivals)
        return (blocked, left, *own)

    def derivative(self, signal: Signal, state: Arrays, parameters: Parameters) -> Arrays:
        """Each rival moves its own states."""
        at = 0
        out: list[Array] = []
        for rival, needed in zip(self.rivals, signal[READ:], strict=True):
            own = state[at : at + len(rival.states)]
            out.extend(rival.derivative(needed, own, _of(rival.name, parameters)))
            at += len(own)
        return tuple(out)


@dataclass(frozen=True)
class Readings:
    """What is observed at an output time; hashable, so that a program is compiled once per line."""

    analytes: tuple[tuple[str, Terms], ...]
    effects: tuple[tuple[Curve, Terms], ...]
    rivals: tuple[Rival, ...]

    def names(self) -> tuple[str, ...]:
        """Quantities in the order of :meth:`__call__`."""
        drug = [name for name, _ in self.analytes]
        effects = [one.endpoint for one, _ in self.effects if one.endpoint != "analgesia"]
        slow = [f"{what}:{rival.name}" for rival in self.rivals for what in ("pain", "relief")]
        gains = [f"gain:{rival.name}" for rival in self.rivals if rival.has_gain]
        return (*drug, "block", "wind_up", *effects, *slow, *gains)

    def __call__(self, time: Array, x: Arrays, signal: Signal, y: Arrays, parameters: Parameters) -> Arrays:
        """Concentrations, block, wind-up, side effects, pain and lasting relief of each rival, central gains."""
        out = [_sum(x, terms, parameters) for _, terms in self.analytes]
        out.extend(signal[:READ])
        acute = jnp.zeros(())
        for one, terms in self.effects:
            value = one.effect(_sum(x, terms, parameters), parameters)
            if one.endpoint == "analgesia":
                acute = value
            else:
                out.append(value)
        untreated, at = pain.without_drug(time, _of("pain", parameters)), 0
        gains: list[Array] = []
        for rival in self.rivals:
            own = _of(rival.name, parameters)
            slow = y[at : at + len(rival.states)]
            relief = rival.relief(slow, own) + jnp.zeros_like(untreated)
            at += len(rival.states)
            out.extend((pain.with_drug(untreated, relief, acute), relief))
            if rival.has_gain:
                gains.append(rival.gain(slow, own))
        return (*out, *gains)


@dataclass(frozen=True)
class Line:
    """An assembled line for one schedule: everything but the persons."""

    choice: Choice
    schedule: Schedule
    files: Files
    rivals: tuple[Rival, ...]
    system: System
    inputs: tuple[int, ...]
    effects: tuple[Curve, ...]
    equivalents: tuple[tuple[str, float], ...]
    model: Model
    readings: Readings

    def weights(self, values: list[Values], patients: int) -> dict[str, np.ndarray]:
        """Engine parameters that turn states into concentrations, under the names the readings use."""
        found: dict[str, np.ndarray] = {"one": np.ones(patients)}
        for analyte in self.system.analytes:
            for state, factor in self.system.per_amount(analyte, values).items():
                found[f"{analyte}:{state}"] = np.broadcast_to(factor, (patients,))
        for name, weighting in (
            *((one.endpoint, one.weights) for one in self.effects if not one.delayed),
            (EQUIVALENTS, self.equivalents),
        ):
            for analyte, weight in weighting:
                for state, factor in self.system.per_amount(analyte, values).items():
                    found[f"{name}:{state}"] = np.broadcast_to(weight * factor, (patients,))
        return found


def assemble(choice: Choice, schedule: Schedule, files: Files, rivals: tuple[Rival, ...]) -> Line:
    """Put the line together for one schedule."""
    analytes = System(choice.parts).analytes
    effects = tuple(c for o in files.endpoints.values() if (c := curves.curve(o, analytes)) is not None)
    sites = [nmda.site(files.receptor, analytes)]
    sites += [curves.site(files.endpoints[one.endpoint], one) for one in effects if one.delayed]
    system = System(choice.parts, tuple(sites))
    inputs = input_states(system, schedule, choice.part_of)
    equivalents = _equivalents(files.receptor, analytes)
    ones = [{name: np.ones(1) for name in part.model.names} for part in choice.parts]
    watch: dict[int, int] = {}

    def states_of(names: tuple[str, ...]) -> list[int]:
        return list(dict.fromkeys(s for name in names for s in system.per_amount(name, ones)))

    def seen(prefix: str, names: tuple[str, ...]) -> Terms:
        return tuple((watch.setdefault(s, len(watch)), f"{prefix}:{s}") for s in states_of(names))

    by_analyte = tuple((name, seen(name, (name,))) for name in analytes)
    read = tuple(
        (one, ((watch.setdefault(system.site(one.endpoint), len(watch)), "one"),))
        if one.delayed
        else (one, seen(one.endpoint, tuple(name for name, _ in one.weights)))
        for one in effects
    )
    driving = states_of(tuple(name for name, _ in equivalents))
    dynamics = RivalDynamics(rivals, tuple((k, f"{EQUIVALENTS}:{s}") for k, s in enumerate(driving)))
    structure = system.structure(inputs, (*driving, system.site(nmda.SITE)))
    readings = Readings(by_analyte, read, rivals)
    model = Model(structure, inputs, tuple(watch), readings, dynamics)
    return Line(choice, schedule, files, rivals, system, inputs, effects, equivalents, model, readings)


def _equivalents(receptor: Receptor, analytes: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """S-ketamine equivalents of each form of the parent by binding potency (assumed outside S-ketamine)."""
    p = receptor.parameters
    strongest = p["potency_S"].number
    relative = {
        "S-ketamine": 1.0,
        "ketamine": 1.0 / strongest,
        "R-ketamine": p["potency_R"].number / strongest,
    }
    return tuple((name, relative[name]) for name in analytes if name in relative)
