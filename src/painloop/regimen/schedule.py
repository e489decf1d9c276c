"""Regimen to schedule: every dose in time order in mg of base, and the rules that change doses.

Amounts are per person: ``Schedule.amounts`` applies body weight, a titrated end rate and the caps, in that order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from painloop.errors import InputError, RegimenError
from painloop.regimen.events import DoseEvent, session_events
from painloop.regimen.orders import Prescription, Quantity, Regimen
from painloop.regimen.timetable import end_h, starts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOST_EVENTS = 100_000
"""Doses of the longest schedule."""


@dataclass(frozen=True, slots=True)
class RepeatWhen:
    """Give another session of a prescription when pain (NRS) is above ``pain_above``.

    Attributes
    ----------
    prescription : index in the regimen; its session is ``session_events(order, index, number, start_h)``.
    at_most_every_h : least time from the start of one session to the start of the next.
    from_h, until_h : when the rule is in force; ``until_h`` may be infinite.
    sessions : how many sessions it may add, None for any number.
    """

    prescription: int
    pain_above: float
    at_most_every_h: float
    from_h: float
    until_h: float
    sessions: int | None = None


@dataclass(frozen=True, slots=True)
class LowerWhen:
    """Lower the rate of a prescription by the fraction ``by`` when ``quantity`` is above ``above``."""

    prescription: int
    quantity: Quantity
    above: float
    by: float


Rule = RepeatWhen | LowerWhen


@dataclass(frozen=True)
class Schedule:
    """Doses in time order.

    Attributes
    ----------
    events : the doses that begin before the horizon; an infusion that crosses it ends there.
    rules : what may add or change doses while they are given.
    whole : the doses before the horizon cut them, None when it cut none; caps look at whole sessions.
    """

    events: tuple[DoseEvent, ...]
    rules: tuple[Rule, ...] = ()
    whole: tuple[DoseEvent, ...] | None = field(default=None, repr=False)

    def amounts(self, weight_kg: Array, end_rate: Array | None = None) -> Array:
        """What each person receives.

        Parameters
        ----------
        weight_kg : (patients,), kg.
        end_rate : (patients,), the end rate of the ramps in mg base/h (per kg or 70 kg as ordered) in place of the
            nominal one; every rate of a ramp moves in proportion.

        Returns
        -------
        (events, patients), mg of base. The rate cap is applied first, then the cap of a session, then that of a
        day; the last two lower all doses of the session or day in the same proportion.

        Raises
        ------
        InputError
            When a weight or end rate is not a positive number, or when there is no ramp for an end rate.
        """
        from painloop.regimen.dosing import amounts_of

        whole = self.events if self.whole is None else self.whole
        amounts = amounts_of(whole, weight_kg, end_rate)
        return amounts if self.whole is None else amounts[: len(self.events)] * self._kept()[:, None]

    def _kept(self) -> Array:
        """Fraction of each dose that falls before the horizon."""
        import numpy as np

        assert self.whole is not None
        pairs = zip(self.events, self.whole, strict=False)
        return np.array([cut.duration_h / full.duration_h if full.duration_h else 1.0 for cut, full in pairs])


def expand(regimen: Regimen, horizon_h: float) -> Schedule:
    """The doses of a regimen until ``horizon_h`` hours, and its rules (which are returned, not applied).

    Raises
    ------
    RegimenError
        When the horizon is not positive, sessions of a prescription overlap, or there are too many doses.
    """
    if not 0.0 < horizon_h < float("inf"):
        raise InputError(f"A horizon of {horizon_h:g} h cannot be simulated; give a number of hours above 0.")
    events: list[DoseEvent] = []
    rules: list[Rule] = []
    for index, order in enumerate(regimen.prescriptions):
        _add_sessions(events, order, index, horizon_h)
        rules += _rules(order, index)
    events.sort(key=lambda event: (event.start_h >= horizon_h, event.start_h))
    kept = tuple(_cut(event, horizon_h) for event in events if event.start_h < horizon_h)
    whole = None if kept == tuple(events) else tuple(events)
    return Schedule(kept, tuple(rules), whole)


def _add_sessions(events: list[DoseEvent], order: Prescription, index: int, horizon_h: float) -> None:
    before: float | None = None
    for number, (_, start) in enumerate(starts(order.phases, order.delay_h, horizon_h)):
        if before is not None and start < (before + order.session_h) * (1.0 - 1e-12):
            raise RegimenError(
                f"Session {number + 1} of {order.drug} would start at {start:g} h, before the one of "
                f"{order.session_h:g} h that began at {before:g} h has ended; lengthen the interval."
            )
        before = start
        events += session_events(order, index, number, start)
        if len(events) > MOST_EVENTS:
            raise RegimenError(f"This regimen has more than {MOST_EVENTS} doses; shorten it or the horizon.")


def _cut(event: DoseEvent, horizon_h: float) -> DoseEvent:
    if event.duration_h <= horizon_h - event.start_h:
        return event
    return event.shortened(horizon_h - event.start_h)


def _rules(order: Prescription, index: int) -> list[Rule]:
    rules: list[Rule] = [
        LowerWhen(index, rule.quantity, rule.above, rule.percent / 100.0) for rule in order.lower
    ]
    repeat = order.repeat
    if repeat is not None:
        begin = end_h(order.phases, order.delay_h)
        until = float("inf") if repeat.length_h is None else begin + repeat.length_h
        rules.append(
            RepeatWhen(index, repeat.pain_above, repeat.at_most_every_h, begin, until, repeat.sessions)
        )
    return rules
