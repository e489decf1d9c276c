"""The primary analysis of a trial as its file declares it, of many replicates at once.

Every arm is compared with one control: the placebo arm, else the first active one, else the first arm. With more than
one comparison each is reported by itself, without adjustment for there being several.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from painloop.errors import InputError
from painloop.library.schema.trials import Analysis, TrialArm, TrialEndpoint
from painloop.trial.analysis import (
    Columns,
    Estimates,
    ancova,
    columns,
    compare_responders,
    compare_returns,
    contrast,
    crossover,
    fit,
    visit_design,
)
from painloop.trial.conducted import Conducted
from painloop.trial.endpoints import Array, primary, ratings, times, values
from painloop.trial.protocol import Protocol

MEANS = ("nrs", "nrs_change", "auc", "mme")
"""Endpoints that are compared by a difference of means."""
SHARES = ("responder_30", "responder_50", "adverse_event")
"""Endpoints that are yes or no."""
SUITS = {
    "ancova": (MEANS, "parallel"),
    "mmrm": (("nrs", "nrs_change"), "parallel"),
    "fisher": (SHARES, "parallel"),
    "boschloo": (SHARES, "parallel"),
    "logrank": (("time_to_return",), "parallel"),
    "crossover": (MEANS, "crossover"),
}
"""What each method can analyse: quantities of endpoints, and the design."""


@dataclass(frozen=True)
class Comparison:
    """An arm against its control, as places among the arms."""

    arm: int
    against: int


@dataclass(frozen=True)
class Analysed:
    """The primary analysis of R replicates and C comparisons; nan where ``converged`` is False.

    ``differences`` are arm minus control, (R, C): of means, of shares, or of mean days until pain returns (its p is
    that of the log-rank test). ``people`` (R, n) were used.
    """

    differences: Estimates
    converged: NDArray[np.bool_]
    people: NDArray[np.bool_]


@dataclass(frozen=True)
class Primary:
    """The endpoint that is tested, how, and which arms are compared."""

    endpoint: TrialEndpoint
    analysis: Analysis
    comparisons: tuple[Comparison, ...]
    strategy: str


def comparisons(arms: tuple[TrialArm, ...]) -> tuple[Comparison, ...]:
    """Every arm against the control."""
    if len(arms) < 2:
        return ()
    roles = [arm.role for arm in arms]
    control = next((roles.index(role) for role in ("placebo", "active") if role in roles), 0)
    return tuple(Comparison(arm, control) for arm in range(len(arms)) if arm != control)


def declared(protocol: Protocol) -> Primary | None:
    """The primary analysis; ``None`` where the trial declares none or has one arm.

    Raises
    ------
    InputError : the method does not suit the endpoint or the design.
    """
    trial, pairs = protocol.trial, comparisons(protocol.arms)
    endpoint, analysis = primary(trial), trial.analysis
    if endpoint is None or analysis is None or analysis.method == "none" or not pairs:
        return None
    quantities, design = SUITS[analysis.method]
    if endpoint.quantity not in quantities:
        suited = [name for name, (known, _) in SUITS.items() if endpoint.quantity in known]
        raise InputError(
            f"The method {analysis.method} does not suit the endpoint '{endpoint.name}' ({endpoint.quantity}); "
            f"use {' or '.join(suited)}."
        )
    if (trial.design == "crossover") != (design == "crossover"):
        remedy = "crossover" if trial.design == "crossover" else "one for parallel groups, such as ancova"
        raise InputError(
            f"The method {analysis.method} does not suit a trial of design {trial.design}; use {remedy}."
        )
    if analysis.method == "mmrm" and len(_followed(protocol)) < 2:
        raise InputError(
            f"The method mmrm needs two visits after day 0 and {trial.id} has {len(_followed(protocol))}; use ancova."
        )
    return Primary(endpoint, analysis, pairs, trial.estimand.strategy)


def analyse(conducted: Conducted, chosen: Primary) -> Analysed:
    """Analyse every replicate."""
    return _METHODS[chosen.analysis.method](conducted, chosen)


def _followed(protocol: Protocol) -> list[int]:
    """Places of the visits after the start."""
    return np.flatnonzero(protocol.visit_days > 0.0).tolist()


def _columns(conducted: Conducted, chosen: Primary) -> Columns:
    """Arms (the control first), baseline and strata of each person of a parallel trial."""
    wanted = chosen.analysis.covariates
    strata: list[Array] = []
    if "sex" in wanted:
        strata.append(conducted.female)
    if "age" in wanted:
        strata.append(conducted.age_y > np.median(conducted.age_y, axis=1, keepdims=True))
    return columns(
        _codes(conducted.arm[:, :, 0], chosen),
        conducted.baseline if "baseline" in wanted else None,
        strata,
        arms=len(conducted.protocol.arms),
    )


def _codes(arm: NDArray[np.int64], chosen: Primary) -> NDArray[np.int64]:
    """Arms numbered with the control as 0 and the others as in the comparisons."""
    order = [chosen.comparisons[0].against, *(pair.arm for pair in chosen.comparisons)]
    places = np.empty(len(order), int)
    places[order] = np.arange(len(order))
    return places[arm]


def _ancova(conducted: Conducted, chosen: Primary) -> Analysed:
    y = values(conducted, chosen.endpoint, chosen.strategy)[:, :, 0]
    found = ancova(y, _columns(conducted, chosen), 1.0 - chosen.analysis.alpha)
    return _analysed(found.differences, np.isfinite(y))


def _mmrm(conducted: Conducted, chosen: Primary) -> Analysed:
    """All visits after the start; the difference is read at the visit of the endpoint."""
    followed = _followed(conducted.protocol)
    y = ratings(conducted, chosen.strategy)[:, :, 0, followed]
    design = visit_design(_columns(conducted, chosen), len(followed))
    visit = followed.index(conducted.protocol.visit(chosen.endpoint.visit))
    contrasts = np.stack(
        [design.mean(arm, visit) - design.mean(0, visit) for arm in range(1, len(chosen.comparisons) + 1)]
    )
    found = contrast(
        fit(y, design.X), contrasts, chosen.analysis.degrees_of_freedom, 1.0 - chosen.analysis.alpha
    )
    return _analysed(found, np.isfinite(y).any(axis=-1))


def _responders(conducted: Conducted, chosen: Primary) -> Analysed:
    """Exact test of two shares; people without a rating count as not responding."""
    y = values(conducted, chosen.endpoint, chosen.strategy)[:, :, 0]
    codes = _codes(conducted.arm[:, :, 0], chosen)
    hits, people = (
        np.stack(
            [((codes == arm) * counted).sum(axis=1) for arm in range(len(conducted.protocol.arms))], axis=1
        )
        for counted in (np.nan_to_num(y), np.ones_like(y))
    )
    test: Literal["fisher", "boschloo"] = "fisher" if chosen.analysis.method == "fisher" else "boschloo"
    parts = [
        compare_responders(
            hits[:, [0, arm]], people[:, [0, arm]], test, "newcombe", 1.0 - chosen.analysis.alpha
        )
        for arm in range(1, hits.shape[1])
    ]
    nothing = np.full((len(y), len(parts)), np.nan)
    found = Estimates(
        _side_by_side([one.difference for one in parts]),
        nothing,
        nothing,
        _side_by_side([one.p for one in parts]),
        _side_by_side([one.difference_low for one in parts]),
        _side_by_side([one.difference_high for one in parts]),
        1.0 - chosen.analysis.alpha,
    )
    return _analysed(found, np.ones(y.shape, bool))


def _returns(conducted: Conducted, chosen: Primary) -> Analysed:
    """Log-rank test in those whose pain had fallen; the difference is that of mean days until it returned.

    The mean is taken up to the last visit. Where an arm has nobody to compare the replicate is not analysed.
    """
    seen = times(conducted, chosen.endpoint, chosen.strategy)
    codes = _codes(conducted.arm[:, :, 0], chosen)
    horizon = float(conducted.protocol.visit_days[-1])
    shape = (len(codes), len(chosen.comparisons))
    parts = np.full((6, *shape), np.nan)
    for replicate, pair in np.ndindex(*shape):
        these = np.isfinite(seen.day[replicate]) & np.isin(codes[replicate], (0, pair + 1))
        arm = (codes[replicate][these] > 0).astype(int)
        if np.bincount(arm, minlength=2).min() == 0:
            continue
        day, returned = seen.day[replicate][these], seen.returned[replicate][these]
        compared = compare_returns(day, returned, arm, horizon, 1.0 - chosen.analysis.alpha)
        one, p = compared.difference, np.nan_to_num(compared.p[0], nan=1.0)
        kept = (one.estimate[0], one.standard_error[0], np.inf, p, one.low[0], one.high[0])
        parts[:, replicate, pair] = kept
    estimate, error, degrees, p_value, low, high = parts
    found = Estimates(estimate, error, degrees, p_value, low, high, 1.0 - chosen.analysis.alpha)
    return _analysed(found, np.isfinite(seen.day))


def _crossover(conducted: Conducted, chosen: Primary) -> Analysed:
    y = values(conducted, chosen.endpoint, chosen.strategy)
    found = crossover(y, _codes(conducted.arm, chosen), 1.0 - chosen.analysis.alpha)
    return _analysed(found.differences, np.isfinite(y).any(axis=-1))


def _analysed(found: Estimates, people: Any) -> Analysed:
    return Analysed(found, np.isfinite(found.estimate) & np.isfinite(found.p), people)


def _side_by_side(parts: list[Array]) -> Array:
    return np.stack(parts, axis=1)


_METHODS: dict[str, Callable[[Conducted, Primary], Analysed]] = {
    "ancova": _ancova,
    "mmrm": _mmrm,
    "fisher": _responders,
    "boschloo": _responders,
    "logrank": _returns,
    "crossover": _crossover,
}
