"""How much the engine takes on: beyond it a request is refused in a sentence, at once."""

from __future__ import annotations

from dataclasses import dataclass

MOST_PATIENTS = 10_000
MOST_DAYS = 365.0
MOST_SENTENCE = 2_000
"""Characters of a prescription."""
MOST_DOSES = 5_000
"""Doses of a course; one every four hours for a year are 2190."""
LONGEST_S = 120.0
"""Seconds that any request may take, the queue included."""
GRACE_S = 45.0
"""Seconds that a process has to stop after it was told, as long as a program takes to compile; then it is ended."""
IDLE_S = 5.0
"""Seconds without a question after which a process runs a usual one."""
CACHE_BYTES = 64 * 2**20
FORGET_AFTER_S = 30.0
"""Seconds after which a started job that nobody looks at is given up."""


@dataclass(frozen=True)
class Queue:
    """How many questions may wait in a lane."""

    waiting: int


QUEUES = {"one person": Queue(200), "populations": Queue(12)}
