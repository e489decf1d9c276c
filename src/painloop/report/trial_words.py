"""Words and numbers of a trial: quantities, comparisons, moments; failures stand first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from painloop.report.curves import ALL
from painloop.report.numbers import (
    MISSING,
    NO_BREAK,
    count,
    duration,
    fixed,
    interval,
    percent,
    signed,
    significant,
)
from painloop.report.words import rival_label

if TYPE_CHECKING:
    from painloop.trial.answer import Prediction, Share, Spread, TrialAnswer

_LABELS = {
    "nrs": "pain (NRS 0–10)",
    "nrs_change": "change of pain (NRS points)",
    "nrs_fall": "fall of pain (NRS points)",
    "nrs_fall_median": "median fall of pain (NRS points)",
    "fraction_of_baseline": "pain as a share of baseline",
    "relief_fraction": "fall of pain as a share of baseline",
    "peak_relief_fraction": "largest fall of pain as a share of baseline",
    "responders_30": "people with ≥\N{NO-BREAK SPACE}30\N{NO-BREAK SPACE}% less pain",
    "responders_50": "people with ≥\N{NO-BREAK SPACE}50\N{NO-BREAK SPACE}% less pain",
    "responder_30": "people with ≥\N{NO-BREAK SPACE}30\N{NO-BREAK SPACE}% less pain",
    "responder_50": "people with ≥\N{NO-BREAK SPACE}50\N{NO-BREAK SPACE}% less pain",
    "pain_free": "people free of pain",
    "auc_nrs_days": "area under pain (NRS × days)",
    "auc": "area under pain (NRS × days)",
    "effect_size_sd": "effect size (standard deviations)",
    "time_to_return": "time until pain returns (days)",
    "mme": "opioid use (MME/d)",
    "psychomimetic_fraction": "people with psychomimetic effects",
}
_SHARES = {
    "fraction_of_baseline", "relief_fraction", "peak_relief_fraction", "responders_30", "responders_50",
    "responder_30", "responder_50", "pain_free", "adverse_event",
}  # fmt: skip
_POINTS = {"nrs", "nrs_change", "nrs_fall", "nrs_fall_median", "effect_size_sd"}
_DIFFERENCE = f"{NO_BREAK}%-points"
_HOURS = 24.0


def quantity_words(name: str) -> str:
    """What was measured, e.g. ``nrs_fall`` is "fall of pain (NRS points)"."""
    if name in _LABELS:
        return _LABELS[name]
    if name.endswith("_fraction"):
        return f"people with {name.removesuffix('_fraction').replace('_', ' ')}"
    return name.replace("_", " ")


def is_share(quantity: str) -> bool:
    """Whether a quantity is a fraction that people read as per cent."""
    return quantity in _SHARES or quantity.endswith("_fraction")


@dataclass(frozen=True)
class Effect:
    """How differences of the primary endpoint are written: ``scale`` to its ``unit`` for people, and ``digits``."""

    scale: float
    unit: str
    digits: int

    def words(self, value: float | None) -> str:
        """A difference without its unit."""
        return fixed(None if value is None else self.scale * value, self.digits)


def effect_of(answer: TrialAnswer) -> Effect:
    """Of the primary endpoint of a trial."""
    endpoint = next((one for one in answer.endpoints if one.primary), None)
    if endpoint is None:
        return Effect(1.0, "", 2)
    if is_share(endpoint.quantity):
        return Effect(100.0, _DIFFERENCE, 1)
    return Effect(1.0, f" {endpoint.unit}".rstrip(), 2 if endpoint.quantity in _POINTS else 1)


def value_words(quantity: str, value: float | None, *, contrast: bool = False) -> str:
    """A value in the unit of its quantity; the difference of two arms has its sign."""
    if value is None:
        return MISSING
    if is_share(quantity):
        return f"{signed(100 * value, 0)}{_DIFFERENCE}" if contrast else percent(value)
    if quantity in _POINTS:
        return signed(value, 2) if contrast else fixed(value, 2)
    return significant(value)


def with_interval(
    quantity: str, value: float | None, low: float | None, high: float | None, *, contrast: bool = False
) -> str:
    """A value and its interval, the unit once; the value alone where there is no interval."""
    alone = value_words(quantity, value, contrast=contrast)
    if value is None or low is None or high is None:
        return alone
    between = interval_words(quantity, low, high, contrast=contrast)
    return f"{alone} ({between.removesuffix(_DIFFERENCE)})"


def interval_words(quantity: str, low: float | None, high: float | None, *, contrast: bool = False) -> str:
    """Two ends in the unit of a quantity, which stands once."""
    first, last = (value_words(quantity, end, contrast=contrast) for end in (low, high))
    if is_share(quantity) and MISSING not in (first, last):
        first = first.removesuffix(_DIFFERENCE if contrast else f"{NO_BREAK}%")
        if first == last.removesuffix(_DIFFERENCE if contrast else f"{NO_BREAK}%"):
            return last
    return interval(first, last)


def spread_words(quantity: str, spread: Spread, *, contrast: bool = False) -> str:
    """Mean of replicates and the middle 95 % of them."""
    return with_interval(quantity, spread.mean, spread.low, spread.high, contrast=contrast)


def share_words(share: Share | None, decimals: int = 0) -> str:
    """A share of replicates with its exact 95 % interval."""
    if share is None:
        return MISSING
    ends = interval(fixed(100 * share.low, decimals), percent(share.high, decimals))
    return f"{percent(share.value, decimals)} ({ends})"


def when(day: float | None) -> str:
    """A moment after the start of the course in words."""
    if day is None:
        return MISSING
    return "start" if day == 0 else duration(_HOURS * day).replace(" ", NO_BREAK)


def arm_words(arm: str, against: str | None) -> str:
    """An arm, or two that are compared."""
    return arm if against is None else f"{arm} minus {against}"


def footer_of_trial(answer: TrialAnswer) -> str:
    """The small print under a figure: version, replicates, participants, seed, parameters."""
    version = str(answer.provenance.get("version") or "")
    people = participants(answer)
    return " · ".join(
        [
            f"painloop {version}".strip(),
            f"{count(answer.replicates)} replicates of n = {count(people)}",
            f"seed {answer.seed}",
            f"explanations {', '.join(rival_words(name) for name in answer.rivals)}",
            f"parameters {answer.parameters}",
        ]
    )


def participants(answer: TrialAnswer) -> int:
    """How many people one replicate enrols; in a crossover every person comes through every arm."""
    sizes = [arm.n for arm in answer.arms]
    return max(sizes, default=0) if answer.design == "crossover" else sum(sizes)


def in_order(found: Iterable[Prediction]) -> list[Prediction]:
    """Failures out of sample first, then what holds, then in-sample rows, and what has no prediction last."""
    return sorted(found, key=lambda row: (row.inside is None, row.in_sample, bool(row.inside)))


def is_predicted(row: Prediction) -> bool:
    """Whether anything stands beside the printed result: a value, or how often its p comes about."""
    return row.predicted is not None or row.p_share is not None


def p_words(row: Prediction) -> str:
    """A printed p, with the side on which it lies where only that was printed."""
    if row.p is None:
        return MISSING
    return f"p {'≥' if row.p_is == 'at least' else '≤' if row.p_is == 'at most' else '='} {row.p:g}"


def rival_words(name: str) -> str:
    """How an explanation is called; the mixture of those that were run is "all explanations"."""
    return ALL if name == "all" else rival_label(name)
