"""What the circuit command tells: counts per stimulus with and without block, growth, excess, and one sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict

from painloop._version import __version__
from painloop.circuit.protocol import Protocol
from painloop.circuit.run import Spikes, run
from painloop.circuit.wind_up import WindUp, wind_up
from painloop.library import content_hash, load
from painloop.library.schema.circuits import Circuit

DEFAULT_CIRCUIT = "painloop-2026"
NO_EXCESS = 0.2
"""Mean spikes per stimulus above the first response under which there is no wind-up to speak of."""
NO_SPIKE = 0.5
"""Mean spikes of the first response under which there is none."""


class Counted(BaseModel):
    """Mean spikes of a projection cell for each stimulus, in the A and the C window, and what they come to."""

    model_config = ConfigDict(extra="forbid")

    A: list[float]
    C: list[float]
    first: float
    last: float
    growth: float | None
    excess: float


class Answer(BaseModel):
    """What ``painloop circuit --json`` prints."""

    model_config = ConfigDict(extra="forbid")

    circuit: str
    protocol: dict[str, float | int | None]
    condition: str | None
    condition_says: str | None
    counts: Counted
    unblocked: Counted
    first_left: float | None
    excess_left: float | None
    reading: str
    model_s: float
    wall_s: float
    provenance: dict[str, str]


@dataclass(frozen=True)
class Pair:
    """A run as asked for, and the same without block (the same run where the block is 0)."""

    asked: Spikes
    unblocked: Spikes

    @property
    def counts(self) -> tuple[WindUp, WindUp]:
        """Wind-up as asked for, and without block."""
        return wind_up(self.asked), wind_up(self.unblocked)


def compare(circuit: Circuit, protocol: Protocol) -> Pair:
    """Run a protocol, and again without block where it has one."""
    asked = run(circuit, protocol)
    return Pair(asked, asked if protocol.block == 0.0 else run(circuit, replace(protocol, block=0.0)))


def answer(pair: Pair, condition: str | None = None, condition_says: str | None = None) -> Answer:
    """What a pair of runs says; ``condition_says`` is what its lesion does, or that none is known."""
    asked, free = pair.counts
    network = pair.asked.network
    runs = {id(one): one for one in (pair.asked, pair.unblocked)}.values()
    return Answer(
        circuit=network.circuit.id,
        protocol=_told(network.protocol, network.step_ms * 1000.0, network.receptors.reversal.min()),
        condition=condition,
        condition_says=condition_says,
        counts=_counted(asked),
        unblocked=_counted(free),
        first_left=asked.first / free.first if free.first >= NO_SPIKE else None,
        excess_left=asked.excess / free.excess if winds_up(free) else None,
        reading=reading(asked, free, network.protocol),
        model_s=pair.asked.model_s,
        wall_s=sum(one.wall_s for one in runs),
        provenance=provenance(network.circuit.id),
    )


def provenance(circuit_id: str) -> dict[str, str]:
    """Version and hash of the file behind a run."""
    return {"painloop": __version__, f"circuits/{circuit_id}": content_hash("circuits", circuit_id)}


def winds_up(counts: WindUp) -> bool:
    """Whether responses grow enough for a share of the growth to mean anything."""
    return counts.excess > NO_EXCESS * counts.C.size


def shipped() -> Circuit:
    """The circuit that a run uses unless another is named."""
    circuit: Circuit = load("circuits", DEFAULT_CIRCUIT)
    return circuit


def reading(asked: WindUp, free: WindUp, protocol: Protocol) -> str:
    """One sentence: does the response grow, and what does the block do to the first response and to the growth?"""
    grown = f"from {free.first:.1f} to {free.last:.1f} spikes over {protocol.stimuli} stimuli"
    how = f"The C response of a projection cell grows {grown}" if winds_up(free) else (
        f"There is no wind-up at {protocol.frequency_Hz:g} Hz: the C response goes {grown}"
    )  # fmt: skip
    if protocol.block == 0.0:
        return f"{how}."
    if not winds_up(free):
        blocked = f"{protocol.block:.0%} of NMDA channels blocked"
        return f"{how}, and with {blocked} from {asked.first:.1f} to {asked.last:.1f}."
    first = (
        f"leaves {asked.first / free.first:.0%} of the first response and"
        if free.first >= NO_SPIKE
        else "leaves"
    )
    left = max(asked.excess / free.excess, 0.0)
    return f"{how}; blocking {protocol.block:.0%} of NMDA channels {first} {left:.0%} of the spikes above it."


def _told(protocol: Protocol, step_us: float, chloride: float) -> dict[str, float | int | None]:
    return {
        "frequency_Hz": protocol.frequency_Hz,
        "stimuli": protocol.stimuli,
        "block": protocol.block,
        "cation": protocol.cation,
        "inhibition": protocol.lesion.inhibition,
        "chloride_reversal_mV": float(chloride),
        "ongoing_C_Hz": protocol.lesion.ongoing_C_Hz,
        "seed": protocol.seed,
        "step_us": step_us,
    }


def _counted(counts: WindUp) -> Counted:
    return Counted(
        A=counts.A.tolist(),
        C=counts.C.tolist(),
        first=counts.first,
        last=counts.last,
        growth=counts.growth,
        excess=counts.excess,
    )
