"""The command ``painloop`` itself: how it finds commands and what the user reads when one fails."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import click
import pytest

from painloop._version import __version__
from painloop.cli import registry
from painloop.cli.main import main
from painloop.errors import InputError, PainloopError, RegimenError, ValidityWarning

Outcome = tuple[int, str, str]
FULL_DISK = Path("/dev/full")
PRESCRIPTION = "ketamine 0.5 mg/kg ivv over 40 min"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    def run_painloop(*words: str) -> Outcome:
        status = main(words)
        return (status, *capsys.readouterr())

    return run_painloop


@pytest.fixture
def command_that_raises(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    def register(failure: BaseException) -> None:
        @click.command()
        def command() -> None:
            """Fail."""
            raise failure

        _register(monkeypatch, "fail", command)

    return register


def _register(monkeypatch: pytest.MonkeyPatch, name: str, command: object) -> None:
    class Entry(metadata.EntryPoint):
        def load(self) -> object:
            return command

    found = metadata.EntryPoints([Entry(name, "elsewhere:command", registry.GROUP)])
    monkeypatch.setattr(metadata, "entry_points", lambda **chosen: found.select(**chosen))


def test_it_prints_its_version(run: Callable[..., Outcome]) -> None:
    assert run("--version") == (0, f"painloop {__version__}\n", "")


def test_without_a_command_it_shows_its_help(run: Callable[..., Outcome]) -> None:
    status, out, _ = run()
    assert status == 0
    assert "never a substitute for a clinician" in out


def test_the_help_imports_neither_the_engine_nor_a_drawing_library() -> None:
    heavy = "{'jax', 'scipy', 'xarray', 'matplotlib', 'pandas', 'pint'}"
    code = (
        "import sys; from painloop.cli.main import main; main(['--help']); "
        f"sys.exit(str({heavy} & sys.modules.keys()) if {heavy} & sys.modules.keys() else 0)"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr


def test_every_command_of_ours_has_a_line_of_help_and_an_entry_point() -> None:
    entries = {entry.name: entry.value for entry in metadata.entry_points(group=registry.GROUP)}
    assert {name: f"painloop.cli.{name}:command" for name in registry.SUMMARIES}.items() <= entries.items()


def test_a_command_of_another_package_is_listed_and_runs(
    run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def command() -> None:
        """Open the clinic."""
        click.echo("open")

    _register(monkeypatch, "clinic", command)
    assert "Open the clinic." in run("--help")[1]
    assert run("clinic") == (0, "open\n", "")


def test_what_another_package_registered_wrongly_does_not_hide_the_other_commands(
    run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    _register(monkeypatch, "clinic", "not a command")
    assert "correct its package" in run("--help")[1]
    status, _, said = run("clinic")
    assert status == 2
    assert said.count("\n") == 1


def test_an_unknown_command_is_refused_with_the_nearest_one(
    run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    _register(monkeypatch, "forecast", click.Command("forecast"))
    status, out, said = run("forcast")
    assert (status, out) == (2, "")
    assert said == "painloop: there is no command 'forcast'; did you mean 'forecast'?\n"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--wieght", "3"], "no such option '--wieght'"),
        (["--colour", "rde"], "'rde' is not one of 'red', 'blue'"),
        (["--colour"], "requires an argument"),
        (["--weight", "heavy"], "'heavy' is not a valid float"),
        ([], "missing argument 'NAME'"),
        (["a", "b"], "unexpected extra argument"),
        (["--needed-not"], "no such option"),
    ],
)
def test_wrong_usage_is_one_sentence_that_names_where_to_read_on(
    run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, words: list[str], part: str
) -> None:
    @click.command()
    @click.argument("name")
    @click.option("--colour", type=click.Choice(["red", "blue"]))
    @click.option("--weight", type=float)
    def command(**_: object) -> None:
        """Paint."""

    _register(monkeypatch, "paint", command)
    status, out, said = run("paint", *words)
    assert (status, out) == (2, "")
    assert said.startswith("painloop: ")
    assert part in said
    assert said.endswith("(see 'painloop paint --help')\n")
    assert said.count("\n") == 1


def test_a_group_without_a_subcommand_shows_its_help(
    run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    group = click.Group("shelf", commands=[click.Command("list", help="List the shelf.")])
    _register(monkeypatch, "shelf", group)
    status, out, _ = run("shelf")
    assert status == 0
    assert "List the shelf." in out
    assert run("shelf", "lst")[0] == 2


@pytest.mark.parametrize(
    ("failure", "status", "said"),
    [
        (InputError("age 300 a is above 110 a; give --age in years"), 2, "age 300 a is above 110 a"),
        (PainloopError("the solver\n  gave up"), 1, "painloop: the solver gave up\n"),
        (RegimenError("'ivv' is no route", PRESCRIPTION, 19, 22), 2, f"\n{PRESCRIPTION}\n{' ' * 19}^^^\n"),
        (
            OSError(errno.ENOSPC, "No space left on device", "a.html"),
            1,
            "a.html: no space left on device; make",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "a.csv"), 1, "a.csv: permission denied; choose"),
        (
            FileNotFoundError(errno.ENOENT, "No such file or directory", "b"),
            2,
            "b: no such file or directory",
        ),
        (click.FileError("c.yaml", "unreadable"), 1, "Could not open file 'c.yaml': unreadable"),
        (KeyboardInterrupt(), 130, "painloop: interrupted\n"),
        (MemoryError(), 1, "ask for fewer patients"),
        (ZeroDivisionError("division by zero"), 1, "ZeroDivisionError: division by zero"),
        (KeyError(), 1, "(KeyError)"),
    ],
)
def test_each_failure_is_one_sentence_and_its_own_exit_status(
    run: Callable[..., Outcome],
    command_that_raises: Callable[[BaseException], None],
    failure: BaseException,
    status: int,
    said: str,
) -> None:
    command_that_raises(failure)
    left, out, err = run("fail")
    assert (left, out) == (status, "")
    assert err.startswith("painloop: ")
    assert said in err
    assert "Traceback" not in err


def test_a_defect_says_how_to_see_where(
    run: Callable[..., Outcome],
    command_that_raises: Callable[[BaseException], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command_that_raises(AssertionError("surprise"))
    assert "PAINLOOP_DEBUG=1" in run("fail")[2]
    monkeypatch.setenv("PAINLOOP_DEBUG", "1")
    with pytest.raises(AssertionError, match="surprise"):
        run("fail")


def test_a_command_may_choose_its_exit_status(
    run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    @click.pass_context
    def command(ctx: click.Context) -> None:
        """Leave."""
        ctx.exit(3)

    _register(monkeypatch, "leave", command)
    assert run("leave")[0] == 3


def test_a_warning_is_one_line_on_standard_error(
    run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def command() -> None:
        """Warn."""
        warnings.warn("weight 200 kg is outside\n 50-90 kg of otto-2021", ValidityWarning, stacklevel=1)
        click.echo("{}")

    _register(monkeypatch, "warn", command)
    assert run("warn") == (0, "{}\n", "warning: weight 200 kg is outside 50-90 kg of otto-2021\n")


def _painloop(**streams: object) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "painloop.cli.main", "--help"]
    return subprocess.Popen(words, text=True, stderr=subprocess.PIPE, **streams)  # type: ignore[call-overload]


@pytest.mark.skipif(not FULL_DISK.exists(), reason="the system has no device that is always full")
def test_a_full_disk_is_one_sentence_and_exit_status_1() -> None:
    with FULL_DISK.open("w") as full, _painloop(stdout=full) as process:
        _, said = process.communicate()
    assert process.returncode == 1
    assert said.startswith("painloop: no space left on device")
    assert said.count("\n") == 1


def test_a_reader_who_leaves_early_is_told_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with _painloop(stdout=writing) as process:
        os.close(writing)
        _, said = process.communicate()
    assert said == ""
    assert process.returncode == 141
