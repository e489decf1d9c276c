"""Says where a model is used outside the people, doses and times it was built on."""

from __future__ import annotations

import re

import numpy as np

from painloop.exposure.choice import Choice
from painloop.exposure.system import Part
from painloop.library.schema.pharmacokinetics import Pharmacokinetics
from painloop.regimen import Route, Schedule

_SLACK = 1e-6
_FORMS = {"S": "S-ketamine", "R": "R-ketamine", "racemic": "racemic ketamine"}


def warnings_of(
    choice: Choice, schedule: Schedule, weight_kg: np.ndarray, age_y: np.ndarray, spread: bool = True
) -> list[str]:
    """One sentence per model and range that is left, and per thing about a model that a result does not show.

    Parameters
    ----------
    weight_kg, age_y : (patients,), of the people simulated.
    spread : whether people differ, so that what a model says of that matters.
    """
    found: list[str] = []
    for k, part in enumerate(choice.parts):
        model, validity = part.model, part.model.validity
        found += _outside(model, "weights", weight_kg, validity.weight_kg, "kg")
        found += _outside(model, "ages", age_y, validity.age_y, "years")
        for route, amounts, hours in _sessions(choice, schedule, weight_kg, k):
            found += _outside(model, f"{route} doses", amounts, validity.dose_mg.get(route), "mg")
            found += _outside(model, f"{route} durations", hours, validity.duration_h.get(route), "h")
        if model.composed is not None:
            found.append(f"{model.id} was put together here, not published: {model.composed.reason.strip()}")
        if k in choice.part_of:
            found += _site(choice, model) + _share(part) + (_borrowed(model) if spread else [])
    return found


def _site(choice: Choice, model: Pharmacokinetics) -> list[str]:
    if choice.sampling is None or model.sampling != "mixed":
        return []
    return [
        f"{model.id} pools arterial and venous samples; venous peaks during and soon after an infusion can be up to "
        "twofold lower (measured: see painloop observed)."
    ]


def _share(part: Part) -> list[str]:
    if part.fraction >= 1.0:
        return []
    form = part.names["ketamine"] if part.model.form == "pooled" else _FORMS[part.model.form]
    return [
        f"Only {part.fraction:g} of the ordered dose is simulated, as {form}; the rest has no effect here."
    ]


def _borrowed(model: Pharmacokinetics) -> list[str]:
    assumed = [one for one in model.iiv if one.confidence == "assumed"]
    if not assumed:
        return []
    origin = re.split(r" \(|;", assumed[0].source or "")[0]
    why = f" ({origin})" if origin else ""
    return [f"The spread between people of {model.id} is assumed{why}, not published for it."]


def _sessions(
    choice: Choice, schedule: Schedule, weight_kg: np.ndarray, part: int
) -> list[tuple[Route, np.ndarray, np.ndarray]]:
    """Route, mg of every session and person, and hours of every session, of the prescriptions of a part."""
    amounts = schedule.amounts(weight_kg, None)
    sessions: dict[tuple[Route, int, int], list[int]] = {}
    for e, event in enumerate(schedule.events):
        if choice.part_of and choice.part_of[event.prescription] == part:
            sessions.setdefault((event.route, event.prescription, event.session), []).append(e)
    found = []
    for route in dict.fromkeys(key[0] for key in sessions):
        mine = [rows for key, rows in sessions.items() if key[0] == route]
        total = np.concatenate([amounts[rows].sum(axis=0) for rows in mine])
        hours = np.array([sum(schedule.events[e].duration_h for e in rows) for rows in mine])
        found.append((route, total, hours))
    return found


def _outside(
    model: Pharmacokinetics, what: str, values: np.ndarray, limits: tuple[float, float] | None, unit: str
) -> list[str]:
    if limits is None or not len(values):
        return []
    low, high = limits
    out = (values < low * (1 - _SLACK)) | (values > high * (1 + _SLACK))
    if not out.any():
        return []
    span = f"{low:g} to {high:g} {unit}" if high - low > 0.01 * high else f"{low:g} {unit}"
    if np.ptp(values) < _SLACK:
        return [f"{model.id} was built on {what} of {span}; {_plain(values[0])} {unit} is outside."]
    return [
        f"{model.id} was built on {what} of {span}; {100 * out.mean():.0f} % of those used lie outside "
        f"({_plain(values.min())} to {_plain(values.max())} {unit})."
    ]


def _plain(value: float) -> str:
    """Three digits that count, never as a power of ten."""
    return str(np.format_float_positional(float(f"{value:.3g}"), trim="-"))
