"""The questions that most people ask, run while a process has nothing to do: their programs are then compiled.

A program depends on the shape of a question (drug and route, about how many sessions, how long), not on its doses.
"""

from __future__ import annotations

from collections.abc import Iterator

from painloop_clinic.engine.kinds import LIGHT
from painloop_clinic.engine.protocol import ASK, Request

SENTENCES = (
    "ketamine 0.5 mg/kg iv over 40 min, twice a week for 3 weeks",
    "ketamine 0.5 mg/kg iv over 40 min",
    "ketamine 0.35 mg/kg/h iv for 4 h, daily for 10 days, max 25 mg/h",
    "ketamine 80 mg iv over 4 h, daily for 5 days",
    "S-ketamine 0.3 mg/kg iv over 30 min",
    "esketamine 84 mg nasal, twice a week for 4 weeks",
    "ketamine 25 mg sublingual every 8 h for 30 days",
)
SIZES = {True: (1,), False: (1000,)}


def usual(lane: str) -> Iterator[Request]:
    """The usual questions of a lane, the most usual first."""
    for regimen in ("sigtermans-2009", *SENTENCES):
        for patients in SIZES[lane == LIGHT]:
            yield Request(ASK, "course", {"regimen": regimen, "patients": patients})
