"""One row of numbers for each replicate: means of arms, counts of people, and the test; column by column."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from painloop.trial.analyses import Analysed
from painloop.trial.conducted import Conducted
from painloop.trial.endpoints import arm_means, by_arm, is_followed, ratings
from painloop.trial.escalation import Escalated, escalate
from painloop.trial.primary import Comparison, Primary
from painloop.trial.protocol import Protocol

BASELINE = "baseline"
"""Stands for the visit before the start."""
ESCALATED = "tolerated doses"
"""How many doses lie below the one that was too high."""

Row = dict[str, np.ndarray]
"""Name of a column -> one number a replicate, (R,)."""


def key(*words: str) -> str:
    """Name of a column."""
    return " | ".join(words)


def pair_name(protocol: Protocol, pair: Comparison) -> str:
    """A comparison in words."""
    return f"{protocol.names[pair.arm]} - {protocol.names[pair.against]}"


def measured(conducted: Conducted, chosen: Primary | None) -> Row:
    """Everything that is summarised of each replicate, column by column, (R,) each."""
    protocol, trial = conducted.protocol, conducted.protocol.trial
    seen = ratings(conducted, trial.estimand.strategy)
    start = np.broadcast_to(conducted.baseline[..., None], conducted.arm.shape)
    rows = _by_arm(protocol, arm_means(conducted, start), "mean", BASELINE)
    for place, visit in enumerate(protocol.visits):
        rows |= _by_arm(protocol, arm_means(conducted, seen[..., place]), "mean", visit.name)
        rows |= counts(conducted, "reached", np.isfinite(conducted.rating[..., place]), visit.name)
    for endpoint in trial.endpoints:
        if is_followed(conducted, endpoint):
            found = by_arm(conducted, endpoint, trial.estimand.strategy)
            rows |= _by_arm(protocol, found, "endpoint", endpoint.name)
    for event, had in conducted.events.items():
        rows |= _by_arm(protocol, arm_means(conducted, had.astype(float)), "event", event)
    if trial.escalation is not None:
        rows |= _escalated(escalate(conducted))
    at = protocol.visit(chosen.endpoint.visit if chosen else None)
    return rows | {
        **counts(conducted, "allocated", np.ones(conducted.arm.shape, bool)),
        **counts(conducted, "left", left_in(conducted)),
        **counts(conducted, "rescued", conducted.rescue_days > 0),
        **counts(conducted, "missing", ~np.isfinite(conducted.rating[..., at])),
    }


def _escalated(found: Escalated) -> Row:
    """What the rule did: number of tolerated doses, and people treated and limited at each."""
    rows = {ESCALATED: found.highest.astype(float)}
    for what, people in (("treated", found.treated), ("limited", found.limited)):
        rows |= {key(what, dose): people[:, place].astype(float) for place, dose in enumerate(found.doses)}
    return rows


def left_in(conducted: Conducted) -> np.ndarray:
    """Whether a person left in a period, (R, n, periods)."""
    starts = conducted.protocol.starts_d
    ends = np.append(starts[1:], np.inf)
    day = conducted.left_day[..., None]
    return np.asarray(np.isfinite(day) & (day >= starts) & (day < ends))


def _by_arm(protocol: Protocol, found: np.ndarray, *words: str) -> Row:
    return {key(*words, name): found[:, arm] for arm, name in enumerate(protocol.names)}


def counts(conducted: Conducted, what: str, holds: np.ndarray, *words: str) -> Row:
    """How many of each arm are so."""
    found = [((conducted.arm == arm) & holds).sum(axis=(1, 2)) for arm in range(len(conducted.protocol.arms))]
    return _by_arm(conducted.protocol, np.stack(found, axis=1), what, *words)


def tested(protocol: Protocol, chosen: Primary, analysed: Analysed, world: str) -> Row:
    """The test of each comparison; ``world`` is test, or null for replicates without effect."""
    found = analysed.differences
    parts: Mapping[str, np.ndarray] = {
        "estimate": found.estimate,
        "standard error": found.standard_error,
        "degrees of freedom": found.degrees_of_freedom,
        "p": found.p,
        "low": found.low,
        "high": found.high,
        "converged": analysed.converged,
    }
    return {
        key(world, name, pair_name(protocol, pair)): values[:, number].astype(float)
        for number, pair in enumerate(chosen.comparisons)
        for name, values in parts.items()
    }
