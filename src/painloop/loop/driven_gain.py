"""Central gain without a second stable state: what block takes away always returns, at one rate.

The equations are those of ``central_gain`` but for one thing: the feedback of the gain on its own drive is frozen at
its sensitized value, u = A N (1 + kappa), so that the gain is linear, has one fixed point for every input, and relapses
exponentially. Early potentiation, which would be a feedback too, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jax import Array

from painloop.core.dynamics import Arrays, Drawn, Parameters
from painloop.library.schema.effects import Loop
from painloop.loop import gain as shared
from painloop.loop.gain import Constants
from painloop.loop.rival import Drive
from painloop.loop.steady_states import sensitized


@dataclass(frozen=True)
class DrivenGain:
    """One state: central gain g, 0 to 1.

    Potentiation depends on the drug alone unless the input of a person moves (``input_moves``, after an injury).
    """

    name: str = "driven_gain"
    file: str = "painloop-2026-driven-gain"
    has_gain: bool = True
    states: tuple[str, ...] = ("g",)
    input_moves: bool = False

    def constants(self, entry: Loop) -> Constants:
        """What everyone shares."""
        return Constants.of(entry, frozen=True)

    def draw(
        self, entry: Loop, chance: Mapping[str, np.ndarray], treated: bool, typical: bool = False
    ) -> dict[str, Drawn]:
        """Everyone starts at the one fixed point of their input; ``treated`` changes nothing."""
        k = self.constants(entry)
        inputs = shared.inputs(entry, chance, typical)
        return k.shared() | {
            "N": inputs,
            "g_start": sensitized(inputs, k),
            "c": entry.parameters["c"].number,
        }

    def initial(self, parameters: Parameters) -> Arrays:
        """The fixed point of each person."""
        return (parameters["g_start"],)

    def signal(self, drive: Drive, parameters: Parameters) -> Arrays:
        """S and the loss rate; A in place of S where the input moves."""
        left, loss = shared.signal(drive, parameters)
        return (left if self.input_moves else self._potentiation(left, parameters)), loss

    def derivative(self, signal: Arrays, state: Arrays, parameters: Parameters) -> Arrays:
        """g'."""
        (s, loss), (g,), p = signal, state, parameters
        if self.input_moves:
            s = self._potentiation(s, p)
        return (shared.gain_slope(s, g, loss, p),)

    def _potentiation(self, left: Array, p: Parameters) -> Array:
        return shared.potentiation(left * p["N"] * (1.0 + p["kappa"]), p["h"])

    def gain(self, state: Arrays, parameters: Parameters) -> Array:
        """g."""
        return state[0]

    def relief(self, state: Arrays, parameters: Parameters) -> Array:
        """c (1 - g / g_start)."""
        return shared.relief(state[0], parameters)
