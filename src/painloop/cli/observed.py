"""`painloop observed`: measured human concentrations that no model was fitted on, beside the predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.table import Table as RichTable

    from painloop.exposure.observed.tables import Table

EXAMPLE = "Example: painloop observed --route nasal"
WIDE = 140
"""Columns where no one looks at a terminal."""


@click.command(epilog=EXAMPLE)
@click.option("--route", metavar="ROUTE", help="Only arms of this route, such as iv, nasal or oral.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
def command(route: str | None, as_json: bool) -> None:
    """Compare the default models with measured arms that no model was fitted on.

    Each arm is predicted by the model that its form, route and sampling site select, at its dose, duration and
    weight. Fold errors are summed up by route and substance beside the bars; arms that cannot be compared are listed
    with the reason.
    """
    from painloop.exposure.observed import observed

    found = observed(route)
    if as_json:
        click.echo(found.model_dump_json(indent=2))
        return
    from rich.console import Console

    from painloop.exposure.observed.tables import tables

    console = Console(highlight=False)
    wide = None if console.is_terminal else WIDE
    console.print(found.verdict, style="bold", width=wide)
    for one in tables(found):
        console.print()
        console.print(f"[bold]{one.title}[/bold]: {one.sentence}", width=wide)
        console.print(_drawn(one), width=wide)
    for note in found.notes:
        console.print(f"{note}\n", width=wide)


def _drawn(table: Table) -> RichTable:
    from rich import box
    from rich.table import Table as RichTable

    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    for k, name in enumerate(table.columns):
        words = k < table.words
        drawn.add_column(name, justify="left" if words else "right", no_wrap=not words, overflow="fold")
    for row in table.rows:
        drawn.add_row(*row)
    return drawn
