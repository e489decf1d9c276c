"""Slow effect compartment with a mixture of responders, after Dahan 2011 (doi:10.1016/j.ejpain.2010.06.016).

Ce' = ln 2 / t_half * (C - Ce), relief = Emax Ce^h / (C50^h + Ce^h) in a responder and none in the others.
What the paper's abstract does not give (Emax, h, variability of C50 and t_half) is assumed in the library file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array

from painloop.core.dynamics import Arrays, Drawn, Parameters
from painloop.core.elementary import log
from painloop.library.schema.base import in_unit
from painloop.library.schema.effects import Loop
from painloop.loop.rival import Drive

HOURS_PER_DAY = 24.0


@dataclass(frozen=True)
class EffectDelay:
    """One state: the slow effect-site concentration, ng/mL of S-ketamine."""

    name: str = "effect_delay"
    file: str = "dahan-2011"
    has_gain: bool = False
    states: tuple[str, ...] = ("Ce_slow",)

    def draw(
        self, entry: Loop, chance: Mapping[str, np.ndarray], treated: bool, typical: bool = False
    ) -> dict[str, Drawn]:
        """A person responds when their chance lies below the class probability; the rest is shared.

        The typical person is neither class: their relief is that of a responder times the probability.
        """
        p = {name: value.number for name, value in entry.parameters.items()}
        chosen = chance["responder"]
        ones = np.ones_like(chosen)
        share = (chosen < p["p_responder_ketamine"]).astype(float)
        if typical:
            share = p["p_responder_ketamine"] * ones
        return {
            "responds": share if treated else 0.0 * ones,
            "k": float(np.log(2.0)) / (in_unit(entry.parameters, "t_half", "d") * HOURS_PER_DAY),
            "log_C50": float(np.log(p["C50"])),
            "hill": p["hill"],
            "Emax": p["Emax"],
        }

    def initial(self, parameters: Parameters) -> Arrays:
        """No drug has been there."""
        return (jnp.zeros_like(parameters["responds"]),)

    def signal(self, drive: Drive, parameters: Parameters) -> Arrays:
        """C."""
        return (drive.concentration,)

    def derivative(self, signal: Arrays, state: Arrays, parameters: Parameters) -> Arrays:
        """Ce' = k (C - Ce)."""
        return (parameters["k"] * (signal[0] - state[0]),)

    def gain(self, state: Arrays, parameters: Parameters) -> Array:
        """It knows no central gain."""
        return jnp.zeros(())

    def relief(self, state: Arrays, parameters: Parameters) -> Array:
        """Emax / (1 + (C50 / Ce)^h), which rises with Ce to the last digit."""
        p = parameters
        return (
            p["responds"]
            * p["Emax"]
            / (1.0 + jnp.exp(p["hill"] * (p["log_C50"] - log(jnp.maximum(state[0], 1e-30)))))
        )
