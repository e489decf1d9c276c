"""A trial whose truth is known: linear Gaussian ratings, a known effect, leaving at random given what was seen.

It stands in for the engine where the analyses are judged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from painloop.trial.conducted import Conducted
from painloop.trial.protocol import Protocol, read
from painloop.trial.template import PATH

SLOPE = 0.8
"""Of a rating on the baseline."""


def protocol(**trial: Any) -> Protocol:
    """The template with changes to its trial, allocated two to two in blocks."""
    found = read(str(PATH))
    return replace(found, trial=found.trial.model_copy(update=trial))


@dataclass(frozen=True)
class Gaussian:
    """Conducts such trials.

    ``effect`` (NRS points at every visit) is that of arms with ketamine; ``person`` and ``noise`` are standard
    deviations that all visits of a person share, and of one visit; with ``leaving`` people leave more the higher they
    last rated, or, with ``by_baseline``, the higher their baseline.
    """

    effect: float = -1.0
    person: float = 1.0
    noise: float = 1.0
    leaving: float = 0.0
    by_baseline: bool = False

    def __call__(
        self,
        of: Protocol,
        seed: int,
        first: int,
        replicates: int,
        loop: Any,
        sets: Any = None,
        null: bool = False,
    ) -> Conducted:
        """The interface of ``conduct``."""
        parts = [self._one(of, seed, first + k, null) for k in range(replicates)]
        arm, baseline, pain, rating = (np.stack(each) for each in zip(*parts, strict=True))
        shape = arm.shape
        name = loop if isinstance(loop, str) else next(iter(loop))
        gone = np.isnan(rating).any(axis=-1)
        left = np.where(gone, of.visit_days[np.argmax(np.isnan(rating), axis=-1)], np.inf)
        return Conducted(
            of, first, np.full(replicates, name), arm[..., None], baseline > 7.0, 40.0 + baseline, 70.0 + baseline,
            baseline, rating[:, :, None], rating[:, :, None], pain[:, :, None],
            np.nanmean(rating, axis=-1)[..., None] * of.horizon_d, left, np.zeros((*shape, 1)),
            {"nausea": (baseline > 8.0)[..., None]},
        )  # fmt: skip

    def _one(self, of: Protocol, seed: int, replicate: int, null: bool) -> tuple[np.ndarray, ...]:
        draw = np.random.default_rng([seed, replicate])
        n, visits = of.participants, len(of.visits)
        baseline = 7.0 + draw.normal(size=n)
        base = 1.0 + SLOPE * baseline[:, None] + self.person * draw.normal(size=(n, 1))
        base = base + self.noise * draw.normal(size=(n, visits))
        arm = np.repeat(np.arange(len(of.arms)), of.numbers)
        chance = draw.uniform(size=(n, visits))
        treated = np.array([one.role == "ketamine" for one in of.arms])[arm] & (not null)
        pain = base + self.effect * treated[:, None]
        rating = pain.copy()
        if self.leaving and of.trial.dropout is not None:
            seen = np.repeat(baseline[:, None], visits, axis=1) if self.by_baseline else pain
            risk = self.leaving / (1.0 + np.exp(-(seen - 7.0)))
            left = np.cumsum(chance < risk, axis=1) > 0
            rating[:, 1:][left[:, :-1]] = np.nan
        return arm, baseline, pain, rating
