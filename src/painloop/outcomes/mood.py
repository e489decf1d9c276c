"""Mood as two pools behind a trigger: a fast one that one infusion fills, and a slow one that repetition fills.

z' = scale D(B) (1 - z / ceiling) - z / tau_z,  D(B) = B^m / (B^m + half^m)      trigger (hours)
y' = a z (1 - y) - y / tau_y                                   fast pool (days)
w' = b_w y (1 - w) - w / tau_w                                 slow pool (weeks)
improvement = link min(1, y + w)

The link is 0 where a user does not set it, because trials of ketamine for pain saw no change of mood. The ceiling keeps
an infusion of days from driving the fast pool as hard as hundreds of short ones would.

Numbers stand in ``library/outcomes/painloop-2026-mood.yaml`` per day or hour and are turned into rates per hour here.
The same three numbers cannot give both the fade of one infusion and the relapse after six: the file says by how much.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array

from painloop.core.dynamics import Arrays, Parameters
from painloop.core.elementary import log
from painloop.library.schema.base import in_unit
from painloop.library.schema.effects import Outcome

HOURS_PER_DAY = 24.0
UNITS = {
    "link": "1", "scale": "1/h", "ceiling": "1", "half": "blocked fraction", "steepness": "1", "tau_z": "h",
    "a": "1/d", "tau_y": "d", "b_w": "1/d", "tau_w": "d",
}  # fmt: skip
"""In which the library file must give its values."""
NO_BLOCK = 1e-30
"""What a block of zero is read as, so that its logarithm exists."""


@dataclass(frozen=True)
class Mood:
    """Trigger and two pools; carries no numbers, those come from the library file."""

    name: str = "mood"
    file: str = "painloop-2026-mood"
    states: tuple[str, ...] = ("z", "y", "w")

    def draw(self, entry: Outcome) -> dict[str, float]:
        """Parameters, rates in 1/h; no source gives a spread between people, so each is one number for all."""
        p = {name: in_unit(entry.parameters, name, unit) for name, unit in UNITS.items()}
        return {
            "scale": p["scale"],
            "ceiling": p["ceiling"],
            "link": p["link"],
            "log_half": float(np.log(p["half"])),
            "steepness": p["steepness"],
            "trigger_loss": 1.0 / p["tau_z"],
            "fast_gain": p["a"] / HOURS_PER_DAY,
            "fast_loss": 1.0 / (p["tau_y"] * HOURS_PER_DAY),
            "slow_gain": p["b_w"] / HOURS_PER_DAY,
            "slow_loss": 1.0 / (p["tau_w"] * HOURS_PER_DAY),
        }

    def initial(self, parameters: Parameters) -> Arrays:
        """Nothing has been set off."""
        nothing = jnp.zeros_like(parameters["scale"])
        return (nothing, nothing, nothing)

    def signal(self, block: Array, parameters: Parameters) -> Arrays:
        """Inflow of the trigger, 1/h, for a blocked fraction of 0 to 1."""
        p = parameters
        u = jnp.exp(p["steepness"] * (log(jnp.maximum(block, NO_BLOCK)) - p["log_half"]))
        return (p["scale"] * u / (1.0 + u),)

    def derivative(self, signal: Arrays, state: Arrays, parameters: Parameters) -> Arrays:
        """Time derivative of trigger and pools, 1/h."""
        p = parameters
        z, y, w = state
        return (
            signal[0] * (1.0 - z / p["ceiling"]) - p["trigger_loss"] * z,
            p["fast_gain"] * z * (1.0 - y) - p["fast_loss"] * y,
            p["slow_gain"] * y * (1.0 - w) - p["slow_loss"] * w,
        )

    def improvement(self, state: Arrays, parameters: Parameters) -> Array:
        """Relative improvement of mood: 0 none, 1 free of symptoms."""
        return parameters["link"] * jnp.minimum(1.0, state[1] + state[2])
