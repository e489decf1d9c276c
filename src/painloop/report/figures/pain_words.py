"""What the pictures of pain say: the sentence under them and how they are to be read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from painloop.report.beside import beside_words, in_scenario
from painloop.report.curves import ALL, Curve, Reportable
from painloop.report.figures.timeline import told_weeks
from painloop.report.numbers import duration, fixed
from painloop.report.observed import Point
from painloop.report.words import one_person, rival_label

Named = Sequence[tuple[str, Curve]]


def means_note(marks: Sequence[Point], *, one: bool) -> str:
    """How lines and markers are to be read; ``one``: a single person was simulated."""
    text = (
        f"Lines are {'the expected pain of one person' if one else 'means over patients of the expected pain'}, "
        "without day-to-day rating noise. "
        "Bars on the time axis: drug is being given. Relief while the drug acts follows a straight line without "
        "a ceiling, read from experimental pain in volunteers; in patients and over days it is an extrapolation."
    )
    if marks:
        text += (
            " Markers are published means with their standard error, which is how well a mean is known, not how "
            "patients differ; hollow ones are in-sample (a model was fitted on "
            "these patients), filled ones are not."
        )
    return text


def means_sentence(
    result: Reportable, curves: Named, others: Sequence[Curve], acute: NDArray[np.bool_]
) -> str:
    """The mixture at week 1 (or the end of a shorter run) against the comparator, then start, end and lowest point.

    In a scenario every explanation against its own course without ketamine instead.
    """
    if in_scenario(result) and len(others) == len(curves):
        return _pairs(result, curves, others)
    _, main = curves[-1]
    other = others[-1] if others else None
    end, lowest = float(main.time_h[-1]), int(np.nanargmin(main.mean))
    ((when, time_h),) = told_weeks(end)
    who = "pain" if one_person(result) else "mean pain"
    who += " averaged over the explanations" if len(curves) > 1 else ""

    def beside(at_h: float) -> str:
        return "" if other is None else f", against {fixed(other.at(at_h), 2)} {beside_words(result)}"

    text = f"{when[:1].upper()}{when[1:]} {who} is {fixed(main.at(time_h), 2)}{beside(time_h)}"
    text += _singles(curves, time_h)
    if end > time_h:
        text += f"; after {duration(end)} it is {fixed(main.mean[-1], 2)}{beside(end)}"
    if main.mean[lowest] >= main.mean[0]:
        return f"{text}. It starts at {fixed(main.mean[0], 2)} and is never lower."
    when = "at the end" if lowest == len(main.mean) - 1 else f"after {duration(float(main.time_h[lowest]))}"
    return (
        f"{text}. It starts at {fixed(main.mean[0], 2)} and is lowest at {fixed(main.mean[lowest], 2)} "
        f"{when}{', while the drug acts' if acute[lowest] else ''}."
    )


def _singles(curves: Named, time_h: float) -> str:
    """What single explanations give, best and worst; one number where all give the same."""
    if curves[-1][0] == ALL:
        return ", whichever explanation holds"
    several = [(curve.at(time_h), rival_label(name)) for name, curve in curves[:-1]]
    ranked = sorted((value, name) for value, name in several if value is not None)
    if len(ranked) < 2:
        return ""
    (low, best), (high, worst) = ranked[0], ranked[-1]
    if fixed(low, 2) == fixed(high, 2):
        return f"; all explanations give {fixed(low, 2)}"
    return f"; single explanations give {fixed(low, 2)} ({best}) to {fixed(high, 2)} ({worst})"


def _pairs(result: Reportable, curves: Named, others: Sequence[Curve]) -> str:
    """Each explanation with ketamine against its own course without, at week 1 and at the end."""
    end = float(curves[0][1].time_h[-1])
    moments = [*told_weeks(end), *([(f"after {duration(end)}", end)] if end > told_weeks(end)[-1][1] else [])]
    who = "pain" if one_person(result) else "mean pain"
    told = [
        f"{when} "
        + ", ".join(
            f"{rival_label(name)} {fixed(curve.at(at_h), 2)} against {fixed(other.at(at_h), 2)}"
            for (name, curve), other in zip(curves, others, strict=True)
        )
        for when, at_h in moments
    ]
    return f"{who[:1].upper()}{who[1:]} with ketamine against without: {'; '.join(told)}."


def spread_sentence(curves: Named) -> str:
    """How far nine of ten patients lie apart when mean pain is lowest."""
    name, curve = curves[-1]
    low, high = curve.p05, curve.p95
    if low is None or high is None:
        return ""
    at = int(np.nanargmin(curve.mean))
    return (
        f"When mean pain is lowest ({duration(float(curve.time_h[at]))}, {rival_label(name)}), nine of ten patients "
        f"lie between {fixed(low[at], 1)} and {fixed(high[at], 1)} on the 0–10 scale."
    )
