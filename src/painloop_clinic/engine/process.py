"""A warm process: loads the numerical engine once, then answers one question after the other.

It reads from a pipe, whose end is also the end of the process: nothing outlives the service that started it. While
there is nothing to do it runs the usual questions, so that their programs are compiled before anybody asks.
"""

from __future__ import annotations

import os
import queue
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from painloop.errors import PainloopError
from painloop_clinic.engine.kinds import LIGHT, Trade
from painloop_clinic.engine.limits import IDLE_S
from painloop_clinic.engine.protocol import (
    ANSWER,
    CANCEL,
    FAILURE,
    PROGRESS,
    READY,
    WARM,
    Reply,
    Request,
    packed,
    receive_request,
    send,
)


class Cancelled(Exception):
    """Nobody waits for the answer any more."""


class Process:
    """The state of a warm process.

    Parameters
    ----------
    pipe : to the service.
    lane : whose questions it answers.
    trade : what it can do.
    """

    def __init__(self, pipe: Connection, lane: str, trade: Trade) -> None:
        self._pipe, self._lane, self._trade = pipe, lane, trade
        self._inbox: queue.Queue[Request] = queue.Queue()
        self._cancelled: set[str] = set()
        self._may_warm = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        """Take requests, and cancellations while one is being answered; leave when the service is gone."""
        try:
            while True:
                request = receive_request(self._pipe)
                if request.verb == CANCEL:
                    self._cancelled.add(request.key)
                elif request.verb == WARM:
                    self._may_warm = True
                else:
                    self._cancelled.discard(request.key)  # what came too late for an equal question before
                    self._inbox.put(request)
        except (EOFError, OSError):
            os._exit(0)

    def run(self) -> None:
        """Answer for ever; before the first question, and when none comes for a while, run the usual ones."""
        usual: Iterator[Request] = function(self._trade.usual)(self._lane)
        self._warm(next(usual, None))
        send(self._pipe, Reply(READY))
        following = next(usual, None)
        while True:
            try:
                self._serve(self._inbox.get(timeout=IDLE_S if following else None))
            except queue.Empty:
                if self._may_warm:
                    self._warm(following)
                    following = next(usual, None)

    def _warm(self, request: Request | None) -> None:
        """A usual question; only its compiled programs are kept."""
        if request is not None:
            with suppress(Exception):  # whoever really asks it will be told
                self._solve(request, lambda _: None)

    def _solve(self, request: Request, report: Callable[[float], None]) -> Any:
        return function(self._trade.questions[request.kind])(request.payload, report)

    def _serve(self, request: Request) -> None:
        def report(done: float) -> None:
            if request.key in self._cancelled:
                raise Cancelled
            send(self._pipe, Reply(PROGRESS, done=done, key=request.key))

        try:
            report(0.0)
            send(self._pipe, Reply(ANSWER, done=1.0, key=request.key), packed(self._solve(request, report)))
        except Exception as failure:
            reason, sentence = told(failure)
            send(self._pipe, Reply(FAILURE, reason=reason, sentence=sentence, key=request.key))
        finally:
            self._cancelled.discard(request.key)


def function(name: str) -> Callable[..., Any]:
    """The function called ``module:name``."""
    module, _, attribute = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), attribute)
    return found


def told(failure: Exception) -> tuple[str, str]:
    """Reason and sentence of a failure; what we did not foresee goes to the log."""
    if isinstance(failure, Cancelled):
        return "cancelled", "This was cancelled before it was done."
    if isinstance(failure, PainloopError):
        return "input", " ".join(str(failure).split())
    traceback.print_exc()
    return "broken", "The engine could not answer this; the log says why. Try something else, or report it."


def prepare(pipe: Connection, lane: str, devices: int, trade: Trade) -> None:
    """What the process does that compiles ahead; it too ends when the service does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ["PAINLOOP_DEVICES"] = str(devices)

    def wait() -> None:
        with suppress(EOFError, OSError):
            pipe.recv_bytes()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
    function(trade.prepare)(lane, devices)


def run(pipe: Connection, lane: str, devices: int, trade: Trade) -> None:
    """What a spawned process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ["PAINLOOP_DEVICES"] = str(devices)
    if lane != LIGHT:
        os.nice(5)
    try:
        Process(pipe, lane, trade).run()
    except (BrokenPipeError, EOFError):
        os._exit(0)
