"""Which comparison a trial tests: the primary endpoint, the declared method, and the arms that are compared.

Every arm with ketamine is compared with one control. With more than one comparison each is reported by itself, without
adjustment for there being several.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from painloop import library
from painloop.errors import InputError
from painloop.library.schema.trials import RESPONSES as SHARES
from painloop.library.schema.trials import Analysis, Trial, TrialArm, TrialEndpoint
from painloop.trial.events import SCORES, thresholds
from painloop.trial.opioids import NO_DOSE, NO_LINK, link
from painloop.trial.protocol import Protocol

MEANS = ("nrs", "nrs_change", "auc", "mme")
"""Endpoints that are compared by a difference of means."""
SUITS = {
    "ancova": (MEANS, "parallel"),
    "mmrm": (("nrs", "nrs_change"), "parallel"),
    "fisher": (SHARES, "parallel"),
    "boschloo": (SHARES, "parallel"),
    "logrank": (("time_to_return",), "parallel"),
    "crossover": ((*MEANS, *SHARES), "crossover"),
}
"""What each method can analyse: quantities of endpoints, and the design."""


@dataclass(frozen=True)
class Comparison:
    """An arm against its control, as places among the arms."""

    arm: int
    against: int


@dataclass(frozen=True)
class Primary:
    """The endpoint that is tested, how, and which of how many arms are compared."""

    endpoint: TrialEndpoint
    analysis: Analysis
    comparisons: tuple[Comparison, ...]
    strategy: str
    arms: int


def comparisons(arms: tuple[TrialArm, ...]) -> tuple[Comparison, ...]:
    """Every arm with ketamine against the control.

    That is the placebo arm, else an active placebo (an active drug whose file gives it no relief), else the first
    active arm, else the first arm.
    """
    control = min(range(len(arms)), key=lambda place: (_rank(arms[place]), place))
    return tuple(
        Comparison(place, control)
        for place, arm in enumerate(arms)
        if arm.role == "ketamine" and place != control
    )


def _rank(arm: TrialArm) -> int:
    """How much an arm is a control; the lowest is one."""
    if arm.role != "active" or arm.control is None:
        return {"placebo": 0, "active": 2, "ketamine": 3}[arm.role]
    return 1 if library.load("controls", arm.control).parameters["relief"].number == 0.0 else 2


def declared(protocol: Protocol) -> Primary | None:
    """The primary analysis; ``None`` where the trial declares none or has one arm.

    Raises
    ------
    InputError : the method does not suit the endpoint or the design.
    """
    trial, pairs = protocol.trial, comparisons(protocol.arms)
    endpoint = next((one for one in trial.endpoints if one.primary), None)
    analysis = trial.analysis
    if endpoint is None or analysis is None or analysis.method == "none" or not pairs:
        return None
    quantities, design = SUITS[analysis.method]
    if endpoint.quantity not in quantities:
        raise InputError(
            f"The method {analysis.method} does not suit the endpoint '{endpoint.name}' ({endpoint.quantity}); "
            f"{_suited(endpoint.quantity, trial.design == 'crossover')}."
        )
    if (trial.design == "crossover") != (design == "crossover"):
        remedy = "crossover" if trial.design == "crossover" else "one for parallel groups, such as ancova"
        raise InputError(
            f"The method {analysis.method} does not suit a trial of design {trial.design}; use {remedy}."
        )
    if analysis.method == "mmrm" and len(followed(protocol)) < 2:
        raise InputError(
            f"The method mmrm needs two visits after day 0 and {trial.id} has {len(followed(protocol))}; use ancova."
        )
    _check_that_it_can_differ(trial, endpoint)
    return Primary(endpoint, analysis, pairs, trial.estimand.strategy, len(protocol.arms))


def _suited(quantity: str, crossover: bool) -> str:
    """The methods for an endpoint in a design, as a remedy."""
    suited = [
        name
        for name, (known, design) in SUITS.items()
        if quantity in known and (design == "crossover") == crossover
    ]
    return (
        f"use {' or '.join(suited)}"
        if suited
        else "no method compares it within people, use another endpoint"
    )


def _check_that_it_can_differ(trial: Trial, endpoint: TrialEndpoint) -> None:
    """Refuse a primary endpoint that nothing here can move."""
    if endpoint.quantity == "mme" and (trial.opioids is None or link(trial.opioids) == 0.0):
        why = NO_DOSE if trial.opioids is None else NO_LINK
        raise InputError(f"The endpoint '{endpoint.name}' of {trial.id} cannot be tested: {why}.")
    if endpoint.event in SCORES and endpoint.event not in thresholds(trial):
        raise InputError(
            f"The endpoint '{endpoint.name}' of {trial.id} cannot be tested: no source says from which score "
            f"{endpoint.event} counts; give above."
        )


def followed(protocol: Protocol) -> list[int]:
    """Places of the visits after the start."""
    return np.flatnonzero(protocol.visit_days > 0.0).tolist()
