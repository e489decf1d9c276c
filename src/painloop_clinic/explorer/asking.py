"""Asks the engine for the regimens of a state, all at once, and says how far it is."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from painloop_clinic.engine import client
from painloop_clinic.engine.requests import CourseRequest
from painloop_clinic.explorer.answers import Answer
from painloop_clinic.explorer.charts.shown import LETTERS, Shown
from painloop_clinic.explorer.presets import presets
from painloop_clinic.explorer.sentence import shortened
from painloop_clinic.explorer.state import State

KIND = "course"
ONE_S, MANY_S = 4.0, 1.2
"""Seconds that a page waits for one person, and for a population, before it says how far the answer is."""
FIRST_STEP_S, STEP_S = 0.005, 0.04
"""Seconds between two looks, at first and at most."""
REPORT_S = 110.0
"""Seconds that a report is worth waiting for."""


@dataclass(frozen=True)
class Asking:
    """How far the answers to a state are.

    Parameters
    ----------
    shown : the regimens with their answers, once all are there.
    done : share of the work done.
    keys : of what still runs, so that the next request can cancel it.
    """

    shown: Sequence[Shown] = ()
    done: float = 1.0
    keys: Sequence[str] = ()

    @property
    def finished(self) -> bool:
        """Whether every answer is there."""
        return not self.keys


def payload_of(state: State, regimen: str) -> dict[str, Any]:
    """The question ``course`` for a regimen in the people of a state."""
    values: dict[str, Any] = {
        "regimen": regimen,
        "condition": state.condition,
        "patients": state.patients,
        "days": state.days,
        "placebo": True,
    }
    if state.patients == 1:
        female = {"female": True, "male": False}.get(state.sex)
        values |= {
            "weight_kg": state.weight, "age_y": state.age, "female": female, "baseline": state.baseline,
        }  # fmt: skip
    return CourseRequest.of(values).payload()


def ask(state: State) -> Asking:
    """The answers to a state, or how far they got while a page is worth waiting for.

    Raises
    ------
    EngineFailure : refused, too late or down; it has a sentence.
    InputError : a value that the engine does not take.
    """
    payloads = [payload_of(state, one) for one in state.courses]
    ends, step = time.monotonic() + (ONE_S if state.patients == 1 else MANY_S), FIRST_STEP_S
    jobs = [client.start(KIND, one) for one in payloads]
    while any(job.answer is None for job in jobs):
        if time.monotonic() > ends:
            done = sum(1.0 if job.answer is not None else job.done for job in jobs) / len(jobs)
            return Asking((), done, [job.key for job in jobs if job.answer is None])
        time.sleep(step)
        step = min(2.0 * step, STEP_S)
        jobs = [job if job.answer is not None else client.look(job.key) for job in jobs]
    return Asking(_shown(state, [job.answer for job in jobs if job.answer is not None]))


def report_html(state: State, regimen: str) -> str:
    """The report on one of the regimens of a state, in the same people: a page that needs nothing else.

    Raises
    ------
    EngineFailure : refused, too late or down; it has a sentence.
    InputError : a value that the engine does not take.
    """
    return str(client.ask("report", payload_of(state, regimen), REPORT_S)["html"])


def cancel(keys: Iterable[str]) -> None:
    """Give up what runs and is not wanted any more; what is over or unknown is none of our concern."""
    for key in keys:
        try:
            client.cancel(key)
        except client.EngineFailure:
            continue


def _shown(state: State, answers: Sequence[dict[str, Any]]) -> list[Shown]:
    return [
        Shown(
            letter,
            regimen,
            f"{letter}: {shortened(regimen)}",
            _answer(state, regimen, raw),
            regimen in state.pins,
            replace(state, regimen=regimen, pins=()).query(),
            state.person,
        )
        for letter, regimen, raw in zip(LETTERS, state.courses, answers, strict=False)
    ]


def _answer(state: State, regimen: str, raw: dict[str, Any]) -> Answer:
    """The answer; what was observed in patients with another condition is not laid beside it."""
    preset = presets().get(regimen)
    fits = preset is not None and preset.condition == state.condition
    return Answer(raw if fits else {**raw, "observed": []}, state.window, state.rivals)
