"""Published trials beside what painloop predicts of them, from the stored long run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from painloop.validate.claims import Claim
from painloop.validate.findings import Finding, check, not_found
from painloop.validate.scores import SAFETY, Z95, TrialRow, crps, exact_interval
from painloop.validate.stored import MISSING, stale, stored

NOMINAL = 0.95
SIGNS = {"exact": "=", "at most": "\N{LESS-THAN OR EQUAL TO}", "at least": "\N{GREATER-THAN OR EQUAL TO}"}
HOUR_BELOW_H, DAY_FROM_H = 2.0, 48.0
"""Times below the first are told in minutes, those from the second on in days."""


def rows() -> list[TrialRow]:
    """All rows of the stored run."""
    kept = stored("trials")
    return [TrialRow.model_validate(one) for one in kept["rows"]] if kept is not None else []


def picked(claim: Claim) -> list[TrialRow]:
    """Rows with a verdict that a claim is about: in or out of sample, pain or safety, of one unit."""
    given = claim.given
    safety = given.get("safety", False)
    return [
        one
        for one in rows()
        if one.scored
        and (one.quantity in SAFETY) == safety
        and one.in_sample == given.get("in_sample", one.in_sample)
        and (one.against is not None) == given.get("contrasts", one.against is not None)
        and one.unit == given.get("unit", one.unit)
    ]


def _nothing() -> Finding:
    return not_found(MISSING if stored("trials") is None else "no such row was predicted")


@check("trial_coverage")
def trial_coverage(claim: Claim) -> Iterator[Finding]:
    """Share of printed values inside their 95 % predictive intervals, with its exact interval."""
    some = picked(claim)
    if not some:
        yield _nothing()
        return
    inside = sum(bool(one.inside) for one in some)
    low, high = exact_interval(inside, len(some))
    clusters = len({one.cluster for one in some})
    yield Finding(
        value=inside / len(some), low=low, high=high, interval_of="coverage", holds=low <= NOMINAL <= high,
        n=len(some), in_sample=bool(claim.given.get("in_sample")), stale=stale("trials"),
        note=f"{inside} of {len(some)} printed values of {clusters} groups of patients; values of one trial are not "
        "independent, so the interval is too narrow",
    )  # fmt: skip


@check("trial_by_name")
def trial_by_name(claim: Claim) -> Iterator[Finding]:
    """One finding a trial: how many of its printed values lie in their intervals; all must."""
    if stored("trials") is None:
        yield _nothing()
        return
    for name in dict.fromkeys(one.trial for one in picked(claim)):
        own = [one for one in picked(claim) if one.trial == name]
        inside = sum(bool(one.inside) for one in own)
        worst = max(own, key=lambda r: abs(r.gap) / max(r.spread, 1e-9))
        yield Finding(
            about=name, value=inside / len(own), holds=inside == len(own), n=len(own),
            in_sample=own[0].in_sample, stale=stale("trials"),
            note=f"{inside} of {len(own)} inside; farthest: {described(worst)}",
        )  # fmt: skip


def described(one: TrialRow) -> str:
    """A row in a few words."""
    who = one.arm if one.against is None else f"{one.arm} against {one.against}"
    return (
        f"{who}, {_what(one)}: printed {one.observed:.3g}, predicted {one.predicted:.3g} "
        f"({one.predicted_low:.3g} to {one.predicted_high:.3g})"
    )


def _what(one: TrialRow) -> str:
    """The quantity and when it was measured."""
    name = one.quantity.replace("_", " ")
    if one.time_h is None:
        return name
    if one.time_h < HOUR_BELOW_H:
        return f"{name} at {60.0 * one.time_h:.0f} min"
    return f"{name} at " + (
        f"{one.time_h:.3g} h" if one.time_h < DAY_FROM_H else f"{one.time_h / 24.0:.3g} d"
    )


@check("trial_safety")
def trial_safety(claim: Claim) -> Iterator[Finding]:
    """Published shares of people with a side effect, arm by arm."""
    some = picked(claim)
    if not some:
        yield _nothing()
    for one in some:
        yield Finding(
            about=f"{one.trial}, {one.arm}", value=one.predicted, published=one.observed, low=one.low, high=one.high,
            holds=one.inside, n=one.n, in_sample=one.in_sample, stale=stale("trials"), note=described(one),
        )  # fmt: skip


@check("trial_p")
def trial_p(claim: Claim) -> Iterator[Finding]:
    """Comparisons of which only a p was printed: share of simulated trials whose p lies as far out."""
    some = [one for one in rows() if one.p is not None and one.predicted is not None and one.observed is None]
    some = [one for one in some if one.in_sample == claim.given["in_sample"]]
    if not some:
        yield _nothing()
    for one in some:
        share, side = _as_far_out(one)
        yield Finding(
            about=f"{one.trial}, {one.arm} against {one.against}, {_what(one)}", value=share,
            holds=claim.bar.met(share), n=one.n, in_sample=one.in_sample, stale=stale("trials"),
            note=f"printed p {SIGNS[one.p_is or 'exact']} {one.p:g}; "
            f"{share:.0%} of simulated trials have one as {side}",
        )  # fmt: skip


def _as_far_out(one: TrialRow) -> tuple[float, str]:
    """Share of simulated trials whose p is as far out as the printed one; one printed as such has two sides."""
    assert one.predicted is not None
    if one.p_is == "at least":
        return one.predicted, "large"
    if one.p_is != "at most" and one.predicted > 0.5:
        return 1.0 - one.predicted, "large"
    return one.predicted, "small"


@check("trial_score")
def trial_score(claim: Claim) -> Iterator[Finding]:
    """Mean CRPS and mean width of the 95 % intervals, by unit; no bar."""
    some = picked(claim)
    if not some:
        yield _nothing()
        return
    for unit in dict.fromkeys(one.unit for one in some):
        own = [one for one in some if one.unit == unit]
        width = float(np.mean([2.0 * Z95 * one.spread for one in own]))
        yield Finding(
            about=f"CRPS, {unit}", value=float(np.mean([crps(one) for one in own])), n=len(own), stale=stale("trials"),
            note=f"mean width of the 95 % intervals {width:.3g}",
        )  # fmt: skip


@check("trials_left_out")
def trials_left_out(_claim: Claim) -> Iterator[Finding]:
    """Trials of the library, and printed values, that could not be predicted, with the reason."""
    kept = stored("trials")
    if kept is None:
        yield _nothing()
        return
    for one in kept["not_run"]:
        yield not_found(one["reason"], one["trial"])
    missing: dict[tuple[str, str], int] = {}
    for row in rows():
        if not row.scored and row.reason:
            missing[row.trial, row.reason] = missing.get((row.trial, row.reason), 0) + 1
    for (trial, reason), count in missing.items():
        yield not_found(f"{count} printed value{'s' if count > 1 else ''}: {reason}", trial)
