"""Meta-analyses by time point: the pooled value beside painloop's contrast over the controlled trials of the library.

Nothing is fitted to a meta-analysis. Which of its trials were fitted on is named, since agreement with those is no
prediction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from painloop import library
from painloop.library.schema.trials import MetaAnalysis, Pooled
from painloop.validate.claims import Claim
from painloop.validate.findings import Finding, check, not_found
from painloop.validate.stored import MISSING, stale, stored

PREDICTED = ("nrs_difference", "risk_ratio")
UNPREDICTED = {
    "responders_30": "pooled share of people with 30 % less pain",
    "responders_50": "pooled share of people with 50 % less pain",
}
"""Words for what it cannot be compared with."""
STEPS = 25
"""Times within a window that are averaged over."""
ALSO_CALLED = {"gastrointestinal": "nausea"}


class PooledRow(BaseModel):
    """A pooled value beside painloop's; ``trials`` are those averaged over, ``fitted`` those of them fitted on."""

    model_config = ConfigDict(frozen=True)

    meta_analysis: str
    quantity: str
    of: str | None
    words: str
    low_h: float
    high_h: float
    pooled: float
    low: float | None
    high: float | None
    predicted: float | None
    trials: list[str]
    fitted: list[str]
    inside: bool | None
    certainty: str
    confidence: str = "verified"
    reason: str | None = None


def pooled_rows() -> list[PooledRow]:
    """Every pooled value of the library, predicted where the stored run allows."""
    kept = stored("trials")
    if kept is None:
        return []
    return [
        _row(entry, one, kept)
        for entry in library.entries("meta_analyses")
        if isinstance(entry, MetaAnalysis)
        for one in entry.pooled
    ]


def _row(entry: MetaAnalysis, one: Pooled, kept: dict[str, Any]) -> PooledRow:
    some = [part for part in kept["contrasts"] if _of_scope(entry, part)]
    if one.quantity == "nrs_difference":
        predicted, used = _difference(some, *one.time_h, since_start="beginning" in one.time_words)
    elif one.quantity == "risk_ratio":
        predicted, used = _ratio(some, ALSO_CALLED.get(one.of or "", one.of or ""))
    else:
        predicted, used = None, []
    low, high = one.ci95 or (None, None)
    inside = None
    if predicted is not None and low is not None and high is not None and one.confidence != "memory":
        inside = low <= predicted <= high
    return PooledRow(
        meta_analysis=entry.id, quantity=one.quantity, of=one.of, words=one.time_words, low_h=one.time_h[0],
        high_h=one.time_h[1], pooled=one.value, low=low, high=high, predicted=predicted,
        trials=[part["trial"] for part in used], fitted=[part["trial"] for part in used if part["in_sample"]],
        inside=inside, certainty=one.certainty, confidence=one.confidence, reason=_why_not(one, predicted, inside),
    )  # fmt: skip


def _why_not(one: Pooled, predicted: float | None, inside: bool | None) -> str | None:
    if one.quantity not in PREDICTED or (predicted is None and one.quantity == "risk_ratio"):
        what = UNPREDICTED.get(one.quantity, one.quantity.replace("_", " "))
        return f"painloop predicts no {what}" + (f" of {one.of}" if one.of else "")
    if predicted is None:
        return "no controlled trial of its scope could be run"
    if inside is not None:
        return None
    return "recalled, not read" if one.confidence == "memory" else "no interval was printed"


def _of_scope(entry: MetaAnalysis, part: dict[str, Any]) -> bool:
    """Trials it is said to include; where none of them is known, controlled trials of its conditions."""
    return part["trial"] in entry.includes if entry.includes else part["condition"] in entry.conditions


def _difference(
    some: list[dict[str, Any]], low_h: float, high_h: float, *, since_start: bool
) -> tuple[float | None, list[dict[str, Any]]]:
    """Mean of ketamine minus control over the window, weighted by participants, NRS points.

    The window is counted as in the stored run, after the course or, for long ones, from its start; ``since_start``
    counts it from the start of every course.

    Trials that stopped following their patients before the window are left out.
    """
    total = weight = 0.0
    used = []
    for part in some:
        before = part["begin_h"] if since_start else 0.0
        low, high = max(low_h - before, 0.0), min(high_h - before, part["follow_up_h"])
        if low <= high:
            at_h = np.linspace(low, high, STEPS)
            total += part["n"] * float(np.interp(at_h, part["after_h"], part["difference"]).mean())
            weight += part["n"]
            used.append(part)
    return (total / weight, used) if weight else (None, [])


def _ratio(some: list[dict[str, Any]], effect: str) -> tuple[float | None, list[dict[str, Any]]]:
    """Share with a side effect on ketamine over that on control, both weighted by participants."""
    used = [part for part in some if effect in part["share"]]
    if not used:
        return None, []
    shares = np.array([part["share"][effect] for part in used], float)
    weights = np.array([part["n"] for part in used], float)
    active, control = (weights @ shares) / weights.sum()
    return float(active / control), used


@check("pooled_value")
def pooled_value(claim: Claim) -> Iterator[Finding]:
    """The pooled values of some meta-analyses and quantities."""
    if stored("trials") is None:
        yield not_found(MISSING)
        return
    for one in pooled_rows():
        if one.meta_analysis in claim.given["meta_analyses"] and one.quantity in claim.given["quantities"]:
            name = one.meta_analysis if len(claim.given["meta_analyses"]) > 1 else None
            yield Finding(
                about=", ".join(filter(None, (name, one.of, one.words))), value=one.predicted, published=one.pooled,
                low=one.low, high=one.high, holds=one.inside, n=len(one.trials), stale=stale("trials"), note=_note(one),
            )  # fmt: skip


def _note(one: PooledRow) -> str:
    if one.reason is not None and one.predicted is None:
        return one.reason
    judged = f"{one.reason}; " if one.reason else ""
    fitted = f"; fitted on: {', '.join(one.fitted)}" if one.fitted else "; none of them fitted on"
    return (
        f"{judged}certainty {one.certainty}; over {len(one.trials)} trials ({', '.join(one.trials)}){fitted}"
    )
