"""`painloop validate`: Check every claim the project makes."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """Check every claim the project makes."""
    raise click.ClickException("not built yet")
