"""What a circuit card and a drive card show besides their parameters: cells, connections, receptors, runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from painloop.library.cards.pieces import INDENT, Footnotes, confidence_text, heading, number, pairs
from painloop.library.schema.circuits import Circuit
from painloop.library.schema.effects import DriveCurve


def circuit_body(circuit: Circuit, notes: Footnotes) -> list[RenderableType]:
    """Cells and fibres, receptors, connections, and runs."""
    return [*_cells(circuit), *_receptors(circuit), *_connections(circuit, notes), *_runs(circuit)]


def drive_body(drive: DriveCurve) -> list[RenderableType]:
    """What the curve was fitted to, as a mean over seeds, and the command that made it."""
    if not drive.runs:
        return []
    cells: dict[tuple[float, float], list[float]] = defaultdict(list)
    plain = {(r.frequency_Hz, r.seed): r.excess for r in drive.runs if r.block == 0.0}
    for run in drive.runs:
        cells[run.block, run.frequency_Hz].append(run.excess / plain[run.frequency_Hz, run.seed])
    frequencies = sorted({run.frequency_Hz for run in drive.runs})
    rows = [
        (number(block), *(f"{100 * _mean(cells[block, f]):.0f} %" for f in frequencies))
        for block in sorted({run.block for run in drive.runs})
    ]
    columns = ("block", *(f"{number(f)} Hz" for f in frequencies))
    return [
        heading("Runs of the circuit: wind-up that is left, mean over seeds"),
        Padding(_table(columns, rows), INDENT),
        heading("Made by"),
        pairs({"command": drive.command or "", "circuit": drive.circuit or ""}),
    ]


def _cells(circuit: Circuit) -> list[RenderableType]:
    rows = {
        one.name: f"{one.count} {one.role}, "
        + ", ".join(f"{section.name} ({section.compartments})" for section in one.sections)
        for one in circuit.cells
    } | {one.name: f"{one.count} fibres" for one in circuit.fibres}
    return [heading("Cells (compartments) and fibres"), pairs(rows)] if rows else []


def _receptors(circuit: Circuit) -> list[RenderableType]:
    rows = [
        (
            name,
            number(one.rise_ms),
            number(one.decay_ms),
            number(one.reversal_mV),
            f"{100 * one.calcium_share:g} %",
        )
        for name, one in circuit.synapses.items()
    ]
    columns = ("receptor", "rise ms", "decay ms", "reversal mV", "calcium")
    return [heading("Receptors"), Padding(_table(columns, rows), INDENT)] if rows else []


def _connections(circuit: Circuit, notes: Footnotes) -> list[RenderableType]:
    rows = [
        (
            f"{one.source} to {one.target}",
            one.receptor,
            number(one.weight.number),
            number(one.delay.number),
            confidence_text(one.weight.confidence),
            notes.mark(one.weight.source),
        )
        for one in circuit.connections
    ]
    columns = ("connection", "receptor", "weight nS", "delay ms", "confidence", "from")
    return [heading("Connections"), Padding(_table(columns, rows), INDENT)] if rows else []


def _runs(circuit: Circuit) -> list[RenderableType]:
    rows = [
        (one.name, number(one.frequency_Hz), number(one.step_us), " ".join(map(str, one.counts)))
        for one in circuit.runs
    ]
    columns = ("run", "Hz", "step us", "spikes in the C window, by stimulus")
    return [heading("Runs"), Padding(_table(columns, rows), INDENT)] if rows else []


def _table(columns: Sequence[str], rows: Iterable[Sequence[str | Text]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return table


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
