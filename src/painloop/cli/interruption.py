"""Ctrl-C while the engine works: the process leaves at once.

A KeyboardInterrupt raised inside the engine is not safe: its callbacks may swallow it, and its start may crash on it.
Nothing is half done there, so nothing needs to be unwound. Everywhere else Python raises as it always does, and files
are written whole or not at all.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

STATUS = 130
"""What a shell reports for a program that Ctrl-C has ended."""
MESSAGE = "painloop: interrupted"


@contextmanager
def leaving_at_once(undo: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C calls ``undo`` and ends the process; nothing changes where Ctrl-C is ignored or handled by another."""
    own = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not own or threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(_signal: int, _frame: FrameType | None) -> None:
        with suppress(Exception):
            undo()
        with suppress(OSError):
            os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, f"{MESSAGE}\n".encode())
        os._exit(STATUS)

    signal.signal(signal.SIGINT, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
