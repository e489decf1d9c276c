"""The trials of the library at a glance: who, how many, and whether they can be run."""

from __future__ import annotations

from dataclasses import dataclass

from painloop import library
from painloop.errors import InputError
from painloop.library.schema.trials import Trial
from painloop.trial.primary import declared
from painloop.trial.protocol import read


@dataclass(frozen=True)
class Listed:
    """One trial. ``n`` as printed (``?`` where an arm's number was not read); ``reason`` why it, or an arm, cannot run.

    ``tested`` says whether a primary endpoint is compared.
    """

    id: str
    title: str
    condition: str
    design: str
    n: str
    arms: int
    runs: bool
    tested: bool
    reason: str


def catalogue() -> list[Listed]:
    """All trials of the library."""
    return [_listed(trial) for trial in library.entries("trials") if isinstance(trial, Trial)]


def _listed(trial: Trial) -> Listed:
    known = [arm.n for arm in trial.arms if arm.n is not None]
    number = max(known, default=0) if trial.design == "crossover" else sum(known)
    n = f"{number}{'' if len(known) == len(trial.arms) else ' + ?'}" if known else "?"
    runs, tested, reason = True, False, ""
    try:
        protocol = read(trial.id)
        tested = declared(protocol) is not None
        reason = "; ".join(f"{one.arm}: {one.reason}" for one in protocol.left_out)
    except InputError as refusal:
        runs, reason = False, str(refusal)
    return Listed(
        trial.id, trial.title, trial.condition or "?", trial.design, n, len(trial.arms), runs, tested, reason
    )
