"""The line from pump to pain as one engine model: linear system, rivals side by side, and what is observed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from painloop.block import nmda
from painloop.core.engine import Model
from painloop.exposure.choice import Choice
from painloop.exposure.doses import input_states
from painloop.exposure.individuals import Values
from painloop.exposure.system import System
from painloop.library.schema.effects import Receptor
from painloop.loop.rival import Rival
from painloop.outcomes import curves
from painloop.outcomes.curves import Curve
from painloop.regimen import Schedule
from painloop.simulation.files import Files
from painloop.simulation.readings import Readings
from painloop.simulation.slow_states import SlowStates, Terms

EQUIVALENTS = "equivalents"


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
    mood: bool

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


def assemble(
    choice: Choice,
    schedule: Schedule,
    files: Files,
    rivals: tuple[Rival, ...],
    mood: bool = False,
    acute: bool = False,
) -> Line:
    """Put the line together for one schedule; ``mood`` follows mood too, ``acute`` shows acute change by itself."""
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
    dynamics = SlowStates(rivals, tuple((k, f"{EQUIVALENTS}:{s}") for k, s in enumerate(driving)), mood)
    structure = system.structure(inputs, (*driving, system.site(nmda.SITE)))
    readings = Readings(by_analyte, read, rivals, mood, acute)
    model = Model(structure, inputs, tuple(watch), readings, dynamics)
    return Line(choice, schedule, files, rivals, system, inputs, effects, equivalents, model, readings, mood)


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
