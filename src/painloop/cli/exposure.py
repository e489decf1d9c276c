"""`painloop exposure`: drug and metabolite levels of a regimen, as a table, a plot and JSON."""

from __future__ import annotations

import warnings
from pathlib import Path

import click

from painloop.cli.options import Finite, Hours, model_options
from painloop.cli.progress import bar
from painloop.errors import ValidityWarning

EXAMPLE = """Example: painloop exposure "ketamine 0.5 mg/kg iv over 40 min" --at 40min,2h --plot levels.svg"""


@click.command(epilog=EXAMPLE)
@click.argument("regimen")
@click.option("--weight", type=Finite("kg"), default=70.0, show_default=True, help="Body weight, kg.")
@click.option("--age", type=Finite("years"), default=45.0, show_default=True, help="Age, years.")
@click.option("--sex", type=click.Choice(["female", "male"]), default="male", show_default=True)
@click.option("--ancestry", type=click.Choice(["other", "asian", "japanese"]), default="other", show_default=True,
              help="A covariate of some models.")  # fmt: skip
@click.option(
    "--patients",
    type=int,
    default=200,
    show_default=True,
    help="People who differ as the model says; 0: none.",
)
@click.option(
    "--at", "at_h", type=Hours(), default=(), metavar="TIMES", help="Report levels at these times: 40min,2h."
)
@click.option("--hours", type=Finite("h"), help="Horizon, h; default until a day after the last dose.")
@click.option(
    "--steady-state", is_flag=True, help="Begin where repeating the first interval for ever would end."
)
@click.option(
    "--residual", is_flag=True, help="Add the residual error to the population: what would be measured."
)
@click.option(
    "--plot", type=click.Path(path_type=Path), metavar="FILE", help="Write the curve to FILE (.svg or .png)."
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
    from painloop.exposure.predict import exposure
    from painloop.report.files import check_target

    if plot is not None:
        check_target(plot, (".svg", ".png"))
    with bar("levels", patients) as move:
        result = exposure(
            regimen, model=model, sampling=sampling, fraction=fraction, weight_kg=weight, age_y=age,
            female=sex == "female", asian=ancestry == "asian", japanese=ancestry == "japanese", patients=patients,
            hours=hours, at_h=at_h, steady_state=steady_state, residual=residual, seed=seed,
            allow_extreme=allow_extreme, progress=move,
        )  # fmt: skip
    if plot is not None:
        from painloop.report import exposure_plot

        exposure_plot(result, plot)
    if as_json:
        from painloop.exposure.answer import answer

        click.echo(answer(result).model_dump_json(indent=2))
        return
    for sentence in result.warnings:
        warnings.warn(sentence, ValidityWarning, stacklevel=1)
    from painloop.report.tables import print_exposure

    print_exposure(result)
    if plot is not None:
        click.echo(f"Plot written to {plot}")
