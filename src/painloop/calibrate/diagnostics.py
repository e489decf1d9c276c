"""Whether a posterior can be trusted as a computation, and which of its parameters the trials say nothing of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from painloop import library
from painloop.calibrate.choices import Choices
from painloop.calibrate.expected import People, expected
from painloop.calibrate.fit import Fit
from painloop.calibrate.problem import Problem
from painloop.loop.rivals import RIVALS
from painloop.simulation.times import HOURS_PER_DAY

SLOPE, ONSET = "analgesia.slope", "placebo.onset_half_life_d"
"""Names of what all rivals share: the acute slope, and how fast a placebo response comes."""
HALVES_AGREE = 0.5
"""Log evidences of two halves of a design further apart than this, or means by more posterior SD, have not settled."""
RUN = 8
"""Consecutive points of a design that go to the same half."""
PEOPLE_AGREE = 0.5
"""An error of the simulated mean above this share of a printed standard error is said."""


@dataclass(frozen=True)
class Convergence:
    """How well a design carries a posterior.

    ``effective`` points of ``points`` with weight; ``halves`` is the difference of the log evidence between two halves
    of the design and ``means`` the largest of a posterior mean, in posterior SD; ``edge`` the largest posterior mass at
    an end of a grid and ``edge_of`` which; ``people`` the typical error of a simulated value over its printed error.
    """

    rival: str
    points: int
    effective: float
    halves: float
    means: float
    edge: float
    edge_of: str
    people: float
    problems: tuple[str, ...]

    @property
    def converged(self) -> bool:
        """Whether nothing speaks against the numbers."""
        return not self.problems


@dataclass(frozen=True)
class Told:
    """A parameter before and after, (5 %, median, 95 %) each, and posterior over prior SD on its own scale."""

    name: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    ratio: float


@dataclass(frozen=True)
class Identified:
    """What the trials say of the parameters of a rival.

    ``together`` are pairs of parameters whose posterior correlation exceeds the limit; ``products`` what is seen of
    pairs that act as one, as posterior over prior SD of the logarithm of their product.
    """

    rival: str
    told: tuple[Told, ...]
    together: tuple[tuple[str, str, float], ...]
    products: tuple[tuple[str, float], ...]


def convergence(problem: Problem, fit: Fit) -> Convergence:
    """Check a posterior; what is wrong with it is said in words."""
    numbers = Choices.load().numbers
    live = int(np.isfinite(fit.design.log_weight).sum())
    halves, means = _halves(fit) if fit.design.priors else (0.0, 0.0)
    edge, where = _edges(fit)
    error = _people(problem, fit)
    problems = []
    enough = numbers["least_effective"]
    if fit.design.priors and fit.effective < enough:
        problems.append(
            f"{fit.effective:.0f} effective points, fewer than {enough:.0f}: more --design is needed"
        )
    if abs(halves) > HALVES_AGREE:
        problems.append(f"two halves of the design differ by {abs(halves):.2f} in log evidence")
    if means > HALVES_AGREE:
        problems.append(f"two halves of the design differ by {means:.2f} posterior SD in a mean")
    if edge > numbers["edge_mass"]:
        problems.append(f"{100 * edge:.0f} % of the mass at an end of the grid of {where}")
    if error > PEOPLE_AGREE:
        problems.append(
            f"simulated people are few: their values err by {error:.2f} of a printed standard error"
        )
    return Convergence(fit.rival, live, fit.effective, halves, means, edge, where, error, tuple(problems))


def _halves(fit: Fit) -> tuple[float, float]:
    """Log evidence of one half of the design minus the other, and the largest difference of a mean in posterior SD.

    Halves are runs of consecutive points: each run of a Sobol sequence covers the prior evenly, odd points do not.
    """
    rows = np.flatnonzero(np.isfinite(fit.design.log_weight))
    parts = [fit.of_points(rows[rows // RUN % 2 == half]) for half in (0, 1)]
    means = [part.of_point @ part.design.z for part in parts]
    sd = np.sqrt(np.maximum(fit.of_point @ (fit.design.z - fit.of_point @ fit.design.z) ** 2, 1e-12))
    apart = np.abs(means[0] - means[1]) / sd
    return parts[0].log_evidence - parts[1].log_evidence, float(apart.max())


def _edges(fit: Fit) -> tuple[float, str]:
    """The largest mass at an end that the prior does not put there, and whose grid it is.

    The half-life of the onset has no end to run against: faster than its grid is faster than anything printed.
    """
    weight = fit.weight.sum(axis=0)
    slope = fit.grids.shared.slope
    ends = np.stack([slope == slope.min(), slope == slope.max()])
    marginal = {
        "the acute slope": ends @ weight.sum(axis=(1, 2)),
        "the shift between trials": weight.sum(axis=(0, 2))[-1:],
        "the drug effect between trials": weight.sum(axis=(0, 1))[-1:],
    }
    for condition in dict.fromkeys(table.condition for table in fit.tables):
        marginal[f"the placebo response of {condition}"] = fit.of_placebo(condition)[[0, -1]]
    where = max(marginal, key=lambda name: marginal[name].max())
    return float(marginal[where].max()), where


def _people(problem: Problem, fit: Fit) -> float:
    """Typical (root mean square) Monte-Carlo error of expected values over their printed errors, from two halves.

    At the likeliest point; half the difference of two halves estimates the standard error of the whole.
    """
    best = int(np.argmax(fit.of_point))
    likeliest = problem.grids.shared.at(np.array([np.argmax(fit.weight.sum(axis=(0, 2, 3)))]))
    found = []
    for trial in problem.trials:
        courses = problem.courses(trial)
        given = {arm: one and one.at(fit.rival, np.array([best])) for arm, one in courses.items()}
        placebo = problem.grids.placebo[trial.condition][0]
        middle = placebo[len(placebo) // 2 : len(placebo) // 2 + 1]
        whole = problem.people[trial.id]
        parts = [
            People.of(trial.condition, whole.seed, whole.chance.size, trial.baseline, half) for half in (0, 1)
        ]
        for datum in trial.data:
            halves = [expected(datum, part, given, fit.rival, likeliest, middle) for part in parts]
            share = 0.5 * float(halves[0].mean() + halves[1].mean())
            printed = datum.error if datum.count is None else np.sqrt(share * (1.0 - share) / datum.n)
            found.append(0.5 * float(np.abs(halves[0] - halves[1]).max()) / float(printed))
    return float(np.sqrt(np.mean(np.square(found))))


def identified(fit: Fit, slope: float) -> Identified:
    """Posterior beside prior for each parameter; ``slope`` is the library's acute slope."""
    limit = Choices.load().numbers["not_identified"]
    weight, prior = fit.of_point, np.exp(fit.design.log_weight)
    z = fit.design.z
    told = [
        Told(
            name,
            _quantiles(fit.design.values[:, k], prior),
            _quantiles(fit.design.values[:, k], weight),
            _sd(z[:, k], weight) / _sd(z[:, k], prior),
        )
        for k, name in enumerate(fit.design.names)
    ]
    told += _shared(fit, slope)
    together = []
    if len(fit.design.priors) > 1:
        correlation = _correlation(z, weight)
        names = fit.design.names
        together = [
            (names[i], names[j], float(correlation[i, j]))
            for i in range(len(names))
            for j in range(i + 1, len(names))
            if abs(correlation[i, j]) > limit
        ]
    return Identified(fit.rival, tuple(told), tuple(together), _products(fit))


