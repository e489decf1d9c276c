"""What pages call: ask the engine, with a deadline, and get JSON or a sentence that says why not.

    answer = ask("course", CourseRequest(regimen="sigtermans-2009").payload())

Light, and safe to import in a web process: it knows nothing of the engine but its socket.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any

from django.conf import settings

from painloop_clinic.engine.protocol import (
    ADDRESS,
    ANSWER,
    ASK,
    CANCEL,
    FAILURE,
    KEY,
    LOOK,
    START,
    STATE,
    Reply,
    Request,
    receive_reply,
    send,
    unpacked,
)

STATUSES = {
    "input": 422,
    "busy": 503,
    "late": 504,
    "cancelled": 409,
    "unknown": 404,
    "broken": 500,
    "down": 503,
}
RETRY_AFTER_S = {"busy": 5, "down": 10}
MARGIN_S = 15.0


class EngineFailure(Exception):
    """The engine did not answer.

    Attributes
    ----------
    reason : ``input``, ``busy``, ``late``, ``cancelled``, ``unknown``, ``broken`` or ``down``.
    sentence : for people: the value, the limit, the remedy.
    status : the HTTP status that fits.
    retry_after_s : when it is worth trying again, if it is.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason, self.sentence = reason, sentence
        self.status = STATUSES.get(reason, 500)
        self.retry_after_s = RETRY_AFTER_S.get(reason)


@dataclass(frozen=True)
class Progress:
    """How far a started question is; ``answer`` when it is done."""

    key: str
    done: float
    answer: dict[str, Any] | None = None


def ask(
    kind: str,
    payload: dict[str, Any],
    deadline_s: float = 60.0,
    progress: Callable[[float], None] | None = None,
) -> dict[str, Any]:
    """The answer to a question; whoever stops waiting cancels it.

    Raises
    ------
    EngineFailure : refused, too late, cancelled or broken; it has a sentence and a status.
    """
    for reply, body in _exchange(Request(ASK, kind, payload, deadline_s), deadline_s + MARGIN_S):
        if body is not None:
            return unpacked(body)
        if progress is not None:
            progress(reply.done)
    raise EngineFailure("broken", "The engine hung up; try again.")


def start(kind: str, payload: dict[str, Any], deadline_s: float = 120.0) -> Progress:
    """Begin a question without waiting; look at it with :func:`look`, at least every 30 s."""
    return _at_once(Request(START, kind, payload, deadline_s))


def look(key: str) -> Progress:
    """How far a started question is."""
    return _at_once(Request(LOOK, key=key))


def cancel(key: str) -> None:
    """Wait no longer; the work stops at the next batch unless somebody else wants it."""
    _at_once(Request(CANCEL, key=key))


def state() -> dict[str, Any]:
    """The state of the lanes: ready, waiting, processes, restarts."""
    for reply, _ in _exchange(Request(STATE), 2.0):
        return reply.detail
    raise EngineFailure("down", DOWN)


DOWN = "The engine is starting or has stopped; wait a few seconds and try again."
_MINE = threading.local()


def _at_once(request: Request) -> Progress:
    for reply, body in _exchange(request, MARGIN_S):
        return Progress(reply.key, reply.done, None if body is None else unpacked(body))
    raise EngineFailure("down", DOWN)


def _exchange(request: Request, patience_s: float) -> Iterator[tuple[Reply, bytes | None]]:
    """Send a request and yield the replies to it; a connection left half-way is closed."""
    connection = _sent(request)
    whole = False
    try:
        while True:
            if not connection.poll(patience_s):
                raise EngineFailure("late", "The engine did not answer in time; try again.")
            reply, body = receive_reply(connection)
            whole = request.verb != ASK or reply.event in (ANSWER, FAILURE)
            if reply.event == FAILURE:
                raise EngineFailure(reply.reason, reply.sentence)
            yield reply, body
            if whole:
                return
    except (EOFError, OSError) as gone:
        whole = False
        raise EngineFailure("down", DOWN) from gone
    finally:
        if not whole:
            hang_up()


def _sent(request: Request) -> Connection:
    """The connection of this thread with the request on its way; one that is stale or of another engine is replaced."""
    try:
        request.content()
    except ValueError:
        raise EngineFailure("input", "A value is not a finite number; give one that is.") from None
    connection: Connection | None = getattr(_MINE, "connection", None)
    if connection is not None and _MINE.folder != settings.ENGINE_FOLDER:
        hang_up()
        connection = None
    if connection is not None:
        try:
            if not connection.poll(0):
                send(connection, request)
                return connection
        except (OSError, EOFError):
            pass
        hang_up()
    try:
        connection = _MINE.connection = _connected(settings.ENGINE_FOLDER)
        _MINE.folder = settings.ENGINE_FOLDER
        send(connection, request)
    except (OSError, EOFError, AuthenticationError) as gone:
        hang_up()
        raise EngineFailure("down", DOWN) from gone
    return connection


def _connected(folder: Path | None) -> Connection:
    if folder is None:
        raise EngineFailure(
            "down", "This server was started without an engine; start it with painloop clinic."
        )
    connection: Connection = Client(str(folder / ADDRESS), "AF_UNIX", authkey=(folder / KEY).read_bytes())
    return connection


def hang_up() -> None:
    """Close the connection of this thread, if it has one."""
    connection: Connection | None = getattr(_MINE, "connection", None)
    _MINE.connection = None
    if connection is not None:
        connection.close()
