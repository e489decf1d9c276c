"""The body of a posterior card: what it was made from, how the rivals are weighed, what their parameters became."""

from __future__ import annotations

import statistics

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from painloop.library.cards.pieces import INDENT, heading, number, pairs
from painloop.library.schema.posteriors import Posterior, RivalPosterior


def posterior_body(posterior: Posterior) -> list[RenderableType]:
    """Weights of the rivals, and the middle and the middle 90 % of the draws of each parameter."""
    rows = {
        "version": posterior.version,
        "fitted to": ", ".join(posterior.fitted_to) or "nothing: the prior",
        "inputs": posterior.inputs,
        "shared by the rivals": ", ".join(posterior.shared),
    }
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("rival", "weight", "parameter", "median", "5 to 95 %"):
        table.add_column(column, overflow="fold")
    for name, rival in posterior.rivals.items():
        for line in _lines(name, rival):
            table.add_row(*(Text(cell) for cell in line))
    return [heading("The posterior"), pairs(rows), heading("Rivals"), Padding(table, INDENT)]


def _lines(name: str, rival: RivalPosterior) -> list[tuple[str, ...]]:
    head = (name, number(round(rival.weight, 4)))
    if not (rival.parameters and rival.draws):
        return [(*head, "none of its own", "", "")]
    lines: list[tuple[str, ...]] = []
    for place, parameter in enumerate(rival.parameters):
        draws = sorted(row[place] for row in rival.draws)
        low, high = draws[int(0.05 * (len(draws) - 1))], draws[int(0.95 * (len(draws) - 1))]
        shown = head if place == 0 else ("", "")
        lines.append(
            (*shown, parameter, _short(statistics.median(draws)), f"{_short(low)} to {_short(high)}")
        )
    return lines


def _short(value: float) -> str:
    return f"{value:.3g}"
