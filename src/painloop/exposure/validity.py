"""Says where a model is used outside the people, doses and times it was built on."""

from __future__ import annotations

import numpy as np

from painloop.exposure.choice import Choice
from painloop.library.schema.pharmacokinetics import Pharmacokinetics
from painloop.regimen import Route, Schedule

_SLACK = 1e-6


def warnings_of(choice: Choice, schedule: Schedule, weight_kg: np.ndarray, age_y: np.ndarray) -> list[str]:
    """One sentence per model and range that is left.

    Parameters
    ----------
    weight_kg, age_y : (patients,), of the people simulated.
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
    return found


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
        return [f"{model.id} was built on {what} of {span}; {values[0]:.3g} {unit} is outside."]
    return [
        f"{model.id} was built on {what} of {span}; {100 * out.mean():.0f} % of those used lie outside "
        f"({values.min():.3g} to {values.max():.3g} {unit})."
    ]
