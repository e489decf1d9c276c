"""Rules that react: another session when pain returns, a lower rate when a side effect is too strong.

They act at declared times only, once a day and every quarter of an hour within a session, for each person by
what that person shows; the grid stays shared, and amounts are arrays over persons, so no one's course changes
another's. What a person shows depends on the rival, so each rival is given its own course.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from painloop.core.course import Doses, join
from painloop.core.segments import Progress, Segment, advance
from painloop.errors import InputError
from painloop.exposure.doses import enter
from painloop.regimen import DoseEvent, LowerWhen, RepeatWhen, Schedule, session_events
from painloop.simulation.batch import Batch, cohort_of, joined
from painloop.simulation.plan import Plan
from painloop.simulation.times import HOURS_PER_DAY, sessions

BETWEEN_SESSIONS_H = HOURS_PER_DAY
WITHIN_A_SESSION_H = 0.25
QUANTITIES = {"dissociation": "dissociation", "drug high": "drug_high"}
"""What titration can watch; an absolute blood pressure needs a baseline that persons do not have yet."""
_CLOSE_H = 1e-9


@dataclass
class _Course:
    """What has been and will be given: infusions with amounts per person, and what titration left of their rate."""

    events: list[DoseEvent]
    amounts: list[np.ndarray]
    share: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)
    depots: Doses | None = None
    last_start: dict[int, np.ndarray] = field(default_factory=dict)
    added: dict[int, np.ndarray] = field(default_factory=dict)
    next_session: int = 1_000_000


def check(planned: Plan) -> None:
    """Refuse a rule that needs what no model here predicts."""
    names = planned.line.readings.names()
    for rule in planned.line.schedule.rules:
        if isinstance(rule, LowerWhen) and QUANTITIES.get(rule.quantity) not in names:
            why = "is not predicted for this drug"
            if rule.quantity not in QUANTITIES:
                why = "would need each person's blood pressure before the infusion, which is not simulated"
            raise InputError(
                f"The rate cannot be lowered by {rule.quantity}, which {why}; use {' or '.join(QUANTITIES)}."
            )


def give_by_rules(planned: Plan, batch: Batch) -> tuple[tuple[np.ndarray, ...], np.ndarray, np.ndarray]:
    """Quantities over time, (times, persons) each, the rate that ran, mg/h, and the sessions that rules added."""
    line = planned.line
    amounts = line.schedule.amounts(batch.bodies.weight_kg, batch.end_rate)
    course = _Course(list(line.schedule.events), list(amounts))
    _remember_starts(course, batch.size)
    cohort, since, parts, rates = cohort_of(line, batch, 0), Progress(), [], []
    begin, end, past = 0.0, float(planned.output_h[-1]), np.zeros(0)
    while begin < end - _CLOSE_H:
        stop = _next_decision(planned, course, begin, end)
        schedule, given = _cut(course, begin, stop, batch.size)
        doses = _doses(planned, batch, course, schedule, given).window(begin, stop)
        segment = Segment(begin, stop, doses, cohort)
        final = stop >= end - _CLOSE_H
        since = advance(line.model, segment, planned.output_h, since, last=final, past_event_h=past)
        past = np.unique(np.concatenate([past, doses.event_h()]))
        parts.append(since.quantities)
        rates.append(_running(planned, schedule, given, begin, stop, final))
        now = dict(zip(line.readings.names(), since.now, strict=True))
        _decide(planned, batch, course, stop, now)
        begin = stop
    added = sum(course.added.values(), np.zeros(batch.size))
    return joined(parts), np.concatenate(rates), added


def said_of_repeats(planned: Plan, added: dict[str, list[np.ndarray]]) -> list[str]:
    """One sentence on the sessions that `repeat when` has added, per rival."""
    if not any(isinstance(rule, RepeatWhen) for rule in planned.line.schedule.rules):
        return []
    said = []
    for rival, parts in added.items():
        low, middle, high = np.percentile(np.concatenate(parts), (5, 50, 95))
        said.append(f"{rival} median {middle:g} (5 to 95 % of people: {low:g} to {high:g})")
    return [
        f"Sessions added by 'repeat when' over {planned.days:g} days: {'; '.join(said)}; the times of sessions that "
        "are listed are the ordered ones only."
    ]


def _remember_starts(course: _Course, size: int) -> None:
    """When the last ordered session of each prescription begins; events are in time order."""
    begun = {(event.prescription, event.session): event.start_h for event in reversed(course.events)}
    for (prescription, _), start in begun.items():
        known = course.last_start.setdefault(prescription, np.full(size, -np.inf))
        course.last_start[prescription] = np.maximum(known, start)


def _next_decision(planned: Plan, course: _Course, begin: float, end: float) -> float:
    rules = planned.line.schedule.rules
    stop = min(end, (np.floor(begin / BETWEEN_SESSIONS_H + 1e-9) + 1.0) * BETWEEN_SESSIONS_H)
    if any(isinstance(rule, LowerWhen) for rule in rules):
        for first, last in sessions(Schedule(events=tuple(course.events), rules=())):
            if first - _CLOSE_H <= begin < last - _CLOSE_H:
                stop = min(stop, begin + WITHIN_A_SESSION_H, last)
            elif begin < first < stop:
                stop = first
    return float(stop)


def _cut(course: _Course, begin: float, stop: float, size: int) -> tuple[Schedule, np.ndarray]:
    """Infusions as far as they run in [begin, stop), at the rate that titration has left, and single doses in it."""
    events, amounts = [], []
    for event, amount in zip(course.events, course.amounts, strict=True):
        share = course.share.get((event.prescription, event.session))
        left = amount if share is None else amount * share
        if event.duration_h == 0.0:
            if begin - _CLOSE_H <= event.start_h < stop - _CLOSE_H:
                events.append(event)
                amounts.append(left)
            continue
        first, last = max(begin, event.start_h), min(stop, event.start_h + event.duration_h)
        if last - first > _CLOSE_H:
            events.append(replace(event, start_h=first, duration_h=last - first))
            amounts.append(left * ((last - first) / event.duration_h))
    return Schedule(events=tuple(events), rules=()), np.array(amounts).reshape(len(events), size)


def _doses(planned: Plan, batch: Batch, course: _Course, schedule: Schedule, given: np.ndarray) -> Doses:
    """What enters now, and what earlier depot doses still release."""
    line = planned.line
    new = enter(line.system, schedule, line.choice.part_of, given, batch.values, line.inputs)
    course.depots = new if course.depots is None else join(course.depots, new)
    return course.depots


def _running(
    planned: Plan, schedule: Schedule, given: np.ndarray, begin: float, stop: float, final: bool
) -> np.ndarray:
    from painloop.simulation.batch import dose_rate

    times = planned.output_h
    inside = (times >= begin - _CLOSE_H) & (times < stop - _CLOSE_H)
    if final:
        inside |= np.abs(times - stop) <= _CLOSE_H
    return dose_rate(schedule, given, times[inside])


def _decide(planned: Plan, batch: Batch, course: _Course, time: float, now: dict[str, np.ndarray]) -> None:
    for rule in planned.line.schedule.rules:
        if isinstance(rule, LowerWhen):
            _lower(rule, batch, course, time, now)
        else:
            _repeat(planned, rule, batch, course, time, now)


def _lower(rule: LowerWhen, batch: Batch, course: _Course, time: float, now: dict[str, np.ndarray]) -> None:
    over = now[QUANTITIES[rule.quantity]] > rule.above
    for event in course.events:
        if (
            event.prescription == rule.prescription
            and event.start_h <= time < event.start_h + event.duration_h
        ):
            key = (event.prescription, event.session)
            share = course.share.setdefault(key, np.ones(batch.size))
            course.share[key] = np.where(over, share * (1.0 - rule.by), share)
            return


def _repeat(
    planned: Plan, rule: RepeatWhen, batch: Batch, course: _Course, time: float, now: dict[str, np.ndarray]
) -> None:
    if not rule.from_h - _CLOSE_H <= time < rule.until_h or time % BETWEEN_SESSIONS_H > _CLOSE_H:
        return
    felt = now[f"pain:{planned.line.rivals[0].name}"]
    last = course.last_start.setdefault(rule.prescription, np.full(batch.size, -np.inf))
    count = course.added.setdefault(rule.prescription, np.zeros(batch.size))
    wants = (felt > rule.pain_above) & (time - last >= rule.at_most_every_h - _CLOSE_H)
    if rule.sessions is not None:
        wants &= count < rule.sessions
    if not wants.any():
        return
    order = planned.order.regimen.prescriptions[rule.prescription]
    events = session_events(order, rule.prescription, course.next_session, time)
    course.next_session += 1
    amounts = Schedule(events=events, rules=()).amounts(batch.bodies.weight_kg, batch.end_rate)
    course.events.extend(events)
    course.amounts.extend(amounts * wants)
    course.last_start[rule.prescription] = np.where(wants, time, last)
    course.added[rule.prescription] = count + wants
