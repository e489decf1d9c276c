"""What happens while the drug acts, for the terminal: side effects at their worst and pain at its lowest."""

from __future__ import annotations

import numpy as np

from painloop.report.curves import SIDE_EFFECTS, Curve, Reportable, acting, curve_of, rival_curves
from painloop.report.figures.chart import DataTable
from painloop.report.figures.side_effects import Extreme, extreme
from painloop.report.numbers import duration, fixed
from painloop.report.words import quantity_label

HARMS = tuple(name for name in SIDE_EFFECTS if name != "ventilation_on_opioid")
"""Breathing beside an opioid rises with ketamine, for the length of the infusion: it is no harm, and no table of harms
should sell it as a benefit; the page draws it."""


def acute_table(result: Reportable) -> DataTable | None:
    """Pain at its lowest and every side effect at its worst, with the patient worse off than 95 % of the others."""
    found = [one for name in HARMS if (one := _worst(result, name)) is not None]
    pain = _relief(result)
    if not found and pain is None:
        return None
    rows = [] if pain is None else [pain]
    rows += [
        (quantity_label(one.name), fixed(one.value, 1), _far(one), one.unit, duration(one.time_h))
        for one in found
    ]
    caption = "While the drug acts: acute relief and side effects"
    if all(row[2] == "" for row in rows):
        return DataTable(
            caption, ("", "Worst", "Unit", "After"), tuple((a, b, d, e) for a, b, _, d, e in rows)
        )
    return DataTable(caption, ("", "Median patient", "Worst 5 %", "Unit", "After"), tuple(rows))


def _worst(result: Reportable, name: str) -> Extreme | None:
    curve = curve_of(result.dataset, name)
    return extreme(curve) if curve is not None and curve.moves else None


def _far(one: Extreme) -> str:
    """The end of the spread that is worse."""
    return "" if one.high is None else f"≥ {fixed(one.high, 1)}"


def _relief(result: Reportable) -> tuple[str, str, str, str, str] | None:
    """Median pain at its lowest while drug is given or just after, under the last explanation listed."""
    curves = rival_curves(result, "pain")
    if not curves:
        return None
    _, curve = curves[-1]
    inside = acting(result.dataset, curve.time_h) & np.isfinite(curve.median)
    if not inside.any():
        return None
    at = int(np.flatnonzero(inside)[np.argmin(curve.median[inside])])
    return (
        f"Lowest pain (from {fixed(float(curve.median[0]), 1)})",
        fixed(float(curve.median[at]), 1),
        _upper(curve, at),
        "NRS 0–10",
        duration(float(curve.time_h[at])),
    )


def _upper(curve: Curve, at: int) -> str:
    return f"≥ {fixed(float(curve.p95[at]), 1)}" if curve.has_spread and curve.p95 is not None else ""
