"""What is asked of painloop's engine on CRPS-90d besides its speed; each function runs in a process of its
own.

The engine itself is called through ``engine_crps_90d``: ``run(theta, grading)`` returns every output of
every patient, hourly, and ``summary(theta)`` keeps only what merges.
"""

from __future__ import annotations

import resource
import statistics
from time import perf_counter

import numpy as np

from crps_90d_problem import Array, errors, population

FINEST_HALVINGS = 2


def outputs(patients: int) -> Array:
    """Outputs of the first patients at the default setting, shape (patients, 2161, 4)."""
    import engine_crps_90d as engine

    return np.asarray(engine.run(population(patients)))


def tail(patients: int, block: int = 512) -> Array:
    """The error of each of many patients against the engine's own finest grid, shape (patients,)."""
    import engine_crps_90d as engine
    from painloop.core.grid import FINE, refine

    theta = population(patients)
    blocks = [theta[first : first + block] for first in range(0, patients, block)]
    finest = refine(FINE, FINEST_HALVINGS)
    return np.concatenate([errors(engine.run(part), engine.run(part, finest)) for part in blocks])


def latency_ms(times: int = 31) -> float:
    """Milliseconds for the trajectory of one patient once everything is compiled."""
    import engine_crps_90d as engine

    typical = population(1)
    engine.run(typical)
    taken = []
    for _ in range(times):
        begin = perf_counter()
        engine.run(typical)
        taken.append(perf_counter() - begin)
    return 1000.0 * statistics.median(taken)


def many(patients: int) -> dict[str, float]:
    """Summarise a large population; seconds, and the largest memory that this process has had, in MB."""
    import engine_crps_90d as engine

    theta = population(patients)
    begin = perf_counter()
    summary = engine.summary(theta)
    seconds = perf_counter() - begin
    if summary.count != patients:
        raise RuntimeError(f"the summary counts {summary.count} patients of {patients}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return {"seconds": seconds, "peak_mb": peak}
