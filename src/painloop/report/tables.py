"""Tables for the terminal, drawn by rich from the same numbers as the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from painloop.report.acute import acute_table
from painloop.report.consequences import cotreatment_table, linked_table
from painloop.report.curves import Reportable
from painloop.report.figures.chart import DataTable
from painloop.report.injury import injury_table
from painloop.report.numbers import MISSING, duration, interval, significant
from painloop.report.summary import overview_table, peak_table, weeks_table
from painloop.report.words import headlines

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


_WIDTH = 76
"""A caption may stretch its table to so many columns of a terminal, which has 80."""


def simulate_tables(result: Reportable) -> list[Table | Text]:
    """What ``painloop simulate`` prints: what must be known first, then pain by rival, peaks, relief and side effects,
    and what was set to follow.
    """
    pain = injury_table(result) or weeks_table(result)
    found = (pain, peak_table(result), acute_table(result), linked_table(result), cotreatment_table(result))
    return [*_told_first(result), *(as_rich(table) for table in found if table is not None)]


def _told_first(result: Reportable) -> list[Text]:
    """The headlines as one block, an exclamation mark before each."""
    from rich.text import Text

    lines = headlines(result)
    return [Text("\n".join(f"! {line}" for line in lines), style="bold")] if lines else []


def comparison_table(results: Sequence[tuple[str, Reportable]]) -> Table:
    """Several courses, (name, result) each, in one table that fits a terminal: means, a heading a course."""
    whole = overview_table(results)
    rows: list[tuple[str, ...]] = []
    for course, rival, *cells in whole.rows:
        if course not in (row[0] for row in rows):
            rows.append((course, *("" for _ in cells)))
        rows.append((f"  {rival}", *(cell.partition(" (")[0] for cell in cells)))
    head = ("", *(name.removeprefix("Pain, ") for name in whole.columns[2:-1]), "≥ 50 %")
    caption = "Mean pain (NRS 0–10) of all courses\nlast column: share of patients with at least 50 % less at the end"
    return as_rich(DataTable(caption, head, tuple(rows)))


def exposure_table(exposure: Mapping[str, Any]) -> Table:
    """What ``painloop exposure`` prints, from the object that ``--json`` would print.

    Parameters
    ----------
    exposure : ``{"analytes": {name: {"typical": {...}, "population": {...}}}, ...}`` with ``cmax_ng_ml``,
        ``tmax_h``, ``auc_ng_h_ml`` and ``at`` (hours to ng/mL); population values are ``{p5, p50, p95}``.
    """
    return as_rich(exposure_data(exposure))


def exposure_data(exposure: Mapping[str, Any]) -> DataTable:
    """The numbers of :func:`exposure_table` as texts."""
    analytes: Mapping[str, Any] = exposure.get("analytes") or {}
    moments = (key for entry in analytes.values() for key in (entry.get("typical") or {}).get("at") or {})
    times = {float(key): str(key) for key in moments}
    head = [
        "Analyte",
        "Peak (ng/mL)",
        "Reached after",
        "AUC to infinity (ng·h/mL)",
        *(f"at {duration(t)}" for t in sorted(times)),
    ]
    rows = []
    for name, entry in analytes.items():
        typical, people = entry.get("typical") or {}, entry.get("population") or {}
        label = f"{name}, typical" if people else name
        rows.append((label, *(_cells(typical, [times[t] for t in sorted(times)], significant, duration))))
        if people:
            cells = _cells(people, [times[t] for t in sorted(times)], _spread, lambda v: _spread(v, duration))
            rows.append((f"{name}, 5 to 95 %", *cells))
    model, sampling = exposure.get("model"), exposure.get("sampling")
    caption = (
        "Exposure" + (f", model {model}" if model else "") + (f", {sampling} sampling" if sampling else "")
    )
    return DataTable(caption, tuple(head), tuple(rows))


def _cells(values: Mapping[str, Any], at: Sequence[str], write: Any, write_time: Any) -> list[str]:
    """Peak, time of it, AUC and the values at given times."""
    found = values.get("at") or {}
    return [
        write(values.get("cmax_ng_ml")),
        write_time(values.get("tmax_h")),
        write(values.get("auc_ng_h_ml")),
        *(write(found.get(key)) for key in at),
    ]


def _spread(value: Any, write: Any = significant) -> str:
    """``5 % to 95 %`` of a population value."""
    if not isinstance(value, Mapping):
        return MISSING
    return interval(write(value.get("p5")), write(value.get("p95")))


def as_rich(table: DataTable) -> Table:
    """A table of texts for the terminal; nothing in a cell is read as markup."""
    from rich.table import Table
    from rich.text import Text

    longest = max(map(len, table.caption.splitlines()))
    drawn = Table(title=Text(table.caption), title_justify="left", min_width=min(longest, _WIDTH))
    for i, name in enumerate(table.columns):
        drawn.add_column(Text(name), justify="left" if i == 0 else "right")
    for row in table.rows:
        drawn.add_row(*(Text(cell) for cell in row))
    return drawn
