"""Turns the events of a schedule into what enters the states of a system, for given people."""

from __future__ import annotations

import numpy as np

from painloop.core.course import Doses
from painloop.errors import InputError
from painloop.exposure.individuals import Values
from painloop.exposure.system import Part, System
from painloop.library.schema.pharmacokinetics import DOSE, Input
from painloop.regimen import DoseEvent, Schedule

_SETTLED_H = 0.125
"""Spacing of the shared times at which everyone's own absorption times are over, h; any value would be right."""


def input_states(system: System, schedule: Schedule, part_of: tuple[int, ...]) -> tuple[int, ...]:
    """States that the schedule feeds at a rate, in order."""
    states: dict[int, None] = {}
    for event in schedule.events:
        k = part_of[event.prescription]
        for one in system.parts[k].model.inputs_of[event.route]:
            states[system.state(k, one.into)] = None
    return tuple(sorted(states))


class _Ledger:
    """Collects impulses, infusions and edges while the events are read."""

    def __init__(self, inputs: tuple[int, ...], patients: int) -> None:
        self.inputs, self.patients = inputs, patients
        self.impulses: list[tuple[float, int, np.ndarray]] = []
        self.infusions: list[tuple[float, float, int, np.ndarray]] = []
        self.edges: list[tuple[np.ndarray, int, np.ndarray, np.ndarray, float]] = []

    def impulse(self, time: np.ndarray, state: int, amount: np.ndarray) -> None:
        if np.ptp(time) == 0.0:
            self.impulses.append((float(time[0]), state, amount))
        else:
            self.edges.append((time, self.inputs.index(state), np.zeros_like(amount), amount, _after(time)))

    def infusion(self, start: np.ndarray, stop: np.ndarray, state: int, rate: np.ndarray) -> None:
        column = self.inputs.index(state)
        if np.ptp(start) == 0.0 and np.ptp(stop) == 0.0:
            self.infusions.append((float(start[0]), float(stop[0]), column, rate))
            return
        nothing = np.zeros_like(rate)
        until = _after(stop)
        self.edges.append((start, column, rate, nothing, until))
        self.edges.append((stop, column, -rate, nothing, until))

    def doses(self) -> Doses:
        n = self.patients

        def stack(rows: list[np.ndarray]) -> np.ndarray:
            return np.stack([np.broadcast_to(r, (n,)) for r in rows]) if rows else np.zeros((0, n))

        def column(values: list[float]) -> np.ndarray:
            return np.array(values, float)

        return Doses(
            column([i[0] for i in self.impulses]), column([i[1] for i in self.impulses]),
            stack([i[2] for i in self.impulses]),
            column([f[0] for f in self.infusions]), column([f[1] for f in self.infusions]),
            column([f[2] for f in self.infusions]), stack([f[3] for f in self.infusions]),
            stack([e[0] for e in self.edges]), column([e[1] for e in self.edges]),
            stack([e[2] for e in self.edges]), stack([e[3] for e in self.edges]), column([e[4] for e in self.edges]),
        )  # fmt: skip


def _after(time: np.ndarray) -> float:
    return float(np.ceil((time.max() + 1e-9) / _SETTLED_H) * _SETTLED_H)


def enter(
    system: System,
    schedule: Schedule,
    part_of: tuple[int, ...],
    amounts: np.ndarray,
    values: list[list[Values]],
    inputs: tuple[int, ...],
    occasions: list[int] | None = None,
) -> Doses:
    """What enters, where and when.

    Parameters
    ----------
    part_of : prescription -> part of the system.
    amounts : (events, patients), mg of base as ordered.
    values : per occasion and part each person's parameters.
    inputs : from :func:`input_states`.
    occasions : per event the occasion whose values hold (default: the first for all).
    """
    ledger = _Ledger(inputs, amounts.shape[1])
    for e, event in enumerate(schedule.events):
        k = part_of[event.prescription]
        here = values[occasions[e] if occasions else 0][k]
        for one in system.parts[k].model.inputs_of[event.route]:
            _enter(ledger, system, k, event, one, amounts[e] * system.parts[k].fraction, here)
    return ledger.doses()


def _enter(
    ledger: _Ledger, system: System, k: int, event: DoseEvent, one: Input, amount: np.ndarray, values: Values
) -> None:
    part, state = system.parts[k], system.state(k, one.into)
    known = values | {DOSE: amount}

    def of(text: str) -> np.ndarray:
        return np.broadcast_to(
            np.asarray(part.model.compile(text, with_dose=True).evaluate(known)), amount.shape
        )

    absorbed = amount * of(one.F)
    start = event.start_h + (of(one.lag) if one.lag else np.zeros_like(amount))
    if event.duration_h > 0.0:
        if one.duration:
            raise _two_durations(part, event)
        ledger.infusion(start, start + event.duration_h, state, absorbed / event.duration_h)
    elif one.duration:
        duration = of(one.duration)
        ledger.infusion(start, start + duration, state, absorbed / duration)
    else:
        ledger.impulse(start, state, absorbed)


def _two_durations(part: Part, event: DoseEvent) -> InputError:
    return InputError(
        f"{part.model.id} gives a {event.route} dose an absorption time of its own, so an infusion of "
        f"{event.duration_h:g} h by that route cannot be predicted; order single doses instead."
    )
