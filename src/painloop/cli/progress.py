"""Progress of long work on stderr: a bar for who looks, a line now and then for a log, nothing for short work."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHOW_FROM = 5_000
"""Patients below which a run is over before a bar could be read."""
LINE_EVERY_S = 10.0
"""Between two lines where stderr is no terminal."""

Move = Callable[[int, int], None]
"""(patients done, patients in all) of an arm; the next arm counts from zero again."""


@contextmanager
def bar(what: str, patients: int) -> Iterator[Move | None]:
    """What the engine calls after each batch, or ``None`` for short work; nothing is shown before the first call.

    Parameters
    ----------
    what : the noun that is counted.
    patients : of all arms together.
    """
    if patients < SHOW_FROM:
        yield None
    elif sys.stderr.isatty():
        yield from _drawn(what, patients)
    else:
        yield _summed(_Lines(what, patients).move)


def _drawn(what: str, patients: int) -> Iterator[Move]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    task = progress.add_task(what, total=patients)

    def move(done: int) -> None:
        progress.start()
        progress.update(task, completed=done)

    try:
        yield _summed(move)
    finally:
        if progress.live.is_started:
            progress.stop()


class _Lines:
    """One line on stderr every ten seconds."""

    def __init__(self, what: str, patients: int) -> None:
        self.what, self.patients, self.said = what, patients, time.monotonic()

    def move(self, done: int) -> None:
        if time.monotonic() - self.said >= LINE_EVERY_S:
            self.said = time.monotonic()
            print(f"{self.what}: {done:,} of {self.patients:,}", file=sys.stderr, flush=True)


def _summed(show: Callable[[int], None]) -> Move:
    """Counts over all arms."""
    before = last = 0

    def move(done: int, _total: int) -> None:
        nonlocal before, last
        if done < last:
            before += last
        last = done
        show(before + done)

    return move
