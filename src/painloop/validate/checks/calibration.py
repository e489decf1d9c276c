"""What calibration found on held-out clusters of trials, from its stored long run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from painloop.validate.claims import Claim
from painloop.validate.findings import Finding, check, judged, not_found
from painloop.validate.scores import HeldOut, exact_interval
from painloop.validate.stored import stored

NOT_THERE = "no calibration is stored (validation/calibration.json)"
NOMINAL = 0.95


def _part(name: str) -> Any:
    return (stored("calibration") or {}).get("answer", {}).get(name)


@cache
def stale() -> bool:
    """Whether the stored calibration was made from other inputs than those of today."""
    from painloop.calibrate.store import inputs_of_today

    return bool(_part("inputs") != inputs_of_today(_part("points"), _part("people"), _part("seed")))


def held_out_rows() -> list[HeldOut]:
    """Scores of held-out values, painloop first, then each baseline, with the difference between them."""
    differences = {(one["what"], one["method"]): one for one in _part("against") or ()}
    rows = []
    for group, methods in (_part("scores") or {}).items():
        for one in methods:
            apart = differences.get((group, one["method"]), {})
            rows.append(
                HeldOut(
                    group=group, method=one["method"], crps=one["crps"], width=one["width"], coverage=one["coverage"],
                    values=one["values"], clusters=one["clusters"], painloop_minus=apart.get("value"),
                    error=apart.get("error"),
                )
            )  # fmt: skip
    return rows


def _nothing() -> Finding:
    return not_found(
        NOT_THERE if stored("calibration") is None else "the stored calibration does not hold it"
    )


@check("beats_baseline")
def beats_baseline(claim: Claim) -> Iterator[Finding]:
    """Mean CRPS of painloop minus that of a baseline, on trials that were held out; below 0 it is better."""
    some = [one for one in _part("against") or () if one["method"] == claim.given["baseline"]]
    if not some:
        yield _nothing()
    for one in some:
        low, high = (one["value"] + side * 2.0 * one["error"] for side in (-1.0, 1.0))
        larger = "smaller" if one["value"] < 0.0 else "larger"
        yield Finding(
            about=one["what"], value=one["value"], low=low, high=high, interval_of="difference", n=one["clusters"],
            holds=high < 0.0, stale=stale(),
            note=f"mean error (CRPS) {abs(one['value']):.3f} {larger} (standard error {one['error']:.3f}, "
            f"{one['clusters']} groups of patients); smaller by two standard errors was asked for",
        )  # fmt: skip


@check("held_out_coverage")
def held_out_coverage(_claim: Claim) -> Iterator[Finding]:
    """Coverage of the 95 % intervals of held-out values, with score, width and n, by method and time."""
    summaries = _part("scores") or {}
    if not summaries:
        yield _nothing()
    for group, methods in summaries.items():
        for one in methods:
            ours = one["method"] == "painloop"
            low, high = exact_interval(round(one["coverage"] * one["values"]), one["values"])
            yield Finding(
                about=f"{one['method']}, {group}", value=one["coverage"], low=low, high=high, interval_of="coverage",
                n=one["values"], holds=low <= NOMINAL <= high if ours else None, stale=stale(),
                note=f"CRPS {one['crps']:.3g}, mean width {one['width']:.3g}, {one['values']} values of "
                f"{one['clusters']} groups of patients",
            )  # fmt: skip


@check("rivals_weighed")
def rivals_weighed(_claim: Claim) -> Iterator[Finding]:
    """Whether held-out trials tell the rivals apart, and which changes would come to another verdict."""
    from painloop.calibrate.answer import hangs_on

    rivals, verdict = _part("rivals"), _part("verdict")
    if not rivals:
        yield _nothing()
        return
    shares = ", ".join(f"{name} {one['weight']:.2f}" for name, one in rivals.items())
    changed = [(one["what"], one["values"], one["verdict"]) for one in _part("sensitivity") or ()]
    said = " ".join([f"{verdict}: {shares}.", *hangs_on(verdict, changed)])
    yield Finding(
        value=max(one["weight"] for one in rivals.values()), n=_part("judging_clusters"),
        holds=verdict != "weights equal the prior", stale=stale(), note=said.removesuffix("."),
    )  # fmt: skip


@check("calibrated_pooled")
def calibrated_pooled(_claim: Claim) -> Iterator[Finding]:
    """Pooled differences of meta-analyses beside the posterior's, averaged over the library's trials of each."""
    some = _part("pooled") or ()
    if not some:
        yield _nothing()
    for one in some:
        low, high = one["interval"] or (None, None)
        inside = None if low is None or high is None else low <= one["predicted"] <= high
        fitted = ", ".join(one["fitted"]) or "none"
        yield Finding(
            about=f"{one['meta_analysis']}, {one['words']}", value=one["predicted"], published=one["pooled"], low=low,
            high=high, holds=inside, n=len(one["trials"]), in_sample=bool(one["fitted"]), stale=stale(),
            note=f"95 % of the posterior {one['low']:.2f} to {one['high']:.2f}; over {', '.join(one['trials'])}; "
            f"fitted on: {fitted}",
        )  # fmt: skip


@check("identified")
def identified(claim: Claim) -> Iterator[Finding]:
    """Posterior over prior standard deviation of each parameter that calibration may move."""
    found = [(one["rival"], told) for one in _part("identified") or () for told in one["told"]]
    if not found:
        yield _nothing()
    for rival, told in found:
        note = f"median and 90 % interval before {_triple(told['prior'])}, after {_triple(told['posterior'])}"
        about = f"{rival}: {told['name']}"
        yield judged(claim, told["ratio"], about=about, stale=stale(), note=note)


def _triple(values: list[float]) -> str:
    low, middle, high = values
    return f"{middle:.3g} ({low:.3g} to {high:.3g})"


@check("settled")
def settled(_claim: Claim) -> Iterator[Finding]:
    """Whether the posterior of each rival is settled as a computation."""
    some = _part("convergence") or ()
    if not some:
        yield _nothing()
    for one in some:
        said = "; ".join(one["problems"]) or "nothing speaks against the numbers"
        yield Finding(
            about=one["rival"], value=one["effective"], n=one["points"], holds=not one["problems"],
            stale=stale(), note=f"{one['effective']:.0f} effective points of {one['points']}: {said}",
        )  # fmt: skip
