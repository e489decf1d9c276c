"""The posterior of one rival as weights on a design and its grids: every refit is a sum, nothing is simulated again.

    p(values | point, shared, spreads) = product over conditions of
        sum over placebo probabilities of prior x product over the condition's trials of their likelihood

because trials of a condition share its placebo probability, and all share the point, slope, onset and spreads.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.special import logsumexp

from painloop.calibrate.design import Design
from painloop.calibrate.grids import Shared


@dataclass(frozen=True)
class Grids:
    """Grid points and log prior shares: what rivals share, {condition: (probabilities,)}, (shifts,), (effects,)."""

    shared: Shared
    placebo: Mapping[str, tuple[np.ndarray, np.ndarray]]
    shift: tuple[np.ndarray, np.ndarray]
    effect: tuple[np.ndarray, np.ndarray]

    @property
    def log_prior(self) -> np.ndarray:
        """(shared, shifts, effects)."""
        return np.asarray(self.shared.log_prior[:, None, None] + self.shift[1][:, None] + self.effect[1])


@dataclass(frozen=True)
class TrialTable:
    """Log likelihood of a trial, (points, shared, probabilities, shifts, effects); axes may have length one.

    Single precision is enough for weights, and tables are large.
    """

    id: str
    cluster: str
    condition: str
    log_likelihood: np.ndarray


@dataclass(frozen=True)
class Fit:
    """One rival and the trials it is weighed by."""

    design: Design
    grids: Grids
    tables: tuple[TrialTable, ...]
    memory: dict[tuple[str, ...], np.ndarray] = field(default_factory=dict, repr=False, compare=False)
    """Sums over placebo that fits on subsets of the same tables share: trials of a condition -> the sum."""
    evidences: dict[tuple[str, ...], float] = field(default_factory=dict, repr=False, compare=False)
    """Log marginal likelihoods that they share: trials -> the logarithm."""

    @property
    def rival(self) -> str:
        """Its name."""
        return self.design.rival

    def without(self, clusters: Collection[str] = (), trials: Collection[str] = ()) -> Fit:
        """The same without some trials."""
        kept = tuple(t for t in self.tables if t.cluster not in clusters and t.id not in trials)
        return replace(self, tables=kept)

    def of_points(self, rows: np.ndarray) -> Fit:
        """The same on some points of the design, such as every second one."""
        chosen = self.design.log_weight[rows]
        design = replace(self.design, z=self.design.z[rows], log_weight=chosen - logsumexp(chosen))

        def of(table: np.ndarray) -> np.ndarray:
            return table[rows] if len(table) > 1 else table

        kept = tuple(replace(t, log_likelihood=of(t.log_likelihood)) for t in self.tables)
        return Fit(design, self.grids, kept)

    def _over_placebo(self, condition: str) -> np.ndarray:
        """Log of prior times likelihood of a condition's trials, (points, shared, probabilities, shifts, effects)."""
        prior = self.grids.placebo[condition][1][:, None, None].astype(np.float32)
        tables = [t.log_likelihood for t in self.tables if t.condition == condition]
        return np.asarray(sum(tables, start=prior))

    @cached_property
    def log_joint(self) -> np.ndarray:
        """Log of prior times likelihood, (points, shared, shifts, effects)."""
        total = self.design.log_weight[:, None, None, None] + self.grids.log_prior
        for condition in dict.fromkeys(t.condition for t in self.tables):
            trials = tuple(t.id for t in self.tables if t.condition == condition)
            if trials not in self.memory:
                self.memory[trials] = _log_sum(self._over_placebo(condition))
            total = total + self.memory[trials]
        return np.asarray(total)

    @cached_property
    def log_evidence(self) -> float:
        """Log marginal likelihood of the trials."""
        trials = tuple(t.id for t in self.tables)
        if trials not in self.evidences:
            self.evidences[trials] = float(logsumexp(self.log_joint))
        return self.evidences[trials]

    @cached_property
    def weight(self) -> np.ndarray:
        """Posterior, (points, shared, shifts, effects), sums to one."""
        return np.exp(self.log_joint - self.log_evidence)

    @property
    def of_point(self) -> np.ndarray:
        """Posterior weight of each point of the design."""
        return np.asarray(self.weight.sum(axis=(1, 2, 3)))

    @property
    def effective(self) -> float:
        """Effective number of points: as if so many equally likely ones carried the posterior (Kong 1992)."""
        return float(1.0 / (self.of_point**2).sum())

    def of_placebo(self, condition: str) -> np.ndarray:
        """Posterior of the placebo probability of a condition, (probabilities,)."""
        if condition not in {t.condition for t in self.tables}:
            return np.exp(self.grids.placebo[condition][1])
        joint = self._over_placebo(condition)
        given = np.exp(joint - logsumexp(joint, axis=2, keepdims=True))
        return np.asarray((given * self.weight[:, :, None]).sum(axis=(0, 1, 3, 4)))

    def draw(self, count: int, chance: np.random.Generator, conditions: Sequence[str]) -> Draws:
        """Equally likely draws of everything at once; deterministic for a generator."""
        flat = self.weight.ravel()
        taken = _systematic(flat, count, chance)
        m, g, s, t = np.unravel_index(taken, self.weight.shape)
        placebo = {one: self._draw_placebo(one, (m, g, s, t), chance) for one in conditions}
        return Draws(m, g, s, t, placebo)

    def _draw_placebo(
        self, condition: str, at: tuple[np.ndarray, ...], chance: np.random.Generator
    ) -> np.ndarray:
        m, g, s, t = at
        joint = np.broadcast_to(
            self._over_placebo(condition),
            (*self.weight.shape[:2], len(self.grids.placebo[condition][0]), *self.weight.shape[2:]),
        )
        given = joint[m, g, :, s, t]
        shares = np.exp(given - logsumexp(given, axis=1, keepdims=True)).cumsum(axis=1)
        return np.asarray((chance.random((len(m), 1)) > shares).sum(axis=1).clip(0, shares.shape[1] - 1))


@dataclass(frozen=True)
class Draws:
    """Places of draws: in the design, what is shared, the spreads, and the placebo grid of each condition."""

    point: np.ndarray
    shared: np.ndarray
    shift: np.ndarray
    effect: np.ndarray
    placebo: Mapping[str, np.ndarray]


def _log_sum(table: np.ndarray) -> np.ndarray:
    """Log of the sum over placebo probabilities of exponentials."""
    top = table.max(axis=2, keepdims=True)
    return np.asarray(np.log(np.exp(table - top).sum(axis=2)) + top[:, :, 0], float)


def _systematic(weight: np.ndarray, count: int, chance: np.random.Generator) -> np.ndarray:
    """Places drawn with one random number, evenly spaced along the weights, then shuffled."""
    edges = np.cumsum(weight)
    at = (np.arange(count) + chance.random()) / count * edges[-1]
    return chance.permutation(np.minimum(np.searchsorted(edges, at), len(weight) - 1))