def _shared(fit: Fit, slope: float) -> list[Told]:
    """What rivals share: the acute slope, and the half-life of placebo responses where it is not assumed."""
    grid = fit.grids.shared
    before, after = np.exp(grid.log_prior), fit.weight.sum(axis=(0, 2, 3))
    columns = {SLOPE: slope * grid.slope, ONSET: grid.onset_h / HOURS_PER_DAY}
    return [
        Told(
            name, _quantiles(values, before), _quantiles(values, after),
            _sd(np.log(np.abs(values)), after) / _sd(np.log(np.abs(values)), before),
        )
        for name, values in columns.items()
        if np.ptp(values) > 0.0
    ]  # fmt: skip


def _products(fit: Fit) -> tuple[tuple[str, float], ...]:
    """What acts as one: removal k_dn D(B) at the block of the library's B50, and the relief c k_dn D that follows."""
    values = {prior.name: fit.design.values[:, k] for k, prior in enumerate(fit.design.priors)}
    if not {"k_dn", "B50", "c"} <= set(values):
        return ()
    known = library.load("loop", RIVALS[fit.rival].file).parameters
    block, m = known["B50"].number, known["m"].number
    removal = np.log(values["k_dn"]) - np.log1p((values["B50"] / block) ** m)
    weight, prior = fit.of_point, np.exp(fit.design.log_weight)
    found = {f"k_dn D({block:g})": removal, f"c k_dn D({block:g})": removal + np.log(values["c"])}
    return tuple((name, _sd(one, weight) / _sd(one, prior)) for name, one in found.items())


def _correlation(z: np.ndarray, weight: np.ndarray) -> np.ndarray:
    off = z - weight @ z
    covariance = (off * weight[:, None]).T @ off
    sd = np.sqrt(np.maximum(np.diag(covariance), 1e-12))
    return np.asarray(covariance / np.outer(sd, sd))


def _sd(values: np.ndarray, weight: np.ndarray) -> float:
    mean = weight @ values
    return float(np.sqrt(max(weight @ (values - mean) ** 2, 1e-12)))


def _quantiles(values: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """5, 50 and 95 % of weighted values."""
    return tuple(weighted_quantiles(values, weight, (0.05, 0.5, 0.95)))  # type: ignore[return-value]


def weighted_quantiles(values: np.ndarray, weight: np.ndarray, at: Sequence[float]) -> list[float]:
    """Quantiles of values that are not equally likely, by their steps."""
    order = np.argsort(values)
    edges = np.cumsum(weight[order])
    places = np.searchsorted(edges / edges[-1], at).clip(0, len(values) - 1)
    return [float(values[order][place]) for place in places]
