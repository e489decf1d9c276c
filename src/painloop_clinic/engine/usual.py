"""The questions that most people ask, run before anybody asks them: their programs are then compiled.

A program depends on the shape of a question (drug and route, about how many sessions, how long), not on its doses,
and of the person only on whether levels change fast. Compiling takes seconds; a process of the lowest priority does it
once for an installation and stores the programs, from where the warm processes load them while they have nothing to do.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import product

from painloop._version import __version__
from painloop_clinic.engine.kinds import LIGHT
from painloop_clinic.engine.protocol import ASK, Request

FIRST = "sigtermans-2009"
SENTENCES = (
    "ketamine 0.5 mg/kg iv over 40 min, twice a week for 3 weeks",
    "ketamine 0.5 mg/kg iv over 40 min",
    "ketamine 0.35 mg/kg/h iv for 4 h, daily for 10 days, max 25 mg/h",
    "ketamine 80 mg iv over 4 h, daily for 5 days",
    "S-ketamine 0.3 mg/kg iv over 30 min",
    "noppers-2011",
    "esketamine 84 mg nasal, twice a week for 4 weeks",
    "ketamine 25 mg sublingual every 8 h for 30 days",
)
DRUGS = ("ketamine", "S-ketamine")
LASTING = ("40 min", "2 h", "4 h")
HOW_OFTEN = (
    "",
    ", twice a week for 3 weeks",
    ", daily for 5 days",
    ", daily for 10 days",
    ", once a week for 6 weeks",
    ", every 4 weeks for 12 weeks",
)
LIGHT_PERSONS: tuple[dict[str, float], ...] = ({"patients": 1}, {"patients": 1, "weight_kg": 45.0})
"""The typical person, and one of little weight, whose levels change so fast that another program steps finer."""
POPULATION: tuple[dict[str, float], ...] = ({"patients": 1000},)
LOWEST = 19


def usual(lane: str) -> Iterator[Request]:
    """The usual questions of a lane, the most usual first."""
    shapes = product(HOW_OFTEN, LASTING, DRUGS)
    built = (f"{drug} 0.3 mg/kg iv over {lasting}{often}" for often, lasting, drug in shapes)
    persons = LIGHT_PERSONS if lane == LIGHT else POPULATION
    for regimen in (FIRST, *SENTENCES, *built):
        for person in persons:
            yield Request(ASK, "course", {"regimen": regimen, **person})


def first(lane: str) -> Iterator[Request]:
    """Only what shows that the engine works, where nothing is to be compiled ahead."""
    yield next(usual(lane))


def prepare(lane: str, devices: int) -> None:
    """Compile and store the programs of a lane, unless that was done; what fails is compiled when it is asked."""
    os.nice(LOWEST)
    from painloop.core.startup import cache_folder
    from painloop_clinic.engine.course import course

    questions = list(usual(lane))
    whole = hashlib.sha256(f"{__version__} {devices} {questions}".encode()).hexdigest()[:16]
    stamp = cache_folder() / f"prepared-{whole}"
    if stamp.exists():
        return
    for question in questions:
        with suppress(Exception):
            course(question.payload, lambda _: None)
    with suppress(OSError):
        stamp.touch()
