"""`painloop clinic`: starts the web application."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """Serve the explorer and the evidence to a web browser."""
