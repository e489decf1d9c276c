"""Answers kept by the hash of their question, the least recently used forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock


class Answers:
    """A bounded store in memory.

    Parameters
    ----------
    most_bytes : of all bodies together.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: str) -> bytes | None:
        """The answer, if it is still known."""
        with self._lock:
            body = self._bodies.get(key)
            if body is not None:
                self._bodies.move_to_end(key)
            return body

    def put(self, key: str, body: bytes) -> None:
        """Keep an answer; one that alone exceeds the bound is not kept."""
        with self._lock:
            if len(body) > self._most or key in self._bodies:
                return
            self._bodies[key] = body
            self._bytes += len(body)
            while self._bytes > self._most:
                _, old = self._bodies.popitem(last=False)
                self._bytes -= len(old)

    def __len__(self) -> int:
        return len(self._bodies)
