"""What the engine integrates besides the linear system: pure functions of concentration, state and parameters."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from jax import Array

Arrays = tuple[Array, ...]
Signal = tuple[Any, ...]
"""Arrays over patients, or tuples of them."""
Parameters = dict[str, Array]
Drawn = np.ndarray | float
"""Of a parameter before a run: (patients,), or one number for all."""


class Dynamics(Protocol):
    """Slow states driven by linear ones; hashable, because a program is compiled per value.

    Only ``+ - * /``, ``exp``, ``log`` and ``max`` belong in these functions (powers as exp(h log x)): they run
    once per step and patient, each argument an array over patients.
    """

    def initial(self, parameters: Parameters) -> Arrays:
        """The states at the start, (patients,) each."""

    def signal(self, drive: Arrays, parameters: Parameters) -> Signal:
        """What depends on the driving linear states alone; computed once per node and shared by both steps."""

    def derivative(self, signal: Signal, state: Arrays, parameters: Parameters) -> Arrays:
        """Time derivative of each state, 1/h."""


class NoDynamics:
    """Nothing besides the linear system."""

    def __hash__(self) -> int:
        return hash(type(self))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def initial(self, parameters: Parameters) -> Arrays:
        """No states."""
        return ()

    def signal(self, drive: Arrays, parameters: Parameters) -> Signal:
        """No signal."""
        return ()

    def derivative(self, signal: Signal, state: Arrays, parameters: Parameters) -> Arrays:
        """No derivative."""
        return ()


def runge_kutta(
    dynamics: Dynamics,
    parameters: Parameters,
    state: Arrays,
    step_h: Array,
    start: Signal,
    middle: Signal,
    end: Signal,
) -> Arrays:
    """One classical fourth-order step, with the signal known at its start, middle and end."""

    def slope(signal: Signal, at: Arrays) -> Arrays:
        return dynamics.derivative(signal, at, parameters)

    def moved(by: Array, slopes: Arrays) -> Arrays:
        return tuple(y + by * k for y, k in zip(state, slopes, strict=True))

    k1 = slope(start, state)
    k2 = slope(middle, moved(step_h / 2, k1))
    k3 = slope(middle, moved(step_h / 2, k2))
    k4 = slope(end, moved(step_h, k3))
    return tuple(
        y + step_h / 6 * (a + 2 * (b + c) + d) for y, a, b, c, d in zip(state, k1, k2, k3, k4, strict=True)
    )
