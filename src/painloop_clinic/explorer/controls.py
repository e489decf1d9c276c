"""The controls of the page with their values, ranges and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from painloop import library
from painloop.errors import PainloopError
from painloop.exposure.choice import choose
from painloop.library.schema.conditions import Condition
from painloop.library.schema.effects import Loop
from painloop.library.schema.pharmacokinetics import Pharmacokinetics
from painloop.regimen import parse
from painloop.report.words import rival_label
from painloop_clinic.evidence.addresses import card_address
from painloop_clinic.explorer.presets import RIVALS, conditions, presets
from painloop_clinic.explorer.sentence import (
    DEFAULTS,
    DRUGS,
    REPEATS,
    ROUTES,
    SPANS,
    UNITS,
    Problem,
    in_words,
    problem_of,
)
from painloop_clinic.explorer.state import LIMITS, Asked, State


@dataclass(frozen=True)
class Number:
    """A slider with a number box.

    Parameters
    ----------
    value : what was chosen; empty takes ``typical``.
    low, high : ends of the slider: who was studied.
    warning : said when the value is outside what the model of the drug was built on.
    error : said when it cannot be used.
    """

    name: str
    label: str
    unit: str
    value: str
    typical: str
    low: float
    high: float
    step: float
    warning: str = ""
    error: str = ""

    @property
    def at(self) -> str:
        """Where the slider stands."""
        return self.value or self.typical


@dataclass(frozen=True)
class Option:
    """A choice of a list."""

    value: str
    label: str
    chosen: bool
    title: str = ""


def controls(asked: Asked, query: QueryDict) -> dict[str, Any]:
    """Everything that the left side of the page shows."""
    state = asked.state
    problem = problem_of(state.regimen)
    condition = conditions()[state.condition]
    return {
        "state": state,
        "refusals": asked.refusals,
        "presets": _presets(state),
        "problem": problem,
        "preset": presets().get(state.regimen),
        "words": "" if problem else in_words(state.regimen),
        "builder": _builder(query),
        "conditions": [Option(key, one.title, key == state.condition) for key, one in conditions().items()],
        "evidence": condition.evidence,
        "numbers": _numbers(asked, condition, problem),
        "horizon": _horizon(asked),
        "rivals": [_rival(name, state) for name in RIVALS],
        "drawn": _drawn(condition),
    }


def _presets(state: State) -> list[Option]:
    return [
        Option(one.id, f"{one.title} ({one.id})", one.id == state.preset, one.citation)
        for one in presets().values()
    ]


def _rival(name: str, state: State) -> Option:
    found = next(one for one in library.entries("loop") if isinstance(one, Loop) and one.rival == name)
    return Option(name, rival_label(name), name in state.rivals, card_address("loop", found.id))


def _builder(query: QueryDict) -> dict[str, Any]:
    value = {name: query.get(name, "")[:12] or default for name, default in DEFAULTS.items()}

    def options(name: str, known: Mapping[str, str] | Sequence[str]) -> list[Option]:
        pairs = known.items() if isinstance(known, Mapping) else [(one, one) for one in known]
        return [Option(key, label, key == value[name]) for key, label in pairs]

    return {
        **value,
        "drugs": options("drug", DRUGS),
        "units": options("unit", UNITS),
        "routes": options("route", ROUTES),
        "spans": options("span", SPANS),
        "repeats": options("repeat", REPEATS),
    }


def _numbers(asked: Asked, condition: Condition, problem: Problem | None) -> list[Number]:
    person, state, baseline = condition.person, asked.state, condition.baseline.mean
    model = None if problem else _model(state)
    weight, age = person.weight_kg, person.age_y
    return [
        _number(asked, "weight", state.weight, weight.mean, (weight.low, weight.high), 1.0,
                _outside(model, "weight_kg", "body weights", "kg", state.weight or weight.mean)),
        _number(asked, "age", state.age, age.mean, (age.low, age.high), 1.0,
                _outside(model, "age_y", "ages", "years", state.age or age.mean)),
        _number(asked, "baseline", state.baseline, baseline.number, (0.0, 10.0), 0.1,
                _low_pain(state, condition)),
    ]  # fmt: skip


def _number(
    asked: Asked, name: str, value: float | None, typical: float, ends: tuple[float, float], step: float,
    warning: str,
) -> Number:  # fmt: skip
    what, _, _, unit, _ = LIMITS[name]
    shown = asked.typed.get(name) or ("" if value is None else f"{value:g}")
    error = asked.refusals.get(name, "")
    label = f"{what[:1].upper()}{what[1:]}"
    return Number(name, label, unit, shown, f"{typical:g}", *ends, step, warning, error)


def _horizon(asked: Asked) -> Number:
    days = asked.state.days
    shown = asked.typed.get("days") or f"{days:g}"
    return Number(
        "days", "Follow for", "days", shown, "90", 7.0, 365.0, 1.0, "", asked.refusals.get("days", "")
    )


def _model(state: State) -> Pharmacokinetics | None:
    """The model of drug levels that the engine will take; None where none fits."""
    try:
        return choose(parse(state.sentence)).parts[0].model
    except (PainloopError, IndexError):
        return None


def _outside(model: Pharmacokinetics | None, key: str, what: str, unit: str, value: float) -> str:
    """What is said where a value is outside what the model of the drug was built on."""
    ends = None if model is None else getattr(model.validity, key)
    if model is None or ends is None or ends[0] <= value <= ends[1]:
        return ""
    return (
        f"{model.id} was built on {what} of {ends[0]:g} to {ends[1]:g} {unit}; {value:g} is an extrapolation."
    )


def _low_pain(state: State, condition: Condition) -> str:
    least = condition.baseline.entry_threshold
    if state.baseline is None or least.value is None or state.baseline >= least.number:
        return ""
    return f"Trials let in people with pain of at least {least.number:g}; nobody studied less."


def _drawn(condition: Condition) -> str:
    """Whom a population is drawn from, in words."""
    weight, age, female = condition.person.weight_kg, condition.person.age_y, condition.person.female
    women = "" if female.value is None else f", {100 * female.number:.0f} % women"
    pain, sd = condition.baseline.mean.number, condition.baseline.sd.number
    return (
        f"Drawn from {condition.title}: weight {weight.mean:g} ± {weight.sd:g} kg, age {age.mean:g} ± {age.sd:g} years"
        f"{women}, pain {pain:g} ± {sd:g}."
    )
