"""A lane: a queue of questions and the warm processes that answer them, restarted when they die."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic, sleep
from typing import Any

from painloop_clinic.engine import process
from painloop_clinic.engine.job import Job
from painloop_clinic.engine.kinds import Trade
from painloop_clinic.engine.limits import GRACE_S, QUEUES
from painloop_clinic.engine.protocol import (
    ANSWER,
    ASK,
    CANCEL,
    FAILURE,
    READY,
    WARM,
    Request,
    receive_reply,
    send,
)

LOG = logging.getLogger("painloop_clinic.engine")
STEP_S = 0.25
"""Seconds between two looks at whether anybody still waits."""
QUICK_DEATH_S, FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 0.5, 60.0
"""A process that dies sooner is started again after a pause, which doubles up to the longest."""


class Lane:
    """Processes that share a queue.

    Parameters
    ----------
    name : which questions it takes.
    processes : how many warm processes.
    devices : host devices of each.
    trade : what they can do.
    """

    def __init__(self, name: str, processes: int, devices: int, trade: Trade) -> None:
        self.name, self._devices, self._trade = name, devices, trade
        self._most = QUEUES[name].waiting
        self._waiting: deque[Job] = deque()
        self._changed = threading.Condition()
        self.closing, self._warm = False, not trade.prepare
        self._ahead: Any = None
        self._seats = [Seat(self) for _ in range(processes)]

    def submit(self, job: Job) -> bool:
        """Queue a job; false if the lane is full."""
        with self._changed:
            self._waiting = deque(one for one in self._waiting if not one.over)
            if len(self._waiting) >= self._most or self.closing:
                return False
            self._waiting.append(job)
            self._changed.notify()
            return True

    def take(self) -> Job | None:
        """The next job that is still wanted, if one comes soon."""
        with self._changed:
            if not self._waiting:
                self._changed.wait(STEP_S)
            while self._waiting:
                job = self._waiting.popleft()
                if not job.over:
                    return job
        return None

    def state(self) -> dict[str, Any]:
        """What the state of health shows."""
        return {
            "ready": any(seat.ready for seat in self._seats),
            "processes": [seat.pid for seat in self._seats],
            "waiting": len(self._waiting),
            "restarts": sum(seat.restarts for seat in self._seats),
        }

    def prepare(self) -> None:
        """Compile ahead in a process of its own, to its end; then the others may run the usual questions."""
        if self._warm or self.closing:
            return
        self._ahead, pipe = self.start(process.prepare)
        if self.closing:
            self._ahead.kill()
        self._ahead.join()
        pipe.close()
        self._warm = True
        for seat in self._seats:
            seat.warm()

    @property
    def warm(self) -> bool:
        """Whether the usual questions may be run."""
        return self._warm

    def close(self) -> None:
        """End the processes."""
        self.closing = True
        if self._ahead is not None:
            self._ahead.kill()
        for seat in self._seats:
            seat.end()

    def start(self, work: Callable[..., None] = process.run) -> tuple[Any, Connection]:
        """A new process and the pipe to it."""
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        values = (theirs, self.name, self._devices, self._trade)
        child = context.Process(target=work, args=values, daemon=True)
        child.start()
        theirs.close()
        return child, ours


class Seat:
    """A place for one process, and the thread that talks with it."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self.restarts, self.ready, self._pause_s = 0, False, FIRST_PAUSE_S
        self._sending = threading.Lock()
        self._begin()
        threading.Thread(target=self._work, daemon=True).start()

    @property
    def pid(self) -> int | None:
        """The id of the process."""
        pid: int | None = self._child.pid
        return pid

    def end(self) -> None:
        """End the process."""
        self._child.kill()
        self._child.join(5.0)

    def _begin(self) -> None:
        self._child, self._pipe = self._lane.start()
        self._began = monotonic()

    def _work(self) -> None:
        while not self._lane.closing:
            try:
                if not self._child.is_alive():
                    raise EOFError
                if not self.ready:
                    self._await_ready()
                elif (job := self._lane.take()) is not None:
                    self._treat(job)
            except (EOFError, OSError):
                self._restart()

    def _await_ready(self) -> None:
        if self._pipe.poll(STEP_S):
            reply, _ = receive_reply(self._pipe)
            self.ready = reply.event == READY
            if self._lane.warm:
                self.warm()

    def warm(self) -> None:
        """Let the process run the usual questions while it has nothing to do."""
        with suppress(OSError):
            self._send(Request(WARM))

    def _send(self, request: Request) -> None:
        with self._sending:
            send(self._pipe, request)

    def _restart(self) -> None:
        """Another process for one that has died; one that dies at once is not started again at once."""
        self.ready = False
        if self._lane.closing:
            return
        quick = monotonic() - self._began < QUICK_DEATH_S
        self._pause_s = min(2.0 * self._pause_s, LONGEST_PAUSE_S) if quick else FIRST_PAUSE_S
        if quick:
            sleep(self._pause_s)
        self.restarts += 1
        LOG.warning("an engine process is started again", extra={"lane": self._lane.name})
        self._child.kill()
        self._child.join()
        self._begin()
        if self._lane.closing:
            self.end()

    def _treat(self, job: Job) -> None:
        """Have a job done; one whose process dies goes back to the queue once."""
        try:
            self._converse(job)
        except (EOFError, OSError):
            job.deaths += 1
            if job.deaths > 1 or not self._lane.submit(job):
                job.fail("broken", "The engine stopped while it worked on this; try something smaller.")
            raise

    def _converse(self, job: Job) -> None:
        self._send(Request(ASK, job.request.kind, job.request.payload, key=job.key))
        told: float | None = None
        while True:
            if self._pipe.poll(STEP_S):
                reply, body = receive_reply(self._pipe)
                job.tell(reply, body)
                if reply.event in (ANSWER, FAILURE):
                    return
            elif told is not None and monotonic() - told > GRACE_S:
                self._child.kill()
                return
            if told is None and job.over:
                self._send(Request(CANCEL, key=job.key))
                told = monotonic()
