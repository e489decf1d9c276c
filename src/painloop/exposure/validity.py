"""Says where a model is used outside the people, doses and times it was built on."""

from __future__ import annotations

import numpy as np

from painloop.exposure.choice import Choice
from painloop.library.schema.pharmacokinetics import Pharmacokinetics
from painloop.regimen import Schedule

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
        mine = [
            event for event in schedule.events if choice.part_of and choice.part_of[event.prescription] == k
        ]
        amounts = schedule.amounts(weight_kg, None)
        for route in dict.fromkeys(event.route for event in mine):
            rows = [e for e, event in enumerate(schedule.events) if event in mine and event.route == route]
            found += _outside(
                model, f"{route} doses", amounts[rows].ravel(), validity.dose_mg.get(route), "mg"
            )
            lasting = np.array([schedule.events[e].duration_h for e in rows])
            found += _outside(model, f"{route} durations", lasting, validity.duration_h.get(route), "h")
        if model.composed is not None:
            found.append(f"{model.id} was put together here, not published: {model.composed.reason.strip()}")
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
    span = f"{low:g} to {high:g} {unit}" if low != high else f"{low:g} {unit}"
    if np.ptp(values) < _SLACK:
        return [f"{model.id} was built on {what} of {span}; {values[0]:.3g} {unit} is outside."]
    return [
        f"{model.id} was built on {what} of {span}; {100 * out.mean():.0f} % of those used lie outside "
        f"({values.min():.3g} to {values.max():.3g} {unit})."
    ]
