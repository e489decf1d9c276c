"""How far the simulation lies from what was published, in sentences: the worst share first, then pain by arm."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from painloop.report.curves import AVERAGED, Reportable, rivals
from painloop.report.numbers import duration, fixed, interval, percent
from painloop.report.observed import Point, of_quantity, points, simulated_curve
from painloop.report.words import comparator_label, one_person, quantity_label, rival_label

_WEEK_H = 168.0
_MOST = 3
"""At most so many moments of published pain are put into words; the table has them all."""


def observed_sentence(result: Reportable) -> str:
    """The largest miss of a share outside the fitted data, then published against simulated pain by arm and rival."""
    compared = [p for p in points(result) if p.difference is not None]
    if one_person(result):  # one person is no share of people
        compared = [p for p in compared if not p.is_share]
    pain = [p for p in of_quantity(compared, "nrs", "pain") if p.time_h > 0]
    moments = [list(group) for _, group in groupby(sorted(pain, key=_by_time), key=lambda p: p.time_h)]
    if len(moments) > _MOST:
        worst = max(moments[1:-1], key=lambda group: max(abs(p.difference or 0.0) for p in group))
        moments = [moments[0], worst, moments[-1]]
    said = [_worst_share(compared), *(_pain_at(result, group) for group in moments)]
    return " ".join(text for text in said if text)


def clopper_pearson(k: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a share of which ``k`` of ``n`` were seen."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = 0.0 if k == 0 else float(betaincinv(k, n - k + 1, tail))
    return low, 1.0 if k == n else float(betaincinv(k + 1, n - k, 1 - tail))


def _by_time(point: Point) -> tuple[float, bool]:
    return point.time_h, point.comparator


def _when(time_h: float) -> str:
    weeks = time_h / _WEEK_H
    return f"week {weeks:.0f}" if weeks >= 1 and abs(weeks - round(weeks)) < 1e-3 else duration(time_h)


def _worst_share(compared: Sequence[Point]) -> str:
    shares = [p for p in compared if p.is_share and not p.in_sample]
    if not shares:
        return ""
    worst = max(shares, key=lambda p: abs(p.difference or 0.0))
    published = percent(worst.mean)
    if worst.n:
        k = round(worst.mean * worst.n)
        if 0 <= k <= worst.n and abs(k / worst.n - worst.mean) < 0.0051:
            low, high = clopper_pearson(k, worst.n)
            spread = interval(fixed(100 * low, 0), percent(high))
            published = f"{k} of {worst.n}, {published}, 95 % interval {spread}"
        else:
            published += f" of {worst.n}"
    arm = f", {worst.arm} arm" if worst.arm else ""
    most = f", the largest miss of {len(shares)} published shares" if len(shares) > 1 else ""
    return (
        f"At {_when(worst.time_h)} the simulation misses by {fixed(abs(100 * (worst.difference or 0.0)), 0)} "
        f"percentage points (published {published}; simulated {percent(worst.simulated)}){most}: "
        f"{quantity_label(worst.quantity).lower()}{arm}."
    )


def _pain_at(result: Reportable, group: Sequence[Point]) -> str:
    treated = sum(not p.comparator for p in group)
    told: list[str] = []
    for point in group:
        arm = (point.arm or comparator_label(result)) if point.comparator else "treated"
        if not point.comparator and treated > 1 and point.arm:
            arm = point.arm
        text = f"the {arm} arm {'' if told else 'was published at '}{_mean(point)}"
        told.append(
            f"{text}, simulated {fixed(point.simulated, 2)}"
            if point.comparator
            else f"{text}; {_by_rival(result, point)}"
        )
    return f"At {_when(group[0].time_h)} {'; '.join(told)}."


def _mean(point: Point) -> str:
    return fixed(point.mean, 2) + ("" if point.sem is None else f" ± {fixed(point.sem, 2)}")


def _by_rival(result: Reportable, point: Point) -> str:
    """What every explanation gives, the nearest first and the mixture last."""
    found = []
    for name in rivals(result.dataset):
        curve = simulated_curve(result, point.quantity, rival=name)
        value = None if curve is None else curve.at(point.time_h)
        if value is not None:
            found.append((name == AVERAGED, abs(value - point.mean), rival_label(name), value))
    if not found:
        return f"the simulation gives {fixed(point.simulated, 2)}"
    (_, _, first, value), *others = sorted(found)
    return ", ".join([f"{first} gives {fixed(value, 2)}", *(f"{who} {fixed(v, 2)}" for *_, who, v in others)])
