"""`painloop circuit`: run the dorsal-horn network, count wind-up, and see what NMDA block does to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from painloop.cli.options import Finite, Name
from painloop.errors import InputError

if TYPE_CHECKING:
    from painloop.circuit.answer import Answer
    from painloop.circuit.protocol import Lesion

EXAMPLE = """\b
Examples:
  painloop circuit --frequency 1 --stimuli 15 --block 0.2
  painloop circuit --block 0.38 --inhibition 0.5 --plot wind-up.svg
  painloop circuit --tabulate-drive --out drive.yaml
"""


@click.command(epilog=EXAMPLE)
@click.option(
    "--frequency", type=Finite("1", "Hz"), default="1", show_default=True, help="Stimuli per second, Hz."
)
@click.option("--stimuli", type=int, default=15, show_default=True, help="How many stimuli.")
@click.option(
    "--block", type=Finite("0.2"), default="0", show_default=True, help="Blocked share of NMDA channels."
)
@click.option("--condition", type=Name(), metavar="ID", help="The lesion of a condition, where one is known.")
@click.option("--without-can", is_flag=True, help="Without the calcium-activated cation current.")
@click.option(
    "--inhibition", type=Finite("0.5"), help="Inhibitory conductance, 1 is intact; overrides --condition."
)
@click.option(
    "--chloride", type=Finite("-60", "mV"), help="Reversal of inhibition, mV; overrides --condition."
)
@click.option("--ongoing", type=Finite("1", "Hz"), help="Impulses of C fibres without a stimulus, Hz; overrides "
              "--condition.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Of conduction times and background.")
@click.option("--dt", "step_us", type=Finite("25", "us"), help="Time step, microseconds.")
@click.option(
    "--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw raster and curve (.svg, .png)."
)
@click.option(
    "--tabulate-drive", is_flag=True, help="Run blocks, frequencies and seeds; write the loop's curve."
)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Where the curve's file goes.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
def command(
    frequency: float, stimuli: int, block: float, condition: str | None, without_can: bool,
    inhibition: float | None, chloride: float | None, ongoing: float | None, seed: int, step_us: float | None,
    plot: Path | None, tabulate_drive: bool, out: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Run the dorsal-horn network: spikes per stimulus, wind-up, and what NMDA block does to it."""
    from painloop.circuit.compiled import require_numba
    from painloop.circuit.protocol import Protocol

    if out is not None and not tabulate_drive:
        raise InputError("--out is where --tabulate-drive writes; add --tabulate-drive or leave --out out.")
    lesion, says = _lesion(condition, inhibition, chloride, ongoing)
    protocol = Protocol(frequency, stimuli, block, 0.0 if without_can else 1.0, lesion, seed, step_us)
    if plot is not None:
        from painloop.report import check_picture

        check_picture(plot)
    require_numba()
    if tabulate_drive:
        _tabulate(out)
        return
    from painloop.circuit.answer import answer, compare, shipped

    pair = compare(shipped(), protocol)
    told = answer(pair, condition, says)
    if plot is not None:
        from painloop.report.circuit import circuit_plot

        circuit_plot(pair, told, plot)
    if as_json:
        click.echo(told.model_dump_json(indent=2))
        return
    from painloop.report.circuit import protocol_words, restless

    _print(told, restless(pair), protocol_words(told))
    if plot is not None:
        click.echo(f"Plot: {plot}")


def _lesion(
    condition: str | None, inhibition: float | None, chloride: float | None, ongoing: float | None
) -> tuple[Lesion, str | None]:
    """The lesion of a condition with what was given by hand put over it, and a sentence about it."""
    from painloop.circuit.protocol import Lesion

    known, says = _known_lesion(condition) if condition else ({}, None)
    given = {"inhibition": inhibition, "chloride_reversal_mV": chloride, "ongoing_C_Hz": ongoing}
    return Lesion(**{**known, **{name: value for name, value in given.items() if value is not None}}), says


def _known_lesion(condition: str) -> tuple[dict[str, Any], str]:
    from painloop.library import load

    entry = load("conditions", condition)
    lesion = getattr(entry, "lesion", None)
    if lesion is None:
        return {}, f"No lesion of the dorsal horn is known for {entry.id}; this is the intact network."
    names = {
        "chloride_reversal_mV": "chloride_reversal_mV",
        "inhibition_scale": "inhibition",
        "ongoing_C_Hz": "ongoing_C_Hz",
    }
    values = {
        ours: value.number for theirs, ours in names.items() if (value := getattr(lesion, theirs)) is not None
    }
    words = {
        "chloride_reversal_mV": "chloride reversal {:g} mV",
        "inhibition": "inhibition {:g} times the intact one",
        "ongoing_C_Hz": "C fibres at {:g} Hz without a stimulus",
    }
    told = ", ".join(words[name].format(value) for name, value in values.items())
    return values, f"Lesion of {entry.id}: {told}."


def _tabulate(out: Path | None) -> None:
    """Run the table of blocks and print or write the library file of the drive."""
    from painloop.circuit.answer import DEFAULT_CIRCUIT, shipped
    from painloop.circuit.drive_file import drive_text
    from painloop.circuit.drive_runs import tabulate
    from painloop.report.files import check_place, write_text

    if out is not None:
        check_place(out)

    def tell(share: float) -> None:
        click.echo(f"\r{share:.0%} of the runs", nl=share >= 1.0, err=True)

    text = drive_text(DEFAULT_CIRCUIT, tabulate(shipped(), progress=tell))
    if out is None:
        click.echo(text, nl=False)
        return
    write_text(out, text)
    click.echo(f"Drive: {out}")


def _print(told: Answer, beside: str, protocol: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(told.reading, style="bold")
    if beside:
        console.print(beside)
    if told.condition_says:
        console.print(told.condition_says)
    blocked = told.protocol["block"]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    columns = ["stimulus", "A window", "C window", *(["C without block"] if blocked else [])]
    for name in columns:
        table.add_column(name, justify="right")
    for number, (early, late, free) in enumerate(
        zip(told.counts.A, told.counts.C, told.unblocked.C, strict=True), start=1
    ):
        table.add_row(str(number), f"{early:.1f}", f"{late:.1f}", *([f"{free:.1f}"] if blocked else []))
    console.print(table)
    console.print(_summary(told))
    console.print(
        f"circuits/{told.circuit}, {protocol}; seed {told.protocol['seed']}, step {told.protocol['step_us']:g} us; "
        f"{told.model_s:g} s of model time{' twice' if blocked else ''} in {told.wall_s:.1f} s.",
        style="dim",
    )


def _summary(told: Answer) -> str:
    """Growth and excess in words, with what the block leaves."""
    growth = (
        "no first response" if told.counts.growth is None else f"last over first {told.counts.growth:.2f}"
    )
    text = f"Growth: {growth}. Excess over the first response: {told.counts.excess:.0f} spikes"
    if told.protocol["block"]:
        text += f", {told.unblocked.excess:.0f} without block"
    return f"{text}."
