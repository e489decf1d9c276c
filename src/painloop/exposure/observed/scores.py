"""How close predictions came: fold errors summed up by reading and by arm."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from painloop.exposure.observed.rows import Reading, Score

WITHIN_TWOFOLD = 0.9
GMFE = 1.3
"""The bars that were set before: at least this fraction within twofold, geometric mean fold error below this."""


def score(name: str, readings: Sequence[Reading], *, by_median: bool = False) -> Score | None:
    """Sum up some readings; ``None`` for none.

    Parameters
    ----------
    by_median : compare the median of the population instead of the typical person, where it was computed.
    """
    logs = [math.log(_fold(one, by_median)) for one in readings]
    if not logs:
        return None
    arms: dict[tuple[str, str], list[float]] = {}
    for one, log in zip(readings, logs, strict=True):
        arms.setdefault((one.course, one.analyte), []).append(abs(log))
    own = [_mean(sizes) for sizes in arms.values()]
    courses = {one.course: one.n for one in readings}
    return Score(
        name=name,
        readings=len(readings),
        arms=len(arms),
        people=sum(n for n in courses.values() if n is not None),
        people_unknown=sum(n is None for n in courses.values()),
        within_twofold=_mean(abs(log) <= math.log(2.0) for log in logs),
        gmfe=math.exp(_mean(abs(log) for log in logs)),
        bias=math.exp(_mean(logs)),
        arms_within_twofold=_mean(size <= math.log(2.0) for size in own),
        arms_gmfe=math.exp(_mean(own)),
    )


def reached(total: Score | None) -> bool:
    """Whether the bars are met by readings and by arms alike."""
    return total is not None and (
        min(total.within_twofold, total.arms_within_twofold) >= WITHIN_TWOFOLD
        and max(total.gmfe, total.arms_gmfe) < GMFE
    )


def breakdown(readings: Sequence[Reading]) -> list[Score]:
    """All of them, then by route, by substance, and by both."""
    routes = list(dict.fromkeys(one.route for one in readings))
    substances = list(dict.fromkeys(one.substance for one in readings))
    found = [score("all", readings)]
    found += [score(route, [r for r in readings if r.route == route]) for route in routes]
    found += [score(what, [r for r in readings if r.substance == what]) for what in substances]
    for route in routes:
        for what in substances:
            both = [r for r in readings if (r.route, r.substance) == (route, what)]
            found.append(score(f"{route}, {what}", both))
    return [one for one in found if one is not None]


def sensitivity(readings: Sequence[Reading]) -> list[Score]:
    """The same figures under other choices, so that none of them can hide."""
    source_models = [(one, one.model.removesuffix("-racemic")) for one in readings]
    found = [
        score(
            "without the oral route, whose rule of choice was set right after the comparison had been seen",
            [one for one in readings if one.route != "oral"],
        ),
        score("all, scored by the median of the population", readings, by_median=True),
        score(
            "without readings that the predicting model was perhaps fitted on",
            [one for one, model in source_models if model not in one.perhaps_fitted_by],
        ),
        score(
            "without readings that any model was perhaps fitted on",
            [one for one in readings if not one.perhaps_fitted_by],
        ),
        score(
            "only readings that the predicting model was perhaps fitted on",
            [one for one, model in source_models if model in one.perhaps_fitted_by],
        ),
        score("without composed predictions", [one for one in readings if one.composed is None]),
        score("peaks only", [one for one in readings if one.quantity == "cmax_ng_ml"]),
    ]
    return [one for one in found if one is not None]


def _fold(one: Reading, by_median: bool) -> float:
    return one.median / one.observed if by_median and one.median is not None else one.fold


def _mean(values: Iterable[float]) -> float:
    every = list(values)
    return math.fsum(every) / len(every)
