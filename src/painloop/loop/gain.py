"""The equations that the two gain rivals share: drive, potentiation, removal under block, and how a person is drawn.

    u = A N (1 + kappa_e e + kappa g)           NMDA-effective drive; u = 1 is half of the potentiation
    S(u) = u^h / (1 + u^h)                      potentiation that the drive maintains
    D(B) = B^m / (B^m + B50^m)                  removal while the receptor is partly blocked; D(0) = 0
    e' = k_e S (1 - e) - e / tau_e              early potentiation; block does not erase it
    g' = k_up S (1 - g) - (k_dn D + k_0) g      consolidated central gain

A is the wind-up that the block leaves, computed from the circuit; N a person's input. In ``driven_gain`` the feedback
of g on its own drive is frozen at its sensitized value, u = A N (1 + kappa), and e is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.special import ndtr, ndtri

from painloop.core.dynamics import Arrays, Drawn, Parameters
from painloop.core.elementary import power
from painloop.library.schema.base import in_unit
from painloop.library.schema.effects import Effect
from painloop.loop.rival import Drive

HOURS_PER_DAY = 24.0
PER_DAY = ("k_up", "k_dn", "k_0", "k_e")
"""Written per day in the library, used per hour."""
UNITS = dict.fromkeys(PER_DAY, "1/d") | {
    "B50": "blocked fraction", "m": "1", "kappa": "1", "h": "1", "kappa_e": "1", "tau_e": "h",
}  # fmt: skip
"""In which the library file must give its values."""
EARLY = ("kappa_e", "k_e", "tau_e")
"""Parameters of early potentiation."""
SMALLEST = 1e-30


@dataclass(frozen=True)
class Constants:
    """What everyone shares. Rates ``k_*`` in 1/h, ``tau_e`` in h; ``frozen`` where g does not feed its own drive."""

    k_up: float
    k_dn: float
    k_0: float
    B50: float
    m: float
    kappa: float
    h: float
    kappa_e: float = 0.0
    k_e: float = 0.0
    tau_e: float = 1.0
    frozen: bool = False

    @classmethod
    def of(cls, entry: Effect, frozen: bool = False) -> Constants:
        """Read a library file; the two without early potentiation need not give its parameters."""
        named = {f.name for f in fields(cls)} & set(entry.parameters)
        values = {name: in_unit(entry.parameters, name, UNITS[name]) for name in named}
        hourly = {name: value / HOURS_PER_DAY if name in PER_DAY else value for name, value in values.items()}
        return cls(**hourly, frozen=frozen)

    def shared(self) -> dict[str, Drawn]:
        """As engine parameters, one number for all; those of early potentiation only where it is not left out."""
        left_out = ("frozen", *(EARLY if self.frozen else ()))
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in left_out}


def potentiation(drive: Array, h: Array) -> Array:
    """S(u), 0 to 1."""
    raised = power(jnp.maximum(drive, SMALLEST), h)
    return raised / (1.0 + raised)


def signal(drive: Drive, p: Parameters) -> Arrays:
    """A and the loss rate k_dn D(B) + k_0, 1/h: all that depends on the drug alone."""
    relative = power(jnp.maximum(drive.block / p["B50"], SMALLEST), p["m"])
    return drive.wind_up, p["k_dn"] * relative / (1.0 + relative) + p["k_0"]


def gain_slope(potentiated: Array, gain: Array, loss: Array, p: Parameters) -> Array:
    """g', 1/h."""
    return p["k_up"] * potentiated * (1.0 - gain) - loss * gain


def early_slope(potentiated: Array, early: Array, p: Parameters) -> Array:
    """e', 1/h."""
    return p["k_e"] * potentiated * (1.0 - early) - early / p["tau_e"]


def relief(gain: Array, p: Parameters) -> Array:
    """c (1 - g / g_start): the share of pain that has gone with the gain."""
    return p["c"] * jnp.maximum(1.0 - gain / p["g_start"], 0.0)


def inputs(entry: Effect, chance: Mapping[str, np.ndarray], typical: bool, above: float = 0.0) -> np.ndarray:
    """The input N of each person, log-normal and cut below ``above``; the typical person has the median."""
    median, patients = entry.parameters["N"].number, len(chance["responder"])
    if typical or not entry.iiv:
        return np.full(patients, median)
    spread = float(np.sqrt(entry.iiv[0].omega2[0][0]))
    cut = float(np.log(above / median)) / spread if above > 0.0 else -np.inf
    if cut > 0.0:  # what is left of the tail would be lost beside 1
        return np.maximum(median * np.exp(-spread * ndtri(ndtr(-cut) * (1.0 - chance["N"]))), above)
    return np.asarray(median * np.exp(spread * ndtri(ndtr(cut) + ndtr(-cut) * chance["N"])))
