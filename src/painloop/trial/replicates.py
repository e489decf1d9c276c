"""Replicates of a trial in chunks: conducted with the drug and without its effect, analysed, and written down.

A chunk is about a thousand people with ketamine, so that memory does not grow with the number of replicates. Each
replicate is reduced to a row of numbers at once; replicate r of a seed is the same however many are run.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from painloop._version import __version__
from painloop.errors import InputError
from painloop.library.loader import LIBRARY
from painloop.loop.rivals import rivals
from painloop.simulation.parameters import ParameterSets
from painloop.simulation.posterior import PUBLISHED, from_posterior
from painloop.trial.analyses import analyse
from painloop.trial.conduct import conduct
from painloop.trial.conducted import Conducted
from painloop.trial.primary import Primary, declared
from painloop.trial.protocol import Protocol
from painloop.trial.rows import Row, counts, measured, tested
from painloop.trial.state import NAME, State, Table

PEOPLE = 1024
"""People with ketamine of a chunk, about; one replicate at least. It is the largest batch of the engine."""
MOST = 1_000_000
"""Replicates of a run."""

TOLD_ONLY = ("claims", "guideline", "limits", "meta_analyses", "observations", "trials")
"""Folders of facts that no replicate is computed from; the trial itself has a hash of its own."""

Conduct = Callable[..., Conducted]


@dataclass(frozen=True)
class Options:
    """What is run besides the protocol.

    Parameters
    ----------
    loop : name of a rival, or all. parameters : published or posterior@VERSION. null : only the world in which
    ketamine acts like placebo.
    """

    loop: str = "all"
    parameters: str = PUBLISHED
    null: bool = False


@dataclass(frozen=True)
class Run:
    """Finished replicates of a protocol; ``primary`` is None where nothing is tested."""

    protocol: Protocol
    primary: Primary | None
    options: Options
    seed: int
    table: Table


def run(
    protocol: Protocol,
    replicates: int,
    seed: int = 1,
    options: Options | None = None,
    folder: Path | None = None,
    resume: bool = False,
    progress: Callable[[int, int], None] | None = None,
    each: Callable[[Conducted], None] | None = None,
    conducting: Conduct = conduct,
    with_null: bool = True,
) -> Run:
    """Run replicates, or go on with them.

    Parameters
    ----------
    replicates : in all, 1 to a million. folder : where finished chunks are kept; a temporary one by default.
    resume : go on with what is in ``folder``. progress : called with (participants done, participants in all) after
    each chunk. each : called with every chunk that is computed, before it is written down. with_null : also run the
    world without effect, for type I error.

    Raises
    ------
    InputError : a number is out of range, the analysis does not suit the trial, or the folder is of another run.
    """
    if not 1 <= replicates <= MOST:
        raise InputError(
            f"The number of replicates is {replicates} and must be 1 to {MOST:,}; 200 give a first look."
        )
    chosen, options = declared(protocol), options or Options()
    size = chunk_size(protocol)
    with _kept(folder) as place:
        state = State(place / NAME, about(protocol, seed, options), size)
        state.resume() if resume else state.begin()
        state.done = min(state.done, replicates)
        for first in range(state.done, replicates, size):
            count = min(size, replicates - first)
            with_drug, rows = _chunk(conducting, protocol, chosen, options, seed, first, count, with_null)
            if each is not None:
                each(with_drug)
            names = {
                "replicate": [str(first + k) for k in range(count)],
                "rival": with_drug.rival.astype(str).tolist(),
            }
            state.append(rows, names)
            if progress is not None:
                progress((first + count) * protocol.participants, replicates * protocol.participants)
        return Run(protocol, chosen, options, seed, state.table())


def world(
    protocol: Protocol, options: Options, seed: int, upto: int
) -> tuple[str | Mapping[str, float], ParameterSets | None]:
    """The rivals to draw from, by weight, and the parameters of replicates 0 to ``upto`` - 1."""
    names = [rival.name for rival in rivals(options.loop)]
    if options.parameters == PUBLISHED:
        return (dict.fromkeys(names, 1.0) if len(names) > 1 else names[0]), None
    sets, weights = from_posterior(options.parameters, protocol.condition, protocol.participants, upto, seed)
    known = {name: weights.get(name, 0.0) for name in names}
    return (known if len(names) > 1 else names[0]), sets


def chunk_size(protocol: Protocol) -> int:
    """Replicates that are computed together."""
    treated = sum(n for arm, n in zip(protocol.arms, protocol.numbers, strict=True) if arm.role == "ketamine")
    return max(1, PEOPLE // max(treated, 1))


def about(protocol: Protocol, seed: int, options: Options) -> dict[str, Any]:
    """What makes a run what it is: replicates of different runs are never mixed."""
    return {
        "painloop": __version__,
        "library": library_hash(),
        "trial": protocol_hash(protocol),
        "id": protocol.trial.id,
        "seed": seed,
        "rivals": options.loop,
        "parameters": options.parameters,
        "null": options.null,
        "patients": list(protocol.numbers),
    }


def protocol_hash(protocol: Protocol) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of a trial as it was read."""
    return hashlib.sha256(protocol.trial.model_dump_json().encode()).hexdigest()[:12]


def library_hash() -> str:
    """The same of all shipped facts that numbers may come from."""
    digest = hashlib.sha256()
    for path in sorted(LIBRARY.rglob("*.yaml")):
        if path.parent.name not in TOLD_ONLY:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _chunk(
    conducting: Conduct,
    protocol: Protocol,
    chosen: Primary | None,
    options: Options,
    seed: int,
    first: int,
    count: int,
    with_null: bool,
) -> tuple[Conducted, Row]:
    """One chunk with the drug, and its rows; of the world without effect only the test is kept."""
    loop, sets = world(protocol, options, seed, first + count)
    given = conducting(protocol, seed, first, count, loop, sets, options.null)
    rows = measured(given, chosen)
    if chosen is not None:
        found = analyse(given, chosen)
        rows |= tested(protocol, chosen, found, "null" if options.null else "test")
        rows |= counts(given, "analysed", found.people[..., None] & np.ones(given.arm.shape, bool))
        if with_null and not options.null and chosen.endpoint.quantity != "adverse_event":
            without = conducting(protocol, seed, first, count, loop, sets, True)
            rows |= tested(protocol, chosen, analyse(without, chosen), "null")
    return given, rows


@contextmanager
def _kept(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="painloop-") as place:
        yield Path(place)
