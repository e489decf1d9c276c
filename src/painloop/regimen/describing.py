"""A regimen in words for a report: what is given, how much at 70 kg, how often and for how long."""

from __future__ import annotations

import math

from painloop.regimen.canonical import caps_text, dose_text, frequency_text, lower_text, rate_text
from painloop.regimen.events import session_events
from painloop.regimen.orders import (
    Give,
    Infuse,
    Once,
    Phase,
    Prescription,
    Ramp,
    Rate,
    Regimen,
    Repeat,
    Route,
    Step,
)
from painloop.regimen.quantities import length
from painloop.regimen.timetable import end_h, starts

_DRUG = {"ketamine": "Racemic ketamine", "S-ketamine": "S-ketamine", "R-ketamine": "R-ketamine"}
_ROUTE = {
    "iv": "intravenously",
    "im": "into a muscle",
    "sc": "under the skin",
    "nasal": "into the nose",
    "oral": "by mouth",
    "sublingual": "under the tongue",
}
_REFERENCE_KG = 70.0


def describe(regimen: Regimen) -> str:
    """The regimen in one or two sentences a prescription.

    >>> from painloop.regimen import parse
    >>> print(describe(parse("ketamine 25 mg sublingual every 8 h for 30 days")))
    Racemic ketamine under the tongue: 25 mg, every 8 h for 30 days. One session brings 25 mg at 70 kg; \
90 sessions, the last on day 29.7.
    """
    return " ".join(_prescription(order) for order in regimen.prescriptions) or "Placebo: no drug is given."


def _prescription(order: Prescription) -> str:
    salt = " hydrochloride" if order.form == "HCl" else ""
    steps = ", then ".join(_step(step, order.route) for step in order.session)
    parts = [f"{_DRUG[order.drug]}{salt} {_ROUTE[order.route]}: {steps}", *_when(order)]
    parts += [cap.replace("max", "at most", 1) for cap in caps_text(order.caps)]
    parts += [lower_text(rule).replace("lower", "lowered by", 1) for rule in order.lower]
    if order.delay_h:
        parts.append(f"starting after {length(order.delay_h)}")
    return f"{', '.join(parts)}. {_totals(order)}"


def _step(step: Step, route: Route) -> str:
    if isinstance(step, Give):
        at_once = " as a bolus" if route == "iv" else ""
        return dose_text(step.dose) + (f" over {length(step.duration_h)}" if step.duration_h else at_once)
    if isinstance(step, Infuse):
        return f"{rate_text(step.rate)} for {length(step.duration_h)}"
    return _ramp(step)


def _ramp(ramp: Ramp) -> str:
    verb = "raised" if ramp.end_mg_per_h > ramp.start.mg_per_h else "lowered"
    change, end = (
        rate_text(Rate(value, ramp.start.per)) for value in (ramp.step_mg_per_h, ramp.end_mg_per_h)
    )
    return (
        f"{rate_text(ramp.start)}, {verb} by {change} every {length(ramp.every_h)} to {end}, "
        f"{length(ramp.duration_h)} in all"
    )


def _when(order: Prescription) -> list[str]:
    words = [_phase(phase) for phase in order.phases]
    if order.repeat is not None:
        words.append(_repeat(order.repeat))
    return [words[0], *(f"then {one}" for one in words[1:])]


def _phase(phase: Phase) -> str:
    text = frequency_text(phase.frequency)
    if isinstance(phase.frequency, Once):
        return text
    if phase.length_h is not None:
        return f"{text} for {length(phase.length_h)}"
    return f"{text} without an end" if phase.sessions is None else f"{text}, {phase.sessions} sessions"


def _repeat(repeat: Repeat) -> str:
    text = f"again when pain is above {repeat.pain_above:g}, at most every {length(repeat.at_most_every_h)}"
    if repeat.length_h is not None:
        return f"{text}, for {length(repeat.length_h)}"
    return text if repeat.sessions is None else f"{text}, at most {repeat.sessions} more sessions"


def _totals(order: Prescription) -> str:
    import numpy as np

    from painloop.regimen.dosing import amounts_of

    amounts = amounts_of(session_events(order, 0, 0, order.delay_h), np.array([_REFERENCE_KG]), None)
    total = f"One session brings {_mg(float(amounts.sum()))} mg{' of base' if order.form == 'HCl' else ''} at 70 kg"
    if math.isinf(end_h(order.phases, order.delay_h)):
        return f"{total}; sessions go on until the horizon."
    count, last = 0, order.delay_h
    for _, last in starts(order.phases, order.delay_h, math.inf):  # noqa: B007  the last one is used
        count += 1
    if count > 1:
        return f"{total}; {count} sessions, the last on day {last / 24.0:.3g}."
    return f"{total}{_how_long(order)}."


def _mg(amount: float) -> str:
    return f"{amount:.3g}" if amount < 1000.0 else f"{amount:.0f}"


def _how_long(order: Prescription) -> str:
    hours = order.session_h
    return f" and takes {hours / 24.0:.3g} days" if hours > 48.0 else ""
