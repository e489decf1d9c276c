"""Which model a prescription gets when none is named, why, and what makes a named one unfit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from painloop import library
from painloop.errors import InputError
from painloop.exposure.system import Part
from painloop.library.schema.pharmacokinetics import Pharmacokinetics
from painloop.regimen import Regimen

FORMS = {"ketamine": "racemic", "S-ketamine": "S", "R-ketamine": "R"}
"""Drug as ordered -> form as library files name it."""


@dataclass(frozen=True)
class Rule:
    """A default: the first that fits a form, a route and the wanted sampling site is taken."""

    forms: tuple[str, ...]
    routes: tuple[str, ...]
    samplings: tuple[str | None, ...]
    model: str
    reason: str


DEFAULTS = (
    Rule(("racemic", "R"), ("iv",), (None, "venous", "arterial"), "kamp-2020",
         "meta-analysis of 18 studies that kept no effect of form or enantiomer; its sampling sites are mixed"),
    Rule(("S",), ("iv",), ("arterial",), "simons-2022",
         "arterial samples, with S-norketamine and S-hydroxynorketamine"),
    Rule(("S",), ("iv",), (None, "venous"), "otto-2021",
         "venous samples, as clinics take them; its S-ketamine part predicted other venous data best of five models"),
    Rule(("S",), ("nasal",), (None, "venous"), "perez-ruixo-2021",
         "the largest source of nasal doses: 13 studies, 820 people"),
    Rule(("racemic",), ("nasal",), (None, "venous"), "perez-ruixo-2021-racemic",
         "composed: no racemic model by this route was found, so an esketamine model stands in for the racemate"),
    Rule(("S",), ("oral",), (None, "venous"), "ashraf-2018",
         "the largest source of oral doses: five studies, 41 people, at analgesic doses"),
    Rule(("racemic",), ("oral",), (None, "venous"), "ashraf-2018-racemic",
         "composed: no racemic model by this route was found, so an S-ketamine model stands in for the racemate"),
    Rule(("S",), ("sublingual",), (None, "arterial"), "simons-2022",
         "the only sublingual model found; arterial samples"),
    Rule(("racemic",), ("sublingual",), (None, "arterial"), "simons-2022-racemic",
         "composed: no racemic model by this route was found, so an S-ketamine model stands in for the racemate"),
)  # fmt: skip
"""Chosen by form, route, sampling site and the number of people dosed by that route.

All but the oral rules stood before any comparison with measured arms. The oral rules were set right by the same
principle after the comparison had been seen (they had named the model with the most people over all routes), so
measured oral arms are no blind test of them.
"""


@dataclass(frozen=True)
class Choice:
    """The parts of a system, which part each prescription uses, why, and the sampling site asked for."""

    parts: tuple[Part, ...]
    part_of: tuple[int, ...]
    reasons: tuple[str, ...]
    sampling: str | None = None


def choose(
    regimen: Regimen, model_id: str | None = None, sampling: str | None = None, fraction: float | None = None
) -> Choice:
    """Pick a model for every prescription of a regimen.

    Parameters
    ----------
    model_id : a model (or a file) to use for all of them instead of the defaults.
    sampling : ``arterial``, ``venous`` or ``None``; selects among models, converts none.
    fraction : share of the ordered dose that is the form the model describes, in (0, 1].

    Raises
    ------
    InputError
        When no model fits, or a named one describes another form or route.
    """
    if fraction is not None and not 0.0 < fraction <= 1.0:
        raise InputError(
            f"A fraction of {fraction:g} is outside 0 to 1; give the share of the dose, such as 0.5."
        )
    parts: list[Part] = []
    keys: list[tuple[str, str]] = []
    part_of, reasons = [], []
    for prescription in regimen.prescriptions:
        drug, route = str(prescription.drug), str(prescription.route)
        chosen, reason = _named(model_id, sampling) if model_id else _default(drug, route, sampling)
        part = fit(chosen, drug, route, fraction)
        key = (chosen.id, drug)
        if key in keys:
            known = parts[keys.index(key)]
            parts[keys.index(key)] = replace(known, routes=tuple(dict.fromkeys((*known.routes, route))))
        else:
            keys.append(key)
            parts.append(part)
            reasons.append(f"{chosen.id} for {drug} by the {route} route: {reason}")
        part_of.append(keys.index(key))
    return Choice(tuple(parts), tuple(part_of), tuple(reasons), sampling)


def _named(model_id: str, sampling: str | None) -> tuple[Pharmacokinetics, str]:
    model = library.load("pharmacokinetics", model_id)
    if sampling is not None and model.sampling not in (sampling, "mixed"):
        raise InputError(
            f"{model.id} was built on {model.sampling} samples and --sampling asks for {sampling}; "
            "no published conversion exists, so choose another model or leave --sampling out."
        )
    return model, "chosen by --model"


def _default(drug: str, route: str, sampling: str | None) -> tuple[Pharmacokinetics, str]:
    form = FORMS[drug]
    fitting = [r for r in DEFAULTS if form in r.forms and route in r.routes]
    for rule in fitting:
        if sampling in rule.samplings:
            return library.load("pharmacokinetics", rule.model), rule.reason
    if fitting:
        raise InputError(
            f"No model of {drug} by the {route} route was built on {sampling} samples; leave --sampling out "
            f"to use {fitting[0].model}."
        )
    routes = sorted({r for rule in DEFAULTS if form in rule.forms for r in rule.routes})
    raise InputError(
        f"The library has no model of {drug} by the {route} route; routes it can predict for {drug} are "
        f"{', '.join(routes)}, and --model takes a file of your own."
    )


def fit(model: Pharmacokinetics, drug: str, route: str, fraction: float | None) -> Part:
    """The part that a model makes for a drug by a route; refuses another form or route by name."""
    form = FORMS[drug]
    if route not in model.inputs_of:
        raise InputError(
            f"{model.id} has no {route} route, it describes {', '.join(model.inputs_of)}; choose another model with "
            "--model or leave it out for the default."
        )
    if {model.form, form} == {"S", "R"}:
        raise InputError(
            f"{model.id} describes {_written(model.form)} and the order is {drug}, which holds none of it; choose "
            "another model or leave --model out for the default."
        )
    if model.form == "pooled":
        return Part(model, {"ketamine": drug}, fraction or 1.0, (route,))
    if model.form != form and fraction is None:
        raise InputError(
            f"{model.id} describes {_written(model.form)} and the order is {drug}; state the share of the dose to use "
            "with --fraction, such as 0.5, or leave --model out for the default."
        )
    return Part(model, {}, fraction or 1.0, (route,))


def _written(form: str) -> str:
    return {"S": "S-ketamine alone", "R": "R-ketamine alone", "racemic": "racemic ketamine"}[form]
