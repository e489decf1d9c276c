"""The rival that says nothing lasts: relief only while drug is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array

from painloop.core.dynamics import Arrays, Drawn, Parameters
from painloop.library.schema.effects import Loop
from painloop.loop.rival import Drive


@dataclass(frozen=True)
class NoLastingEffect:
    """No state, no lasting relief."""

    name: str = "none"
    file: str = "none"
    has_gain: bool = False
    states: tuple[str, ...] = ()

    def draw(
        self, entry: Loop, chance: Mapping[str, np.ndarray], treated: bool, typical: bool = False
    ) -> dict[str, Drawn]:
        """Nothing varies."""
        return {}

    def initial(self, parameters: Parameters) -> Arrays:
        """No states."""
        return ()

    def signal(self, drive: Drive, parameters: Parameters) -> Arrays:
        """No signal."""
        return ()

    def derivative(self, signal: Arrays, state: Arrays, parameters: Parameters) -> Arrays:
        """No states."""
        return ()

    def gain(self, state: Arrays, parameters: Parameters) -> Array:
        """It knows no central gain."""
        return jnp.zeros(())

    def relief(self, state: Arrays, parameters: Parameters) -> Array:
        """Always zero."""
        return jnp.zeros(())
