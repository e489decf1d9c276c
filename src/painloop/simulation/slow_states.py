"""The slow states of a line: those of all rivals, one after the other, driven by concentration and block.

All rivals share one course of drug, so they are integrated together and compared on the same persons.
"""

from __future__ import annotations

from dataclasses import dataclass

from jax import Array

from painloop.block import nmda
from painloop.circuit.drive import wind_up_left
from painloop.core.dynamics import Arrays, Parameters, Signal
from painloop.loop.rival import Drive, Rival

Terms = tuple[tuple[int, str], ...]
"""(place, parameter): a weighted sum over states."""
READ = 2
"""Signals that readings use, before those of the rivals: block and wind-up."""


def own_parameters(prefix: str, parameters: Parameters) -> Parameters:
    """Parameters of one part, without the name of the part."""
    return {k.removeprefix(f"{prefix}."): v for k, v in parameters.items() if k.startswith(f"{prefix}.")}


def weighted(x: Arrays, terms: Terms, parameters: Parameters) -> Array:
    """The weighted sum of states."""
    total = x[terms[0][0]] * parameters[terms[0][1]]
    for place, name in terms[1:]:
        total = total + x[place] * parameters[name]
    return total


@dataclass(frozen=True)
class SlowStates:
    """The slow states of all rivals, one after the other.

    ``equivalents`` are (place in drive, weight) of the concentration that rivals read; the last driving state is
    the occupancy ratio of the receptor.
    """

    rivals: tuple[Rival, ...]
    equivalents: Terms

    def initial(self, parameters: Parameters) -> Arrays:
        """States of every rival before treatment."""
        return tuple(
            s for rival in self.rivals for s in rival.initial(own_parameters(rival.name, parameters))
        )

    def signal(self, drive: Arrays, parameters: Parameters) -> Signal:
        """Blocked fraction and wind-up left for the readings, then what each rival's states need."""
        blocked = nmda.block(
            drive[-1], parameters["receptor.hill"], parameters["receptor.spinal_potency_factor"]
        )
        left = wind_up_left(blocked, parameters["drive.half"], parameters["drive.steepness"])
        felt = Drive(weighted(drive, self.equivalents, parameters), blocked, left)
        own = tuple(rival.signal(felt, own_parameters(rival.name, parameters)) for rival in self.rivals)
        return (blocked, left, *own)

    def derivative(self, signal: Signal, state: Arrays, parameters: Parameters) -> Arrays:
        """Each rival moves its own states."""
        at = 0
        out: list[Array] = []
        for rival, needed in zip(self.rivals, signal[READ:], strict=True):
            own = state[at : at + len(rival.states)]
            out.extend(rival.derivative(needed, own, own_parameters(rival.name, parameters)))
            at += len(own)
        return tuple(out)
