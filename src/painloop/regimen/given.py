"""What was given, as opposed to ordered: records of administrations, and the same schedule made of them.

A dose that was missed is simply absent, an infusion that was interrupted runs in stretches, one that was stopped
early ends where it was stopped.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from painloop.errors import InputError
from painloop.regimen.canonical import dose_text, rate_text
from painloop.regimen.events import DoseEvent
from painloop.regimen.facts import base_fraction
from painloop.regimen.orders import INFUSED, Dose, Drug, Form, Rate, Route
from painloop.regimen.schedule import Schedule

SECONDS_AN_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class AdministrationRecord:
    """One dose that was given.

    Attributes
    ----------
    drug, form, route : as in an order; ``form`` is base or HCl.
    start : with time zone.
    given : a :class:`Dose` (the amount that went in) or a :class:`Rate` (which needs ``stop``).
    stop : with time zone; None for a bolus or a depot dose.
    interruptions : (from, to) within start and stop, in order, without overlap.

    Raises
    ------
    InputError
        One sentence, when the record contradicts itself.
    """

    drug: Drug
    form: Form
    route: Route
    start: datetime
    given: Dose | Rate
    stop: datetime | None = None
    interruptions: tuple[tuple[datetime, datetime], ...] = ()

    def __post_init__(self) -> None:
        for moment in (self.start, self.stop, *itertools.chain(*self.interruptions)):
            if moment is not None and moment.utcoffset() is None:
                raise InputError(
                    f"The time {moment.isoformat()} has no time zone; write for example +01:00 after it."
                )
        value = self.given.mg if isinstance(self.given, Dose) else self.given.mg_per_h
        if not (math.isfinite(value) and value > 0.0):
            raise InputError(
                f"A given dose of {value:g} cannot be; write a number above 0, or leave the row out."
            )
        self._check_stop()
        self._check_interruptions()

    def _check_stop(self) -> None:
        if self.stop is None:
            if isinstance(self.given, Rate):
                raise InputError(
                    f"A rate of {rate_text(self.given)} needs a stop; add when the infusion ended."
                )
            if self.interruptions:
                raise InputError("A dose without a stop cannot be interrupted; add when the infusion ended.")
        elif self.stop <= self.start:
            raise InputError(
                f"The stop {self.stop.isoformat()} is not after the start "
                f"{self.start.isoformat()}; correct one of them."
            )
        elif self.route not in INFUSED:
            raise InputError(f"A dose by the {self.route} route has no stop; leave it out.")

    def _check_interruptions(self) -> None:
        moments = [self.start, *itertools.chain(*self.interruptions)]
        if self.stop is not None:
            moments.append(self.stop)
        if any(a > b for a, b in itertools.pairwise(moments)):
            raise InputError(
                f"The interruptions of the dose of {self.start.isoformat()} must lie in order between start and stop."
            )
        if self.stop is not None and not any(self.stretches()):
            raise InputError(f"The dose of {self.start.isoformat()} never ran; leave the record out.")

    def stretches(self) -> Iterator[tuple[datetime, datetime]]:
        """When the infusion ran: (from, to), without the interruptions."""
        if self.stop is None:
            return
        edges = [self.start, *itertools.chain(*self.interruptions), self.stop]
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if end > begin:
                yield begin, end

    def describe(self) -> str:
        """``S-ketamine 25 mg iv from 2026-03-02T09:00:00+01:00``."""
        amount = dose_text(self.given) if isinstance(self.given, Dose) else rate_text(self.given)
        return f"{self.drug} {amount} {self.route} from {self.start.isoformat()}"


def from_administrations(records: Sequence[AdministrationRecord], t0: datetime) -> Schedule:
    """The schedule of what was given, with time 0 at ``t0``.

    Drug and route together count as a prescription, in the order of first use; each record is a session.

    Raises
    ------
    InputError
        When a record begins before ``t0``, or two infusions of a drug by a route overlap (a double entry).
    """
    if t0.utcoffset() is None:
        raise InputError(f"The time {t0.isoformat()} has no time zone; write for example +01:00 after it.")
    ordered = sorted(records, key=lambda record: record.start)
    _refuse_overlap(ordered)
    indices: dict[tuple[Drug, Route], int] = {}
    sessions: dict[int, int] = {}
    events: list[DoseEvent] = []
    for record in ordered:
        if record.start < t0:
            raise InputError(
                f"The dose of {record.start.isoformat()} is before {t0.isoformat()}; choose an earlier start."
            )
        index = indices.setdefault((record.drug, record.route), len(indices))
        session = sessions[index] = sessions.get(index, -1) + 1
        events += _events(record, index, session, t0)
    return Schedule(tuple(sorted(events, key=lambda event: event.start_h)))


def _refuse_overlap(ordered: Sequence[AdministrationRecord]) -> None:
    running: dict[tuple[Drug, Route], AdministrationRecord] = {}
    for record in ordered:
        if record.stop is None:
            continue
        before = running.get((record.drug, record.route))
        if before is not None and before.stop is not None and record.start < before.stop:
            raise InputError(
                f"{record.describe()} begins before the one of {before.start.isoformat()} has stopped; "
                "correct the double entry or the stop."
            )
        running[record.drug, record.route] = record


def _events(record: AdministrationRecord, index: int, session: int, t0: datetime) -> Iterator[DoseEvent]:
    base = base_fraction(record.form)

    def event(begin: datetime, hours: float, amount: float) -> DoseEvent:
        start = (begin - t0).total_seconds() / SECONDS_AN_HOUR
        return DoseEvent(
            index, session, record.drug, record.route, start, hours, amount * base, record.given.per
        )  # fmt: skip

    if record.stop is None:
        assert isinstance(record.given, Dose)
        yield event(record.start, 0.0, record.given.mg)
        return
    hours = [(end - begin).total_seconds() / SECONDS_AN_HOUR for begin, end in record.stretches()]
    rate = record.given.mg / sum(hours) if isinstance(record.given, Dose) else record.given.mg_per_h
    for (begin, _), duration in zip(record.stretches(), hours, strict=True):
        yield event(begin, duration, rate * duration)
