"""The service: listens on a local socket, keeps answers, joins equal questions and watches their deadlines."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from time import sleep

from painloop_clinic.engine.answers import Answers
from painloop_clinic.engine.job import Job
from painloop_clinic.engine.job import Listener as Waiting
from painloop_clinic.engine.kinds import HEAVY, LIGHT, TRADE, Trade, lane_of
from painloop_clinic.engine.lane import STEP_S, Lane
from painloop_clinic.engine.limits import CACHE_BYTES, LONGEST_S
from painloop_clinic.engine.protocol import (
    ADDRESS,
    ANSWER,
    ASK,
    CANCEL,
    FAILURE,
    KEY,
    LOOK,
    PROGRESS,
    START,
    STATE,
    Reply,
    Request,
    receive_request,
    send,
)

LOG = logging.getLogger("painloop_clinic.engine")
Response = tuple[Reply, bytes | None, Job | None]
BUSY = {
    LIGHT: "Many people are asking at this moment; wait a few seconds and try again.",
    HEAVY: "Several populations are being simulated; wait a moment, or ask for one person.",
}


class Service:
    """The engine of one server.

    Parameters
    ----------
    processes : in all; with one both lanes share it, else one in three works on populations, at least one.
    trade : which questions are answered, and what is run beforehand.
    """

    def __init__(self, processes: int, trade: Trade = TRADE) -> None:
        heavy = max(1, processes // 3) if processes > 1 else 0
        light = Lane(LIGHT, processes - heavy, 1, trade)
        self.lanes = {LIGHT: light, HEAVY: Lane(HEAVY, heavy, cores(2), trade) if heavy else light}
        self.answers = Answers(CACHE_BYTES)
        self._trade = trade
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._tokens = count()
        threading.Thread(target=self._watch, daemon=True).start()
        threading.Thread(target=self._prepare, daemon=True).start()

    def _prepare(self) -> None:
        """One lane after the other: compiling ahead is never in a hurry."""
        for lane in self._different_lanes():
            lane.prepare()

    def close(self) -> None:
        """End all processes."""
        for lane in self._different_lanes():
            lane.close()

    def _different_lanes(self) -> list[Lane]:
        return list({id(lane): lane for lane in self.lanes.values()}.values())

    def _watch(self) -> None:
        """Give up what nobody waits for and what takes too long; forget what is over; keep answers."""
        while True:
            sleep(STEP_S)
            with self._lock:
                jobs = list(self._jobs.values())
            for job in jobs:
                if not job.over:
                    job.give_up()
                elif job.forgotten or not job.wanted:
                    with self._lock:
                        if self._jobs.get(job.key) is job:  # not another that has taken its place
                            del self._jobs[job.key]

    def serve(self, connection: Connection) -> None:
        """Answer one page's questions, one after the other, until it hangs up."""
        token, lock = next(self._tokens), threading.Lock()
        current: Job | None = None

        def forward(reply: Reply, body: bytes | None = None) -> None:
            with suppress(OSError, ValueError), lock:
                send(connection, reply, body)

        with connection, suppress(EOFError, OSError):
            try:
                while True:
                    request = receive_request(connection)
                    if current is not None:
                        current.leave(token)
                        current = None
                    reply, body, current = self._respond(request, token, forward)
                    if current is None:
                        forward(reply, body)
            finally:
                if current is not None:
                    current.leave(token)

    def _respond(self, request: Request, token: int, forward: Waiting) -> Response:
        """What to reply at once, or the job that the connection now waits for."""
        if request.verb == STATE:
            lanes = {name: lane.state() for name, lane in self.lanes.items()}
            return Reply(STATE, detail={"lanes": lanes, "answers": len(self.answers)}), None, None
        if request.verb in (LOOK, CANCEL):
            return (*self._look(request), None)
        return self._begin(request, token, forward)

    def _look(self, request: Request) -> tuple[Reply, bytes | None]:
        if (body := self.answers.get(request.key)) is not None:
            return Reply(ANSWER, done=1.0, key=request.key), body
        with self._lock:
            job = self._jobs.get(request.key)
        if job is None:
            return Reply(FAILURE, reason="unknown", sentence="This is no longer known; ask again."), None
        if request.verb == CANCEL:
            job.drop()
        return job.look()

    def _begin(self, request: Request, token: int, forward: Waiting) -> Response:
        key = request.content()
        if request.kind not in self._trade.questions or not 0.0 < request.deadline_s <= LONGEST_S:
            return Reply(FAILURE, reason="input", sentence="There is no such question."), None, None
        if (body := self.answers.get(key)) is not None:
            return Reply(ANSWER, done=1.0, key=key), body, None
        job = self._join(request, key, token, forward)
        if job is None:
            lane = lane_of(request.payload, request.kind)
            return Reply(FAILURE, reason="busy", sentence=BUSY[lane], key=key), None, None
        return Reply(PROGRESS, key=key, done=job.reply.done), None, job if request.verb == ASK else None

    def _join(self, request: Request, key: str, token: int, forward: Waiting) -> Job | None:
        """The job of this question, a new one unless it is asked already; None if the lane is full.

        It is waited for before it is queued: nobody finds it unwanted meanwhile, and no news of it is missed.
        """

        def awaited(job: Job) -> bool:
            return job.hold() if request.verb == START else job.listen(token, forward, request.deadline_s)

        with self._lock:
            job = self._jobs.get(key)
            if job is None or not awaited(job):
                job = Job(request, self.answers.put)
                awaited(job)
                if not self.lanes[lane_of(request.payload, request.kind)].submit(job):
                    return None
                self._jobs[key] = job
            return job


def cores(most: int) -> int:
    """The cores this process may use, ``most`` at most."""
    mine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(most, mine)


@contextmanager
def listening(folder: Path) -> Iterator[Listener]:
    """A listener in a private folder, with a key that only its owner can read."""
    key = os.urandom(32)
    place = folder / KEY
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key)
    address = folder / ADDRESS
    address.unlink(missing_ok=True)
    try:
        with Listener(str(address), "AF_UNIX", backlog=128, authkey=key) as listener:
            yield listener
    finally:
        place.unlink(missing_ok=True)


def accept(listener: Listener, service: Service) -> None:
    """Serve everyone who knows the key, for ever."""
    while True:
        try:
            connection = listener.accept()
        except (AuthenticationError, EOFError, ConnectionError, json.JSONDecodeError):
            continue
        except OSError:  # the listener is closed
            return
        threading.Thread(target=service.serve, args=(connection,), daemon=True).start()
