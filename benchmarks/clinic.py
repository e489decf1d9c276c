"""How the web application bears many people: `python benchmarks/clinic.py` (or `make load`).

Starts the real server, lets sessions ask and read on loopback, and prints errors, times and memory. The limits are
those of the project: no error, a median under 500 ms, memory that does not grow. Programs are compiled before the
measurement, as they are on a server that has run for a while. Afterwards hostile requests must each be refused with a
status of 4xx and a sentence.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
from collections.abc import Sequence

from clinic_hostile import REQUESTS, complaint
from clinic_server import Served, served
from clinic_sessions import Inputs, Seen, run, warm

MOST_MEDIAN_S = 0.5
MOST_GROWTH = 0.15
FEWEST_INPUTS = 500


def main() -> int:
    """Measure, print, and say by the exit status whether the limits were held."""
    options = _options()
    words = ["--workers", str(options.workers), "--engines", str(options.engines)]
    load = os.getloadavg()[0]
    with served(*words) as server:
        inputs = Inputs(options.fresh, random.Random(1))
        asyncio.run(warm(server.port, inputs))
        asyncio.run(run(server.port, inputs, options.sessions, 2 * options.think, options.think))
        asked, before = len(inputs.asked), server.memory_mb()
        seen = asyncio.run(run(server.port, inputs, options.sessions, options.seconds, options.think))
        after, fresh = server.memory_mb(), len(inputs.asked) - asked
        print(f"{os.cpu_count()} cores, load {load:.1f} before anything was started")
        print(f"{options.sessions} sessions, think time {options.think:g} s, {options.seconds:g} s")
        print(f"{fresh} distinct inputs asked for the first time, {len(inputs.asked)} with those before")
        _times(seen)
        _memory(before, after)
        refused = _hostile(server)
    return 0 if refused and _held(seen, before, after, fresh) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument(
        "--think", type=float, default=5.0, help="seconds between an answer and the next request"
    )
    parser.add_argument(
        "--fresh", type=float, default=0.35, help="share of questions that nobody asked before"
    )
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--engines", type=int, default=2, help="simulation processes")
    return parser.parse_args()


def _times(seen: Sequence[Seen]) -> None:
    print(f"{'':28}{'requests':>9}{'errors':>8}{'median':>9}{'p95':>9}{'p99':>9}{'longest':>9}   (ms)")
    kinds = sorted({one.kind for one in seen})
    for kind, some in [("all", list(seen)), *((k, [one for one in seen if one.kind == k]) for k in kinds)]:
        cuts = statistics.quantiles([1000 * one.seconds for one in some], n=100)
        shown = "".join(
            f"{value:9.0f}"
            for value in (cuts[49], cuts[94], cuts[98], 1000 * max(one.seconds for one in some))
        )
        print(f"{kind:28}{len(some):9}{len(_errors(some)):8}{shown}")
    for status in sorted({one.status for one in _errors(seen)}):
        print(f"  status {status or 'none (connection broke)'}: {sum(one.status == status for one in seen)}")


def _errors(seen: Sequence[Seen]) -> list[Seen]:
    return [one for one in seen if one.status != 200]


def _memory(before: dict[str, float], after: dict[str, float]) -> None:
    print(f"{'memory':28}{'start':>9}{'end':>9}   (MB)")
    for role in before:
        print(f"{role:28}{before[role]:9.0f}{after[role]:9.0f}")
    print(f"{'all':28}{sum(before.values()):9.0f}{sum(after.values()):9.0f}")


def _hostile(server: Served) -> bool:
    found = {one.name: complaint(server.port, one) for one in REQUESTS}
    wrong = {name: says for name, says in found.items() if says}
    for name, says in wrong.items():
        print(f"hostile request, {name}: {says}")
    print(f"hostile requests refused with a sentence: {len(found) - len(wrong)} of {len(found)}")
    return not wrong


def _held(seen: Sequence[Seen], before: dict[str, float], after: dict[str, float], inputs: int) -> bool:
    growth = sum(after.values()) / sum(before.values()) - 1.0
    median = statistics.median(one.seconds for one in seen)
    held = {
        "no error": not _errors(seen),
        f"median under {1000 * MOST_MEDIAN_S:.0f} ms": median < MOST_MEDIAN_S,
        f"memory grew by less than {100 * MOST_GROWTH:.0f} % ({100 * growth:+.1f} %)": growth < MOST_GROWTH,
        f"at least {FEWEST_INPUTS} distinct inputs": inputs >= FEWEST_INPUTS,
    }
    for limit, good in held.items():
        print(f"{'held' if good else 'MISSED':8}{limit}")
    return all(held.values())


if __name__ == "__main__":
    sys.exit(main())
