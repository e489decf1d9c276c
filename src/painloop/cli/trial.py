"""`painloop trial`: Run a trial on virtual patients."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """Run a trial on virtual patients."""
    raise click.ClickException("not built yet")
