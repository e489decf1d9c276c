"""The messages between pages, the service and its processes: typed, JSON, never pickled.

A message is an envelope of JSON; an answer is followed by its body, compressed JSON, which is passed on as it is.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from painloop._version import __version__

ADDRESS, KEY = "engine.sock", "engine.key"
MOST_BYTES = 32 * 2**20
ASK, START, LOOK, CANCEL, STATE, WARM = "ask", "start", "look", "cancel", "state", "warm"
ANSWER, FAILURE, PROGRESS, READY = "answer", "failure", "progress", "ready"
FAST = 1
"""Level of compression."""


@dataclass(frozen=True)
class Request:
    """What a page asks.

    Parameters
    ----------
    verb : ``ask`` waits for the answer; ``start`` does not, ``look`` and ``cancel`` follow by ``key``; ``state``;
        ``warm`` tells a process that it may run the usual questions.
    kind : which question, see :mod:`painloop_clinic.engine.kinds`.
    payload : its values, checked by the page and again by the process.
    deadline_s : how long the answer is worth waiting for, the queue included.
    key : of the job, for ``look`` and ``cancel``.
    """

    verb: str
    kind: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    deadline_s: float = 60.0
    key: str = ""

    def content(self) -> str:
        """The hash of the question and of the version that answers it: equal questions have one answer."""
        text = json.dumps([self.kind, self.payload, __version__], sort_keys=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Reply:
    """What comes back: an answer (its body follows), a failure, progress, readiness or the state of the service.

    Parameters
    ----------
    event : ``answer``, ``failure``, ``progress``, ``ready`` or ``state``.
    done : share of the work done, 0 to 1.
    reason : of a failure: ``input``, ``busy``, ``late``, ``cancelled``, ``unknown`` or ``broken``.
    sentence : of a failure, for people.
    key : of the job.
    detail : of the state.
    """

    event: str
    done: float = 0.0
    reason: str = ""
    sentence: str = ""
    key: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


def send(connection: Connection, message: Request | Reply, body: bytes | None = None) -> None:
    """Send a message, and the body of an answer after it."""
    connection.send_bytes(json.dumps(asdict(message), allow_nan=False).encode())
    if body is not None:
        connection.send_bytes(body)


def receive_request(connection: Connection) -> Request:
    """The next request."""
    return Request(**json.loads(connection.recv_bytes(MOST_BYTES)))


def receive_reply(connection: Connection) -> tuple[Reply, bytes | None]:
    """The next reply, with its body if it is an answer."""
    reply = Reply(**json.loads(connection.recv_bytes(MOST_BYTES)))
    return reply, connection.recv_bytes(MOST_BYTES) if reply.event == ANSWER else None


def packed(answer: Any) -> bytes:
    """The body of an answer: four times as many fit into the memory for answers as without compression."""
    text = json.dumps(answer, allow_nan=False, separators=(",", ":"))
    return zlib.compress(text.encode(), FAST)


def unpacked(body: bytes) -> dict[str, Any]:
    """The answer in a body."""
    answer: dict[str, Any] = json.loads(zlib.decompress(body))
    return answer
