"""The rivals on the day of an injury: everyone starts healthy, the input falls, and pain resolves or turns chronic.

The input becomes a state, n' = -(n - N_late) / tau, so that equations stay autonomous. Pain is told as a level between
0 and 1 of that on the day of the injury:

    none, effect_delay          level = n / N_peak (1 - relief)
    central_gain, driven_gain   level = n / N_peak + c g / g_ref      (at most 1)

with g_ref the sensitized state at the input N_ref = (1 - c) N_peak, so that the first term is (1 - c) n / N_ref.
``relief`` is 1 - level: what a line reads as relief of the pain on the first day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.special import ndtri

from painloop import library
from painloop.core.dynamics import Arrays, Drawn, Parameters
from painloop.errors import InputError
from painloop.library.schema.base import in_unit
from painloop.library.schema.effects import Loop, Scenario
from painloop.loop.central_gain import CentralGain
from painloop.loop.driven_gain import DrivenGain
from painloop.loop.gain import HOURS_PER_DAY
from painloop.loop.rival import Drive, Rival
from painloop.loop.steady_states import sensitized

SCENARIOS = {"injury": "painloop-2026-injury"}
"""What ``--scenario`` takes, and the library file behind it."""


@dataclass(frozen=True)
class Injured:
    """A rival that starts healthy on the day of an injury; its first state is the input n."""

    rival: Rival
    scenario: str = SCENARIOS["injury"]

    @property
    def name(self) -> str:
        """That of the rival."""
        return self.rival.name

    @property
    def file(self) -> str:
        """That of the rival."""
        return self.rival.file

    @property
    def states(self) -> tuple[str, ...]:
        """The input, then those of the rival."""
        return ("n", *self.rival.states)

    @property
    def has_gain(self) -> bool:
        """As the rival."""
        return self.rival.has_gain

    def draw(
        self, entry: Loop, chance: Mapping[str, np.ndarray], treated: bool, typical: bool = False
    ) -> dict[str, Drawn]:
        """Parameters of the rival and of the injury; ``chance`` also holds ``N_late``, the same for every rival."""
        scenario: Scenario = library.load("scenarios", self.scenario)
        values = {name: value.number for name, value in scenario.parameters.items()}
        values["healing_half_life"] = in_unit(scenario.parameters, "healing_half_life", "d")
        ones = np.ones_like(chance["responder"])
        late = values["N_late"] * ones
        if not typical:
            late = late * np.exp(np.sqrt(scenario.iiv[0].omega2[0][0]) * ndtri(chance["N_late"]))
        injury: dict[str, Drawn] = {
            "N_late": late,
            "N_peak": values["N_peak"],
            "healing": float(np.log(2.0)) / (values["healing_half_life"] * HOURS_PER_DAY),
        }
        return self.rival.draw(entry, chance, treated, typical) | injury | self._gain(entry, values)

    def _gain(self, entry: Loop, values: Mapping[str, float]) -> dict[str, Drawn]:
        """Early potentiation and the gain that counts as sensitized."""
        if not isinstance(self.rival, CentralGain | DrivenGain):
            return {}
        k = self.rival.constants(entry)
        early: dict[str, Drawn] = {}
        if "e" in self.rival.states:
            k = replace(k, kappa_e=values["kappa_e"])
            early = {"kappa_e": values["kappa_e"]}
        reference = (1.0 - entry.parameters["c"].number) * values["N_peak"]
        return early | {"g_ref": float(sensitized(np.array([reference]), k)[0])}

    def initial(self, parameters: Parameters) -> Arrays:
        """The peak of the input, and nothing learnt yet."""
        zero = jnp.zeros_like(parameters["N_late"])
        return (parameters["N_peak"] + zero, *(zero for _ in self.rival.states))

    def signal(self, drive: Drive, parameters: Parameters) -> Arrays:
        """That of the rival."""
        return self.rival.signal(drive, parameters)

    def derivative(self, signal: Arrays, state: Arrays, parameters: Parameters) -> Arrays:
        """n' and the derivative of the rival at the input of the moment."""
        n, p = state[0], parameters
        own = self.rival.derivative(signal, state[1:], p | {"N": n})
        return (-(n - p["N_late"]) * p["healing"], *own)

    def gain(self, state: Arrays, parameters: Parameters) -> Array:
        """That of the rival."""
        return self.rival.gain(state[1:], parameters)

    def level(self, state: Arrays, parameters: Parameters) -> Array:
        """Pain relative to the day of the injury, 0 to 1."""
        p, peripheral = parameters, state[0] / parameters["N_peak"]
        if not self.rival.has_gain:
            return peripheral * (1.0 - self.rival.relief(state[1:], p))
        return jnp.minimum(peripheral + p["c"] * self.gain(state, p) / p["g_ref"], 1.0)

    def relief(self, state: Arrays, parameters: Parameters) -> Array:
        """1 - level."""
        return 1.0 - self.level(state, parameters)


def in_scenario(rivals: tuple[Rival, ...], scenario: str) -> tuple[Rival, ...]:
    """The same rivals in a scenario, as ``--scenario`` names it.

    Raises
    ------
    InputError : there is no such scenario.
    """
    if scenario not in SCENARIOS:
        raise InputError(f"'{scenario}' is not a scenario; --scenario takes {', '.join(SCENARIOS)}.")
    moving = (replace(one, input_moves=True) if isinstance(one, DrivenGain) else one for one in rivals)
    return tuple(Injured(rival, SCENARIOS[scenario]) for rival in moving)
