"""The reference solution of CRPS-90d: DOP853 on the whole ten-state problem, restarted at every event.

Steps are capped, because the method's interpolant is of lower order than its steps: without the cap the
hourly values would be wrong by far more than the tolerance says. It takes minutes, so the result is kept
in ``.benchmark/`` under a name that changes with what is solved.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from crps_90d_problem import HORIZON_H, Array, derivative, initial_state, observe, population, segments

FOLDER = Path(__file__).resolve().parent.parent / ".benchmark"
RTOL = 1e-12
MAX_STEP_H = 0.25
ATOL = RTOL * np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1e-2, 1e-3, 1e-3])  # ug, ug/L, NRS, 1


def reference(patients: int = 100, processes: int | None = None) -> Array:
    """Outputs of the first patients, shape (patients, 2161, 4), from the folder where they are kept or anew.

    Parameters
    ----------
    patients : how many of the population, from the first.
    processes : how many to compute them with; by default the cores of this process, two at most.
    """
    theta = population(patients)
    kept = FOLDER / f"reference-{_fingerprint(theta)}.npy"
    if kept.exists():
        stored: Array = np.load(kept)
        return stored
    processes = processes or min(2, len(os.sched_getaffinity(0)))
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        outputs = np.stack(pool.map(solve, theta, chunksize=2))
    FOLDER.mkdir(exist_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    with unfinished.open("wb") as file:
        np.save(file, outputs)
    unfinished.replace(kept)
    return outputs


def solve(theta: Array) -> Array:
    """One patient, shape (20,) to (2161, 4)."""
    from scipy.integrate import solve_ivp

    compiled = _compiled()
    slope = np.empty(10)
    states = np.empty((HORIZON_H + 1, 10))
    states[0] = initial_state(theta)
    for first, last, infusing in segments():

        def change(_: float, state: Array, on: float = infusing) -> Array:
            compiled(state, theta, on, slope)
            return slope.copy()

        solution = solve_ivp(
            change,
            (first, last),
            states[first],
            method="DOP853",
            rtol=RTOL,
            atol=ATOL,
            t_eval=np.arange(first, last + 1.0),
            max_step=MAX_STEP_H,
        )
        if not solution.success:
            raise RuntimeError(f"the reference failed between {first} h and {last} h: {solution.message}")
        states[first : last + 1] = solution.y.T
    return observe(states, theta)


@lru_cache(maxsize=1)
def _compiled() -> Any:
    """The right-hand side, compiled where numba is installed; the values are the same without it."""
    try:
        import numba
    except ImportError:
        return derivative
    return numba.njit(derivative)


def _fingerprint(theta: Array) -> str:
    """A name for what is solved and how: patients, right-hand side at a few points, events, method."""
    what = hashlib.sha256(theta.tobytes())
    slope = np.empty(10)
    for state in np.random.default_rng(0).uniform(0.1, 100.0, (8, 10)):
        for infusing in (0.0, 1.0):
            derivative(state, theta[-1], infusing, slope)
            what.update(np.float64(slope).tobytes())
    what.update(repr((segments(), RTOL, MAX_STEP_H, ATOL.tolist())).encode())
    return f"{len(theta)}-{what.hexdigest()[:16]}"
