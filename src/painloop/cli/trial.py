"""`painloop trial`: a trial on virtual patients, as its file declares it, many times over."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from painloop.cli.demo import check_folder, folder
from painloop.cli.options import Finite
from painloop.cli.progress import bar
from painloop.errors import InputError, PainloopError

if TYPE_CHECKING:
    from painloop.trial.answer import Share, TrialAnswer
    from painloop.trial.conducted import Conducted
    from painloop.trial.study import Request

EXAMPLE = """\b
Examples:
  painloop trial sigtermans-2009 --replicates 200 --report trial.html
  painloop trial --template > planned-2027.yaml
  painloop trial planned-2027.yaml --power 0.8 --out run/
"""


@click.command(epilog=EXAMPLE)
@click.argument("trial", required=False)
@click.option("--replicates", type=int, default=200, show_default=True, help="How often the trial is run.")
@click.option("--patients", type=int, metavar="N", help="Participants an arm, instead of those of the file.")
@click.option(
    "--loop",
    default="all",
    show_default=True,
    metavar="NAME|all",
    help="Explanations of lasting relief: each replicate has one of them as its world.",
)
@click.option(
    "--parameters",
    default="published",
    show_default=True,
    metavar="published|posterior@VERSION",
    help="Parameters as published, or draws of a stored posterior, one a replicate.",
)
@click.option(
    "--null", is_flag=True, help="A world in which ketamine acts like placebo, with its felt effects."
)
@click.option(
    "--power", type=Finite("0.8"), help="Look for the number of participants that gives this power."
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed gives the same replicates."
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR",
    help="Keep replicates, people and the answer here; made if needed.",
)  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with the replicates in --out.")
@click.option(
    "--subjects",
    type=click.Choice(["first", "all"]),
    default="first",
    show_default=True,
    help="Whose people --out keeps: of the first replicate, or of all.",
)
@click.option(
    "--table", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True,
    help="How tables of people are written.",
)  # fmt: skip
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE", help="Write one HTML page.")
@click.option("--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw the arms (.svg or .png).")
@click.option("--template", is_flag=True, help="Print a commented trial to start from.")
@click.option("--list", "listed", is_flag=True, help="List the trials of the library, and those left out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
def command(
    trial: str | None, replicates: int, patients: int | None, loop: str, parameters: str, null: bool,
    power: float | None, seed: int, out: Path | None, resume: bool, subjects: str, table: str,
    report: Path | None, plot: Path | None, template: bool, listed: bool, as_json: bool,
) -> None:  # fmt: skip
    """Run a trial on virtual patients: published ones beside what they printed, planned ones for their power.

    TRIAL is the id of a trial of the library (see --list) or a file (see --template).
    """
    if template:
        from painloop.trial.template import template as text

        click.echo(text(), nl=False)
        return
    if listed:
        from painloop.cli.trial_list import list_trials

        list_trials(as_json)
        return
    if trial is None:
        raise InputError(
            "There is no trial; give the id of one (see painloop trial --list) or a file (see --template)."
        )
    _check_targets(out, report, plot)
    from painloop.trial.replicates import Options
    from painloop.trial.study import Request

    options = Options(loop, parameters, null)
    request = Request(trial, replicates, patients, options, power, seed, out, resume)
    answer = _run(request, subjects, table)
    _write(answer, out, report, plot)
    _show(answer, out, report, plot, as_json)


def _check_targets(out: Path | None, report: Path | None, plot: Path | None) -> None:
    """Refuse what could not be written before anything long is computed."""
    from painloop.report import check_page, check_picture

    if out is not None:
        try:
            check_folder(out)
        except PainloopError as problem:
            raise InputError(str(problem)) from None
    if report is not None:
        check_page(report)
    if plot is not None:
        check_picture(plot)


def _run(request: Request, subjects: str, table: str) -> TrialAnswer:
    """The answer; finished chunks are kept in the folder of the request."""
    from painloop.trial.study import prepared

    people = prepared(request).participants
    if request.folder is None:
        return _studied(request, people, None)
    if request.resume and not request.folder.is_dir():
        raise InputError(
            f"There is nothing to resume in {request.folder}; leave --resume out to start there."
        )
    with folder(request.folder):
        return _studied(request, people, _Tables(request.folder, subjects, table).keep)


def _studied(request: Request, people: int, each: Callable[[Conducted], None] | None) -> TrialAnswer:
    from painloop.trial.study import study

    with bar("participants", request.replicates * people) as move, _told_how_to_go_on(request.folder):
        return study(request, move, each, _tell_size)


def _tell_size(per_arm: int, power: Share) -> None:
    """One line on stderr for each size of a search."""
    click.echo(f"{per_arm} an arm: power {100 * power.value:.0f} %", err=True)


class _Tables:
    """Tables of people, written chunk by chunk."""

    def __init__(self, out: Path, whose: str, form: str) -> None:
        self.out, self.whose, self.form = out, whose, form

    def keep(self, conducted: Conducted) -> None:
        """Write what is asked for of a chunk."""
        from painloop.report.files import write_bytes
        from painloop.trial.records import as_bytes, subjects

        if self.whose == "all":
            (self.out / "subjects").mkdir(exist_ok=True)
            place = self.out / "subjects" / f"from-{conducted.first:06d}.{self.form}"
            write_bytes(place, as_bytes(subjects(conducted), self.form))
        elif conducted.first == 0:
            write_bytes(
                self.out / f"subjects.{self.form}", as_bytes(subjects(conducted, first_only=True), self.form)
            )


@contextmanager
def _told_how_to_go_on(out: Path | None) -> Iterator[None]:
    """Ctrl-C says what is kept before the process leaves as it does everywhere."""
    leave = signal.getsignal(signal.SIGINT)
    if not callable(leave) or leave is signal.default_int_handler:
        yield
        return

    def tell(number: int, frame: FrameType | None) -> None:
        with suppress(OSError):
            os.write(2, f"\n{_kept(out)}\n".encode())
        leave(number, frame)

    signal.signal(signal.SIGINT, tell)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, leave)


def _kept(out: Path | None) -> str:
    """What an interruption leaves, in a sentence."""
    from painloop.trial.state import NAME

    if out is None or not (out / NAME).exists():
        return "Nothing is kept" + (" without --out." if out is None else ": no chunk was finished.")
    with (out / NAME).open("rb") as stream:
        finished = sum(1 for _ in stream) - 2
    return f"{finished:,} replicates are kept in {out}; go on with --resume."


def _write(answer: TrialAnswer, out: Path | None, report: Path | None, plot: Path | None) -> None:
    from painloop.report import trial_plot, write_trial_report
    from painloop.report.files import write_text

    if out is not None:
        write_text(out / "answer.json", answer.model_dump_json(indent=2) + "\n")
    if report is not None:
        write_trial_report(answer, report)
    if plot is not None:
        trial_plot(answer, plot)


def _show(
    answer: TrialAnswer, out: Path | None, report: Path | None, plot: Path | None, as_json: bool
) -> None:
    if as_json:
        click.echo(answer.model_dump_json(indent=2))
        return
    from rich.console import Console

    from painloop.report import trial_tables

    console = Console()
    console.print(answer.title, highlight=False)
    console.print(answer.words, highlight=False, style="dim")
    for table in trial_tables(answer):
        console.print(table)
    for what, path in (("Replicates, people and answer", out), ("Report", report), ("Plot", plot)):
        if path is not None:
            click.echo(f"{what}: {path}")
