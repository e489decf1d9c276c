"""Published points beside the simulated ones: which curve a point belongs to and how far apart they are.

A point of a comparator arm is compared with the comparator, every other with the mixture over rivals. Points of a
study on which a model was fitted are marked in-sample; they show that a fit was reproduced, not that it predicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from painloop.report.curves import Curve, Reportable, curve_of, main_rival
from painloop.report.numbers import is_missing

_COMPARATOR_WORDS = ("placebo", "saline", "midazolam", "control", "comparator", "sham")


@dataclass(frozen=True)
class Point:
    """One published mean (in the unit of its quantity) at ``time_h`` hours after the first dose.

    ``sem`` is the standard error of the mean, ``n`` the patients behind it, ``simulated`` the simulated mean at that
    time (``None`` if there is none).
    """

    time_h: float
    arm: str
    quantity: str
    mean: float
    sem: float | None
    n: int | None
    source: str
    label: str
    in_sample: bool
    comparator: bool
    simulated: float | None

    @property
    def is_share(self) -> bool:
        """Whether the point is a share of patients (a fraction), not a mean of a scale."""
        return self.quantity.startswith("responder") or (self.simulated is None and 0 <= self.mean <= 1)

    @property
    def difference(self) -> float | None:
        """Simulated minus observed."""
        return None if self.simulated is None else self.simulated - self.mean


def points(result: Reportable) -> list[Point]:
    """Every published point of the result and of its comparator that has a finite mean, in order of time."""
    found = [_point(result, raw, forced=False) for raw in result.observed or ()]
    if result.comparator is not None:
        known = {(p.time_h, p.arm, p.quantity) for p in found if p is not None}
        others = (_point(result, raw, forced=True) for raw in result.comparator.observed or ())
        found += [p for p in others if p is not None and (p.time_h, p.arm, p.quantity) not in known]
    return sorted((p for p in found if p is not None), key=lambda p: (p.quantity, p.time_h, p.comparator))


def of_quantity(found: Iterable[Point], *quantities: str) -> list[Point]:
    """The points that measure one of ``quantities``."""
    return [point for point in found if point.quantity in quantities]


def within(found: Iterable[Point], start_h: float, stop_h: float) -> list[Point]:
    """The points between two times (h): those that a figure of that window can show."""
    return [point for point in found if start_h <= point.time_h <= stop_h]


def _point(result: Reportable, raw: Mapping[str, Any], *, forced: bool) -> Point | None:
    if is_missing(raw.get("mean")) or is_missing(raw.get("time_h")):
        return None
    arm = str(raw.get("arm") or "")
    comparator = forced or any(word in arm.lower() for word in _COMPARATOR_WORDS)
    time_h, quantity = (
        float(raw["time_h"]),
        str(raw.get("quantity") or "nrs").replace("responders_", "responder_"),
    )
    curve = simulated_curve(result, quantity, comparator=comparator)
    sem, n = raw.get("sem"), raw.get("n")
    return Point(
        time_h=time_h,
        arm=arm,
        quantity=quantity,
        mean=float(raw["mean"]),
        sem=None if is_missing(sem) else float(sem),  # type: ignore[arg-type]
        n=None if is_missing(n) else int(n),  # type: ignore[arg-type]
        source=str(raw.get("source") or ""),
        label=str(raw.get("label") or ""),
        in_sample=bool(raw.get("in_sample", True)),
        comparator=comparator,
        simulated=None if curve is None else curve.at(time_h),
    )


def simulated_curve(
    result: Reportable, quantity: str, *, comparator: bool = False, rival: str | None = None
) -> Curve | None:
    """The simulated curve a published quantity is compared with (the mixture, or ``rival``).

    A published rating is compared with the rating a patient would write down (``nrs``) where the result has it,
    otherwise with the expected pain.
    """
    source = result.comparator if comparator else result
    if source is None:
        return None
    names = ("nrs", "pain") if quantity in ("nrs", "pain") else (quantity,)
    chosen = rival or main_rival(source.dataset)
    for name in names:
        curve = curve_of(source.dataset, name, chosen)
        if curve is not None:
            return curve
    return None
