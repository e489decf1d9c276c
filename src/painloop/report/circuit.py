"""The picture of a circuit run: a raster of all cells with the stimuli marked, and the wind-up curve beneath."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from painloop.circuit.answer import Answer, Pair
from painloop.circuit.protocol import Lesion
from painloop.circuit.run import Spikes
from painloop.report.figures.drawing import WIDE, Caption, draw, draw_png, label_ends
from painloop.report.figures.palette import BLUE, FAINT, GREEN, INK, VERMILLION, Look
from painloop.report.files import write_bytes
from painloop.report.numbers import fixed, percent
from painloop.report.plot import check_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROLES = {"projection": INK, "excitatory": GREEN, "inhibitory": VERMILLION}
"""Colours of the rows; the row names say the type too."""
_HEIGHTS = (2.3, 2.3)
_PAUSE_MS = 200.0
"""A projection cell that does not pause for so long after the last stimulus has not fallen silent."""
_UNBLOCKED, _BLOCKED = Look(FAINT, (4, 1.5), "s"), Look(BLUE)


def circuit_plot(pair: Pair, told: Answer, path: str | os.PathLike[str]) -> Path:
    """Draw a run and its wind-up curve into ``path`` (``.svg`` or ``.png``).

    Raises
    ------
    InputError : the ending of ``path`` is neither ``.svg`` nor ``.png``, or its folder does not exist.
    PainloopError : the file cannot be written.
    """
    check_picture(path)

    def paint(axes: list[Axes]) -> None:
        _raster(axes[0], pair.asked)
        _wind_up(axes[1], pair, told)

    write = draw if Path(path).suffix.lower() == ".svg" else draw_png
    question = " ".join(part for part in (told.reading, restless(pair)) if part)
    return write_bytes(path, write(Caption(question, _footer(pair, told)), WIDE, _HEIGHTS, 1, paint))


def protocol_words(told: Answer) -> str:
    """The protocol as run, in words: stimuli, block, inhibition, chloride, ongoing impulses, cation current."""
    run = told.protocol
    parts = [
        f"{run['stimuli']} stimuli at {run['frequency_Hz']:g} Hz",
        f"{percent(run['block'])} of NMDA channels blocked" if run["block"] else "no block",
        "intact inhibition"
        if run["inhibition"] == 1
        else f"inhibition {run['inhibition']:g} times the intact one",
        f"chloride reversal {fixed(run['chloride_reversal_mV'], 0)} mV",
        f"C fibres at {run['ongoing_C_Hz']:g} Hz without a stimulus"
        if run["ongoing_C_Hz"]
        else "no ongoing impulses",
    ]
    if run["cation"] != 1:
        strength = f"{run['cation']:g} times the" if run["cation"] else "without the"
        parts.append(f"{strength} calcium-activated cation current")
    return ", ".join(parts)


def restless(pair: Pair) -> str:
    """A sentence where projection cells still fire without a pause when the last response is long over."""
    spikes = pair.asked
    roles = [cell.role for cell in spikes.network.circuit.cells for _ in range(cell.count)]
    start, stop = float(spikes.stimuli[-1]), spikes.model_s * 1000.0
    if stop - start < 2 * _PAUSE_MS:
        return ""
    for row in (row for row, role in enumerate(roles) if role == "projection"):
        times = spikes.time[spikes.cell == row]
        gaps = np.diff(np.concatenate([[start], np.sort(times[times >= start]), [stop]]))
        if gaps.max() >= _PAUSE_MS:
            return ""
    return "After the last stimulus the projection cells never fall silent, so that counts hold firing of their own."


def _raster(axis: Axes, spikes: Spikes) -> None:
    roles = [cell.role for cell in spikes.network.circuit.cells for _ in range(cell.count)]
    rows = len(roles)
    for row, role in enumerate(roles):
        times = spikes.time[spikes.cell == row] / 1000.0
        axis.vlines(times, rows - row - 0.85, rows - row - 0.15, color=ROLES[role], linewidth=0.35)
    stimuli = spikes.stimuli / 1000.0
    axis.plot(
        stimuli,
        np.full(stimuli.size, rows + 0.35),
        "v",
        color=INK,
        markersize=4,
        linestyle="none",
        clip_on=False,
    )
    axis.set_yticks([rows - row - 0.5 for row in range(rows)], spikes.names)
    axis.set_ylim(0, rows + 0.4)
    axis.set_xlim(0, spikes.model_s)
    axis.grid(visible=False)
    axis.set_xlabel("Time (s)")
    block = spikes.network.protocol.block
    axis.set_title(
        f"Spikes {f'at {percent(block)} block' if block else 'without block'}; triangles: stimuli", pad=9
    )


def _wind_up(axis: Axes, pair: Pair, told: Answer) -> None:
    number = np.arange(1, len(told.counts.C) + 1)
    curves = [(told.unblocked.C, "without block", _UNBLOCKED)]
    if pair.asked is not pair.unblocked:
        curves.append((told.counts.C, f"{percent(told.protocol['block'])} block", _BLOCKED))
    for counts, _, look in curves:
        axis.plot(number, counts, marker=look.marker, markersize=3.5, **look.line)
    axis.set_ylim(0, 1.08 * max(1.0, *(max(counts) for counts, _, _ in curves)))
    axis.set_xlim(0.5, number[-1] + 0.5)
    axis.set_xticks(number if number.size <= 20 else number[:: int(np.ceil(number.size / 15))])
    axis.set_xlabel("Stimulus (number)")
    axis.set_title("C response: spikes of a projection cell after each stimulus (mean)")
    label_ends(axis, [(counts[-1], name, look) for counts, name, look in curves], gap=0.1)


def _footer(pair: Pair, told: Answer) -> str:
    protocol = pair.asked.network.protocol
    lesioned = protocol.lesion != Lesion()
    network = "lesion as stated" if lesioned else "intact network"
    if told.condition:
        known = (told.condition_says or "").startswith("Lesion of")
        network += (
            f" (of {told.condition})" if known and lesioned else f" (no lesion of {told.condition} is known)"
        )
    return (
        f"circuits/{told.circuit}: {protocol_words(told)}; {network}; seed {protocol.seed}, "
        f"step {told.protocol['step_us']:g} µs; painloop {told.provenance['painloop']}. "
        "A model of published equations, fitted in part; not a recording."
    )
