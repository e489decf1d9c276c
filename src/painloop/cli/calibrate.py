"""`painloop calibrate`: what the published trials say about the rivals and their parameters."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from painloop.cli.options import Name
from painloop.cli.progress import bar
from painloop.errors import InputError

if TYPE_CHECKING:
    from painloop.calibrate.answer import CalibrationAnswer
    from painloop.calibrate.run import Calibration

EXAMPLE = """\b
Examples:
  painloop calibrate --report calibration.html
  painloop calibrate --without leiden-crps --design 512 --out mine.yaml
"""
WIDE = 100
"""Columns where no one looks at a terminal."""


@click.command(epilog=EXAMPLE)
@click.option(
    "--design", "points", type=int, default=256, show_default=True,
    help="Points at which each rival is simulated; a power of two.",
)  # fmt: skip
@click.option("--rivals", default="all", show_default=True, metavar="NAMES|all", help="Rivals, by comma.")
@click.option(
    "--without", type=Name(), multiple=True, metavar="CLUSTER", help="Leave out trials on these people."
)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the posterior (.yaml).")
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE", help="Write one HTML page.")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed gives the same people and points."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
def command(
    points: int, rivals: str, without: tuple[str, ...], out: Path | None, report: Path | None, seed: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Weigh the rivals and their parameters by the published trials.

    Every course of the library's trials is simulated once over a wide design and then only reweighted, so an
    interrupted run goes on where it was. Groups of trials on the same people are held out in turn; what the trials
    cannot tell is said.
    """
    _check_targets(out, report)
    names = () if rivals == "all" else tuple(part.strip() for part in rivals.split(","))
    found = _run(points, names, without, seed)
    if out is not None:
        from painloop.calibrate.store import write

        write(found, out)
    from painloop.calibrate.answer import answer

    said = answer(found)
    if report is not None:
        from painloop.report.calibrate import write_calibration

        write_calibration(said, report)
    if as_json:
        click.echo(said.model_dump_json(indent=2))
        return
    show(said)
    for what, path in (("Posterior", out), ("Report", report)):
        if path is not None:
            click.echo(f"{what}: {path}")


def _check_targets(out: Path | None, report: Path | None) -> None:
    """Refuse what could not be written before anything long is computed."""
    from painloop.report import check_page
    from painloop.report.files import check_place

    if out is not None:
        if out.suffix not in (".yaml", ".yml"):
            raise InputError(f"The posterior {out.name!r} must end in .yaml: rename it.")
        check_place(out)
    if report is not None:
        check_page(report)


def _run(points: int, names: tuple[str, ...], without: tuple[str, ...], seed: int) -> Calibration:
    """Calibrate under a bar a wave: whether a second, larger one is needed shows when the first is over."""
    from painloop.calibrate.run import calibrate, simulated_points

    of = simulated_points(points, without, names)
    with ExitStack() as stack:
        shown = stack.enter_context(bar("points", of))

        def move(done: int, total: int) -> None:
            nonlocal shown, of
            if total != of:
                stack.close()
                shown, of = stack.enter_context(bar("points of a second wave", total)), total
            shown(done, total)

        return calibrate(points, names, without, seed, move=move)


def show(said: CalibrationAnswer) -> None:
    """The sentences and tables of a calibration on the terminal."""
    from rich.console import Console

    from painloop.report.calibrate import calibration_tables

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDE)
    for table in calibration_tables(said):
        console.print(table)
