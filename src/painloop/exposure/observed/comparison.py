"""The comparison of the default models with measured arms: headline, lists beside it, what is left out, and why."""

from __future__ import annotations

import hashlib
from typing import Any

from pydantic import BaseModel

from painloop._version import __version__
from painloop.errors import InputError
from painloop.exposure.choice import DEFAULTS
from painloop.exposure.observed.arms import LEVELS, every_arm, exclusion
from painloop.exposure.observed.predicting import readings
from painloop.exposure.observed.rows import Excluded, Reading, Score
from painloop.exposure.observed.scores import GMFE, WITHIN_TWOFOLD, breakdown, reached, score, sensitivity
from painloop.library import content_hash, ids

PATIENTS = 200
"""People whose median stands beside the typical person."""

NOTES = (
    "Scored is the typical person of the arm's weight, by the default model of the arm's form, route and sampling "
    "site. No model was changed after the comparison. The rules of choice were fixed before it, but for the oral "
    "one: it named the model with the most people over all routes instead of over this route, and was set right "
    "after the comparison had been seen, so the oral rows are no blind test.",
    "Published peaks are means of individual peaks, which lie above the peak of a mean or typical curve, the more so "
    "the more people differ in the time of their peak. Nothing was corrected for that; the median of a population is "
    "given beside the typical person.",
    "A reading is one published number. An arm is one group of people, course and analyte: readings of one curve are "
    "not independent, so each figure is also given with every arm counted once, by its own geometric mean fold error.",
    "Readings that a model was perhaps fitted on (the list of its studies could not be read) count, are marked, and "
    "are taken out in the lines on sensitivity.",
)


class Comparison(BaseModel):
    """The whole table; see :class:`Reading`, :class:`Score` and :class:`Excluded`.

    ``children`` are outside the ages of every default model and never in ``headline``.
    """

    verdict: str
    reached: bool
    bars: dict[str, float]
    scores: list[Score]
    sensitivity: list[Score]
    headline: list[Reading]
    peak_times: list[Reading]
    parameters: list[Reading]
    children: list[Reading]
    beside: list[Score]
    excluded: list[Excluded]
    notes: list[str]
    provenance: dict[str, Any]


def observed(route: str | None = None, patients: int = PATIENTS) -> Comparison:
    """Compare default models with measured arms that no model was fitted on.

    Parameters
    ----------
    route : only arms of this route.
    patients : people whose median is given beside the typical person; 0 for none.

    Raises
    ------
    InputError
        When no arm was measured by the route.
    """
    arms = [(source, arm) for source, arm in every_arm() if route in (None, arm.route)]
    if not arms:
        routes = ", ".join(sorted({arm.route for _, arm in every_arm()}))
        raise InputError(f"No arm was measured by the route {route!r}; the routes with arms are {routes}.")
    excluded = [one for source, arm in arms if (one := exclusion(source, arm)) is not None]
    left_out = {(one.source, one.arm) for one in excluded}
    kept = [(source, arm) for source, arm in arms if (source, arm.id) not in left_out]
    young = [arm.age_group == "child" for _, arm in kept]
    found = readings(kept, patients)
    adults = [one for one, child in zip(found, young, strict=True) if not child]
    children = [one for one, child in zip(found, young, strict=True) if child]
    headline = [one for one in adults if one.quantity in LEVELS]
    times = [one for one in adults if one.quantity == "tmax_h"]
    parameters = [one for one in adults if one.quantity not in (*LEVELS, "tmax_h")]
    beside = (("times of the peak", times), ("parameters", parameters), ("children", children))
    return Comparison(
        verdict=verdict(score("all", headline)),
        reached=reached(score("all", headline)),
        bars={"within_twofold": WITHIN_TWOFOLD, "gmfe": GMFE},
        scores=breakdown(headline),
        sensitivity=sensitivity(headline),
        headline=headline,
        peak_times=times,
        parameters=parameters,
        children=children,
        beside=[total for name, some in beside if (total := score(name, some)) is not None],
        excluded=excluded,
        notes=list(NOTES),
        provenance={"painloop": __version__, "inputs": input_hash(), "patients": patients, "seed": 1},
    )


def verdict(total: Score | None) -> str:
    """The bars and what was reached, in one sentence."""
    bars = (
        f"at least {100 * WITHIN_TWOFOLD:g} % within twofold and a geometric mean fold error below {GMFE:g}"
    )
    if total is None:
        return f"Nothing to compare with the bars ({bars})."
    said = (
        f"{100 * total.within_twofold:.0f} % of {total.readings} readings within twofold, geometric mean fold error "
        f"{total.gmfe:.2f}; by arm {100 * total.arms_within_twofold:.0f} % of {total.arms}, {total.arms_gmfe:.2f}"
    )
    return f"{'Reached' if reached(total) else 'NOT reached'}: the bars are {bars}; found were {said}."


def input_hash() -> str:
    """Of all observation and pharmacokinetic files, the rules of choice and the version (sha256, hexadecimal)."""
    parts = [f"painloop {__version__}", *(repr(rule) for rule in DEFAULTS)]
    for kind in ("observations", "pharmacokinetics"):
        parts += [f"{kind}/{one} {content_hash(kind, one)}" for one in ids(kind)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
