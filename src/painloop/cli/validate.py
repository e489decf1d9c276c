"""`painloop validate`: every claim that painloop makes, what it is held against, and whether it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from painloop.cli.options import Name
from painloop.cli.progress import bar

if TYPE_CHECKING:
    from painloop.validate.answer import Validation

EXAMPLE = "Examples:\n\n  painloop validate --report validation.html\n\n  painloop validate --only exposure"
WIDE = 100
"""Columns where no one looks at a terminal."""


@click.command(epilog=EXAMPLE)
@click.option(
    "--report", metavar="FILE.html", help="Write the page with every claim, its findings and figures."
)
@click.option(
    "--only", type=Name(), metavar="SECTION", help="Only one section, such as exposure or trials-out."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
def command(report: str | None, only: str | None, as_json: bool) -> None:
    """Check every claim the project makes.

    Each claim is primary (held against independent published data), secondary (another program or an exact solution) or
    exploratory (in-sample, assumed, or without outside data). Failures come first, then what misses its bar; what
    nobody checked is listed with the reason. Quick checks are computed now; long ones are read from stored
    results, and what is older than its inputs is marked.
    """
    if report is not None:
        from painloop.report import check_page

        check_page(report)
    found = _found(only)
    if report is not None:
        from painloop.report.validation import write_validation

        click.echo(f"Report: {write_validation(found, report)}", err=as_json)
    if as_json:
        click.echo(found.model_dump_json(indent=2))
    elif report is None:
        _print(found)
    else:
        click.echo("\n".join((*found.news, *found.can)))


def _found(only: str | None) -> Validation:
    from painloop.validate import registry
    from painloop.validate.answer import validate

    claims = sum(only in (None, one.section) for one in registry().claims)
    with bar("claims", claims) as move:
        return validate(only, progress=move)


def _print(found: Validation) -> None:
    from rich.console import Console

    from painloop.report.validation import validation_tables

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDE)
    for sentence in found.news:
        console.print(f"! {sentence}", style="bold", markup=False)
    for sentence in found.can:
        console.print(f"  {sentence}", markup=False)
    for table in validation_tables(found):
        console.print()
        console.print(table)
