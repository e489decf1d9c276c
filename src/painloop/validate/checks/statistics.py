"""Error rates and coverage of the analyses of simulated trials, from the stored long run."""

from __future__ import annotations

from collections.abc import Iterator

from painloop.validate.claims import Claim
from painloop.validate.findings import Finding, check, not_found
from painloop.validate.scores import exact_interval
from painloop.validate.stored import MISSING, stale, stored


@check("trial_statistic")
def trial_statistic(claim: Claim) -> Iterator[Finding]:
    """A share over replicates (type I error, coverage) by analysis: its exact interval must hold the nominal value.

    Of an exact test, ``at_most``, it must not lie above: such tests keep the level by staying below it.
    """
    kept = stored("trials")
    found = (kept or {}).get("statistics", {}).get(claim.given["figure"])
    if not found:
        yield not_found(MISSING if kept is None else "the stored run has no replicates")
        return
    at_most = claim.given.get("at_most", False)
    for method in claim.given["methods"]:
        one = found[method]
        low, high = exact_interval(one["count"], one["n"])
        kept_level = low <= one["nominal"] and (at_most or one["nominal"] <= high)
        yield Finding(
            about=method, value=one["count"] / one["n"], published=one["nominal"], low=low, high=high,
            interval_of="simulation", n=one["n"], holds=kept_level, stale=stale("trials"), note=one["says"],
        )  # fmt: skip


@check("trial_bias")
def trial_bias(claim: Claim) -> Iterator[Finding]:
    """Mean estimate minus true effect by analysis: its 95 % interval must hold 0."""
    kept = stored("trials")
    found = (kept or {}).get("statistics", {}).get("bias")
    if not found:
        yield not_found(MISSING if kept is None else "the stored run has no replicates")
        return
    for method in claim.given["methods"]:
        one = found[method]
        yield Finding(
            about=method, value=one["value"], low=one["low"], high=one["high"], interval_of="simulation", n=one["n"],
            holds=one["low"] <= 0.0 <= one["high"], stale=stale("trials"),
            note=f"{one['says']}; true difference {one['truth']:.3g}",
        )  # fmt: skip
