"""Which impulse reaches which synapse when: conduction times, connections and background, drawn by seed.

Every draw comes from a counter-based stream named by what it is for, in continuous time: it is the same whatever the
time step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from painloop.circuit.currents import Array
from painloop.circuit.protocol import Protocol
from painloop.library.schema.circuits import Circuit, Connection, Fibres
from painloop.patient.streams import uniform

Index: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Impulses:
    """Times (ms) of impulses and the number of the fibre each is of."""

    time: Array
    fibre: Index


def stimulus_times(protocol: Protocol, first_ms: float) -> Array:
    """When the stimuli are given, ms."""
    return np.asarray(first_ms + protocol.interval_ms * np.arange(protocol.stimuli), dtype=np.float64)


def volleys(fibres: Fibres, protocol: Protocol, stimuli: Array, until_ms: float) -> Impulses:
    """The impulses of all fibres of a type as they arrive in the cord.

    A-delta latencies vary with every stimulus (uniform), C latencies between fibres (normal, not below the
    shortest, one fibre in each of as many equal shares); ongoing impulses of C fibres come on top.
    """
    value = {name: one.number for name, one in fibres.values.items()}
    if fibres.name == "A":
        drawn = uniform(protocol.seed, "circuit:A", 0, fibres.count * stimuli.size)
        latency = value["latency"] + value["spread"] * drawn.reshape(stimuli.size, fibres.count)
    else:
        drawn = uniform(protocol.seed, "circuit:C", 0, fibres.count)
        ranks = (np.arange(fibres.count) + drawn) / fibres.count
        each = np.maximum(value["latency"] + value["spread"] * ndtri(ranks), value["shortest"])
        latency = np.broadcast_to(each, (stimuli.size, fibres.count))
    time = (stimuli[:, None] + latency).ravel()
    fibre = np.tile(np.arange(fibres.count), stimuli.size)
    if fibres.name == "C" and protocol.lesion.ongoing_C_Hz > 0.0:
        more = poisson(protocol.seed, "circuit:ongoing", fibres.count, protocol.lesion.ongoing_C_Hz, until_ms)
        time, fibre = np.concatenate([time, more.time]), np.concatenate([fibre, more.fibre])
    return Impulses(time, fibre.astype(np.int64))


def poisson(seed: int, stream: str, sources: int, rate_Hz: float, until_ms: float) -> Impulses:
    """Independent Poisson impulses of ``sources`` sources up to a time."""
    mean = rate_Hz * until_ms / 1000.0
    most = int(mean + 10.0 * np.sqrt(mean) + 20.0)
    times, owners = [], []
    for source in range(sources):
        gaps = -np.log(uniform(seed, f"{stream}:{source}", 0, most)) * 1000.0 / rate_Hz
        at = np.cumsum(gaps)
        at = at[at < until_ms]
        times.append(at)
        owners.append(np.full(at.size, source))
    return Impulses(np.concatenate(times), np.concatenate(owners).astype(np.int64))


def listens(connection: Connection, seed: int, sources: int, targets: int) -> NDArray[np.bool_]:
    """(target, source): whether a target has a synapse of a source; all receptors of a pair share the choice."""
    share = 1.0 if connection.share is None else connection.share.number
    if share >= 1.0:
        return np.ones((targets, sources), dtype=bool)
    drawn = uniform(seed, f"circuit:{connection.source}>{connection.target}", 0, sources * targets)
    order = np.argsort(drawn.reshape(targets, sources), axis=1)
    ranks = np.argsort(order, axis=1)
    return ranks < round(share * sources)


def inhibitory(receptor: str) -> bool:
    """Whether a receptor lets chloride through."""
    return receptor in ("GABA-A", "glycine", "background-inhibition")


def members(circuit: Circuit, name: str) -> Index:
    """The numbers of the cells of a type, in the order of the file."""
    start = 0
    for cell in circuit.cells:
        if cell.name == name:
            return np.arange(start, start + cell.count)
        start += cell.count
    raise KeyError(name)
