"""`painloop calibrate`: Weigh rivals and parameters by the published trials."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """Weigh rivals and parameters by the published trials."""
    raise click.ClickException("not built yet")
