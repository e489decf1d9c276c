"""Side effects, mood and counted harm: what the whole line predicts for a regimen beside published figures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

from painloop import library
from painloop.validate.claims import Claim
from painloop.validate.findings import Finding, check, judged
from painloop.validate.scores import jeffreys

PEOPLE, SEED = 500, 1
HOURS_PER_DAY = 24.0
CONDITION = "neuropathic-pain"
"""Side effects and mood do not depend on the painful condition but through its people's bodies."""


@cache
def means(regimen: str, days: float) -> Any:
    """Means over people by time; mood as in depression. Claims on one regimen share one run."""
    from painloop.simulation import simulate

    at_h = (0.5, *(HOURS_PER_DAY * day for day in range(1, int(days) + 1)))
    return simulate(
        regimen, condition=CONDITION, patients=PEOPLE, days=days, seed=SEED, loop="none", at_h=at_h,
        links={"mood": 1.0},
    ).dataset  # fmt: skip


@check("felt_rise")
def felt_rise(claim: Claim) -> Iterator[Finding]:
    """Mean rise at a time, as a fold of the published one."""
    given = claim.given
    found = means(given["regimen"], given["days"])
    value = float(found[f"{given['quantity']}_mean"].sel(time=given["at_h"], method="nearest"))
    fold = max(value / given["published"], given["published"] / value)
    note = f"predicted {value:.1f}, published {given['published']:g}: {fold:.2f}-fold"
    yield judged(claim, fold, n=given.get("n"), note=note)


@check("felt_share")
def felt_share(claim: Claim) -> Iterator[Finding]:
    """Share of people who ever had a symptom, that on placebo included, beside published shares."""
    given = claim.given
    found = means(given["regimen"], given["days"])
    for symptom, share in given["shares"].items():
        caused = float(found[f"{symptom}_mean"].max())
        background = library.load("outcomes", given["files"][symptom]).parameters["background"].number
        value = 1.0 - (1.0 - background) * (1.0 - caused)
        low, high = jeffreys(share * given["n"], given["n"])
        note = f"on placebo {background:.0%}, because of the drug {caused:.0%}"
        yield judged(
            claim, value, about=symptom, published=share, low=low, high=high, n=given["n"], note=note
        )


@check("mood_left")
def mood_left(claim: Claim) -> Iterator[Finding]:
    """Improvement of mood at a day as a fraction of that at its reference day."""
    given = claim.given
    first, last = (HOURS_PER_DAY * given[key] for key in ("from_day", "to_day"))
    found = means(given["regimen"], given["days"])["mood_mean"]
    values = [float(found.sel(time=time, method="nearest")) for time in (first, last)]
    left = values[1] / values[0] if values[0] > 0.0 else math.nan
    note = f"improvement {values[0]:.2f} on day {given['from_day']:g}, {values[1]:.2f} on day {given['to_day']:g}"
    yield judged(claim, left, low=given.get("low"), high=given.get("high"), note=note)


@check("counted_harm")
def counted_harm(claim: Claim) -> Iterator[Finding]:
    """The rate that a course like the counted one is told, beside the count."""
    from painloop.outcomes.risks import Infusion, risks

    given = claim.given
    course = [Infusion(start, stop, "iv") for start, stop in given["infusions_h"]]
    told = [one for one in risks(course) if one.endpoint == given["endpoint"] and one.n == given["n"]]
    low, high = jeffreys(given["count"], given["n"])
    for one in told:
        yield judged(
            claim, one.probability, published=given["count"] / given["n"], low=low, high=high, n=one.n, in_sample=True,
            note=one.says,
        )  # fmt: skip
