"""Studies of ketamine in pain that are not in ``library/trials``, and why.

Reads ``library/limits/trials-left-out.yaml``, so that pages can name what the trials of the library do not cover.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from painloop.errors import LibraryError
from painloop.library.reading import read_mapping

FILE = Path(__file__).parent / "limits" / "trials-left-out.yaml"


@dataclass(frozen=True)
class LeftOut:
    """A study that is not in the library; every field is a sentence or a reference for people to read."""

    id: str
    title: str
    reason: str
    source: str


@cache
def trials_left_out(path: Path = FILE) -> tuple[LeftOut, ...]:
    """The studies that were left out, in the order of the file.

    Raises
    ------
    LibraryError
        When the file is not a list of studies with id, title, reason and source under ``left_out``.
    """
    listed = read_mapping(path).get("left_out")
    if not isinstance(listed, list) or not listed:
        raise LibraryError(f"{path}: left_out: list the studies that were left out, each with its reason.")
    return tuple(_left_out(path, number, entry) for number, entry in enumerate(listed))


def _left_out(path: Path, number: int, entry: object) -> LeftOut:
    wanted = {field.name for field in fields(LeftOut)}
    if not isinstance(entry, dict) or set(entry) != wanted:
        raise LibraryError(f"{path}: left_out.{number}: give {', '.join(sorted(wanted))}, and nothing else.")
    for name, text in entry.items():
        if not isinstance(text, str) or not text.strip():
            raise LibraryError(f"{path}: left_out.{number}.{name}: {text!r} is not text; write it in words.")
    return LeftOut(**entry)
