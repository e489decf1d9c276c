"""The live peer of CRPS-90d: numbalsoda, LSODA with a compiled right-hand side, restarted at every event.

It is given the same problem in the same words, hourly output of the same four quantities, and the
tolerance that leaves it well inside the benchmark's limit.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from crps_90d_problem import (
    BLOCK_HILL,
    GAIN_AT_START,
    HOURS,
    PARAMETERS,
    Array,
    derivative,
    population,
    segments,
)

RTOL = ATOL = 1e-7


def simulate(theta: Array) -> Array:
    """All patients one after another on one core: shape (patients, 20) to (patients, 2161, 4)."""
    stretches = np.array(segments())
    outputs = np.empty((len(theta), len(HOURS), 4))
    if not _compiled()(theta, stretches, HOURS, outputs):
        raise RuntimeError("numbalsoda did not finish a patient")
    return outputs


def first(patients: int) -> Array:
    """Outputs of the first patients of the population, shape (patients, 2161, 4)."""
    return simulate(population(patients))


@lru_cache(maxsize=1)
def _compiled() -> Any:
    import numba
    from numbalsoda import lsoda, lsoda_sig

    right_hand_side = numba.njit(derivative)
    states, parameters = 10, len(PARAMETERS)

    @numba.cfunc(lsoda_sig)
    def slope_at(_, state, slope, data):  # type: ignore[no-untyped-def]
        given = numba.carray(data, (parameters + 1,))
        right_hand_side(
            numba.carray(state, (states,)),
            given[:parameters],
            given[parameters],
            numba.carray(slope, (states,)),
        )

    address = slope_at.address

    @numba.njit
    def all_patients(theta, stretches, hours, outputs):  # type: ignore[no-untyped-def]
        given = np.empty(parameters + 1)
        for patient in range(theta.shape[0]):
            given[:parameters] = theta[patient]
            V1, V1m, IC50 = given[1], given[8], given[12]
            state = np.zeros(states)
            state[8], state[9] = given[15], GAIN_AT_START
            for stretch in range(stretches.shape[0]):
                first, last = int(stretches[stretch, 0]), int(stretches[stretch, 1])
                given[parameters] = stretches[stretch, 2]
                course, done = lsoda(address, state, hours[first : last + 1], given, rtol=RTOL, atol=ATOL)
                if not done:
                    return False
                state = course[-1].copy()
                for row in range(course.shape[0]):
                    occupied = (max(course[row, 7], 0.0) / IC50) ** BLOCK_HILL
                    outputs[patient, first + row, 0] = course[row, 0] / V1
                    outputs[patient, first + row, 1] = course[row, 5] / V1m
                    outputs[patient, first + row, 2] = occupied / (1.0 + occupied)
                    outputs[patient, first + row, 3] = course[row, 8]
        return True

    return all_patients
