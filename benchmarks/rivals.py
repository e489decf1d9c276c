"""How long the whole line takes, per rival: one warm person, and a population, of a published course over 90 days.

    .venv/bin/python benchmarks/rivals.py

Speed is quoted per model, because states cost time; every figure stands beside that of ``none``, the line without a
slow state of its own, measured in turns with the others in the same process.
"""

from __future__ import annotations

import statistics
from time import perf_counter

from painloop.loop import rival_names
from painloop.simulation import simulate

COURSE, DAYS = "sigtermans-2009", 90.0
PATIENTS, ROUNDS, TURNS = 20_480, 3, 40


def seconds(loop: str, patients: int) -> float:
    """One simulation, s."""
    start = perf_counter()
    simulate(COURSE, days=DAYS, loop=loop, patients=patients)
    return perf_counter() - start


def measured(patients: int, rounds: int) -> dict[str, float]:
    """Median seconds of every rival and of all together, in turns, after one run that compiles."""
    names = (*rival_names(), "all")
    for name in names:
        seconds(name, patients if patients == 1 else 1024)
    took: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            took[name].append(seconds(name, patients))
    return {name: statistics.median(each) for name, each in took.items()}


def main() -> None:
    """Print a table of both."""
    one, many = measured(1, TURNS), measured(PATIENTS, ROUNDS)
    print(f"{COURSE}, {DAYS:g} days; median of {TURNS} and {ROUNDS} runs in turns, two cores at most")
    print(f"{'--loop':14}{'one person, ms':>16}{'people per s':>14}{'time beside none':>18}")
    for name in one:
        print(
            f"{name:14}{1000 * one[name]:16.1f}{PATIENTS / many[name]:14.0f}{many[name] / many['none']:17.2f}x"
        )


if __name__ == "__main__":
    main()
