"""Meta-analyses by time after treatment: what pooled trials say for the first hour, days, weeks and months."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from painloop import library
from painloop.library.schema import MetaAnalysis

PERIODS = (
    (1.0, "first hour"),
    (24.0, "first day"),
    (168.0, "first week"),
    (336.0, "second week"),
    (840.0, "weeks 3 to 5"),
    (float("inf"), "later"),
)
"""Upper end of each period in hours after treatment, and its name; a result belongs where its time ends."""


@dataclass(frozen=True)
class PooledResult:
    """One pooled comparison: a difference of pain, a share of people, or a ratio of risks.

    ``low`` and ``high`` are the 95 % interval; ``trials`` and ``people`` are those of the whole meta-analysis.
    """

    analysis: str
    title: str
    year: int | None
    quantity: str
    of: str | None
    period: str
    time_words: str
    from_h: float
    to_h: float
    value: float
    low: float | None
    high: float | None
    trials: int | None
    people: int | None
    certainty: str
    controlled: bool
    confidence: str
    source: str
    note: str | None

    def plain(self) -> dict[str, Any]:
        """The result for JSON."""
        return dict(vars(self))


def pooled_by_time(
    quantity: str | None = "nrs_difference", condition: str | None = None
) -> tuple[PooledResult, ...]:
    """Pooled results in order of time.

    Parameters
    ----------
    quantity : ``nrs_difference`` (points, negative is relief), ``risk_ratio``, ``responders_30`` or another of the
        library; None for all.
    condition : only meta-analyses that include it.
    """
    bare = None if condition is None else library.load("conditions", condition).id
    found: Iterable[MetaAnalysis] = library.entries("meta_analyses")  # type: ignore[assignment]
    rows = [
        row
        for analysis in found
        if bare is None or bare in analysis.conditions
        for row in _rows(analysis)
        if quantity in (None, row.quantity)
    ]
    return tuple(sorted(rows, key=lambda row: (row.to_h, row.from_h, -(row.year or 0), row.analysis)))


def _rows(analysis: MetaAnalysis) -> Iterable[PooledResult]:
    for one in analysis.pooled:
        low, high = one.ci95 or (None, None)
        yield PooledResult(
            analysis=analysis.id,
            title=analysis.title,
            year=analysis.citation.year if analysis.citation else None,
            quantity=one.quantity,
            of=one.of,
            period=next(name for end, name in PERIODS if one.time_h[1] <= end),
            time_words=one.time_words,
            from_h=one.time_h[0],
            to_h=one.time_h[1],
            value=one.value,
            low=low,
            high=high,
            trials=analysis.trials_pooled,
            people=analysis.participants,
            certainty=one.certainty,
            controlled=analysis.controlled_only,
            confidence=one.confidence,
            source=one.source,
            note=one.note,
        )
