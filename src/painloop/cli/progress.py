"""Progress of long work on stderr: a bar for who looks, a line now and then for a log, nothing for short work."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from painloop.cli.interruption import leaving_at_once

SHOW_FROM = 5_000
"""Patients below which a run is over before a bar could be read."""
LINE_EVERY_S = 10.0
"""Between two lines where stderr is no terminal."""
NOTE_AFTER_S = 6.0
"""Silence before the first batch of an arm after which a note says that the model is still being prepared."""
NOTE = "note: preparing the model; the first run of a kind takes longer"

Move = Callable[[int, int], None]
"""(patients done, patients in all) of an arm; the next arm counts from zero again."""


@contextmanager
def bar(what: str, patients: int) -> Iterator[Move]:
    """What the engine calls after each batch; nothing is shown for short work.

    Where the first batch of an arm takes long, a note on stderr says so, once: its program is then being compiled.

    The engine is imported and run within, since Ctrl-C leaves at once there.

    Parameters
    ----------
    what : the noun that is counted.
    patients : of all arms together.
    """
    with _noted() as noted:
        if patients >= SHOW_FROM and sys.stderr.isatty():
            with _drawn(what, patients) as show:
                yield noted(_summed(show), 0)
            return
        with leaving_at_once(lambda: None):
            yield noted(_summed(_Lines(what, patients).move), patients)


class _Note:
    """Says once that the model is being prepared, unless a batch was done in time."""

    def __init__(self) -> None:
        self.said = False
        self.timer: threading.Timer | None = None

    def wait(self) -> None:
        """Start the clock."""
        if not self.said:
            self.timer = threading.Timer(NOTE_AFTER_S, self._say)
            self.timer.daemon = True
            self.timer.start()

    def stop(self) -> None:
        """Stop it."""
        if self.timer is not None:
            self.timer.cancel()

    def _say(self) -> None:
        self.said = True
        with suppress(OSError, ValueError):
            print(NOTE, file=sys.stderr, flush=True)


@contextmanager
def _noted() -> Iterator[Callable[[Move, int], Move]]:
    """Wraps what is called after a batch; also waits for the next arm while fewer than ``patients`` are done."""
    note = _Note()

    def around(move: Move, patients: int) -> Move:
        finished = 0

        def noted(done: int, total: int) -> None:
            nonlocal finished
            note.stop()
            move(done, total)
            finished += total if done == total else 0
            if done == total and finished < patients:
                note.wait()

        return noted

    note.wait()
    try:
        yield around
    finally:
        note.stop()


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
    """One line on stderr every ten seconds after the first batch, before which nothing moves."""

    def __init__(self, what: str, patients: int) -> None:
        self.what, self.patients = what, patients
        self.said: float | None = None

    def move(self, done: int) -> None:
        now = time.monotonic()
        if self.said is None:
            self.said = now
        elif now - self.said >= LINE_EVERY_S:
            self.said = now
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
