"""`painloop demo`: two published courses simulated beside what was published of them, and a finished report."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from painloop.cli.progress import bar
from painloop.errors import InputError, PainloopError

if TYPE_CHECKING:
    from painloop.simulation import Result

COURSES = ("sigtermans-2009", "noppers-2011")
"""100 h of S-ketamine in CRPS, where relief outlasted the drug, and 30 min in fibromyalgia, where nothing lasted."""
DAYS = 90.0
REPORT = "report.html"
EXAMPLE = """\b
Example:
  painloop demo --out demo/ --patients 1000
"""


@click.command(epilog=EXAMPLE)
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True,
              metavar="FOLDER", help="Where the report goes; made if needed.")  # fmt: skip
@click.option("--patients", type=int, default=1000, show_default=True, help="Virtual patients in each arm.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same persons.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
def command(out: Path, patients: int, seed: int, as_json: bool) -> None:
    """Simulate two published courses beside what was published of them.

    Leaves report.html and one table of data a course (.csv) in a folder.
    """
    check_folder(out)
    results = [_simulated(course, patients, seed) for course in COURSES]
    with folder(out):
        page = _write(results, out)
    if as_json:
        _print_json(results, page)
    else:
        _print(results, page)


def check_folder(out: Path) -> None:
    """Refuse a folder that could not be made, before anything is computed."""
    try:
        nearest = next(place for place in (out.absolute(), *out.absolute().parents) if place.exists())
    except (OSError, ValueError) as problem:
        raise InputError(
            f"The folder {str(out)!r} cannot be used ({problem}); choose another with --out."
        ) from None
    if not nearest.is_dir():
        raise InputError(f"The folder {str(out)!r} is a file; choose another with --out.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise PainloopError(f"The folder {str(out)!r} cannot be written; choose another with --out.")


@contextmanager
def folder(out: Path) -> Iterator[None]:
    """The folder to write into; one that was made for files that could not be written is gone afterwards."""
    made = [place for place in (out.absolute(), *out.absolute().parents) if not place.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        sentence = f"The folder {str(out)!r} cannot be made ({problem.strerror}); choose another with --out."
        raise PainloopError(sentence) from None
    try:
        yield
    except BaseException:
        with suppress(OSError):  # one that is not empty stays
            for place in made:
                place.rmdir()
        raise


def _simulated(course: str, patients: int, seed: int) -> Result:
    began = time.perf_counter()
    with bar(f"{course}: patients", 2 * patients) as move:
        from painloop.simulation import simulate

        result = simulate(course, patients=patients, days=DAYS, seed=seed, placebo=True, progress=move)
    took = time.perf_counter() - began
    click.echo(
        f"{course}: {patients:,} patients and as many on placebo over {DAYS:g} days ({took:.1f} s)", err=True
    )
    return result


def _write(results: list[Result], out: Path) -> Path:
    from painloop.report import write_comparison, write_dataset

    for course, result in zip(COURSES, results, strict=True):
        write_dataset(result.dataset, out / f"{course}.csv")
    unknowns = list(dict.fromkeys(sentence for result in results for sentence in result.unknowns))
    return write_comparison(
        results, out / REPORT, title="Two published courses of ketamine", unknowns=unknowns
    )


def _print(results: list[Result], page: Path) -> None:
    from rich.console import Console

    from painloop.report import comparison_table, simulate_tables

    console = Console()
    for result in results:
        console.print(result.regimen_text, highlight=False)
        for table in simulate_tables(result):
            console.print(table)
    console.print(comparison_table([(result.condition["title"], result) for result in results]))
    click.echo(f"Report: {page}")


def _print_json(results: list[Result], page: Path) -> None:
    import json

    from painloop.simulation.answer import answer

    courses = {
        name: answer(result).model_dump(mode="json") for name, result in zip(COURSES, results, strict=True)
    }
    click.echo(json.dumps({"courses": courses, "report": str(page)}, indent=2, ensure_ascii=False))
