"""Progress of long work on stderr: a bar for who looks, a line now and then for a log, nothing for short work."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from painloop.cli.interruption import leaving_at_once

SHOW_FROM = 5_000
"""Patients below which a run is over before a bar could be read."""
LINE_EVERY_S = 10.0
"""Between two lines where stderr is no terminal."""

Move = Callable[[int, int], None]
"""(patients done, patients in all) of an arm; the next arm counts from zero again."""


@contextmanager
def bar(what: str, patients: int) -> Iterator[Move]:
    """What the engine calls after each batch; nothing is shown before the first call, and nothing for short work.

    The engine is imported and run within, since Ctrl-C leaves at once there.

    Parameters
    ----------
    what : the noun that is counted.
    patients : of all arms together.
    """
    if patients >= SHOW_FROM and sys.stderr.isatty():
        with _drawn(what, patients) as show:
            yield _summed(show)
        return
    with leaving_at_once(lambda: None):
        yield _summed(_Lines(what, patients).move)


@contextmanager
def _drawn(what: str, patients: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    task = progress.add_task(what, total=patients)

    def move(done: int) -> None:
        progress.start()
        progress.update(task, completed=done)

    try:
        with leaving_at_once(progress.stop):
            yield move
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
