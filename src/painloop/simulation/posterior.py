"""Draws of a stored posterior as sets of parameters, and the weights that it gives to the rivals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from painloop import library
from painloop.errors import InputError
from painloop.library.schema.posteriors import Posterior
from painloop.patient.streams import uniform
from painloop.simulation.parameters import ANALGESIA, PLACEBO, ParameterSets
from painloop.simulation.plan import Plan

PUBLISHED = "published"
"""The parameters as their files give them."""
_MARK = "posterior@"
WORLDS = 200
"""Sets that a population is spread over."""


def posterior(parameters: str) -> Posterior | None:
    """The posterior behind ``--parameters``: ``None`` for ``published``, or that of ``posterior@VERSION``.

    Raises
    ------
    InputError : it is neither, or there is no such version.
    """
    if parameters == PUBLISHED:
        return None
    known = library.ids("posteriors")
    version = parameters.removeprefix(_MARK)
    if not parameters.startswith(_MARK) or version not in known:
        choices = ", ".join([PUBLISHED, *(f"{_MARK}{one}" for one in known)])
        raise InputError(f"--parameters got '{parameters}', which is not known; write one of {choices}.")
    found: Posterior = library.load("posteriors", version)
    return found


def from_posterior(
    version: str, condition: str, people: int, replicates: int, seed: int
) -> tuple[ParameterSets, dict[str, float]]:
    """Parameters of ``replicates`` worlds that ``people`` persons in a row share, and the weight of each rival.

    Each rival is given a draw of its own parameters; what rivals share (acute analgesia, placebo response) comes
    from the draw of one of them, taken by weight.

    Parameters
    ----------
    version : such as ``painloop-2026``, with or without ``posterior@``.
    condition : whose placebo response is drawn.
    """
    entry = posterior(_MARK + version.removeprefix(_MARK))
    assert entry is not None
    weights = {name: one.weight for name, one in entry.rivals.items()}
    columns: dict[str, np.ndarray] = {}
    drawn: dict[str, Mapping[str, np.ndarray]] = {}
    for name, one in entry.rivals.items():
        table = np.asarray(one.draws, float).reshape(len(one.draws), len(one.parameters))
        rows = (uniform(seed, f"posterior:{version}:{name}", 0, replicates) * len(table)).astype(int)
        drawn[name] = dict(zip(one.parameters, table[rows].T, strict=True))
        columns |= {p: values for p, values in drawn[name].items() if p.startswith(f"{name}.")}
    chosen = _by_weight(weights, uniform(seed, f"posterior:{version}:shared", 0, replicates))
    for parameter, stored in _shared(drawn, condition).items():
        columns[parameter] = np.choose(chosen, [drawn[name][stored] for name in drawn])
    return ParameterSets(tuple(columns), np.stack(list(columns.values()), axis=1), people), weights


def _by_weight(weights: Mapping[str, float], chance: np.ndarray) -> np.ndarray:
    """Which rival, by place."""
    edges = np.cumsum(list(weights.values()))
    return np.minimum(np.searchsorted(edges / edges[-1], chance), len(weights) - 1)


def _shared(drawn: Mapping[str, Mapping[str, np.ndarray]], condition: str) -> dict[str, str]:
    """Name of a parameter -> name of the column that holds it, for what every rival's draws have."""
    common = set.intersection(*(set(one) for one in drawn.values()))
    found = {name: name for name in sorted(common) if name.startswith(f"{ANALGESIA}.")}
    found |= {
        name: name for name in sorted(common) if name.startswith(f"{PLACEBO}.") and name.count(".") == 1
    }
    own = f"{PLACEBO}.{condition}."
    return found | {
        f"{PLACEBO}.{name.removeprefix(own)}": name for name in sorted(common) if name.startswith(own)
    }


def with_posterior(planned: Plan, parameters: str, people: int, seed: int) -> Plan:
    """The plan with draws of a posterior shared by people in a row; unchanged for ``published``.

    A single person is the typical one and has the median of every parameter.
    """
    entry = posterior(parameters)
    if entry is None:
        return planned
    worlds = min(WORLDS, people) if people > 1 else WORLDS
    sets, _ = from_posterior(entry.id, planned.line.files.condition.id, -(-people // worlds), worlds, seed)
    if people == 1:
        sets = ParameterSets(sets.names, np.median(sets.values, axis=0)[None, :], 1)
    return replace(planned, settings=replace(planned.settings, sets=sets, posterior=entry))


def weights_of(entry: Posterior | None, rivals: Sequence[str]) -> tuple[np.ndarray, str]:
    """Weight of each rival, adding up to one, and where the weights come from, in words."""
    equal = np.full(len(rivals), 1.0 / len(rivals))
    if entry is None:
        return equal, "equal, the prior: no data weighed them"
    found = np.array([entry.rivals[name].weight if name in entry.rivals else 0.0 for name in rivals])
    if found.sum() <= 0.0:
        return equal, f"equal: {_MARK}{entry.id} gives these rivals no weight"
    if np.allclose(found, found[0]):
        return equal, f"equal, the prior: the published trials cannot decide ({_MARK}{entry.id})"
    return found / found.sum(), f"of {_MARK}{entry.id}, by prediction of trials that were held out"
