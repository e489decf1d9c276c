"""The examples in README and documentation run, and show what the reader will see.

A ``python`` block is a doctest. In a ``console`` block each line after ``$`` is a command; of what it prints, every
other line must be found, in order (``...`` stands for anything). A command whose shown output begins with
``painloop:`` must fail, every other must succeed.
"""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from painloop.cli.main import main

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[object]:
    return [
        pytest.param(text, id=f"{page.stem}-{number}")
        for page in PAGES
        for number, (kind, text) in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")))
        if kind == language and (kind == "console" or ">>>" in text)
    ]


@pytest.mark.parametrize("text", blocks("python"))
def test_a_python_example_gives_what_it_shows(text: str) -> None:
    parsed = doctest.DocTestParser().get_doctest(text, {}, "example", None, 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(parsed, out=said.append)
    assert runner.failures == 0, "".join(said)


@pytest.mark.parametrize("text", blocks("console"))
def test_a_command_of_an_example_prints_what_it_shows(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for command, shown in commands(text):
        program, *words = shlex.split(command)
        assert program == "painloop"
        status = main(words)
        printed = "".join(capsys.readouterr())
        assert (status != 0) == any(line.startswith("painloop:") for line in shown), f"{command}\n{printed}"
        assert_shown_in_order(shown, printed)


def commands(text: str) -> list[tuple[str, list[str]]]:
    """The commands of a block, each with the lines shown after it."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip() and found:
            found[-1][1].append(line)
    return found


def assert_shown_in_order(shown: list[str], printed: str) -> None:
    """Each shown line occurs in what was printed, after the one before."""
    rest = " ".join(printed.split())
    for line in shown:
        for part in filter(None, (" ".join(piece.split()) for piece in line.split("..."))):
            _, found, rest = rest.partition(part)
            assert found, f"{part!r} is not in:\n{printed}"
