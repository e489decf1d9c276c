"""Charts of the validation page: what trials printed beside what was predicted, and what intervals hold.

They come from the stored long run over the trials; nothing is computed anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from painloop.report.numbers import duration, percent
from painloop_clinic.evidence.contents.stored import trial_rows
from painloop_clinic.web.charts import Axis, Chart, Series

IN_POINTS = frozenset({"nrs", "nrs_fall", "nrs_fall_median"})
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
GROUPS = (("out of sample", False, "effect_delay"), ("in sample", True, "central_gain"))
NORMAL = NormalDist()


@dataclass(frozen=True)
class Row:
    """A printed result that could be predicted; ``low`` and ``high`` are the 95 % interval of the prediction."""

    words: str
    group: str
    quantity: str
    printed: float
    predicted: float
    low: float
    high: float
    inside: bool
    in_sample: bool

    def within(self, level: float) -> bool:
        """Whether the central interval of a level holds it, the prediction read as a normal distribution."""
        spread = (self.high - self.low) / (2.0 * NORMAL.inv_cdf(0.975))
        return abs(self.printed - self.predicted) <= NORMAL.inv_cdf(0.5 + level / 2.0) * spread


def charts() -> tuple[Chart, ...]:
    """The charts; none where the stored run is not there."""
    rows = [_row(one) for one in trial_rows() if _is_judged(one)]
    if not rows:
        return ()
    in_points = [one for one in rows if one.quantity in IN_POINTS]
    return (_coverage(rows), *((_printed(in_points),) if in_points else ()))


def _is_judged(one: dict[str, Any]) -> bool:
    wanted = ("inside", "observed", "predicted", "predicted_low", "predicted_high")
    return all(one.get(name) is not None for name in wanted)


def _row(one: dict[str, Any]) -> Row:
    who = one["arm"] if one.get("against") is None else f"{one['arm']} against {one['against']}"
    when = "" if one.get("time_h") is None else f", {duration(one['time_h'])}"
    sample = "in sample" if one["in_sample"] else "out of sample"
    return Row(
        words=f"{one['trial']}, {who}{when}, {sample}",
        group=one["cluster"],
        quantity=one["quantity"],
        printed=one["observed"],
        predicted=one["predicted"],
        low=one["predicted_low"],
        high=one["predicted_high"],
        inside=one["inside"],
        in_sample=one["in_sample"],
    )


def _share(rows: Sequence[Row], level: float) -> float:
    return sum(one.within(level) for one in rows) / len(rows)


def _coverage(rows: Sequence[Row]) -> Chart:
    every = [(name, look, [one for one in rows if one.in_sample == inside]) for name, inside, look in GROUPS]
    groups = [group for group in every if group[2]]
    said = "; ".join(f"{name} {percent(_share(some, LEVELS[-1]))} of {len(some)}" for name, _, some in groups)
    series = [
        Series(f"{name}, n = {len(some)}", LEVELS, [_share(some, level) for level in LEVELS], look)
        for name, look, some in groups
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


def _printed(rows: Sequence[Row]) -> Chart:
    outside = sum(not one.inside for one in rows)
    groups = (
        ("inside its 95 % interval", [one for one in rows if one.inside], "effect_delay"),
        ("outside", [one for one in rows if not one.inside], "none"),
    )
    ends = [number for one in rows for number in (one.printed, one.predicted)]
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
        facts=(f"n = {len(rows)} printed values of {len({one.group for one in rows})} groups of patients",),
    )


def _points(name: str, rows: Sequence[Row], look: str) -> Series:
    order = sorted(rows, key=lambda one: one.predicted)
    return Series(
        name=name,
        x=[one.predicted for one in order],
        y=[one.printed for one in order],
        look=look,
        kind="points",
        notes=[one.words for one in order],
    )
