"""`painloop exposure`: drug and metabolite levels of a regimen, as a table, a plot and JSON."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click

from painloop.cli.options import Finite, Hours, model_options
from painloop.cli.progress import bar
from painloop.errors import ValidityWarning

if TYPE_CHECKING:
    from painloop.exposure.predict import Exposure

EXAMPLE = """\b
Examples:
  painloop exposure "ketamine 0.5 mg/kg iv over 40 min" --at 40min,2h
  painloop exposure "S-ketamine 28 mg nasal" --weight 80 --plot levels.svg
"""


@click.command(epilog=EXAMPLE)
@click.argument("regimen")
@click.option("--weight", type=Finite("70", "kg"), default="70", show_default=True, help="Body weight.")
@click.option("--age", type=Finite("45", "years"), default="45", show_default=True, help="Age.")
@click.option("--sex", type=click.Choice(["female", "male"]), default="male", show_default=True)
@click.option("--ancestry", type=click.Choice(["other", "asian", "japanese"]), default="other",
              show_default=True, help="A covariate of some models.")  # fmt: skip
@click.option("--patients", type=int, default=200, show_default=True,
              help="People of that body who differ as the model says; 0 leaves them out.")  # fmt: skip
@click.option(
    "--at",
    "at_h",
    type=Hours(),
    default=(),
    metavar="TIMES",
    help="Also report levels at these times, such as 40min,2h.",
)
@click.option("--hours", type=Finite("24", "h"), help="Horizon; default until a day after the last dose.")
@click.option("--steady-state", is_flag=True, help="Begin where repeating the first interval would settle.")
@click.option("--residual", is_flag=True, help="Add the residual error: what an assay would measure.")
@click.option(
    "--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw the curve (.svg or .png)."
)
@model_options
def command(
    regimen: str, weight: float, age: float, sex: str, ancestry: str, patients: int, at_h: tuple[float, ...],
    hours: float | None, steady_state: bool, residual: bool, plot: Path | None, model: str | None,
    sampling: str | None, fraction: float | None, allow_extreme: bool, seed: int, as_json: bool,
) -> None:  # fmt: skip
    """Predict concentrations of the drug and its metabolites for a regimen.

    REGIMEN is a sentence, the id of a published course, or a file.
    """
    if plot is not None:
        from painloop.report import check_picture

        check_picture(plot)
    with bar("levels", patients) as move:
        from painloop.exposure.answer import answer
        from painloop.exposure.predict import exposure

        result = exposure(
            regimen, model=model, sampling=sampling, fraction=fraction, weight_kg=weight, age_y=age,
            female=sex == "female", asian=ancestry == "asian", japanese=ancestry == "japanese",
            patients=patients, hours=hours, at_h=at_h, steady_state=steady_state, residual=residual,
            seed=seed, allow_extreme=allow_extreme, progress=move,
        )  # fmt: skip
    if plot is not None:
        draw(result, plot)
    told = answer(result)
    for sentence in result.warnings:
        warnings.warn(sentence, ValidityWarning, stacklevel=1)
    if as_json:
        click.echo(told.model_dump_json(indent=2))
        return
    _print(result, told.model_dump())
    if plot is not None:
        click.echo(f"Plot: {plot}")


def _print(result: Exposure, told: dict[str, object]) -> None:
    from rich.console import Console

    from painloop.report.tables import exposure_table

    console = Console()
    console.print(result.regimen_text, highlight=False)
    console.print(f"Model: {result.reason}", highlight=False, style="dim")
    console.print(exposure_table(told))


def draw(result: Exposure, path: Path) -> None:
    """The curve of an exposure as a picture: the typical person, and the spread of the population."""
    from painloop.report import Curve, exposure_plot

    curves = []
    for name, typical in result.typical.items():
        band = result.bands.get(name)
        low, high = (band[:, 0], band[:, 2]) if band is not None else (None, None)
        curves.append(Curve(name, name, "ng/mL", result.time_h, typical, typical, p05=low, p95=high))
    people = f", band: 5 to 95 % of {result.patients} people" if result.patients else ""
    footer = f"{result.model}, {result.sampling} samples; line: typical person{people}"
    exposure_plot(curves, path, question=result.regimen_text, footer=footer, sessions=result.sessions_h)
