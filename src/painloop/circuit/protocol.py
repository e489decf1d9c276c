"""What is done to the network: stimuli, block, lesion, and how finely time is cut."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from painloop.errors import InputError

MOST_STIMULI = 100
LONGEST_S = 600.0


@dataclass(frozen=True)
class Lesion:
    """What differs from the intact network.

    Parameters
    ----------
    chloride_reversal_mV : reversal of GABA-A and glycine currents, mV; ``None`` is the circuit file's.
    inhibition : by which inhibitory conductances are multiplied, 0 to 4.
    ongoing_C_Hz : rate of each C fibre without a stimulus, Hz, 0 to 20.
    """

    chloride_reversal_mV: float | None = None
    inhibition: float = 1.0
    ongoing_C_Hz: float = 0.0

    def __post_init__(self) -> None:
        if self.chloride_reversal_mV is not None:
            _within("chloride reversal", self.chloride_reversal_mV, -100.0, 0.0, "mV")
        _within("inhibition", self.inhibition, 0.0, 4.0, "times the intact one")
        _within("rate of ongoing C impulses", self.ongoing_C_Hz, 0.0, 20.0, "Hz")


@dataclass(frozen=True)
class Protocol:
    """Electrical stimuli at C strength, and what the network is given or lacks.

    Parameters
    ----------
    frequency_Hz : stimuli per second, 0.05 to 5.
    stimuli : how many, 2 to 100.
    block : blocked share of NMDA channels, 0 to 1.
    cation : by which the calcium-activated cation current is multiplied, 0 to 4.
    lesion : what differs from the intact network.
    seed : of conduction times, connections and background activity.
    step_us : time step, 5 to 100 microseconds; ``None`` is the circuit file's.

    Raises
    ------
    InputError : a number is outside its range; the message names the range.
    """

    frequency_Hz: float = 1.0
    stimuli: int = 15
    block: float = 0.0
    cation: float = 1.0
    lesion: Lesion = field(default_factory=Lesion)
    seed: int = 1
    step_us: float | None = None

    def __post_init__(self) -> None:
        _within("frequency", self.frequency_Hz, 0.05, 5.0, "Hz")
        _within("number of stimuli", self.stimuli, 2, MOST_STIMULI, "")
        _within("block", self.block, 0.0, 1.0, "(a share of the NMDA channels)")
        _within("cation current", self.cation, 0.0, 4.0, "times the intact one")
        _within("seed", self.seed, 0, 2**62, "")
        if self.step_us is not None:
            _within("time step", self.step_us, 5.0, 100.0, "us")
        if self.stimuli / self.frequency_Hz > LONGEST_S:
            raise InputError(
                f"{self.stimuli} stimuli at {self.frequency_Hz:g} Hz last longer than {LONGEST_S:g} s of model time; "
                "give fewer stimuli or a higher frequency."
            )

    @property
    def interval_ms(self) -> float:
        """Time between stimuli, ms."""
        return 1000.0 / self.frequency_Hz


def _within(name: str, value: float, low: float, high: float, unit: str) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        tail = f" {unit}" if unit else ""
        raise InputError(
            f"The {name} {value:g} is outside {low:g} to {high:g}{tail}; give a number in that range."
        )
