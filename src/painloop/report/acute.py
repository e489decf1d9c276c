"""What happens while the drug acts, for the terminal: side effects at their worst and pain at its lowest."""

from __future__ import annotations

import numpy as np

from painloop.report.curves import (
    SIDE_EFFECTS,
    Curve,
    Reportable,
    acting,
    beyond_studied,
    curve_of,
    rival_curves,
)
from painloop.report.figures.chart import DataTable
from painloop.report.figures.side_effects import Extreme, extreme
from painloop.report.numbers import duration, fixed
from painloop.report.words import one_person, quantity_label

HARMS = tuple(name for name in SIDE_EFFECTS if name != "ventilation_on_opioid")
"""Breathing beside an opioid rises with ketamine, for the length of the infusion: it is no harm, and no table of harms
should sell it as a benefit; the page draws it."""
DAGGER = "\N{DAGGER}"
_BEYOND = f"{DAGGER} beyond what the curve was read on: an extrapolation"


def acute_table(result: Reportable) -> DataTable | None:
    """Pain at its lowest and every side effect at its worst, with the patient worse off than 95 % of the others."""
    found = [one for name in HARMS if (one := _worst(result, name)) is not None]
    pain = _relief(result)
    if not found and pain is None:
        return None
    rows = [] if pain is None else [pain]
    rows += [
        (_named(result, one), fixed(one.value, 1), _far(one), one.unit, duration(one.time_h)) for one in found
    ]
    caption = "While the drug acts: acute relief and side effects"
    if any(DAGGER in row[0] for row in rows):
        caption += f"\n{_BEYOND}"
    if all(row[2] == "" for row in rows):
        who = "This person" if one_person(result) else "Median patient"
        return DataTable(caption, ("", who, "Unit", "After"), tuple((a, b, d, e) for a, b, _, d, e in rows))
    return DataTable(caption, ("", "Median patient", "Worst 5 %", "Unit", "After"), tuple(rows))


def _worst(result: Reportable, name: str) -> Extreme | None:
    curve = curve_of(result.dataset, name)
    return extreme(curve) if curve is not None and curve.moves else None


def _named(result: Reportable, one: Extreme) -> str:
    """The effect, with a dagger where its worst lies beyond what its source studied."""
    beyond = any(start <= one.time_h <= stop for start, stop in beyond_studied(result.dataset, one.name))
    return quantity_label(one.name) + (f" {DAGGER}" if beyond else "")


def _far(one: Extreme) -> str:
    """The end of the spread that is worse."""
    return "" if one.high is None else f"≥ {fixed(one.high, 1)}"


def _relief(result: Reportable) -> tuple[str, str, str, str, str] | None:
    """Pain at its lowest while drug is given or just after, under the last explanation listed."""
    curves = rival_curves(result, "pain")
    if not curves:
        return None
    _, curve = curves[-1]
    one = one_person(result)
    line = curve.mean if one else curve.median
    inside = acting(result.dataset, curve.time_h) & np.isfinite(line)
    if not inside.any():
        return None
    at = int(np.flatnonzero(inside)[np.argmin(line[inside])])
    start, lowest = fixed(float(line[0]), 1), fixed(float(line[at]), 1)
    name = f"Lowest pain (from {start})" if line[at] < line[0] else f"Pain does not fall (from {start})"
    return name, lowest, "" if one else _upper(curve, at), "NRS 0–10", duration(float(curve.time_h[at]))


def _upper(curve: Curve, at: int) -> str:
    return f"≥ {fixed(float(curve.p95[at]), 1)}" if curve.has_spread and curve.p95 is not None else ""
