"""`painloop clinic`: starts the web application."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from painloop.errors import PainloopError

NEEDED = (
    "django",
    "gunicorn",
    "whitenoise",
    "csp",
    "django_htmx",
    "ninja",
    "plotly",
    "pythonjsonlogger",
    "dj_database_url",
)
EXAMPLE = """\b
Examples:
  painloop clinic
  painloop clinic --public --host 0.0.0.0 --host-name pain.example.org --certificate c.pem --key k.pem
"""


@click.command(epilog=EXAMPLE)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8077, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one."
)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of database and key.")
@click.option("--public", is_flag=True, help="Allow presets and populations only, no persons of one's own.")
@click.option("--host-name", "names", multiple=True, metavar="NAME", help="A name under which it is reached.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="TLS certificate, PEM.",
)
@click.option(
    "--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Its private key, PEM."
)
@click.option("--behind-proxy", is_flag=True, help="A proxy on this machine or network does the TLS.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option("--engines", default=2, show_default=True, type=click.IntRange(1, 64),
              help="Warm simulation processes; one in three, at least one of several, is for populations.")  # fmt: skip
def command(
    host: str, port: int, data: Path | None, public: bool, names: tuple[str, ...], certificate: Path | None,
    key: Path | None, behind_proxy: bool, workers: int, engines: int,
) -> None:  # fmt: skip
    """Serve the explorer and the evidence to browsers; of this machine only, unless told."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise PainloopError(
            f"The web application needs more packages ({missing[0]} is missing); install them with: "
            "pip install 'painloop[clinic]'"
        )
    from painloop_clinic.environment import default_data
    from painloop_clinic.server import Options, serve

    options = Options(
        host=host, port=port, data=(data or default_data()).absolute(), public=public, names=names,
        certificate=certificate, key=key, behind_proxy=behind_proxy, workers=workers, engines=engines,
    )  # fmt: skip
    raise click.exceptions.Exit(serve(options, click.echo))
