"""Charts of the validation page: what trials printed beside what was predicted, and what intervals hold.

They come from the stored long run over the trials; nothing is computed anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from painloop.report.numbers import duration, percent
from painloop.validate.checks.trials import rows as stored_rows
from painloop.validate.scores import LEVELS, TrialRow, coverage_at
from painloop_clinic.web.charts import Axis, Chart, Series

POINTS = "NRS points"
GROUPS = (("out of sample", False, "effect_delay"), ("in sample", True, "central_gain"))


def charts() -> tuple[Chart, ...]:
    """The charts; none where the stored run is not there."""
    scored = [one for one in stored_rows() if one.scored]
    if not scored:
        return ()
    in_points = [one for one in scored if one.unit == POINTS]
    return (_coverage(scored), *((_printed(in_points),) if in_points else ()))


def _coverage(rows: Sequence[TrialRow]) -> Chart:
    groups = [(name, look, [one for one in rows if one.in_sample == inside]) for name, inside, look in GROUPS]
    said = "; ".join(
        f"{name} {percent(coverage_at(some, LEVELS[-1]))} of {len(some)}" for name, _, some in groups if some
    )
    series = [
        Series(f"{name}, n = {len(some)}", LEVELS, [coverage_at(some, level) for level in LEVELS], look)
        for name, look, some in groups
        if some
    ]
    ideal = Series("what is promised", (0.0, 1.0), (0.0, 1.0), "comparator", dotted=True)
    return Chart(
        id="coverage",
        title="Do predicted intervals hold as many printed results as they promise?",
        reading=f"Of the 95 % intervals this share holds the printed value: {said}; below the dotted line "
        "intervals are too narrow.",
        x=Axis("level of the predicted interval", 0.0, 1.0),
        y=Axis("share of printed values inside", 0.0, 1.0),
        series=[*series, ideal],
        facts=("values of one trial are not independent",),
    )


def _printed(rows: Sequence[TrialRow]) -> Chart:
    outside = sum(not one.inside for one in rows)
    groups = (
        ("inside its 95 % interval", [one for one in rows if one.inside], "effect_delay"),
        ("outside", [one for one in rows if not one.inside], "none"),
    )
    ends = [number for one in rows for number in one.numbers[:2]]
    same = Series(
        "predicted = printed", (min(ends), max(ends)), (min(ends), max(ends)), "comparator", dotted=True
    )
    return Chart(
        id="printed",
        title="What did trials print, and what was predicted (points of pain)?",
        reading=f"{outside} of {len(rows)} printed values lie outside their 95 % interval; 5 % would be expected.",
        x=Axis("predicted, NRS points"),
        y=Axis("printed, NRS points"),
        series=[*(_points(*one) for one in groups if one[1]), same],
        facts=(f"n = {len(rows)} printed values of {len({one.cluster for one in rows})} groups of patients",),
    )


def _points(name: str, rows: Sequence[TrialRow], look: str) -> Series:
    order = sorted(rows, key=lambda one: one.numbers[1])
    return Series(
        name=name,
        x=[one.numbers[1] for one in order],
        y=[one.numbers[0] for one in order],
        look=look,
        kind="points",
        notes=[_said(one) for one in order],
    )


def _said(one: TrialRow) -> str:
    who = one.arm if one.against is None else f"{one.arm} against {one.against}"
    when = "" if one.time_h is None else f", {duration(one.time_h)}"
    return f"{one.trial}, {who}{when}, {'in' if one.in_sample else 'out of'} sample"
