"""What the dorsal-horn network answers to a train of stimuli under block: stored runs, read once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from painloop import library
from painloop.library.schema.effects import DriveCurve
from painloop.report.numbers import fixed, percent
from painloop_clinic.explorer.answers import cards_of
from painloop_clinic.web.charts import Axis, Chart, Series

FILE = Path(__file__).parent / "wind_up.json"
DRIVE = "painloop-2026"


@dataclass(frozen=True)
class Train:
    """Mean spikes of a projection cell for every stimulus of a train, C fibres' part."""

    block: float
    frequency_Hz: float
    spikes: tuple[float, ...]

    @property
    def excess(self) -> float:
        """Spikes above the first response, over all stimuli."""
        return sum(self.spikes) - len(self.spikes) * self.spikes[0]


@cache
def stored() -> dict[str, Any]:
    """The file of runs."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


@cache
def trains() -> dict[tuple[float, float], Train]:
    """(block, frequency) -> the train, for everything that was run."""
    found = [Train(one["block"], one["frequency_Hz"], tuple(one["C"])) for one in stored()["runs"]]
    return {(one.block, one.frequency_Hz): one for one in found}


def blocks() -> Sequence[float]:
    """Blocked shares that were run, from none up."""
    return sorted({block for block, _ in trains()})


def frequencies() -> Sequence[float]:
    """Frequencies that were run, Hz."""
    return sorted({frequency for _, frequency in trains()})


def last_spikes(block: float, frequency_Hz: float = 1.0) -> float:
    """Spikes that the last stimulus calls forth at any block, between the runs by straight lines."""
    known = [trains()[one, frequency_Hz].spikes[-1] for one in blocks()]
    return float(np.interp(block, blocks(), known))


def train_chart(block: float, frequency_Hz: float) -> Chart:
    """Spikes per stimulus with a block, beside those without."""
    free, asked = trains()[0.0, frequency_Hz], trains()[block, frequency_Hz]
    numbers = [float(n) for n in range(1, len(free.spikes) + 1)]
    series = [Series("no block", numbers, free.spikes, "comparator")]
    if block:
        name = f"{percent(block)} of NMDA receptors blocked"
        series.append(Series(name, numbers, asked.spikes, "wind_up"))
    return Chart(
        id="train",
        title="Does the spinal cord answer every stimulus alike, or more and more?",
        reading=reading(free, asked),
        x=Axis("Number of the stimulus", 0.5, len(numbers) + 0.5),
        y=Axis("Spikes per stimulus (projection cell)", 0.0, 40.0),
        series=series,
        facts=(
            f"{len(stored()['seeds'])} runs of the network each, mean",
            f"{frequency_Hz:g} {'stimulus' if frequency_Hz == 1 else 'stimuli'} per second at C-fibre strength",
            "circuit {}, content {}".format(*stored()["circuit"].removeprefix("circuits/").split("@")),
        ),
        cards=cards_of([f"circuits/{DRIVE}"]),
    )


def reading(free: Train, asked: Train) -> str:
    """What a block does to the first and to the last response, in one sentence."""
    first, last = free.spikes[0], free.spikes[-1]
    grows = f"from {fixed(first, 1)} spikes to {fixed(last, 1)} over {len(free.spikes)} stimuli"
    if not asked.block:
        return f"Without block the answer grows {grows}: this is wind-up. Move the slider to block receptors."
    left = percent(max(asked.excess, 0.0) / free.excess)
    return (
        f"Without block the answer grows {grows}; with {percent(asked.block)} of receptors blocked from "
        f"{fixed(asked.spikes[0], 1)} to {fixed(asked.spikes[-1], 1)}: the first response is spared and {left} of "
        "wind-up is left."
    )


def curve_chart(block: float) -> Chart:
    """The wind-up that each block leaves: the fitted curve, the runs behind it, and the block at hand."""
    drive: DriveCurve = library.load("drives", DRIVE)
    half, steepness = drive.parameters["half"].number, drive.parameters["steepness"].number
    shares = [round(float(b), 3) for b in np.linspace(0.0, 0.9, 46)]
    left = [100.0 / (1.0 + (b / half) ** steepness) for b in shares]
    at = 100.0 / (1.0 + (block / half) ** steepness)
    shared = [100 * b for b in blocks()]
    runs = [
        Series(f"runs at {hertz:g} Hz", shared, _left(hertz), f"{hertz:g} Hz", kind="points")
        for hertz in frequencies()
    ]
    return Chart(
        id="left",
        title="How much wind-up does each block leave?",
        reading=curve_reading(block, at),
        x=Axis("NMDA receptors blocked (%)", 0.0, 92.0),
        y=Axis("Wind-up left (%)", 0.0, 110.0),
        series=[
            Series("fitted curve", [100 * b for b in shares], left, "averaged"),
            *runs,
            Series("block chosen above", [100 * block], [at], "chosen", kind="points"),
        ],
        facts=("mean of 3 runs a point", "one network; that the slow loop follows it is a hypothesis"),
        cards=cards_of([f"drives/{DRIVE}"]),
    )


def curve_reading(block: float, curve: float) -> str:
    """What the runs leave at a block, and what the one curve through them says."""
    if not block:
        return "Without block all wind-up is left; each point is what the network keeps at a block."
    left = [_left(hertz)[blocks().index(block)] for hertz in frequencies()]
    return (
        f"At {percent(block)} blocked the network keeps {fixed(min(left), 0)} to {fixed(max(left), 0)} % of wind-up, "
        f"the more the faster the stimuli follow; the one curve that the slow loop uses says {fixed(curve, 0)} %."
    )


def _left(frequency_Hz: float) -> list[float]:
    free = trains()[0.0, frequency_Hz].excess
    return [100.0 * max(trains()[one, frequency_Hz].excess, 0.0) / free for one in blocks()]
