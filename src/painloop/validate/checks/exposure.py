"""How close the default models come to measured concentrations, and to the numbers that their papers print."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from painloop import library
from painloop.exposure.observed import Comparison, observed
from painloop.validate.claims import Claim
from painloop.validate.findings import Finding, check, judged

UNITS = ("_ng_ml", "_ng_h_ml", "_l_h_kg", "_l_h", "_l_kg", "_l", "_h")
"""Endings of names of quantities."""
WORDS = {"cmax": "peak", "tmax": "time of the peak", "auc": "area under the curve", "conc": "level"}


@cache
def comparison() -> Comparison:
    """The table of measured arms, by typical persons."""
    return observed(patients=0)


@check("exposure_score")
def exposure_score(claim: Claim) -> Iterator[Finding]:
    """A figure of :class:`painloop.exposure.observed.Score` for each of the named groups."""
    found = comparison()
    scores = {one.name: one for one in (*found.scores, *found.beside, *found.sensitivity)}
    figure = claim.given["figure"]
    for group in claim.given["groups"]:
        score = scores[group]
        by_arm = figure.startswith("arms_")
        n = score.arms if by_arm else score.readings
        note = f"{n} {'arms' if by_arm else 'readings'}{_worst(group)}"
        about = "" if len(claim.given["groups"]) == 1 else group
        yield judged(claim, getattr(score, figure), about=about, n=n, note=note)


def _worst(group: str) -> str:
    found = comparison()
    lists = {
        "times of the peak": found.peak_times,
        "parameters": found.parameters,
        "children": found.children,
    }
    some = lists.get(
        group, [one for one in found.headline if group in (*_groups(one.route, one.substance), "all")]
    )
    if not some:
        return ""
    one = max(some, key=lambda r: max(r.fold, 1.0 / r.fold))
    return f"; worst: {one.source} ({one.analyte}, {_words(one.quantity)}) {one.fold:.2f}-fold"


def _words(quantity: str) -> str:
    """A quantity without its unit, such as "half life"."""
    bare = next((quantity.removesuffix(unit) for unit in UNITS if quantity.endswith(unit)), quantity)
    return WORDS.get(bare, bare.replace("_", " "))


def _groups(route: str, substance: str) -> tuple[str, str, str]:
    return route, substance, f"{route}, {substance}"


@check("levels_after_40_minutes")
def levels_after_40_minutes(claim: Claim) -> Iterator[Finding]:
    """Concentration at the end of 0.5 mg/kg over 40 min, by model, beside the level given in the registry."""
    from painloop.exposure.predict import exposure

    for model, level in claim.given["levels_ng_ml"].items():
        drug = "ketamine" if library.load("pharmacokinetics", model).form == "racemic" else "S-ketamine"
        found = exposure(f"{drug} 0.5 mg/kg iv over 40 min", model=model, patients=0, at_h=(2.0 / 3.0,))
        value = float(next(iter(found.metrics.values())).at[2.0 / 3.0][0])
        yield judged(
            claim, abs(value / level - 1.0), about=model, note=f"{value:.1f} ng/mL, printed {level:g}"
        )
