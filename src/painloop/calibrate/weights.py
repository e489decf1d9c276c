"""How far the rivals are told apart: by how well each, fitted to the other clusters, foretold a cluster.

The score of a rival is the sum over clusters of log p(cluster | other clusters). A difference counts when it exceeds
its standard error over clusters by the factor of the choices (two), or by the 97.5 % point of Student's t where few
clusters make that larger; where none does the weights are the prior.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

EQUAL = "weights equal the prior"
SAME = 1e-9
"""Scores this close are one."""


@dataclass(frozen=True)
class Difference:
    """Score of the first minus that of the second, and its standard error over clusters."""

    first: str
    second: str
    value: float
    error: float
    clusters: int

    def decides(self, at: float) -> bool:
        """Whether it lies more than ``at`` standard errors from none, or more where clusters are few."""
        return abs(self.value) > multiple(at, self.clusters) * self.error + SAME


@dataclass(frozen=True)
class Weights:
    """Prior and posterior weights of the rivals, what stands between them, and the verdict in words."""

    prior: Mapping[str, float]
    weight: Mapping[str, float]
    score: Mapping[str, float]
    differences: tuple[Difference, ...]
    clusters: int
    verdict: str

    @property
    def decided(self) -> bool:
        """Whether any rival was told from another."""
        return self.verdict != EQUAL


def weigh(scores: Mapping[str, Sequence[float]], prior: Mapping[str, float], decided_at: float) -> Weights:
    """Weights from scores (rival -> one log predictive density a cluster, the same clusters for all)."""
    names = list(scores)
    table = np.array([scores[name] for name in names], float).reshape(len(names), -1)
    clusters = table.shape[1]
    differences = tuple(
        _difference(names[i], names[j], table[i] - table[j])
        for i in range(len(names))
        for j in range(i + 1, len(names))
    )
    total = table.sum(axis=1)
    decided = [one for one in differences if one.decides(decided_at)]
    shares = np.array([prior[name] for name in names])
    if decided:
        shares = shares * np.exp(total - total.max())
    shares = shares / shares.sum()
    return Weights(
        dict(prior),
        dict(zip(names, shares.tolist(), strict=True)),
        dict(zip(names, total.tolist(), strict=True)),
        differences,
        clusters,
        _said(decided) if decided else EQUAL,
    )


def _difference(first: str, second: str, by_cluster: np.ndarray) -> Difference:
    n = len(by_cluster)
    error = float(np.sqrt(n) * by_cluster.std(ddof=1)) if n > 1 else float("inf")
    return Difference(first, second, float(by_cluster.sum()), error, n)


def multiple(at: float, clusters: int) -> float:
    """Standard errors that a difference must exceed; an error from few clusters is itself uncertain."""
    return max(at, float(student.ppf(0.975, clusters - 1))) if clusters > 1 else float("inf")


def _said(decided: Sequence[Difference]) -> str:
    pairs = [
        f"{one.first} over {one.second}" if one.value > 0.0 else f"{one.second} over {one.first}"
        for one in decided
    ]
    return "the trials prefer " + ", ".join(pairs)


def even(rivals: Sequence[str]) -> dict[str, float]:
    """The same prior for all."""
    return dict.fromkeys(rivals, 1.0 / len(rivals))


def favouring(rival: str, rivals: Sequence[str], share: float) -> dict[str, float]:
    """A prior that gives ``share`` to one rival and the rest evenly to the others."""
    if len(rivals) == 1:
        return {rival: 1.0}
    rest = (1.0 - share) / (len(rivals) - 1)
    return {name: share if name == rival else rest for name in rivals}
