"""How things are timed: in processes of their own, pinned to their cores, in rounds that take turns.

Everything that is compared is measured in one run, one after the other and again, and the medians are
compared: what else the machine does then falls on all alike. The parent process computes nothing and is
never forked.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Call:
    """A function by name, so that only the process that runs it imports its module."""

    module: str
    function: str
    arguments: tuple[Any, ...] = ()


class Worker:
    """A process pinned to some cores that runs calls until it is closed.

    Parameters
    ----------
    cores : numbers of the cores it may use; not pinned where the system cannot.
    """

    def __init__(self, cores: Iterable[int]) -> None:
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, frozenset(cores)), daemon=True)
        self._process.start()
        there.close()

    def start(self, call: Call) -> None:
        """Begin a call; it runs beside whatever else was started."""
        self._here.send(call)

    def finish(self) -> Any:
        """What the call that was started returned.

        Raises
        ------
        RuntimeError : the call failed; the message says with what.
        """
        try:
            failed, outcome = self._here.recv()
        except EOFError:
            raise RuntimeError("a process of the benchmark ended early; is there enough memory?") from None
        if failed:
            raise RuntimeError(outcome)
        return outcome

    def run(self, call: Call) -> Any:
        """Start a call and wait for what it returns."""
        self.start(call)
        return self.finish()

    def close(self) -> None:
        """End the process."""
        self._here.close()
        self._process.join(timeout=10)
        if self._process.is_alive():
            self._process.kill()


def _serve(connection: Connection, cores: frozenset[int]) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)
    while True:
        try:
            call: Call = connection.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            outcome = getattr(import_module(call.module), call.function)(*call.arguments)
            connection.send((False, outcome))
        except Exception as failure:
            connection.send((True, f"{call.module}.{call.function}: {type(failure).__name__}: {failure}"))


@dataclass(frozen=True)
class Entry:
    """One line of a comparison: the calls that run side by side, each returning its own seconds."""

    name: str
    patients: int
    calls: tuple[tuple[Worker, Call], ...]

    def seconds(self) -> float:
        """Run the calls side by side once; the slowest counts."""
        for worker, call in self.calls:
            worker.start(call)
        return max(float(worker.finish()) for worker, _ in self.calls)


@dataclass(frozen=True)
class Rate:
    """Patients per second over the rounds."""

    median: float
    low: float
    high: float


def in_turns(entries: Sequence[Entry], rounds: int) -> dict[str, Rate]:
    """The rate of each entry, measured in rounds in which every entry has its turn.

    The first turn of each, in which things are compiled, does not count.
    """
    rates: dict[str, list[float]] = {entry.name: [] for entry in entries}
    for turn in range(rounds + 1):
        for entry in entries:
            print(f"\rround {turn} of {rounds}: {entry.name:<50}", end="", file=sys.stderr, flush=True)
            seconds = entry.seconds()
            if turn:
                rates[entry.name].append(entry.patients / seconds)
    print(f"\r{'':<70}\r", end="", file=sys.stderr, flush=True)
    return {name: Rate(statistics.median(each), min(each), max(each)) for name, each in rates.items()}


def timed(module: str, function: str, first: int, last: int) -> float:
    """Seconds that ``function`` takes for patients ``first`` to ``last`` of the benchmark's population."""
    from crps_90d_problem import population

    work, theta = getattr(import_module(module), function), population(last)[first:]
    begin = perf_counter()
    work(theta)
    return perf_counter() - begin


def cores() -> list[int]:
    """The numbers of the cores that this process may use."""
    return (
        sorted(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else list(range(os.cpu_count() or 1))
    )
