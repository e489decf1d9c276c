"""Seconds and peak memory of 1,000 replicates of a trial of 60 patients over 12 weeks, analysed by ANCOVA and by MMRM.

Everything is included: people, drug under all four rivals, diaries, dropout, rescue, both worlds (with the drug and
without its effect), analysis, the truth, and the answer. Each method runs in a process of its own, so that the peak is
its own; 250 replicates stand beside it, so that memory is seen not to grow.

    python benchmarks/trial.py
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

PROGRAM = Path(__file__)
REPLICATES = (250, 1000)
METHODS = ("ancova", "mmrm")


def one(method: str, replicates: int) -> str:
    """Run the template with a method and tell what it took."""
    from painloop.trial.study import Request, study
    from painloop.trial.template import PATH, template

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / PATH.name
        place.write_text(template().replace("method: mmrm ", f"method: {method} "))
        began, computed = perf_counter(), process_time()
        answer = study(Request(str(place), replicates))
        took, worked = perf_counter() - began, process_time() - computed
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    power, error = answer.operating[0].power, answer.operating[0].type_1
    assert power is not None
    assert error is not None
    return (
        f"{method:<7}{replicates:>6} replicates: {took:6.1f} s ({worked:.1f} s of work), {peak:,.0f} MB at most, "
        f"power {power.value:.3f}, type I error {error.value:.3f}"
    )


def main() -> None:
    """All methods and numbers of replicates, each in a process of its own."""
    for method in METHODS:
        for replicates in REPLICATES:
            subprocess.run([sys.executable, str(PROGRAM), method, str(replicates)], check=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(one(sys.argv[1], int(sys.argv[2])), flush=True)
    else:
        main()
