"""The command ``painloop``: finds the command asked for, runs it, and turns every failure into one sentence.

Owns the error contract of the command line (exit 0 done, 1 could not, 2 bad input, 130 interrupted) and how
warnings look. It must stay light: nothing here imports the engine.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import click

from painloop._version import __version__
from painloop.cli.failures import describe
from painloop.cli.registry import command_names, load_command, summary
from painloop.errors import ValidityWarning

CLOSED_PIPE = 141  # what a shell reports for a program that a closed pipe has ended


class CommandLine(click.Group):
    """A group whose commands are imported only when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return command_names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """The command itself; an unknown name is refused with the nearest that exists."""
        return load_command(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names, and the words that are left for it."""
        if args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        return args[0], self.get_command(ctx, args[0]), args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line of help a command, without importing ours."""
        if rows := [(name, summary(name)) for name in self.list_commands(ctx)]:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


@click.group(
    cls=CommandLine,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="painloop", message="%(prog)s %(version)s")
@click.pass_context
def command_line(ctx: click.Context) -> None:
    """Follow ketamine from the pump to the pain diary, for one person or a million.

    library -> regimen -> exposure -> block -> loop -> outcomes -> report

    For research and education; never a substitute for a clinician.

    \b
    Examples:
      painloop simulate "ketamine 0.5 mg/kg iv over 40 min" --days 30
      painloop exposure "S-ketamine 0.5 mg/kg iv over 40 min" --at 40min,2h
      painloop library show otto-2021
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    arguments : the words after ``painloop``; by default those of this process.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with _plain_streams(), _one_line_warnings():
            status = _run(words)
            sys.stdout.flush()
            return status
    except BrokenPipeError:
        _discard_output()
        return CLOSED_PIPE
    except (Exception, KeyboardInterrupt) as failure:
        if os.environ.get("PAINLOOP_DEBUG"):
            raise
        message, status = describe(failure, " ".join(["painloop", *words[:1]]))
        _discard_unwritten()
        with suppress(OSError):
            print(message, file=sys.stderr, flush=True)
        return status


def _run(words: list[str]) -> int:
    try:
        with command_line.make_context("painloop", words) as ctx:
            command_line.invoke(ctx)
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.format_message())
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    return 0


@contextmanager
def _plain_streams() -> Iterator[None]:
    """A character that the terminal cannot show is replaced, not a reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    yield


@contextmanager
def _one_line_warnings() -> Iterator[None]:
    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        print(f"warning: {' '.join(str(message).split())}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("default", ValidityWarning)
        warnings.showwarning = show
        yield


def _discard_unwritten() -> None:
    """Write out standard output while that can fail quietly: the end of the process must not fail on it."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        _discard_output()


def _discard_output() -> None:
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())
