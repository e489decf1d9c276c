"""A published trial run again at its own size: every printed result beside what painloop predicts.

The interval is that of a study of the same number of people: it holds the sampling of people, the noise of ratings
and which hypothesis is true. A result is in sample when a number that predicts it was fitted on the same people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from painloop.library.schema.courses import Observed
from painloop.library.schema.trials import Contrast
from painloop.outcomes.risks import jeffreys
from painloop.simulation.parameters import ParameterSets
from painloop.trial.conduct import ALL, conduct
from painloop.trial.events import thresholds
from painloop.trial.fitted import fitted_on_its_people
from painloop.trial.printed import Printed, Seen, observing
from painloop.trial.protocol import HOURS_PER_DAY, Protocol
from painloop.trial.side_effects import SYMPTOMS
from painloop.trial.statistics import QUANTITIES, SHARES

REPLICATES = 400
MOST_PEOPLE = 60_000
"""Large trials get fewer replicates, but not below the least: their own scatter is small."""
FEWEST = 40
TOGETHER = 4_000
"""People that run at a time, so that memory stays the same."""
LEVEL = 0.95
EVENTS = {
    "dissociation_fraction": "dissociation",
    "psychomimetic_fraction": "dissociation",
    "nausea_fraction": "nausea",
    "dizziness_fraction": "dizziness",
    "sedation_fraction": "sedation",
}
"""Printed shares of people with a side effect, and the side effect."""
EFFECT_SIZE = "effect_size_sd"
LAST_DIGIT = 1e-6
"""A printed share may differ by this from the count that it stands for."""


@dataclass(frozen=True)
class Predicted:
    """A printed result beside its prediction.

    Attributes
    ----------
    against : the other arm of a contrast; None for a result of one arm.
    observed, observed_ci95 : as printed; the interval is from a standard error or a count where it was not printed.
    p, p_is : where a contrast has no value but a p: ``predicted`` is then the share of replicates with a p at most
        (``at least`` : at least) that.
    predicted, interval : mean and 95 % interval of studies of this size.
    inside : whether the interval holds the printed value; None where there is no value.
    in_sample : whether a number used here was fitted on the people of this trial.
    reason : why it cannot be predicted; None when it is.
    """

    arm: str
    against: str | None
    time_h: float | None
    quantity: str
    confidence: str
    observed: float | None
    observed_ci95: tuple[float, float] | None
    p: float | None
    p_is: str | None
    n: int | None
    predicted: float | None
    interval: tuple[float, float] | None
    inside: bool | None
    in_sample: bool
    replicates: int
    reason: str | None


def predicted(
    protocol: Protocol,
    replicates: int = REPLICATES,
    seed: int = 1,
    loop: str | Mapping[str, float] = ALL,
    sets: ParameterSets | None = None,
    fitted_on: Collection[str] = (),
) -> tuple[Predicted, ...]:
    """Every printed result and contrast of a trial, each with its prediction or the reason why there is none.

    Parameters
    ----------
    sets : parameters that stand in for those of the library, one row a replicate.
    fitted_on : ids of trials, or clusters, that ``sets`` or the weights in ``loop`` were fitted on.
    """
    printed: list[Observed | Contrast] = [*protocol.observed, *protocol.contrasts]
    reasons = [_reason(protocol, one) for one in printed]
    wanted = [one for one, reason in zip(printed, reasons, strict=True) if reason is None]
    number = min(replicates, max(FEWEST, MOST_PEOPLE // protocol.participants))
    drawn = _drawn(protocol, wanted, number, seed, loop, sets) if wanted else []
    found, values = [], iter(drawn)
    for one, reason in zip(printed, reasons, strict=True):
        replicated = next(values) if reason is None else None
        found.append(_row(protocol, one, reason, replicated, number if wanted else 0, loop, fitted_on))
    return tuple(found)


def _reason(protocol: Protocol, one: Observed | Contrast) -> str | None:
    """Why a printed result cannot be predicted."""
    against = one.against if isinstance(one, Contrast) else None
    for name in (one.arm, against):
        if name is not None and name not in protocol.names:
            return next((left.reason for left in protocol.left_out if left.arm == name), "no such arm")
    if one.quantity in EVENTS:
        event = EVENTS[one.quantity]
        known = event in SYMPTOMS or event in thresholds(protocol.trial)
        return None if known else f"no source says from which score on {event} counts"
    if one.quantity == EFFECT_SIZE and against is None:
        return "an effect in standard deviations of one arm; of which was not said"
    if one.quantity not in (*QUANTITIES, EFFECT_SIZE):
        return "this quantity is not predicted"
    if one.time_h is None:
        return "its time could not be read"
    if protocol.trial.crossover and one.time_h / HOURS_PER_DAY > _longest(protocol):
        return "its time is after the end of a period"
    if one.time_h == 0.0:
        return "before treatment: it says who the people are"
    if one.value is None and getattr(one, "p", None) is None:
        return "no value was read"
    return None


def _longest(protocol: Protocol) -> float:
    """Days from the start of a period to that of the next."""
    crossover = protocol.trial.crossover
    return crossover.period_d + crossover.washout_d if crossover else np.inf


def _drawn(
    protocol: Protocol, wanted: list[Observed | Contrast], replicates: int, seed: int,
    loop: str | Mapping[str, float], sets: ParameterSets | None,
) -> list[np.ndarray]:  # fmt: skip
    """Each wanted result in every replicate, (replicates,) each; of a p, whether it is as extreme as printed."""
    times = [one.time_h for one in wanted if one.time_h and one.quantity not in EVENTS]
    whole = [
        one.time_h
        for one in wanted
        if one.time_h and one.quantity in ("auc_nrs_days", "peak_relief_fraction")
    ]
    watched = observing(protocol, times, whole)
    step = max(1, TOGETHER // protocol.participants)
    parts = []
    for first in range(0, replicates, step):
        seen = Seen(conduct(watched, seed, first, min(step, replicates - first), loop, sets))
        parts.append([_value(seen, one) for one in wanted])
    return [np.concatenate(values) for values in zip(*parts, strict=True)]


def _value(seen: Seen, one: Observed | Contrast) -> np.ndarray:
    """A result in each replicate, (replicates,)."""
    arm = Printed(one.arm, one.quantity, one.time_h or 0.0)
    if one.quantity in EVENTS:
        arm = Printed(one.arm, EVENTS[one.quantity], 0.0)
    if isinstance(one, Observed):
        return seen.summary(arm)
    if one.value is None and one.p is not None:
        level = seen.p_value(arm, one.against)
        return (level >= one.p if one.p_is == "at least" else level <= one.p).astype(float)
    if one.quantity == EFFECT_SIZE:
        return seen.effect_size(arm, one.against)
    return seen.summary(arm) - seen.summary(Printed(one.against, arm.quantity, arm.time_h))


def _row(
    protocol: Protocol, one: Observed | Contrast, reason: str | None, values: np.ndarray | None, replicates: int,
    loop: str | Mapping[str, float], fitted_on: Collection[str],
) -> Predicted:  # fmt: skip
    contrast = one if isinstance(one, Contrast) else None
    arms = [one.arm, *([contrast.against] if contrast else [])]
    kept = np.zeros(0) if values is None else values[np.isfinite(values)]
    if values is not None and not len(kept):
        reason = "no replicate has a value"
    mean = float(kept.mean()) if len(kept) else None
    by_p = contrast is not None and contrast.value is None and contrast.p is not None
    interval = None
    if len(kept) and not by_p:
        low, high = np.quantile(kept, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
        interval = (float(low), float(high))
    inside = None if interval is None or one.value is None else holds(interval, one.value)
    return Predicted(
        one.arm, contrast.against if contrast else None, one.time_h, one.quantity, one.confidence, one.value,
        _printed_interval(one), contrast.p if contrast else None, contrast.p_is if contrast and contrast.p else None,
        one.n, mean, interval, inside, fitted_on_its_people(protocol, arms, loop, fitted_on, EVENTS.get(one.quantity)),
        0 if reason else replicates, reason,
    )  # fmt: skip


def holds(interval: tuple[float, float], printed: float) -> bool:
    """Whether an interval holds a printed value, which files give to six digits: 2 of 12 people are 0.166667."""
    return interval[0] - LAST_DIGIT <= printed <= interval[1] + LAST_DIGIT


def _printed_interval(one: Observed | Contrast) -> tuple[float, float] | None:
    """The 95 % interval as printed, or from the standard error or the count."""
    if one.ci95 is not None:
        return float(one.ci95[0]), float(one.ci95[1])
    if one.value is None:
        return None
    z = float(norm.ppf((1.0 + LEVEL) / 2.0))
    if isinstance(one, Contrast):
        return None if one.se is None else (one.value - z * one.se, one.value + z * one.se)
    if (one.quantity in SHARES or one.quantity in EVENTS) and one.n is not None:
        return jeffreys(one.count if one.count is not None else one.value * one.n, one.n, LEVEL)
    error = one.sem if one.sem is not None else one.sd / np.sqrt(one.n) if one.sd and one.n else None
    return None if error is None else (float(one.value - z * error), float(one.value + z * error))
