"""The questions that most people ask, run before anybody asks them: their programs are then compiled.

A program depends on the drug, its route and how many people there are, hardly on doses, sessions, days or the person.
Compiling takes seconds; a process of the lowest priority does it once for an installation and stores the programs, from
where the warm processes load them while they have nothing to do.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress

from painloop._version import __version__
from painloop_clinic.engine.kinds import HEAVY, LIGHT
from painloop_clinic.engine.protocol import ASK, Request

FIRST = "sigtermans-2009"
SENTENCES = (
    "ketamine 0.5 mg/kg iv over 40 min, twice a week for 3 weeks",
    "esketamine 84 mg nasal, twice a week for 4 weeks",
    "ketamine 50 mg oral every 8 h for 30 days",
    "ketamine 25 mg oral, once a day for 30 days",
    "ketamine 25 mg sublingual every 8 h for 30 days",
    "ketamine 0.5 mg/kg iv over 40 min, once a day for 20 days",
    "ketamine 50 mg nasal, twice a week for 4 weeks",
)
PATIENTS = {LIGHT: 1, HEAVY: 1000}
LOWEST = 19


def usual(lane: str) -> Iterator[Request]:
    """The usual questions of a lane, the most usual first."""
    for regimen in (FIRST, *SENTENCES):
        yield Request(ASK, "course", {"regimen": regimen, "patients": PATIENTS[lane], "placebo": True})


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
