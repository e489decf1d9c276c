"""`painloop simulate`: a regimen in a virtual population, from the pump to the pain diary."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click

from painloop.cli.options import Finite, Hours, Name, model_options, sex_is_female
from painloop.cli.progress import bar
from painloop.errors import InputError, ValidityWarning

if TYPE_CHECKING:
    from painloop.simulation import Result

EXAMPLE = """\b
Examples:
  painloop simulate sigtermans-2009 --placebo --report course.html
  painloop simulate "ketamine 0.5 mg/kg iv over 40 min" --days 30 --out a.csv
"""


@click.command(epilog=EXAMPLE)
@click.argument("regimen", required=False)
@click.option("--condition", type=Name(), help="Condition (see `painloop library list conditions`).")
@click.option(
    "--patients",
    type=int,
    default=1000,
    show_default=True,
    help="Virtual patients; 1 is the typical person without variability.",
)
@click.option(
    "--days", type=Finite("90", "days"), default="90", show_default=True, help="How long to follow them."
)
@click.option(
    "--loop",
    default="all",
    show_default=True,
    metavar="NAME|all",
    help="Rival explanations of lasting relief: none, effect_delay, central_gain, driven_gain.",
)
@click.option("--weight", type=Finite("70", "kg"), help="Body weight of everyone; default drawn.")
@click.option("--age", type=Finite("45", "years"), help="Age of everyone; default drawn.")
@click.option("--sex", type=click.Choice(["female", "male"]), help="Sex of everyone; default drawn.")
@click.option("--baseline", type=Finite("7"), help="Baseline pain of everyone, NRS 0-10; default drawn.")
@click.option(
    "--at", "at_h", type=Hours(), default=(), metavar="TIMES", help="Further times, such as 40min,2h."
)
@click.option(
    "--link",
    "links",
    multiple=True,
    metavar="NAME=X",
    help="Let an outcome follow pain, such as function=0.3; default 0, as trials saw.",
)
@click.option(
    "--with",
    "beside",
    multiple=True,
    metavar="WHAT",
    help="A co-treatment, such as 'physiotherapy from day 7 to 60'.",
)
@click.option(
    "--unblinding",
    type=Finite("0.5"),
    default="0",
    help="How far feeling the drug raises the placebo response (log-odds); default 0.",
)
@click.option(
    "--scenario", metavar="injury", help="Start on the day of an acute injury that resolves or turns chronic."
)
@click.option(
    "--parameters",
    type=Name(),
    default="published",
    show_default=True,
    metavar="published|posterior@VERSION",
    help="Parameters of the files, or draws of a stored posterior (see `painloop calibrate`).",
)
@click.option("--placebo", is_flag=True, help="Also simulate the same persons without ketamine.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE",
              help="Write the data (.zarr, .parquet, .csv or .json).")  # fmt: skip
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE", help="Write one HTML page.")
@click.option(
    "--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw pain over weeks (.svg or .png)."
)
@model_options
def command(
    regimen: str | None, condition: str | None, patients: int, days: float, loop: str, weight: float | None,
    age: float | None, sex: str | None, baseline: float | None, at_h: tuple[float, ...],
    links: tuple[str, ...], beside: tuple[str, ...], unblinding: float, scenario: str | None,
    parameters: str, placebo: bool,
    out: Path | None, report: Path | None, plot: Path | None, model: str | None, sampling: str | None,
    fraction: float | None, allow_extreme: bool, seed: int, as_json: bool,
) -> None:  # fmt: skip
    """Simulate a regimen in a virtual population: pain over weeks, for each rival explanation.

    REGIMEN is a sentence, the id of a published course, a file, or `placebo`; with --scenario it may be left out.
    """
    if regimen is None:
        regimen = _without_drug(scenario)
    _check_targets(out, report, plot)
    with bar("patients", patients * (2 if placebo or scenario else 1)) as move:
        from painloop.outcomes.links import parse
        from painloop.simulation import simulate

        result = simulate(
            regimen, condition=condition, patients=patients, days=days, loop=loop, model=model,
            sampling=sampling, fraction=fraction, weight_kg=weight, age_y=age, female=sex_is_female(sex),
            baseline=baseline, seed=seed, at_h=at_h, links=parse(links), beside=beside, unblinding=unblinding,
            scenario=scenario, parameters=parameters, placebo=placebo, allow_extreme=allow_extreme, progress=move,
        )  # fmt: skip
    write(result, out, report, plot)
    for sentence in result.warnings:
        warnings.warn(sentence, ValidityWarning, stacklevel=1)
    if as_json:
        from painloop.simulation.answer import answer

        click.echo(answer(result).model_dump_json(indent=2))
        return
    show(result)
    for what, path in (("Data", out), ("Report", report), ("Plot", plot)):
        if path is not None:
            click.echo(f"{what}: {path}")


def _without_drug(scenario: str | None) -> str:
    """A scenario may be followed without any drug; everything else needs an order."""
    if scenario is None:
        raise InputError(
            "There is no regimen; give a sentence, the id of a published course, a file, or 'placebo', "
            'such as "ketamine 0.5 mg/kg iv over 40 min".'
        )
    return "placebo"


def _check_targets(out: Path | None, report: Path | None, plot: Path | None) -> None:
    """Refuse what could not be written before anything long is computed."""
    from painloop.report import check_output, check_page, check_picture

    if out is not None:
        check_output(out)
    if report is not None:
        check_page(report)
    if plot is not None:
        check_picture(plot)


def write(result: Result, out: Path | None, report: Path | None, plot: Path | None) -> None:
    """Write the data, the page and the picture that were asked for."""
    if out is not None:
        from painloop.report import write_dataset

        write_dataset(result.dataset, out, provenance=result.provenance)
    if report is not None:
        from painloop.report import write_report

        write_report(result, report, unknowns=result.unknowns)
    if plot is not None:
        from painloop.report import pain_plot

        pain_plot(result, plot)


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
