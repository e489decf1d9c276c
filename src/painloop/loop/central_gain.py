"""Bistable central gain: block lets a sensitized state decay, which then stays down or returns by itself.

Between two folds of the input N a normal and a sensitized state are both stable, so that a block that is long enough
resets the loop until a new insult; above the upper fold the gain always returns, the later the nearer the fold.
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
from painloop.loop.steady_states import bistable_inputs, sensitized


@dataclass(frozen=True)
class CentralGain:
    """Two states: early potentiation e and consolidated central gain g, 0 to 1."""

    name: str = "central_gain"
    file: str = "painloop-2026-central-gain"
    has_gain: bool = True
    states: tuple[str, ...] = ("e", "g")

    def constants(self, entry: Loop) -> Constants:
        """What everyone shares."""
        return Constants.of(entry)

    def draw(
        self, entry: Loop, chance: Mapping[str, np.ndarray], treated: bool, typical: bool = False
    ) -> dict[str, Drawn]:
        """Everyone starts sensitized, so the input is drawn above the fold where that state ends.

        Without ketamine there is no block, and the gain stays where it is; ``treated`` changes nothing.
        """
        k = self.constants(entry)
        window = bistable_inputs(k)
        inputs = shared.inputs(entry, chance, typical, above=window[0] if window else 0.0)
        return k.shared() | {
            "N": inputs,
            "g_start": sensitized(inputs, k),
            "c": entry.parameters["c"].number,
        }

    def initial(self, parameters: Parameters) -> Arrays:
        """The sensitized fixed point of each person; e from g, since k_up S (1 - g) = k_0 g there."""
        p = parameters
        pushed = p["k_e"] * p["tau_e"] * p["k_0"] * p["g_start"] / (p["k_up"] * (1.0 - p["g_start"]))
        return pushed / (1.0 + pushed), p["g_start"]

    def signal(self, drive: Drive, parameters: Parameters) -> Arrays:
        """A and the loss rate."""
        return shared.signal(drive, parameters)

    def derivative(self, signal: Arrays, state: Arrays, parameters: Parameters) -> Arrays:
        """e' and g'."""
        (left, loss), (e, g), p = signal, state, parameters
        s = shared.potentiation(left * p["N"] * (1.0 + p["kappa_e"] * e + p["kappa"] * g), p["h"])
        return shared.early_slope(s, e, p), shared.gain_slope(s, g, loss, p)

    def gain(self, state: Arrays, parameters: Parameters) -> Array:
        """g."""
        return state[1]

    def relief(self, state: Arrays, parameters: Parameters) -> Array:
        """c (1 - g / g_start)."""
        return shared.relief(state[1], parameters)
