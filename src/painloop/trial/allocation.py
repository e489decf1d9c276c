"""Who gets which arm or sequence: simple or in permuted blocks, within strata, the same whatever is run together."""

from __future__ import annotations

import math

import numpy as np

from painloop.errors import InputError
from painloop.patient.streams import uniform
from painloop.trial.protocol import Protocol

BLOCKS_OF = 4
"""Places of each arm in a block of a stratum, where the file gives no block size."""


def allocate(
    protocol: Protocol, seed: int, first: int, female: np.ndarray, age_y: np.ndarray, baseline: np.ndarray
) -> np.ndarray:
    """The place of each participant's sequence in ``protocol.sequences``.

    Parameters
    ----------
    first : number of the first replicate.
    female, age_y, baseline : of the participants, (replicates, participants).

    Returns
    -------
    numpy.ndarray
        (replicates, participants), int.

    Raises
    ------
    InputError : the block does not fit the ratio.
    """
    replicates, people = female.shape
    if protocol.trial.escalation is not None:
        doses = np.repeat(np.arange(len(protocol.sequences)), protocol.numbers)
        return np.broadcast_to(doses, (replicates, people)).copy()
    if protocol.trial.allocation.method == "simple":
        return _simple(protocol, seed, first, replicates, people)
    pattern = block(protocol)
    stratum = strata(protocol, female, age_y, baseline)
    found = np.zeros((replicates, people), int)
    for one in np.unique(stratum):
        here = stratum == one
        order = _list(pattern, seed, f"trial:allocation:{one}", first, replicates, people)
        place = np.cumsum(here, axis=1) - 1
        found = np.where(here, np.take_along_axis(order, np.maximum(place, 0), axis=1), found)
    return found


def strata(protocol: Protocol, female: np.ndarray, age_y: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """A number for the stratum of each participant, (replicates, participants); 0 for all without strata."""
    allocation = protocol.trial.allocation
    number = np.zeros(female.shape, int)
    for name in allocation.strata:
        number = 2 * number
        if name == "sex":
            number += female > 0.5
            continue
        number += (age_y if name == "age" else baseline) >= allocation.cut[name]
    return number


def block(protocol: Protocol) -> np.ndarray:
    """The places of one block before they are permuted: indices of sequences.

    Without strata and block size the whole trial is one block, so that every arm gets its number; a crossover has
    every sequence once.
    """
    allocation, arms = protocol.trial.allocation, len(protocol.sequences)
    if allocation.block_size is None and protocol.trial.crossover is not None:
        return np.arange(arms)
    if allocation.block_size is None and not allocation.strata:
        return np.repeat(np.arange(arms), protocol.numbers)
    ratio = _ratio(protocol)
    size = allocation.block_size or BLOCKS_OF * arms
    whole = sum(ratio)
    if allocation.ratio is not None and allocation.block_size is None:
        size = 2 * whole
    places = [round(size * one / whole) for one in ratio]
    exact = allocation.ratio is None or size % whole == 0
    if sum(places) != size or min(places) < 1 or not exact:
        raise InputError(
            f"A block of {size} cannot hold the ratio {':'.join(str(one) for one in ratio)}; give a block_size "
            f"that is a multiple of {whole}."
        )
    return np.repeat(np.arange(arms), places)


def _ratio(protocol: Protocol) -> list[int]:
    given = protocol.trial.allocation.ratio
    if protocol.trial.crossover is not None:
        return [1] * len(protocol.sequences)
    if given is None:
        return [number // math.gcd(*protocol.numbers) for number in protocol.numbers]
    names = [arm.name for arm in protocol.trial.arms]
    return [given[names.index(name)] for name in protocol.names]


def _list(
    pattern: np.ndarray, seed: int, stream: str, first: int, replicates: int, people: int
) -> np.ndarray:
    """The allocation list of each replicate, blocks in random order within, (replicates, people)."""
    size = len(pattern)
    blocks = -(-people // size)
    places = blocks * size
    chance = uniform(seed, stream, first * places, replicates * places).reshape(replicates, blocks, size)
    return pattern[np.argsort(chance, axis=-1)].reshape(replicates, places)[:, :people]


def _simple(protocol: Protocol, seed: int, first: int, replicates: int, people: int) -> np.ndarray:
    ratio = np.array(_ratio(protocol), float)
    upto = np.cumsum(ratio / ratio.sum())
    chance = uniform(seed, "trial:allocation", first * people, replicates * people)
    return np.minimum(np.searchsorted(upto, chance, side="right"), len(ratio) - 1).reshape(replicates, people)
