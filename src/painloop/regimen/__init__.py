"""Prescriptions: the regimen language, what was ordered and what was given, and the schedule of doses."""

from painloop.errors import RegimenError
from painloop.regimen.canonical import format_regimen as format  # noqa: A004
from painloop.regimen.describing import describe
from painloop.regimen.ebnf import ebnf
from painloop.regimen.events import DoseEvent, session_events
from painloop.regimen.given import AdministrationRecord, from_administrations
from painloop.regimen.orders import (
    Caps,
    Dose,
    Drug,
    Every,
    Form,
    Frequency,
    Give,
    Infuse,
    Lower,
    Once,
    Per,
    PerWeek,
    Phase,
    Prescription,
    Quantity,
    Ramp,
    Rate,
    Regimen,
    Repeat,
    Route,
    Step,
)
from painloop.regimen.reading import parse, read
from painloop.regimen.schedule import LowerWhen, RepeatWhen, Rule, Schedule, expand

__all__ = [
    "AdministrationRecord",
    "Caps",
    "Dose",
    "DoseEvent",
    "Drug",
    "Every",
    "Form",
    "Frequency",
    "Give",
    "Infuse",
    "Lower",
    "LowerWhen",
    "Once",
    "Per",
    "PerWeek",
    "Phase",
    "Prescription",
    "Quantity",
    "Ramp",
    "Rate",
    "Regimen",
    "RegimenError",
    "Repeat",
    "RepeatWhen",
    "Route",
    "Rule",
    "Schedule",
    "Step",
    "describe",
    "ebnf",
    "expand",
    "format",
    "from_administrations",
    "parse",
    "read",
    "session_events",
]
