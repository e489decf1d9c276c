"""One dose after another: the session of a prescription as events of constant rate, in mg of base."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from painloop.regimen.facts import base_fraction
from painloop.regimen.orders import Drug, Give, Infuse, Per, Prescription, Ramp, Rate, Route, Step
from painloop.regimen.timetable import whole_steps

DAY_H = 24.0


@dataclass(frozen=True, slots=True)
class DoseEvent:
    """One dose at a constant rate.

    Attributes
    ----------
    prescription, session : indices; sessions count from 0 within a prescription.
    start_h, duration_h : h; a duration of 0 is a bolus or a depot dose.
    amount : of the whole event, mg base, mg/kg or mg/70kg as ``per`` says.
    max_mg, max_mg_per_h, max_mg_per_day : caps for one person, mg base.
    ramp_fraction : how far along a ramp, 0-1; None outside a ramp.
    ramp_start : rate at the start of the ramp, mg/h (per ``per``); None outside a ramp.
    day : the day that a daily cap counts it to, from the start of the prescription.
    """

    prescription: int
    session: int
    drug: Drug
    route: Route
    start_h: float
    duration_h: float
    amount: float
    per: Per = ""
    max_mg: float | None = None
    max_mg_per_h: float | None = None
    max_mg_per_day: float | None = None
    ramp_fraction: float | None = None
    ramp_start: float | None = None
    day: int = 0

    def shortened(self, duration_h: float) -> DoseEvent:
        """The first ``duration_h`` hours of this infusion."""
        return replace(self, duration_h=duration_h, amount=self.amount * (duration_h / self.duration_h))


@dataclass(frozen=True, slots=True)
class _Stretch:
    amount: float
    per: Per
    duration_h: float
    ramp_fraction: float | None = None
    ramp_start: float | None = None


def session_events(
    order: Prescription, prescription: int, session: int, start_h: float
) -> tuple[DoseEvent, ...]:
    """The doses of one session of a prescription that begins at ``start_h``.

    Parameters
    ----------
    prescription, session : indices that the events carry.
    """
    base, caps = base_fraction(order.form), order.caps

    def in_base(cap: float | None) -> float | None:
        return None if cap is None else cap * base

    events = []
    time = start_h
    for stretch in (one for step in order.session for one in _stretches(step)):
        event = DoseEvent(
            prescription,
            session,
            order.drug,
            order.route,
            time,
            stretch.duration_h,
            stretch.amount * base,
            stretch.per,
            in_base(caps.mg),
            in_base(caps.mg_per_h),
            in_base(caps.mg_per_day),
            stretch.ramp_fraction,
            None if stretch.ramp_start is None else stretch.ramp_start * base,
        )
        events += [event] if caps.mg_per_day is None else _by_day(event, order.delay_h)
        time += stretch.duration_h
    return tuple(events)


def _stretches(step: Step) -> Iterator[_Stretch]:
    if isinstance(step, Give):
        yield _Stretch(step.dose.mg, step.dose.per, step.duration_h)
    elif isinstance(step, Infuse):
        yield _Stretch(step.rate.mg_per_h * step.duration_h, step.rate.per, step.duration_h)
    else:
        yield from _ramp(step)


def ramp_rates(ramp: Ramp) -> tuple[tuple[Rate, float], ...]:
    """(rate, duration in h) of each step of a ramp, the last at its end rate."""
    change = ramp.end_mg_per_h - ramp.start.mg_per_h
    count = whole_steps(abs(change) / ramp.step_mg_per_h)
    step = math.copysign(ramp.step_mg_per_h, change)
    rates = [ramp.start.mg_per_h + i * step for i in range(count)] + [ramp.end_mg_per_h]
    hours = [ramp.every_h] * count + [ramp.duration_h - count * ramp.every_h]
    return tuple((Rate(rate, ramp.start.per), hour) for rate, hour in zip(rates, hours, strict=True))


def _ramp(ramp: Ramp) -> Iterator[_Stretch]:
    begin, change = ramp.start.mg_per_h, ramp.end_mg_per_h - ramp.start.mg_per_h
    for rate, hours in ramp_rates(ramp):
        fraction = (rate.mg_per_h - begin) / change
        yield _Stretch(rate.mg_per_h * hours, rate.per, hours, fraction, begin)


def _by_day(event: DoseEvent, day_0_h: float) -> list[DoseEvent]:
    """The event cut where days end, so that a daily cap can differ from day to day."""
    pieces = []
    start, end = event.start_h, event.start_h + event.duration_h
    while True:
        day = math.floor((start - day_0_h) / DAY_H + 1e-9)
        stop = min(end, day_0_h + (day + 1) * DAY_H)
        if event.duration_h and end - stop < 1e-9:
            stop = end
        share = (stop - start) / event.duration_h if event.duration_h else 1.0
        length = stop - start if event.duration_h else 0.0
        pieces.append(replace(event, start_h=start, duration_h=length, amount=event.amount * share, day=day))
        if stop >= end:
            return pieces
        start = stop
