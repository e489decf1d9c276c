"""What the primary analysis aims at: the estimand in a large population, without the error of a small sample.

Under ``treatment_policy`` the same people go through each arm as a whole, everyone is rated and nobody leaves. Under
``while_on_treatment`` leaving is part of the estimand, so that a large trial with its leaving is taken. A crossover
aims at the effect of the first period, without what is carried over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from painloop.library.schema.trials import Allocation
from painloop.simulation.parameters import ParameterSets
from painloop.simulation.posterior import PUBLISHED, from_posterior
from painloop.trial.analysis import compare_returns
from painloop.trial.conducted import Conducted
from painloop.trial.endpoints import times, values
from painloop.trial.primary import Comparison, Primary
from painloop.trial.protocol import Protocol

BLOCK = 1024
"""People who are conducted together."""
FEWEST, MOST = 2, 20
"""Blocks of each rival."""
WORLDS = 64
"""Sets of parameters of a posterior in a block."""

Conduct = Callable[..., Conducted]
Groups = dict[int, np.ndarray]
"""Arm -> (2, people): value and, for times, whether pain returned."""


@dataclass(frozen=True)
class Truth:
    """The true difference of a comparison and its simulation error, in the unit of the endpoint."""

    value: float
    error: float


def truths(
    protocol: Protocol,
    chosen: Primary,
    conducting: Conduct,
    worlds: Mapping[str, object],
    seed: int,
    parameters: str = PUBLISHED,
    null: bool = False,
    people: int = 0,
) -> dict[str, tuple[Truth, ...]]:
    """The true differences under each rival, in the order of the comparisons.

    Parameters
    ----------
    worlds : rival -> what ``conducting`` is told so that this rival is true.
    people : how many of each rival to use, kept within :data:`FEWEST` and :data:`MOST` blocks.
    null : in a world where ketamine acts like placebo.
    """
    blocks = int(np.clip(people // BLOCK, FEWEST, MOST))
    each = 1 if parameters == PUBLISHED else WORLDS
    sets = _sets(protocol, parameters, blocks * each, seed)

    def conducted(of: Protocol, block: int, loop: object) -> Conducted:
        return conducting(of, seed, block * each, each, loop, sets, null)

    population = _Population(protocol, chosen, conducted, BLOCK // each)
    found = {}
    for rival, loop in worlds.items():
        parts = [population.groups(block, loop) for block in range(blocks)]
        groups = {arm: np.concatenate([part[arm] for part in parts], axis=1) for arm in parts[0]}
        found[rival] = tuple(_difference(groups, pair, chosen, protocol) for pair in chosen.comparisons)
    return found


def alone(protocol: Protocol, arm: int, people: int) -> Protocol:
    """The same trial with everyone in one arm and followed to the end."""
    trial = protocol.trial.model_copy(update={**_ONE_PERIOD, "dropout": None, "missing_diary": None})
    return replace(
        protocol,
        trial=trial,
        arms=(protocol.arms[arm],),
        numbers=(people,),
        beside=(protocol.beside[arm],),
        sequences=((0,),),
    )


def together(protocol: Protocol, people: int) -> Protocol:
    """The same trial with many people in each arm, for one period."""
    arms = len(protocol.arms)
    return replace(
        protocol,
        trial=protocol.trial.model_copy(update=_ONE_PERIOD),
        numbers=(people // arms,) * arms,
        sequences=tuple((arm,) for arm in range(arms)),
    )


_ONE_PERIOD: dict[str, object] = {"allocation": Allocation(), "crossover": None, "escalation": None}


def _sets(protocol: Protocol, parameters: str, draws: int, seed: int) -> ParameterSets | None:
    if parameters == PUBLISHED:
        return None
    sets, _ = from_posterior(parameters, protocol.condition, BLOCK // WORLDS, draws, seed)
    return sets


@dataclass
class _Population:
    """People of a protocol in blocks; those without ketamine are conducted once for all rivals."""

    protocol: Protocol
    chosen: Primary
    conducting: Callable[[Protocol, int, object], Conducted]
    people: int
    kept: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)

    def groups(self, block: int, loop: object) -> Groups:
        """The endpoint in one block, arm by arm; under treatment policy the same people are in each."""
        arms = sorted({arm for pair in self.chosen.comparisons for arm in (pair.arm, pair.against)})
        if self.chosen.strategy == "treatment_policy":
            return {arm: self._alone(arm, block, loop) for arm in arms}
        whole = self.conducting(together(self.protocol, self.people), block, loop)
        return {arm: _outcome(whole, arm, self.chosen) for arm in arms}

    def _alone(self, arm: int, block: int, loop: object) -> np.ndarray:
        if (arm, block) in self.kept:
            return self.kept[arm, block]
        one = self.conducting(alone(self.protocol, arm, self.people), block, loop)
        found = _outcome(one, 0, self.chosen)
        if self.protocol.arms[arm].role != "ketamine":
            self.kept[arm, block] = found
        return found


def _outcome(conducted: Conducted, arm: int, chosen: Primary) -> np.ndarray:
    here = conducted.arm[..., 0] == arm
    if chosen.endpoint.quantity == "time_to_return":
        seen = times(conducted, chosen.endpoint, chosen.strategy)
        return np.stack([seen.day[here], seen.returned[here]])
    value = values(conducted, chosen.endpoint, chosen.strategy)[..., 0][here]
    return np.stack([value, np.zeros_like(value)])


def _difference(groups: Groups, pair: Comparison, chosen: Primary, protocol: Protocol) -> Truth:
    treated, control = groups[pair.arm], groups[pair.against]
    if chosen.endpoint.quantity == "time_to_return":
        return _later(treated, control, float(protocol.visit_days[-1]))
    if chosen.strategy == "treatment_policy":
        gap = (treated - control)[0]
        gap = gap[np.isfinite(gap)]
        return Truth(float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(len(gap))))
    known = [one[0][np.isfinite(one[0])] for one in (treated, control)]
    error = np.sqrt(sum(one.var(ddof=1) / len(one) for one in known))
    return Truth(float(known[0].mean() - known[1].mean()), float(error))


def _later(treated: np.ndarray, control: np.ndarray, horizon: float) -> Truth:
    """Of mean days until pain returned; nan where pain fell in nobody of an arm."""
    known = [one[:, np.isfinite(one[0])] for one in (control, treated)]
    if min(one.shape[1] for one in known) < 2:
        return Truth(float("nan"), float("nan"))
    day, returned = np.concatenate(known, axis=1)
    arm = np.repeat([0, 1], [one.shape[1] for one in known])
    found = compare_returns(day, returned > 0.5, arm, horizon).difference
    return Truth(float(found.estimate[0]), float(found.standard_error[0]))
