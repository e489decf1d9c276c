"""`painloop simulate`: a regimen in a virtual population, from the pump to the pain diary."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click

from painloop.cli.options import Finite, Hours, model_options, sex_is_female
from painloop.cli.progress import bar
from painloop.errors import InputError, ValidityWarning

if TYPE_CHECKING:
    from painloop.simulation import Result

EXAMPLE = (
    """Example: painloop simulate sigtermans-2009 --patients 1000 --days 90 --placebo --report course.html"""
)


@click.command(epilog=EXAMPLE)
@click.argument("regimen")
@click.option("--condition", metavar="ID", help="Condition (see `painloop library list conditions`).")
@click.option("--patients", type=int, default=1000, show_default=True, help="1: the typical person alone.")
@click.option("--days", type=Finite("days"), default=90.0, show_default=True, help="Horizon, days.")
@click.option(
    "--loop", default="all", show_default=True, metavar="NAME|all", help="Rival explanations of relief."
)
@click.option("--weight", type=Finite("kg"), help="Body weight of everyone, kg; default drawn.")
@click.option("--age", type=Finite("years"), help="Age of everyone, years; default drawn.")
@click.option("--sex", type=click.Choice(["female", "male"]), help="Sex of everyone; default drawn.")
@click.option("--baseline", type=Finite(), help="Baseline pain of everyone, NRS 0-10; default drawn.")
@click.option(
    "--at", "at_h", type=Hours(), default=(), metavar="TIMES", help="Further times, such as 40min,2h."
)
@click.option("--placebo", is_flag=True, help="Also simulate the same persons without ketamine.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE",
              help="Write the data (.zarr, .parquet, .csv or .json).")  # fmt: skip
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE", help="Write one HTML page.")
@model_options
def command(
    regimen: str, condition: str | None, patients: int, days: float, loop: str, weight: float | None,
    age: float | None, sex: str | None, baseline: float | None, at_h: tuple[float, ...], placebo: bool,
    out: Path | None, report: Path | None, model: str | None, sampling: str | None, fraction: float | None,
    allow_extreme: bool, seed: int, as_json: bool,
) -> None:  # fmt: skip
    """Simulate a regimen in a virtual population: pain over weeks, for each rival explanation.

    REGIMEN is a sentence, the id of a published course, a file, or `placebo`.
    """
    _check_targets(out, report)
    from painloop.simulation import simulate

    with bar("patients", patients * (2 if placebo else 1)) as move:
        result = simulate(
            regimen, condition=condition, patients=patients, days=days, loop=loop, model=model,
            sampling=sampling, fraction=fraction, weight_kg=weight, age_y=age, female=sex_is_female(sex),
            baseline=baseline, seed=seed, at_h=at_h, placebo=placebo, allow_extreme=allow_extreme, progress=move,
        )  # fmt: skip
    write(result, out, report)
    if as_json:
        from painloop.simulation.answer import answer

        click.echo(answer(result).model_dump_json(indent=2))
        return
    for sentence in result.warnings:
        warnings.warn(sentence, ValidityWarning, stacklevel=1)
    show(result)
    for what, path in (("Data", out), ("Report", report)):
        if path is not None:
            click.echo(f"{what}: {path}")


def _check_targets(out: Path | None, report: Path | None) -> None:
    """Refuse what could not be written before anything long is computed."""
    if out is not None:
        from painloop.report import check_output

        check_output(out)
    if report is not None and report.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"The report {report.name!r} must end in .html; rename it.")
    if report is not None and not report.absolute().parent.is_dir():
        raise InputError(f"The folder {str(report.parent)!r} of the report does not exist; create it first.")


def write(result: Result, out: Path | None, report: Path | None) -> None:
    """Write the data and the page that were asked for."""
    if out is not None:
        from painloop.report import write_dataset

        write_dataset(result.dataset, out, provenance=result.provenance)
    if report is not None:
        from painloop.report import write_report

        write_report(result, report, unknowns=result.unknowns)


def show(result: Result) -> None:
    """The tables of a result on the terminal."""
    from rich.console import Console

    from painloop.report import simulate_tables

    console = Console()
    console.print(result.regimen_text, highlight=False)
    people = (
        f"{result.population['n']:,.0f} virtual patients" if result.population["n"] > 1 else "typical patient"
    )
    console.print(
        f"{result.condition['title']}, {people}. {result.model_reason}", highlight=False, style="dim"
    )
    for table in simulate_tables(result):
        console.print(table)
