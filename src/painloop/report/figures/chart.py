"""What a figure on a page consists of: the picture twice (wide and for a phone), a sentence, the numbers behind it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from painloop.report.curves import Array, Curve, Reportable
from painloop.report.figures.drawing import NARROW, WIDE, Caption, Frame, draw
from painloop.report.figures.timeline import Timeline
from painloop.report.numbers import MISSING, NO_BREAK, count
from painloop.report.words import patients

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class DataTable:
    """A table of ready-made texts; the first column names the row. Units stand in the column heads."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def csv(self) -> str:
        """The table as comma-separated text with ASCII minus signs, for spreadsheets."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(self.columns)
        plain = str.maketrans({"\N{MINUS SIGN}": "-", NO_BREAK: " ", MISSING: ""})
        writer.writerows([cell.translate(plain) for cell in row] for row in self.rows)
        return stream.getvalue()


@dataclass(frozen=True)
class Chart:
    """One figure: ``question`` is its title, ``summary`` one sentence from the numbers, ``note`` how to read it."""

    key: str
    question: str
    summary: str
    note: str
    wide: bytes
    narrow: bytes
    table: DataTable


@dataclass(frozen=True)
class Panels:
    """The layout of one frame: row heights (inch), columns, and the function that fills the axes."""

    heights: tuple[float, ...]
    columns: int
    paint: Callable[[list[Axes]], None]


def make_chart(
    result: Reportable,
    *,
    key: str,
    question: str,
    summary: str,
    note: str,
    table: DataTable,
    panels: Callable[[Frame], Panels],
) -> Chart:
    """Draw both frames of a figure with the footer of ``result``."""
    caption = Caption(question, footer_of(result))
    drawn = {}
    for frame in (WIDE, NARROW):
        layout = panels(frame)
        drawn[frame] = draw(caption, frame, layout.heights, layout.columns, layout.paint)
    return Chart(key, question, summary, note, drawn[WIDE], drawn[NARROW], table)


def footer_of(result: Reportable) -> str:
    """Model names, version, seed and n, for the small print under every figure."""
    provenance = result.provenance or {}
    models = [
        str(entry.get("id"))
        for entry in provenance.get("files", ())
        if entry.get("kind") in ("pharmacokinetics", "receptor", "loop") and entry.get("id")
    ]
    n = patients(result)
    parts = [f"painloop {provenance.get('version', '')}".strip()]
    if n is not None:
        parts.append(f"n = {count(n)} simulated {'person' if n == 1 else 'people'}")
    if provenance.get("seed") is not None:
        parts.append(f"seed {provenance['seed']}")
    if models:
        parts.append("models " + ", ".join(dict.fromkeys(models)))
    return " · ".join(parts)


def time_table(
    caption: str,
    window: Timeline,
    curves: Sequence[tuple[str, Curve]],
    write: Callable[[Curve, float], str],
    *,
    spread: bool = True,
) -> DataTable:
    """Values of several curves at round times: median and 5-95 %, and the mean.

    Parameters
    ----------
    curves : (name, curve) pairs on the same time grid.
    write : turns a value of a curve into text.
    spread : give median and 5-95 % beside the mean where patients differ.
    """
    columns = [f"Time ({window.unit})"]
    for name, curve in curves:
        columns += [f"{name}, {line}".removesuffix(", ") for line, _ in _lines(curve, spread)]
    time_h = curves[0][1].time_h
    rows = [
        (
            window.label(float(time_h[i])),
            *(write(curve, float(values[i])) for _, curve in curves for _, values in _lines(curve, spread)),
        )
        for i in window.rows(time_h)
    ]
    return DataTable(caption, tuple(columns), tuple(rows))


def _lines(curve: Curve, spread: bool) -> list[tuple[str, Array]]:
    """The columns of one curve: one when all patients agree, four when they differ."""
    if not spread or not curve.has_spread or curve.p05 is None or curve.p95 is None:
        return [("", curve.mean)]
    return [("mean", curve.mean), ("median", curve.median), ("5 %", curve.p05), ("95 %", curve.p95)]
