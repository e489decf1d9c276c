"""The arm that stands beside the treated one: whom each explanation is compared with, and how that is put in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from painloop.report.curves import Curve, Reportable, comparator_curve, curve_of, rival_curves
from painloop.report.words import comparator_label

_SAME = 0.01
"""Curves that differ by less than this share of their axis at every moment cannot be told apart in a picture."""


def in_scenario(result: Reportable) -> bool:
    """Whether the result tells of a scenario, where every explanation has an untreated course of its own."""
    return bool(result.dataset.attrs.get("scenario"))


def beside_words(result: Reportable) -> str:
    """The comparator after a number: "with placebo", "without ketamine", "in the comparator arm"."""
    label = comparator_label(result)
    if label.startswith("without"):
        return label
    return "in the comparator arm" if label == "comparator" else f"with {label}"


def beside_curves(result: Reportable, name: str) -> list[tuple[str, Curve]]:
    """("comparator", its curve); in a scenario (rival, its own course without ketamine) for every rival."""
    if result.comparator is None:
        return []
    if not in_scenario(result):
        other = comparator_curve(result, name)
        return [] if other is None else [("comparator", other)]
    found = [
        (rival, curve_of(result.comparator.dataset, name, rival)) for rival, _ in rival_curves(result, name)
    ]
    return [(rival, curve) for rival, curve in found if curve is not None]


def coincide(curves: Sequence[Curve], axis: float) -> bool:
    """Whether several curves are one line on an axis of length ``axis`` (in their unit)."""
    means = [curve.mean for curve in curves]
    if len(means) < 2 or any(len(mean) != len(means[0]) for mean in means):
        return False
    apart = np.ptp(np.stack(means), axis=0)
    return bool(np.all(apart[np.isfinite(apart)] < _SAME * axis))
