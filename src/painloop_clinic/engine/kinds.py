"""The questions that the engine answers, each by a function that only an engine process imports.

Such a function takes the payload and ``report(done)``, which it calls between batches with the share of the work
done and which raises when nobody waits any more; it returns what JSON can hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

QUESTIONS = {
    "course": "painloop_clinic.engine.course:course",
    "simulation": "painloop_clinic.engine.commands:simulation",
    "exposure": "painloop_clinic.engine.commands:exposure",
    "report": "painloop_clinic.engine.report:report",
}
DRAWN = ("report",)
"""Questions that take seconds for one person too."""
LIGHT, HEAVY = "one person", "populations"
LIGHT_UP_TO = 1
"""Persons of a question that is answered in the lane for one person."""


def lane_of(payload: dict[str, Any], kind: str = "") -> str:
    """The lane of a question: one person here, everything longer there, and what is drawn too."""
    patients = payload.get("patients", 1)
    light = isinstance(patients, int) and patients <= LIGHT_UP_TO and kind not in DRAWN
    return LIGHT if light else HEAVY


@dataclass(frozen=True)
class Trade:
    """What processes can do.

    Parameters
    ----------
    questions : kind -> ``module:function`` that answers it.
    usual : ``module:function`` that lists the usual questions of a lane, which are run before they are asked.
    prepare : ``module:function`` that compiles the programs of a lane's usual questions and stores them, if any.
    """

    questions: Mapping[str, str]
    usual: str
    prepare: str = ""


TRADE = Trade(QUESTIONS, "painloop_clinic.engine.usual:usual", "painloop_clinic.engine.usual:prepare")
