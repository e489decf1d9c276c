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
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDE)
    console.print(found.verdict, style="bold")
    for one in tables(found):
        console.print(f"\n[bold]{one.title}[/bold]: {one.sentence}")
        console.print(_drawn(one, joined=console.width < WIDE))
    for note in found.notes:
        console.print(f"{note}\n")


def _drawn(table: Table, joined: bool) -> RichTable:
    """The table for a terminal; ``joined`` puts all columns of words into one."""
    from rich import box
    from rich.table import Table as RichTable

    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    words = (
        [" · ".join(filter(None, table.columns[: table.words]))] if joined else table.columns[: table.words]
    )
    for name in words:
        drawn.add_column(name, overflow="fold")
    for name in table.columns[table.words :]:
        drawn.add_column(name.replace(" ", "\n"), justify="right", no_wrap=True)
    for row in table.rows:
        said = row[: table.words]
        drawn.add_row(*([" · ".join(filter(None, said))] if joined else said), *row[table.words :])
    return drawn
