"""Runs the dorsal-horn network at the blocks and frequencies of the page and writes what it answers to a file.

Not part of the web application, which has no compiler: run ``python -m painloop_clinic.mechanism.tabulate`` after a
change of the circuit; a test fails while the file is older than the circuit.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from painloop import library
from painloop.library.schema.effects import DriveCurve

DRIVE = "painloop-2026"
FILE = Path(__file__).parent / "wind_up.json"
COMMAND = "python -m painloop_clinic.mechanism.tabulate"


def tabulated() -> dict[str, Any]:
    """Mean spikes per stimulus over the seeds of the library's own runs, for each of its blocks and frequencies."""
    from painloop.circuit.answer import shipped
    from painloop.circuit.protocol import Protocol
    from painloop.circuit.run import run
    from painloop.circuit.wind_up import mean, wind_up

    drive: DriveCurve = library.load("drives", DRIVE)
    circuit = shipped()
    runs: list[dict[str, Any]] = []
    assert drive.stimuli is not None
    stimuli = drive.stimuli
    seeds = sorted({one.seed for one in drive.runs})
    for block, frequency in sorted({(one.block, one.frequency_Hz) for one in drive.runs}):
        asked = [Protocol(frequency, stimuli, block, seed=seed) for seed in seeds]
        counted = mean([wind_up(run(circuit, one)) for one in asked])
        spikes = {"A": [round(float(n), 3) for n in counted.A], "C": [round(float(n), 3) for n in counted.C]}
        runs.append({"block": block, "frequency_Hz": frequency, **spikes})
        print(f"block {block:g}, {frequency:g} Hz: {runs[-1]['C'][0]:g} to {runs[-1]['C'][-1]:g} spikes")
    return {
        "circuit": f"circuits/{circuit.id}@{library.content_hash('circuits', circuit.id)}",
        "command": COMMAND,
        "seeds": seeds,
        "stimuli": stimuli,
        "runs": runs,
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(tabulated(), indent=1) + "\n", encoding="utf-8")
