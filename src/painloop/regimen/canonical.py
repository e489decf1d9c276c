"""Regimen to text: the one canonical sentence, which parses back to an equal regimen."""

from __future__ import annotations

from painloop.regimen.orders import (
    Caps,
    Dose,
    Every,
    Form,
    Frequency,
    Give,
    Infuse,
    Lower,
    Once,
    PerWeek,
    Phase,
    Prescription,
    Ramp,
    Rate,
    Regimen,
    Repeat,
    Step,
)
from painloop.regimen.quantities import length, plain

_UNIT_OF_RATE = {"": "mg/h", "kg": "mg/kg/h", "70kg": "mg/h/70kg"}
_UNIT_OF_DOSE = {"": "mg", "kg": "mg/kg", "70kg": "mg/70kg"}


def format_regimen(regimen: Regimen) -> str:
    """The canonical sentence of a regimen; :func:`painloop.regimen.parse` reads it back to an equal one."""
    return " ; ".join(format_prescription(one) for one in regimen.prescriptions) or "placebo"


def format_prescription(order: Prescription) -> str:
    """The canonical sentence of one prescription."""
    return ", ".join(
        [
            session_text(order),
            *phases_text(order),
            *caps_text(order.caps),
            *(lower_text(rule) for rule in order.lower),
            *([f"starting after {length(order.delay_h)}"] if order.delay_h else []),
        ]
    )


def session_text(order: Prescription) -> str:
    """Drug, doses and route: ``S-ketamine 0.3 mg/kg iv over 15 min, then 0.3 mg/kg/h for 4 h``."""
    first, *others = [step_text(step, order.form) for step in order.session]
    dose, _, rest = first.partition("|")
    head = f"{order.drug} {dose} {order.route}{rest}"
    return ", then ".join([head, *(one.replace("|", "") for one in others)])


def step_text(step: Step, form: Form) -> str:
    """A step, with ``|`` where the first step of a session takes the route."""
    salt = " HCl" if form == "HCl" else ""
    if isinstance(step, Give):
        over = f" over {length(step.duration_h)}" if step.duration_h else ""
        return f"{dose_text(step.dose)}{salt}|{over}"
    if isinstance(step, Infuse):
        return f"{rate_text(step.rate)}{salt}| for {length(step.duration_h)}"
    return _ramp_text(step, salt)


def _ramp_text(ramp: Ramp, salt: str) -> str:
    verb = "raise" if ramp.end_mg_per_h > ramp.start.mg_per_h else "lower"
    change, end = (
        rate_text(Rate(value, ramp.start.per)) for value in (ramp.step_mg_per_h, ramp.end_mg_per_h)
    )
    return (
        f"{rate_text(ramp.start)}{salt}|, {verb} {change} every {length(ramp.every_h)} to {end}"
        f", for {length(ramp.duration_h)}"
    )


def dose_text(dose: Dose) -> str:
    """``0.3 mg/kg``."""
    return f"{plain(dose.mg)} {_UNIT_OF_DOSE[dose.per]}"


def rate_text(rate: Rate) -> str:
    """``0.3 mg/kg/h``."""
    return f"{plain(rate.mg_per_h)} {_UNIT_OF_RATE[rate.per]}"


def phases_text(order: Prescription) -> list[str]:
    """``twice a week for 3 weeks``, ``then every 4 weeks``; a single session has no words."""
    phases = [] if order.phases == (Phase(),) else list(order.phases)
    texts = [frequency_text(phase.frequency) + _limit_text(phase) for phase in phases]
    if order.repeat is not None:
        texts.append(repeat_text(order.repeat))
    return [text if i == 0 and phases else f"then {text}" for i, text in enumerate(texts)]


def frequency_text(frequency: Frequency) -> str:
    """``once``, ``daily``, ``weekly``, ``every 8 h``, ``twice a week``."""
    if isinstance(frequency, Once):
        return "once"
    if isinstance(frequency, PerWeek):
        return "twice a week" if frequency.times == 2 else f"{frequency.times} times a week"
    return _every_text(frequency)


def _every_text(every: Every) -> str:
    if every.interval_h in (24.0, 168.0):
        return "daily" if every.interval_h == 24.0 else "weekly"
    return f"every {length(every.interval_h)}"


def _limit_text(phase: Phase | Repeat) -> str:
    if phase.length_h is not None:
        return f" for {length(phase.length_h)}"
    return "" if phase.sessions is None else f" for {phase.sessions} sessions"


def repeat_text(repeat: Repeat) -> str:
    """``repeat when pain returns above 5, at most every 4 weeks``."""
    every = length(repeat.at_most_every_h)
    return f"repeat when pain returns above {plain(repeat.pain_above)}, at most every {every}{_limit_text(repeat)}"


def caps_text(caps: Caps) -> list[str]:
    """``max 25 mg/h``, ``max 60 mg``, ``max 100 mg/day``."""
    values = ((caps.mg_per_h, "mg/h"), (caps.mg, "mg"), (caps.mg_per_day, "mg/day"))
    return [f"max {plain(value)} {unit}" for value, unit in values if value is not None]


def lower_text(rule: Lower) -> str:
    """``lower 25 % when dissociation above 5``."""
    unit = " mmHg" if rule.quantity == "systolic pressure" else ""
    return f"lower {plain(rule.percent)} % when {rule.quantity} above {plain(rule.above)}{unit}"
