"""The slow states of a line: mood, then those of all rivals, driven by concentration and block.

All rivals share one course of drug, so they are integrated together and compared on the same persons.
"""

from __future__ import annotations

from dataclasses import dataclass

from jax import Array

from painloop.block import nmda
from painloop.circuit.drive import wind_up_left
from painloop.core.dynamics import Arrays, Parameters, Signal
from painloop.loop.rival import Drive, Rival
from painloop.outcomes.mood import Mood

Terms = tuple[tuple[int, str], ...]
"""(place, parameter): a weighted sum over states."""
MOOD = Mood()
READ = 2
"""Signals that readings use, before those of mood and rivals: block and wind-up."""


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
    """The states of mood, where it is followed, then those of each rival.

    ``equivalents`` are (place in drive, weight) of the concentration that rivals read; the last driving state is
    the occupancy ratio of the receptor.
    """

    rivals: tuple[Rival, ...]
    equivalents: Terms
    mood: bool = False

    def initial(self, parameters: Parameters) -> Arrays:
        """The states before treatment."""
        mood = MOOD.initial(own_parameters(MOOD.name, parameters)) if self.mood else ()
        return (*mood, *(s for r in self.rivals for s in r.initial(own_parameters(r.name, parameters))))

    def signal(self, drive: Arrays, parameters: Parameters) -> Signal:
        """Blocked fraction and wind-up left for the readings, then what mood and each rival need."""
        blocked = nmda.block(
            drive[-1], parameters["receptor.hill"], parameters["receptor.spinal_potency_factor"]
        )
        left = wind_up_left(blocked, parameters["drive.half"], parameters["drive.steepness"])
        felt = Drive(weighted(drive, self.equivalents, parameters), blocked, left)
        own = tuple(rival.signal(felt, own_parameters(rival.name, parameters)) for rival in self.rivals)
        mood = MOOD.signal(blocked, own_parameters(MOOD.name, parameters)) if self.mood else ()
        return (blocked, left, mood, *own)

    def derivative(self, signal: Signal, state: Arrays, parameters: Parameters) -> Arrays:
        """Mood and each rival move their own states."""
        at = len(MOOD.states) if self.mood else 0
        out: list[Array] = []
        if self.mood:
            out += MOOD.derivative(signal[READ], state[:at], own_parameters(MOOD.name, parameters))
        for rival, needed in zip(self.rivals, signal[READ + 1 :], strict=True):
            own = state[at : at + len(rival.states)]
            out.extend(rival.derivative(needed, own, own_parameters(rival.name, parameters)))
            at += len(own)
        return tuple(out)
