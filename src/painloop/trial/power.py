"""How the primary analysis behaves over replicates: power, type I error, bias, coverage, width, convergence.

Shares have exact binomial intervals; the bias has the standard error of its mean over replicates together with that of
the truth. A replicate that could not be analysed counts as not significant and as not covering.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from painloop.trial.analysis import clopper_pearson
from painloop.trial.answer import Operating, Share, Spread
from painloop.trial.primary import Comparison, Primary
from painloop.trial.protocol import Protocol
from painloop.trial.rows import key, pair_name
from painloop.trial.state import Table
from painloop.trial.truth import Truth

ALL = "all"
"""The mixture of the rivals that were run."""

Truths = Mapping[str, tuple[Truth, ...]]


def operating(protocol: Protocol, chosen: Primary, table: Table, truths: Truths) -> list[Operating]:
    """One entry for each comparison and rival, the mixture first; only it where one rival was run."""
    rivals = sorted(set(table.rival.tolist()))
    wanted = [ALL, *rivals] if len(rivals) > 1 else rivals
    return [
        _one(protocol, chosen, table, truths, place, rival)
        for place in range(len(chosen.comparisons))
        for rival in wanted
    ]


def share(holds: np.ndarray) -> Share:
    """The share of replicates in which something holds, with its exact interval."""
    count, of = int(np.count_nonzero(holds)), len(holds)
    found = clopper_pearson(count, of)
    return Share(value=float(found.share), low=float(found.low), high=float(found.high), count=count, of=of)


def spread(values: np.ndarray) -> Spread:
    """Mean and the middle 95 % of the values that are known."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Spread(mean=None, low=None, high=None)
    low, high = np.percentile(known, [2.5, 97.5])
    return Spread(mean=float(known.mean()), low=float(low), high=float(high))


def power_of(protocol: Protocol, chosen: Primary, table: Table, place: int = 0) -> Share:
    """Power of one comparison over all replicates."""
    p = table.column(key("test", "p", pair_name(protocol, chosen.comparisons[place])))
    return share(p < chosen.analysis.alpha)


def _one(
    protocol: Protocol, chosen: Primary, table: Table, truths: Truths, place: int, rival: str
) -> Operating:
    pair = chosen.comparisons[place]
    words = pair_name(protocol, pair)
    here = np.ones(len(table), bool) if rival == ALL else table.rival == rival
    world = "test" if key("test", "p", words) in table else "null"

    def of(what: str) -> np.ndarray:
        return table.column(key(world, what, words))[here]

    def significant(where: str) -> Share | None:
        name = key(where, "p", words)
        return share(table.column(name)[here] < chosen.analysis.alpha) if name in table else None

    aims = {name: found[place] for name, found in truths.items()}
    names = table.rival[here]
    truth = np.array([aims[name].value if name in aims else np.nan for name in names])
    known = bool(np.isfinite(truth).all())
    bias, bias_error = _bias(of("estimate") - truth, [aims[name].error for name in set(names) & set(aims)])
    return Operating(
        rival=rival,
        arm=protocol.names[pair.arm],
        against=protocol.names[pair.against],
        replicates=len(names),
        truth=float(truth.mean()) if known else None,
        truth_error=_joint(aims, names) if known else None,
        estimate=spread(of("estimate")),
        power=significant("test"),
        type_1=significant("null") if _without_effect(protocol, chosen, pair) else None,
        bias=bias,
        bias_error=bias_error,
        coverage=share((of("low") <= truth) & (truth <= of("high"))) if known else None,
        width=_mean(of("high") - of("low")),
        converged=share(of("converged") > 0.5),
    )


def _without_effect(protocol: Protocol, chosen: Primary, pair: Comparison) -> bool:
    """Whether a world without effect on pain makes two arms alike; side effects and active drugs stay in it."""
    return protocol.arms[pair.against].role != "active" and chosen.endpoint.quantity != "adverse_event"


def _bias(gap: np.ndarray, errors: list[float]) -> tuple[float | None, float | None]:
    """Mean of the gap, and the standard error of it together with the largest of the truths."""
    known = gap[np.isfinite(gap)]
    if len(known) < 2:
        return None, None
    return float(known.mean()), float(
        np.hypot(known.std(ddof=1) / np.sqrt(len(known)), max(errors, default=0.0))
    )


def _joint(aims: Mapping[str, Truth], rivals: np.ndarray) -> float:
    """Standard error of the mean truth of the replicates."""
    parts = [aims[name].error * np.mean(rivals == name) for name in set(rivals.tolist())]
    return float(np.sqrt(np.sum(np.square(parts))))


def _mean(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None
