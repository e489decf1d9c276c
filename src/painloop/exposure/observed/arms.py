"""Which measured arms may be compared with a prediction, and why the others may not.

The rules look at how a number came about and at what the default models describe, never at how close a prediction
comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from painloop import library
from painloop.exposure.choice import DEFAULTS, FORMS, Rule
from painloop.exposure.observed.rows import Excluded, substance
from painloop.library.schema import Observations
from painloop.library.schema.courses import Measurement
from painloop.library.schema.pharmacokinetics import Pharmacokinetics

LEVELS = ("cmax_ng_ml", "auc_ng_h_ml", "css_ng_ml", "conc_ng_ml")
"""Quantities of the headline; the time of the peak and what follows from parameters are listed apart."""

IMPLIED = ("bioavailability", "clearance_l_h", "clearance_l_h_kg", "half_life_h", "vss_l", "vss_l_kg")
"""Quantities that follow from parameters; after intravenous doses they need no course."""

ASSUMED_KG = 70.0
"""Weight of adults of whom none is given."""

DRUGS = {form: drug for drug, form in FORMS.items()}
"""Form as files name it -> drug as ordered."""

_KINDS = {
    "simulated": "simulated, not measured",
    "range": "only a range was printed",
    "animal": "measured in animals",
    "memory": "recalled, not read",
}


def every_arm() -> Iterator[tuple[str, Measurement]]:
    """(source, arm) of all observation files."""
    for source in library.entries("observations"):
        assert isinstance(source, Observations)
        for arm in source.arms:
            yield source.id, arm


def site(arm: Measurement) -> str | None:
    """The sampling site a model must have been built on; ``None`` where the arm does not say or mixes sites."""
    return arm.sampling if arm.sampling in ("arterial", "venous") else None


def rule_for(arm: Measurement) -> Rule | None:
    """The default rule of the arm's form, route and sampling site."""
    for rule in DEFAULTS:
        if arm.form in rule.forms and arm.route in rule.routes and site(arm) in rule.samplings:
            return rule
    return None


def ancestry(population: str) -> tuple[bool, bool]:
    """Whether the people are said to be Asian, and Japanese: a covariate of some models."""
    japanese = bool(re.search(r"\bJapanese\b", population))
    return japanese or bool(re.search(r"\b(Asian|Chinese)\b", population)), japanese


def weight(arm: Measurement) -> tuple[float, str | None]:
    """Body weight of an arm, kg, and where it comes from if the file gives none.

    The middle of a range in the words on the people, else 70 kg, as the schema of observations says.
    """
    if arm.weight_kg is not None:
        return arm.weight_kg, None
    said = re.search(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?) kg", arm.population)
    if said:
        middle = (float(said[1]) + float(said[2])) / 2.0
        return middle, f"{middle:g} kg, the middle of {said[0]}"
    return ASSUMED_KG, f"{ASSUMED_KG:g} kg assumed"


def share(arm: Measurement, analytes: tuple[str, ...]) -> tuple[str, float] | None:
    """The predicted analyte that stands for the measured one, and the share of it that was measured.

    An enantiomer after a racemic dose is taken as half of both together: no default model of the racemate tells
    enantiomers apart. After a dose of one enantiomer, both together are that enantiomer.
    """
    plain = re.sub(r"^[SR]-", "", arm.analyte)
    if arm.analyte in analytes:
        return arm.analyte, 1.0
    if arm.form == "racemic" and plain != arm.analyte and plain in analytes:
        return plain, 0.5
    if arm.form != "racemic" and plain == arm.analyte and f"{arm.form}-{plain}" in analytes:
        return f"{arm.form}-{plain}", 1.0
    return None


def analytes_of(model: Pharmacokinetics, form: str) -> tuple[str, ...]:
    """What a model predicts after a dose of a form, as results name it."""
    if model.form == "pooled":
        return (DRUGS[form],)
    return tuple(output.analyte for output in model.outputs)


def exclusion(source: str, arm: Measurement) -> Excluded | None:
    """Why an arm is not compared, or ``None``."""
    found = _how_it_came_about(arm) or _what_models_describe(arm)
    if found is None:
        return None
    group, reason = found
    return Excluded(
        source=source, arm=arm.id, route=arm.route, analyte=arm.analyte, quantity=arm.quantity,
        group=group, reason=reason,
    )  # fmt: skip


def _how_it_came_about(arm: Measurement) -> tuple[str, str] | None:
    if arm.value is None:
        return "no number", f"no number: {arm.note}" if arm.note else "no number"
    if arm.kind in _KINDS:
        return _KINDS[arm.kind], _KINDS[arm.kind]
    if arm.age_group == "animal":
        return _KINDS["animal"], _KINDS["animal"]
    if arm.fitted_by:
        return "a model was fitted on it", f"fitted on by {', '.join(arm.fitted_by)}"
    return None


def _what_models_describe(arm: Measurement) -> tuple[str, str] | None:
    rule = rule_for(arm)
    if rule is None:
        where = f", {site(arm)} samples" if site(arm) else ""
        return (
            "no model of the route",
            f"no default model of {DRUGS[arm.form]} by the {arm.route} route{where}",
        )
    if arm.regimen is None and not (arm.route == "iv" and arm.quantity in IMPLIED):
        why = arm.dose.note if arm.dose is not None and arm.dose.note else "the course was not read"
        return "the course is not known", f"cannot be simulated: {why}"
    model = library.load("pharmacokinetics", rule.model)
    if share(arm, analytes_of(model, arm.form)) is None:
        return "no model of the analyte", f"the default model {model.id} has no {arm.analyte}"
    if (
        arm.quantity == "tmax_h"
        and arm.route == "iv"
        and arm.duration_h == 0.0
        and substance(arm.analyte) == "parent"
    ):
        return "the first sample", "an injection peaks at once, so the time is that of the first sample"
    if arm.age_group == "child" and weight(arm)[0] == ASSUMED_KG:
        return "a child of unknown weight", "a child whose weight is not given"
    return None
