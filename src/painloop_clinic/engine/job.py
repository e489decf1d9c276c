"""A question on its way to an answer, and those who wait for it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition
from time import monotonic

from painloop_clinic.engine.limits import FORGET_AFTER_S
from painloop_clinic.engine.protocol import ANSWER, FAILURE, PROGRESS, Reply, Request

Listener = Callable[[Reply, bytes | None], None]


class Job:
    """One question; equal questions asked meanwhile wait for the same job.

    Parameters
    ----------
    keep : called with key and body of the answer.

    Attributes
    ----------
    key : the hash of the question.
    deaths : of processes that worked on it.
    ends_at : when the last of those who wait loses patience (monotonic seconds).
    """

    def __init__(self, request: Request, keep: Callable[[str, bytes], None]) -> None:
        self.request, self.key, self._keep = request, request.content(), keep
        self.ends_at = monotonic() + request.deadline_s
        self.reply = Reply(PROGRESS, key=self.key)
        self.body: bytes | None = None
        self._listeners: dict[int, Listener] = {}
        self._tickets = 0
        self.deaths = 0
        self._looked_at = monotonic()
        self._changed = Condition()

    def listen(self, token: int, listener: Listener, deadline_s: float) -> bool:
        """Wait for the answer; an answer that is there comes at once. False if the job has failed."""
        with self._changed:
            if self.failed:
                return False
            self.ends_at = max(self.ends_at, monotonic() + deadline_s)
            self._listeners[token] = listener
            if self.over:
                listener(self.reply, self.body)
            return True

    def leave(self, token: int) -> None:
        """Wait no longer."""
        with self._changed:
            self._listeners.pop(token, None)

    def hold(self) -> bool:
        """Keep the job although nobody waits: somebody will look. False if the job has failed."""
        with self._changed:
            if self.failed:
                return False
            self._tickets, self._looked_at = self._tickets + 1, monotonic()
            return True

    def look(self) -> tuple[Reply, bytes | None]:
        """How far it is."""
        with self._changed:
            self._looked_at = monotonic()
            return self.reply, self.body

    def drop(self) -> None:
        """One of those who would look gives up."""
        with self._changed:
            self._tickets = max(0, self._tickets - 1)

    @property
    def over(self) -> bool:
        """Whether it has ended in an answer or a failure."""
        return self.reply.event in (ANSWER, FAILURE)

    @property
    def failed(self) -> bool:
        """Whether it has ended without an answer."""
        return self.reply.event == FAILURE

    @property
    def wanted(self) -> bool:
        """Whether anybody still waits or has lately looked."""
        recent = monotonic() - self._looked_at < FORGET_AFTER_S
        return bool(self._listeners) or (self._tickets > 0 and recent)

    @property
    def forgotten(self) -> bool:
        """Over, and nobody has looked for a while."""
        return self.over and not self._listeners and monotonic() - self._looked_at > FORGET_AFTER_S

    def tell(self, reply: Reply, body: bytes | None = None) -> None:
        """Pass news on to everyone who waits."""
        with self._changed:
            if self.over:
                return
            self.reply, self.body = reply, body
            if body is not None:
                self._keep(self.key, body)
            for listener in list(self._listeners.values()):
                listener(reply, body)

    def give_up(self) -> None:
        """End what nobody waits for, and what takes too long; nobody can begin to wait meanwhile."""
        with self._changed:
            if not self.wanted:
                self.fail("cancelled", "This was cancelled before it was done.")
            elif monotonic() > self.ends_at:
                seconds = f"{self.request.deadline_s:.0f} s"
                self.fail(
                    "late",
                    f"This took longer than {seconds}; a first answer of its kind takes longest, so try again, or "
                    "ask for fewer people or days.",
                )

    def fail(self, reason: str, sentence: str) -> None:
        """End without an answer."""
        self.tell(Reply(FAILURE, reason=reason, sentence=sentence, key=self.key))
