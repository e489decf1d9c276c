"""What each person receives of each dose: weight, titrated end rates and caps, on arrays with patients last."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from painloop.errors import InputError
from painloop.regimen.events import DoseEvent

Array = NDArray[np.float64]


def amounts_of(events: Sequence[DoseEvent], weight_kg: Array, end_rate: Array | None) -> Array:
    """Amounts in mg of base, (events, patients); see :meth:`painloop.regimen.Schedule.amounts`."""
    weight = _positive("body weight", "kg", np.asarray(weight_kg, dtype=float))
    nominal = np.array([event.amount for event in events])[:, None]
    scale = {"": np.ones_like(weight), "kg": weight, "70kg": weight / 70.0}
    rows = np.array([("", "kg", "70kg").index(event.per) for event in events], dtype=int)
    amounts: Array = nominal * np.stack(list(scale.values()))[rows]
    if end_rate is not None:
        _titrate(events, amounts, scale, np.asarray(end_rate, dtype=float), weight)
    _cap_rates(events, amounts)
    _cap_totals(amounts, [e.max_mg for e in events], [(e.prescription, e.session) for e in events])
    _cap_totals(amounts, [e.max_mg_per_day for e in events], [(e.prescription, e.day) for e in events])
    return amounts


def _titrate(
    events: Sequence[DoseEvent], amounts: Array, scale: dict[str, Array], end_rate: Array, weight: Array
) -> None:
    end = _positive("end rate", "mg/h", end_rate)
    if end.shape != weight.shape:
        raise InputError(f"{end.size} end rates do not fit {weight.size} people; give one for each.")
    ramps = [e for e, event in enumerate(events) if event.ramp_fraction is not None]
    if events and not ramps:
        raise InputError(
            "An end rate was given but the regimen has no ramp; write one with 'raise ... to ...'."
        )
    for e in ramps:
        event = events[e]
        start, fraction = event.ramp_start, event.ramp_fraction
        assert start is not None
        assert fraction is not None
        amounts[e] = (start + fraction * (end - start)) * event.duration_h * scale[event.per]


def _cap_rates(events: Sequence[DoseEvent], amounts: Array) -> None:
    for e, event in enumerate(events):
        if event.max_mg_per_h is not None and event.duration_h:
            np.minimum(amounts[e], event.max_mg_per_h * event.duration_h, out=amounts[e])


def _cap_totals(amounts: Array, caps: list[float | None], groups: list[tuple[int, int]]) -> None:
    """Lower all doses of a group in the same proportion so that their total is at most the cap."""
    members: dict[tuple[int, int], list[int]] = {}
    for e, (cap, group) in enumerate(zip(caps, groups, strict=True)):
        if cap is not None:
            members.setdefault(group, []).append(e)
    for rows in members.values():
        cap = caps[rows[0]]
        assert cap is not None
        total = amounts[rows].sum(axis=0)
        amounts[rows] *= np.minimum(1.0, cap / np.maximum(total, cap))


def _positive(what: str, unit: str, values: Array) -> Array:
    if values.ndim != 1:
        raise InputError(f"The {what} must be one number a person, not an array of shape {values.shape}.")
    wrong = values[~(np.isfinite(values) & (values > 0.0))]
    if wrong.size:
        raise InputError(f"A {what} of {wrong[0]:g} {unit} cannot be; give a number above 0.")
    return values
