"""What fixes a compiled program, and the values of the patients it runs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from jax import Array

from painloop.core.dynamics import Arrays, Dynamics, NoDynamics, Parameters
from painloop.core.structure import LinearStructure

Observe = Callable[[Array, Arrays, Arrays, Arrays, Parameters], Arrays]
"""(time h, watched linear states, signal of the dynamics, slow states, parameters) -> one array per quantity."""


@dataclass(frozen=True)
class Model:
    """Everything that fixes a compiled program, apart from array shapes.

    Attributes
    ----------
    structure : the linear system's pattern.
    impulse_states : states into which doses may enter at once.
    watch : the linear states that ``observe`` is given, in this order.
    dynamics : the slow states.
    observe : a module-level function or another hashable callable.
    """

    structure: LinearStructure
    impulse_states: tuple[int, ...]
    watch: tuple[int, ...]
    observe: Observe
    dynamics: Dynamics = NoDynamics()


@dataclass(frozen=True)
class Cohort:
    """Values of one batch of patients.

    Attributes
    ----------
    values : (entries of A, patients), 1/h.
    parameters : name -> (patients,), or one number for all, for the dynamics and the observations.
    linear_start : (states, patients) or None for zero.
    slow_start : (slow states, patients) or None for the dynamics' own start.
    """

    values: np.ndarray
    parameters: Mapping[str, np.ndarray | float]
    linear_start: np.ndarray | None = None
    slow_start: np.ndarray | None = None

    @property
    def size(self) -> int:
        """Number of patients."""
        return int(self.values.shape[1])

    def of(self, who: np.ndarray) -> Cohort:
        """Some of the patients."""

        def some(values: np.ndarray | None) -> np.ndarray | None:
            return None if values is None else values[:, who]

        named = {name: np.asarray(v)[who] if np.ndim(v) else v for name, v in self.parameters.items()}
        return Cohort(self.values[:, who], named, some(self.linear_start), some(self.slow_start))
