"""Concentration-effect curves: one library file and one curve per endpoint, never shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.special import ndtri

from painloop.core.dynamics import Drawn, Parameters
from painloop.core.elementary import power
from painloop.exposure.system import EffectSite
from painloop.library.schema.effects import Outcome
from painloop.outcomes.ventilation import ventilation

POTENCIES = {
    "ketamine": "relative_potency_racemic",
    "S-ketamine": "relative_potency_S",
    "R-ketamine": "relative_potency_R",
}
"""Analyte -> the parameter that translates it into the analyte of a file."""
SIDE_EFFECTS = (
    "drug_high", "dissociation", "sbp_rise", "dbp_rise", "hr_rise",
    "nausea", "dizziness", "sedation", "ventilation_on_opioid",
)  # fmt: skip
FILES = {
    "analgesia": "olofsen-2012",
    "drug_high": "simons-2022-high",
    "dissociation": "bowdle-1998",
    "sbp_rise": "zheng-2018-sbp",
    "dbp_rise": "zheng-2018-dbp",
    "hr_rise": "zheng-2018-hr",
    "nausea": "canuso-2021-nausea",
    "dizziness": "canuso-2021-dizziness",
    "sedation": "canuso-2021-sedation",
    "ventilation_on_opioid": "jonkman-2018",
}
"""The curve that each endpoint uses."""
OF_A_MEAN = frozenset({"linear", "probability"})
"""Forms whose parameter was read from a mean over persons, not from a typical person."""


@dataclass(frozen=True)
class Curve:
    """An endpoint on a system: ``weights`` turn its analytes into the file's, ``delayed`` names an effect site."""

    endpoint: str
    form: str
    weights: tuple[tuple[str, float], ...]
    delayed: bool
    bounded: bool

    def effect(self, concentration: Array, parameters: Parameters) -> Array:
        """The effect of a concentration (ng/mL of the file's analyte), in the file's unit."""

        def of(name: str) -> Array:
            return parameters[f"{self.endpoint}.{name}"]

        if self.form == "emax":
            u = power(jnp.maximum(concentration, 1e-30) / of("C50"), of("hill"))
            return of("Emax") * u / (1.0 + u)
        if self.form == "probability":
            return 1.0 - jnp.exp(-of("k") * concentration)
        if self.form == "ventilation":
            return ventilation(concentration, of("doubling"), of("depression"), of("share"))
        straight = of("slope") * concentration
        return jnp.minimum(straight, of("maximum")) if self.bounded else straight


def curve(outcome: Outcome, analytes: Iterable[str]) -> Curve | None:
    """The curve of an outcome file for what a system measures, or ``None`` where no potency is known.

    A potency ratio between enantiomers is assumed in the file and says so there.
    """
    weights = []
    for analyte in analytes:
        if analyte == outcome.analyte:
            weights.append((analyte, 1.0))
        elif analyte in POTENCIES and POTENCIES[analyte] in outcome.parameters:
            weights.append((analyte, outcome.parameters[POTENCIES[analyte]].number))
    if not weights:
        return None
    delayed = outcome.parameters["ke0_half_life"].number > 0.0
    return Curve(outcome.endpoint, outcome.form, tuple(weights), delayed, "maximum" in outcome.parameters)


def site(outcome: Outcome, one: Curve) -> EffectSite:
    """The effect site of a delayed curve; it holds the weighted concentration."""
    return EffectSite(one.endpoint, dict(one.weights), outcome.parameters["ke0_half_life"].number)


def draw(outcome: Outcome, chance: dict[str, np.ndarray], typical: bool) -> dict[str, Drawn]:
    """Parameters per person under ``endpoint.name``; log-normal where the file gives a variance.

    A straight line was read from a mean effect and a probability from a share of people, so their slope and ``k``
    are means over persons; the parameters of the other curves are those of the typical person, the median.

    ``chance`` maps a parameter to uniform numbers (patients,). What does not vary is one number for all.
    """
    values: dict[str, Drawn] = {name: v.number for name, v in outcome.parameters.items()}
    if not typical:
        for block in outcome.iiv:
            independent = np.stack([ndtri(chance[name]) for name in block.parameters])
            effects = np.linalg.cholesky(block.omega2) @ independent
            for k, name in enumerate(block.parameters):
                centre = block.omega2[k][k] / 2.0 if outcome.form in OF_A_MEAN else 0.0
                values[name] = values[name] * np.exp(effects[k] - centre)
    return {f"{outcome.endpoint}.{name}": value for name, value in values.items()}
