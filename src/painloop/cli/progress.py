"""Progress of long work on stderr: silent when it is short or when no one looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHOW_FROM = 5_000
"""Patients below which a run is over before a bar could be read."""


@contextmanager
def bar(what: str, patients: int) -> Iterator[Callable[[int, int], None] | None]:
    """A bar that the engine moves after each batch, or ``None`` for short work."""
    if patients < SHOW_FROM:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=patients)

        def move(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield move
