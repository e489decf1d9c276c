"""What is observed of a line at an output time."""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array

from painloop.core.dynamics import Arrays, Parameters, Signal
from painloop.loop.rival import Rival
from painloop.outcomes import pain
from painloop.outcomes.curves import Curve
from painloop.simulation.slow_states import MOOD, READ, Terms, own_parameters, weighted


@dataclass(frozen=True)
class Readings:
    """What is observed at an output time; hashable, so that a program is compiled once per line.

    ``acute`` also shows the acute change of pain by itself, NRS points, which a trial needs beside its own placebo.
    """

    analytes: tuple[tuple[str, Terms], ...]
    effects: tuple[tuple[Curve, Terms], ...]
    rivals: tuple[Rival, ...]
    mood: bool = False
    acute: bool = False

    def names(self) -> tuple[str, ...]:
        """Quantities in the order of :meth:`__call__`."""
        drug = [name for name, _ in self.analytes]
        effects = [one.endpoint for one, _ in self.effects if one.endpoint != "analgesia"]
        slow = [f"{what}:{rival.name}" for rival in self.rivals for what in ("pain", "relief")]
        gains = [f"gain:{rival.name}" for rival in self.rivals if rival.has_gain]
        mood = (MOOD.name,) if self.mood else ()
        acute = ("acute",) if self.acute else ()
        return (*drug, "block", "wind_up", *effects, *mood, *acute, *slow, *gains)

    def __call__(self, time: Array, x: Arrays, signal: Signal, y: Arrays, parameters: Parameters) -> Arrays:
        """Concentrations, block, wind-up, side effects, pain and lasting relief of each rival, central gains."""
        out = [weighted(x, terms, parameters) for _, terms in self.analytes]
        out.extend(signal[:READ])
        acute = jnp.zeros(())
        for one, terms in self.effects:
            value = one.effect(weighted(x, terms, parameters), parameters)
            if one.endpoint == "analgesia":
                acute = value
            else:
                out.append(value)
        at = len(MOOD.states) if self.mood else 0
        if self.mood:
            out.append(MOOD.improvement(y[:at], own_parameters(MOOD.name, parameters)))
        untreated = pain.without_drug(time, own_parameters("pain", parameters))
        carried = parameters["effect.scale"]
        if self.acute:
            out.append(carried * acute + jnp.zeros_like(untreated))
        gains: list[Array] = []
        for rival in self.rivals:
            own = own_parameters(rival.name, parameters)
            slow = y[at : at + len(rival.states)]
            relief = carried * rival.relief(slow, own) + jnp.zeros_like(untreated)
            at += len(rival.states)
            out.extend((pain.with_drug(untreated, relief, carried * acute), relief))
            if rival.has_gain:
                gains.append(rival.gain(slow, own))
        return (*out, *gains)
