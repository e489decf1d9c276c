"""Small circuits for tests: a bare membrane, and runs of the shipped network that several tests look at."""

from __future__ import annotations

from functools import lru_cache

from painloop.circuit.answer import shipped
from painloop.circuit.protocol import Lesion, Protocol
from painloop.circuit.run import Spikes, run
from painloop.circuit.wind_up import WindUp, wind_up
from painloop.library.schema.base import Value
from painloop.library.schema.circuits import CellType, Circuit, Section

SHORT = {"frequency_Hz": 2.0, "stimuli": 10}
"""Six seconds of model time; at 2 Hz responses grow within few stimuli."""


LONG = {"frequency_Hz": 1.0, "stimuli": 15}
"""The protocol that most recordings and published runs used: 16 seconds of model time."""


@lru_cache
def spikes(
    block: float = 0.0,
    cation: float = 1.0,
    inhibition: float = 1.0,
    seed: int = 1,
    step_us: float | None = None,
    long: bool = False,
) -> Spikes:
    train = LONG if long else SHORT
    protocol = Protocol(
        block=block, cation=cation, lesion=Lesion(inhibition=inhibition), seed=seed, step_us=step_us, **train
    )
    return run(shipped(), protocol)


def counts(**changes: float) -> WindUp:
    return wind_up(spikes(**changes))


def passive(length_um: float, diameter_um: float, compartments: int, leak: float) -> Circuit:
    """One cell that is nothing but a leaky cylinder (leak in S/cm2) without input."""
    given = {"length": (length_um, "um"), "diameter": (diameter_um, "um"), "leak": (leak, "S/cm2")}
    values = {
        name: Value(value=value, unit=unit, confidence="assumed", source="test")
        for name, (value, unit) in given.items()
    }
    section = Section(name="soma", compartments=compartments, values=values)
    cell = CellType(name="bare", role="projection", count=1, sections=(section,))
    return shipped().model_copy(update={"cells": (cell,), "fibres": (), "connections": ()})
