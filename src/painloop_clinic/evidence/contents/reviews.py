"""Meta-analyses by time after treatment: a chart of differences, a table by period, and how they disagree."""

from __future__ import annotations

from dataclasses import dataclass

from painloop import library
from painloop.evidence.pooled import PERIODS, PooledResult, pooled_by_time
from painloop.library.schema import MetaAnalysis
from painloop.report.numbers import MISSING, fixed, interval, percent, signed
from painloop_clinic.web.charts import Axis, Chart, Series

DIFFERENCE = "nrs_difference"
LOOKS = ("ketamine", "none", "effect_delay", "central_gain", "driven_gain", "hr_rise", "dizziness")
PLACES = {
    "first hour": "1 h",
    "first day": "1 d",
    "first week": "1 wk",
    "second week": "2 wk",
    "weeks 3 to 5": "5 wk",
}
QUANTITIES = {
    DIFFERENCE: "difference of pain (points of 10)",
    "risk_ratio": "ratio of risks",
    "responders_30": "share of people with 30 % less pain or more",
    "responders_50": "share of people with half the pain gone",
    "standardised_difference": "difference in standard deviations",
}


@dataclass(frozen=True)
class PooledRow:
    """A pooled result in words."""

    result: PooledResult
    author: str
    quantity: str
    value: str
    interval: str
    no_difference: bool | None


@dataclass(frozen=True)
class Period:
    """The results of a stretch of time, and how they agree in a sentence."""

    name: str
    rows: tuple[PooledRow, ...]
    says: str


def periods(quantity: str | None = DIFFERENCE, condition: str | None = None) -> tuple[Period, ...]:
    """Pooled results by period; periods without any are named as such."""
    found = [_row(one) for one in pooled_by_time(quantity, condition) if _of_people(one)]
    return tuple(_period(name, [row for row in found if row.result.period == name]) for _, name in PERIODS)


def other_rows(condition: str | None = None) -> tuple[PooledRow, ...]:
    """What is pooled besides differences of pain: shares of people and ratios of risks."""
    some = pooled_by_time(None, condition)
    return tuple(_row(one) for one in some if one.quantity != DIFFERENCE and _of_people(one))


def author_of(analysis: str) -> str:
    """First author and year of a meta-analysis."""
    citation = library.load("meta_analyses", analysis).citation
    return (
        analysis
        if citation is None
        else f"{citation.authors.split(' et al')[0].split(',')[0]} {citation.year}"
    )


def analyses() -> tuple[MetaAnalysis, ...]:
    """All meta-analyses, the newest first."""
    found = [library.load("meta_analyses", one) for one in library.ids("meta_analyses")]
    return tuple(sorted(found, key=lambda one: (-(one.citation.year if one.citation else 0), one.id)))


def difference_chart(found: tuple[Period, ...]) -> Chart | None:
    """Differences of pain by period, one colour a meta-analysis; None where nothing is pooled."""
    rows = [row for period in found for row in period.rows if _chronic_with_interval(row.result)]
    names = list(dict.fromkeys(row.result.analysis for row in sorted(rows, key=lambda row: row.author)))
    if not rows:
        return None
    unclear = sum(bool(row.no_difference) for row in rows)
    return Chart(
        id="pooled",
        title="How much less pain than with a control, by time after treatment?",
        reading=(
            f"{unclear} of {len(rows)} pooled intervals include no difference; the differences run from "
            f"{signed(max(row.result.value for row in rows), 2)} to {signed(min(row.result.value for row in rows), 2)} "
            "points of 10, and less pain is below zero."
        ),
        x=Axis("time, up to"),
        y=Axis("difference, points of 10"),
        series=[_no_difference(rows), *(_series(*one, rows) for one in zip(names, LOOKS, strict=False))],
        facts=("lines: 95 % intervals", f"{len(names)} reviews, many of the same trials", "nothing fitted"),
        level=2,
        tall=True,
        extra={"layout": {"legend": {"orientation": "h", "y": -0.36, "yanchor": "top", "x": 0}}},
    )


def _chronic_with_interval(one: PooledResult) -> bool:
    return one.low is not None and one.of is None


def _no_difference(rows: list[PooledRow]) -> Series:
    """The line of no difference, which also puts the times in their order."""
    order = sorted((row.result for row in rows), key=lambda one: (one.to_h, one.from_h))
    places = list(dict.fromkeys(_place(one) for one in order))
    return Series("no difference", places, [0.0] * len(places), "comparator", dotted=True)


def _series(analysis: str, look: str, rows: list[PooledRow]) -> Series:
    own = [row.result for row in rows if row.result.analysis == analysis]
    return Series(
        name=author_of(analysis),
        x=[_place(one) for one in own],
        y=[one.value for one in own],
        low=[one.low for one in own],
        high=[one.high for one in own],
        look=look,
        kind="bars",
    )


def _place(one: PooledResult) -> str:
    """The period on the axis in short; the last one is split where a review has two results in it."""
    return PLACES.get(one.period) or ("8 wk" if one.to_h <= 1344 else "12 wk")


def _two_decimals(value: float | None) -> str:
    return fixed(value, 2)


def _of_people(one: PooledResult) -> bool:
    """Not in animals."""
    return one.quantity != "standardised_difference"


def _row(one: PooledResult) -> PooledRow:
    none = 1.0 if one.quantity == "risk_ratio" else 0.0
    unclear = (
        None if one.low is None or one.high is None or not one.controlled else one.low <= none <= one.high
    )
    share = one.quantity.startswith("responders")
    words = percent if share else _two_decimals
    ends = MISSING if one.low is None or one.high is None else interval(words(one.low), words(one.high))
    quantity = QUANTITIES.get(one.quantity, one.quantity.replace("_", " ")) + (
        f": {one.of}" if one.of else ""
    )
    return PooledRow(one, author_of(one.analysis), quantity, words(one.value), ends, unclear)


def _period(name: str, rows: list[PooledRow]) -> Period:
    if not rows:
        return Period(name, (), "No meta-analysis has a difference of pain for this time.")
    judged = [row for row in rows if row.no_difference is not None]
    unclear = sum(bool(row.no_difference) for row in judged)
    values = sorted(row.result.value for row in rows)
    spread = (
        f"a difference of {signed(values[0], 2)}"
        if len(values) == 1
        else f"differences from {signed(values[-1], 2)} to {signed(values[0], 2)}"
    )
    agree = f"{unclear} of {len(judged)} intervals include no difference"
    if len(judged) < 2:
        agree = f"the only interval {'includes' if unclear else 'excludes'} no difference"
    if not judged:
        agree = "no interval was printed"
    count = f"{len(rows)} result" + ("" if len(rows) == 1 else "s")
    return Period(name, tuple(rows), f"{count}, {spread} points; {agree}.")
