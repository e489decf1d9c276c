"""Finished replicates as a CSV file that can be continued: a line that says what was run, names, one line a replicate.

Numbers are written so that they read back to the same bits. Every chunk is appended at once and forced to the disk;
what an interruption has torn is cut off when the file is continued. Nothing is kept in memory.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from painloop.errors import InputError, PainloopError

NAME = "replicates.csv"
"""Of the file within the folder of a run."""
_BLOCK = 1000
"""Lines read at once."""
_WORDS = {
    "painloop": "version of painloop",
    "library": "library of facts",
    "trial": "trial",
    "seed": "seed",
    "rivals": "choice of rivals",
    "parameters": "parameters",
    "patients": "number of patients",
    "null": "choice of --null",
}
"""What a difference in the first line is called; anything else is called by its key."""


@dataclass
class State:
    """The file of one run.

    Parameters
    ----------
    path : of the file. about : what was run, the first line. chunk : replicates that are computed together; only
    whole chunks are continued.
    """

    path: Path
    about: Mapping[str, Any]
    chunk: int
    done: int = field(default=0, init=False)

    def begin(self) -> None:
        """Start a new file; it appears with its first chunk.

        Raises
        ------
        InputError : there is one already.
        """
        if self.path.exists():
            raise InputError(
                f"{self.path.parent} already holds replicates; add --resume to go on with them, or give another folder."
            )

    def resume(self) -> None:
        """Keep the whole chunks of the file and cut off the rest.

        Raises
        ------
        InputError : there is no such file, or it is of another run.
        """
        if not self.path.is_file():
            raise InputError(
                f"There is nothing to resume in {self.path.parent}; leave --resume out to start there."
            )
        with self.path.open("rb") as stream:
            self._compare(stream.readline())
            stream.readline()
            start = stream.tell()
            ends = [start]
            for number, line in enumerate(stream, 1):
                if not line.endswith(b"\n"):
                    break
                if number % self.chunk == 0:
                    ends.append(stream.tell())
        os.truncate(self.path, ends[-1])
        self.done = (len(ends) - 1) * self.chunk

    def append(self, rows: Mapping[str, Any], names: Mapping[str, list[str]]) -> None:
        """Add replicates; ``rows`` and ``names`` hold columns of numbers and of words, (replicates,) each.

        Raises
        ------
        PainloopError : the disk is full or refuses.
        """
        columns = {**names, **{name: np.asarray(values, float).tolist() for name, values in rows.items()}}
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if self.done == 0:
            text.write(f"# {json.dumps(dict(self.about), ensure_ascii=False)}\n")
            writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
        try:
            _add(self.path, text.getvalue().encode(), fresh=self.done == 0)
        except OSError as error:
            raise PainloopError(
                f"{self.path} cannot be written ({error.strerror}); finished replicates are kept, make room and go on "
                "with --resume."
            ) from error
        self.done += len(next(iter(columns.values())))

    def table(self) -> Table:
        """All finished replicates."""
        return Table.read(self.path, self.done)

    def _compare(self, line: bytes) -> None:
        try:
            found = json.loads(line.decode().removeprefix("# "))
            keys = [key for key in {**found, **self.about} if found.get(key) != self.about.get(key)]
        except (ValueError, AttributeError, TypeError):
            raise InputError(
                f"{self.path} does not begin as a file of replicates does; give another folder to --out."
            ) from None
        if keys:
            what = " and of another ".join(_WORDS.get(key, key) for key in keys[:2])
            raise InputError(
                f"The replicates in {self.path.parent} are of another {what}; repeat the command they were begun "
                "with, or give another folder to --out."
            )


@dataclass(frozen=True)
class Table:
    """Columns of finished replicates, read from a file on demand.

    Parameters
    ----------
    names : of the columns of numbers. values : (columns, replicates), on disk. rival : (replicates,), names.
    """

    names: tuple[str, ...]
    values: np.ndarray
    rival: np.ndarray

    def __len__(self) -> int:
        return len(self.rival)

    def column(self, name: str) -> np.ndarray:
        """A column, (replicates,)."""
        return np.array(self.values[self.names.index(name)])

    def __contains__(self, name: str) -> bool:
        return name in self.names

    @classmethod
    def read(cls, path: Path, rows: int) -> Table:
        """Read the first ``rows`` replicates of a file, a block at a time."""
        with path.open(newline="", encoding="utf-8") as stream, tempfile.TemporaryFile() as store:
            stream.readline()
            lines = csv.reader(stream)
            names = next(lines)
            words = names.index("rival") + 1
            kept: Any = np.memmap(store, float, "w+", shape=(len(names) - words, rows))
            rival = np.empty(rows, "U32")
            at = 0
            for block in _blocks(lines, rows):
                rival[at : at + len(block)] = [row[words - 1] for row in block]
                kept[:, at : at + len(block)] = np.array([row[words:] for row in block], float).T
                at += len(block)
        return cls(tuple(names[words:]), kept, rival)


def _blocks(lines: Iterator[list[str]], rows: int) -> Iterator[list[list[str]]]:
    wanted = islice(lines, rows)
    while block := list(islice(wanted, _BLOCK)):
        yield block


def _add(path: Path, content: bytes, fresh: bool) -> None:
    """Append and force to the disk; a fresh file is written beside its place and moved there."""
    place = path.with_suffix(".new") if fresh else path
    with place.open("wb" if fresh else "ab") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    if fresh:
        os.replace(place, path)
