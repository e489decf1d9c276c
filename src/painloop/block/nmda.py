"""Competitive block of the NMDA receptor by free ketamine and norketamine behind an effect-site delay.

x = sum over analytes of fu * potency * C / (molar mass * IC50u), followed with half-life ``ke0_half_life``;
block = s * x^n / (1 + x^n). Each value and its source stand in the receptor file; the rule is Shaffer 2014's.
"""

from __future__ import annotations

from collections.abc import Iterable

import jax.numpy as jnp
from jax import Array

from painloop.core.elementary import power
from painloop.exposure.system import EffectSite
from painloop.library.schema.effects import Receptor

SITE = "block"
NMOL_PER_UMOL = 1000.0
KETAMINE = {"ketamine": None, "S-ketamine": "potency_S", "R-ketamine": "potency_R"}
NORKETAMINE = {
    "norketamine": None,
    "S-norketamine": "potency_S_norketamine",
    "R-norketamine": "potency_R_norketamine",
}


def weights(receptor: Receptor, analytes: Iterable[str]) -> dict[str, float]:
    """Contribution to x of one ng/mL of each analyte that binds; others (hydroxynorketamine) have none."""
    p = {name: value.number for name, value in receptor.parameters.items()}
    found = {}
    for analyte in analytes:
        for names, substance in ((KETAMINE, "ketamine"), (NORKETAMINE, "norketamine")):
            if analyte in names:
                potency = names[analyte]
                strength = p[potency] if potency else 1.0
                found[analyte] = (
                    p[f"fu_{substance}"] * strength / p[f"molar_mass_{substance}"] / p[f"IC50u_{substance}"]
                )
    return found


def site(receptor: Receptor, analytes: Iterable[str]) -> EffectSite:
    """The effect site that holds x."""
    return EffectSite(SITE, weights(receptor, analytes), receptor.parameters["ke0_half_life"].number)


def block(x: Array, hill: Array | float, potency: Array | float = 1.0) -> Array:
    """Blocked fraction, 0 to 1, for an occupancy ratio x >= 0."""
    raised = power(jnp.maximum(x, 1e-30), hill)
    return potency * raised / (1.0 + raised)
