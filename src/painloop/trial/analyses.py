"""The primary analysis of a trial as its file declares it, of many replicates at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from painloop.trial.analysis import (
    Columns,
    Estimates,
    ancova,
    columns,
    compare_paired,
    compare_responders,
    compare_returns,
    contrast,
    crossover,
    fit,
    visit_design,
)
from painloop.trial.conducted import Conducted
from painloop.trial.endpoints import Array, ratings, times, values
from painloop.trial.primary import SHARES, Primary, followed


@dataclass(frozen=True)
class Analysed:
    """The primary analysis of R replicates and C comparisons; nan where ``converged`` is False.

    ``differences`` are arm minus control, (R, C): of means, of shares, or of mean days until pain returns (its p is
    that of the log-rank test). ``people`` (R, n) were used.
    """

    differences: Estimates
    converged: NDArray[np.bool_]
    people: NDArray[np.bool_]


def analyse(conducted: Conducted, chosen: Primary) -> Analysed:
    """Analyse every replicate."""
    return _METHODS[chosen.analysis.method](conducted, chosen)


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
        _before(conducted, chosen) if "baseline" in wanted else None,
        strata,
        arms=chosen.arms,
    )


def _before(conducted: Conducted, chosen: Primary) -> Array:
    """The endpoint before treatment, as a covariate: the dose of opioids, otherwise pain, (R, n)."""
    dose = conducted.mme_before if chosen.endpoint.quantity == "mme" else None
    return conducted.baseline if dose is None else dose


def _codes(arm: NDArray[np.int64], chosen: Primary) -> NDArray[np.int64]:
    """Arms numbered with the control as 0, the compared ones as in the comparisons, and then the others."""
    first = [chosen.comparisons[0].against, *(pair.arm for pair in chosen.comparisons)]
    order = [*first, *(one for one in range(chosen.arms) if one not in first)]
    return np.argsort(order)[arm]


def _ancova(conducted: Conducted, chosen: Primary) -> Analysed:
    y = values(conducted, chosen.endpoint, chosen.strategy)[:, :, 0]
    found = ancova(y, _columns(conducted, chosen), 1.0 - chosen.analysis.alpha)
    return _analysed(_some(found.differences, chosen), np.isfinite(y))


def _mmrm(conducted: Conducted, chosen: Primary) -> Analysed:
    """All visits after the start; the difference is read at the visit of the endpoint."""
    visits = followed(conducted.protocol)
    y = ratings(conducted, chosen.strategy)[:, :, 0, visits]
    design = visit_design(_columns(conducted, chosen), len(visits))
    visit = visits.index(conducted.protocol.visit(chosen.endpoint.visit))
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
    if chosen.endpoint.quantity in SHARES:
        return _paired(conducted, chosen, y)
    found = crossover(y, _codes(conducted.arm, chosen), 1.0 - chosen.analysis.alpha)
    return _analysed(_some(found.differences, chosen), np.isfinite(y).any(axis=-1))


def _paired(conducted: Conducted, chosen: Primary, y: Array) -> Analysed:
    """McNemar's exact test within people who are known under both; interval of Agresti and Min.

    Half a person is added to each cell of the interval's table, doi:10.1002/sim.1781.
    """
    parts = []
    for pair in chosen.comparisons:
        treated, control = (_under(conducted, arm, y) for arm in (pair.arm, pair.against))
        both = np.isfinite(treated) & np.isfinite(control)
        only1, only0 = (
            (both & (first > second)).sum(axis=1)
            for first, second in ((treated, control), (control, treated))
        )
        people = both.sum(axis=1)
        found = compare_paired(only0, only1, np.maximum(people, 1))
        n, gap = people + 2.0, only1 - only0
        error = np.sqrt(only1 + only0 + 1.0 - gap**2 / n) / n
        reach = ndtri(1.0 - chosen.analysis.alpha / 2.0) * error
        known = np.where(people > 0, 1.0, np.nan)
        infinite = np.full(len(n), np.inf)
        columns_of = (found.difference, error, infinite, found.p, gap / n - reach, gap / n + reach)
        parts.append([one * known for one in columns_of])
    estimate, error, degrees, p, low, high = (_side_by_side(list(one)) for one in zip(*parts, strict=True))
    result = Estimates(estimate, error, degrees, p, low, high, 1.0 - chosen.analysis.alpha)
    return _analysed(result, np.isfinite(y).any(axis=-1))


def _under(conducted: Conducted, arm: int, y: Array) -> Array:
    """The endpoint of each person in the first period with an arm, (R, n)."""
    here = conducted.arm == arm
    first = np.take_along_axis(y, np.argmax(here, axis=-1)[..., None], axis=-1)[..., 0]
    return np.where(here.any(axis=-1), first, np.nan)


def _some(found: Estimates, chosen: Primary) -> Estimates:
    """The differences that are asked for; other arms only lend the analysis their variance."""
    these = slice(0, len(chosen.comparisons))
    parts = (found.estimate, found.standard_error, found.degrees_of_freedom, found.p, found.low, found.high)
    estimate, error, degrees, p, low, high = (part[:, these] for part in parts)
    return Estimates(estimate, error, degrees, p, low, high, found.level)


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
