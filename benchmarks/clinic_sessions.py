"""People at the explorer: sessions that ask, read for a while and ask again, over plain HTTP/1.1 connections."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import urlencode

COURSES = (
    "sigtermans-2009",
    "noppers-2011",
    "ketamine {dose} mg/kg iv over 40 min",
    "ketamine {dose} mg/kg iv over 40 min, twice a week for 3 weeks",
    "ketamine {dose} mg/kg/h iv for 4 h, daily for 10 days, max 25 mg/h",
    "S-ketamine {dose} mg/kg iv over 30 min",
)
READ = (
    "/",
    "/evidence/",
    "/evidence/?q=how+long+does+relief+last",
    "/evidence/claims/",
    "/evidence/trials/",
    "/evidence/trials/sigtermans-2009/",
    "/evidence/leaflet/?condition=crps",
    "/evidence/validation/",
    "/mechanism/",
    "/mechanism/horn?step=3",
    "/evidence/library/loop/none/",
    "/api/",
)
ANSWER_S = 30.0
WARM = 6 * len(COURSES)
"""Questions that reach every program: each course for persons of little and of much weight."""


@dataclass
class Inputs:
    """Questions to the explorer; a share of them was never asked before.

    Parameters
    ----------
    fresh : share of new questions, 0 to 1.
    """

    fresh: float
    chance: random.Random
    asked: list[str] = field(default_factory=list)

    def next(self) -> str:
        """The query of a question."""
        if self.asked and self.chance.random() >= self.fresh:
            return self.chance.choice(self.asked)
        number = len(self.asked)
        course = COURSES[number % len(COURSES)].format(dose=f"{0.2 + 0.0001 * (number % 3000):.4f}")
        query = urlencode({
            "regimen": course,
            "condition": self.chance.choice(("crps", "fibromyalgia")),
            "patients": "1",
            "weight": f"{45 + number // len(COURSES) * 7 % 60}.{number % 10}",
            "age": str(20 + number % 60),
            "sex": self.chance.choice(("", "female", "male")),
            "baseline": f"{4 + 0.01 * (number % 500):.2f}",
        })  # fmt: skip
        self.asked.append(query)
        return query


@dataclass(frozen=True)
class Seen:
    """What became of a request: its kind, seconds to the last byte, and status, 0 if the connection broke."""

    kind: str
    seconds: float
    status: int
    size: int


class Visitor:
    """One session with its connection."""

    def __init__(self, port: int, inputs: Inputs, chance: random.Random, seen: list[Seen]) -> None:
        self._port, self._inputs, self._chance, self._seen = port, inputs, chance, seen
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def visit(self, begins_s: float, ends_at: float, think_s: float) -> None:
        """Open the start page, then the explorer, then ask and read until the time is over."""
        await asyncio.sleep(begins_s)
        steps = iter(["/", f"/explorer/?{self._inputs.next()}"])
        while perf_counter() < ends_at:
            path = next(steps, None) or self._step()
            began = perf_counter()
            try:
                status, size = await asyncio.wait_for(self._get(path), ANSWER_S)
            except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
                status, size, self._streams = 0, 0, None
            self._seen.append(Seen(_kind(path), perf_counter() - began, status, size))
            await asyncio.sleep(think_s)
        if self._streams is not None:
            self._streams[1].close()

    def _step(self) -> str:
        """Seven in ten move a slider, one in ten opens an address of the explorer, two read something else."""
        dice = self._chance.random()
        if dice < 0.7:
            return f"/explorer/results?{self._inputs.next()}"
        return f"/explorer/?{self._inputs.next()}" if dice < 0.8 else self._chance.choice(READ)

    async def _get(self, path: str) -> tuple[int, int]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        live = "HX-Request: true\r\n" if path.startswith("/explorer/results") else ""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n{live}\r\n".encode())
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = next(
            int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length:")
        )
        await reader.readexactly(length)
        if "connection: close" in head:
            writer.close()
            self._streams = None
        return int(head.split()[1]), length


def _kind(path: str) -> str:
    if path.startswith("/explorer/results"):
        return "explorer, a number changed"
    if path.startswith("/explorer/?"):
        return "explorer, whole page"
    return "other pages"


async def run(port: int, inputs: Inputs, sessions: int, seconds: float, think_s: float) -> list[Seen]:
    """Let the sessions come in over one think time; what they saw."""
    seen: list[Seen] = []
    ends_at = perf_counter() + seconds
    visitors = [Visitor(port, inputs, random.Random(number), seen) for number in range(sessions)]
    begins = [think_s * number / sessions for number in range(sessions)]
    await asyncio.gather(*(v.visit(b, ends_at, think_s) for v, b in zip(visitors, begins, strict=True)))
    return seen


async def warm(port: int, inputs: Inputs) -> None:
    """Questions after which no program has to be compiled, and each page once."""
    seen: list[Seen] = []
    visitor = Visitor(port, inputs, random.Random(0), seen)
    for _ in range(WARM):
        await asyncio.wait_for(visitor._get(f"/explorer/results?{inputs.next()}"), 120.0)
    for path in READ:
        await asyncio.wait_for(visitor._get(path), ANSWER_S)
