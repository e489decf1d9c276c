"""What a course does at points of a design, and where that is kept on disk between runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from painloop import __version__, library
from painloop.core.startup import cache_folder
from painloop.library.loader import LIBRARY

KINDS = ("pharmacokinetics", "receptor", "drives", "loop", "outcomes")
"""Kinds of library files that any simulation may read, besides its condition and its published course."""


@dataclass(frozen=True)
class CourseOf:
    """A regimen in people of a condition, looked at at ``time_h`` (h, ascending, from 0)."""

    regimen: str
    condition: str
    time_h: tuple[float, ...]


@dataclass(frozen=True)
class Given:
    """What a course does.

    Attributes
    ----------
    relief : rival -> (points, times, persons), the fraction of untreated pain that is gone, single precision.
    acute : (times, persons), change in NRS points with the library's slope.
    end_h : the end of the last dose.
    """

    time_h: np.ndarray
    relief: Mapping[str, np.ndarray]
    acute: np.ndarray
    end_h: float

    def at(self, rival: str, points: np.ndarray) -> Given:
        """The same under one rival, at some points of its design."""
        relief = {rival: self.relief[rival][points]} if rival in self.relief else {}
        return replace(self, relief=relief)


def models_hash(condition: str, regimen: str) -> str:
    """Of the version and the library files that a simulation of a regimen in a condition may read (sha256)."""
    digest = hashlib.sha256(f"painloop {__version__}".encode())
    files = [path for kind in KINDS for path in sorted((LIBRARY / kind).glob("*.yaml"))]
    files.append(LIBRARY / "conditions" / f"{condition}.yaml")
    course = regimen.removeprefix("regimens/")
    if course in library.ids("regimens"):
        files.append(LIBRARY / "regimens" / f"{course}.yaml")
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def place(files: str, course: CourseOf, block: Mapping[str, np.ndarray], people: int, seed: int) -> Path:
    """The file of a block of points of a course; ``files`` is the hash of :func:`models_hash`."""
    digest = hashlib.sha256(files.encode())
    digest.update(json.dumps([course.regimen, course.condition, course.time_h, people, seed]).encode())
    for rival, values in sorted(block.items()):
        digest.update(rival.encode() + np.ascontiguousarray(values).tobytes())
    return cache_folder() / "calibrate" / f"{digest.hexdigest()[:24]}.npz"


def read(path: Path) -> Given | None:
    """What is kept there; ``None`` where nothing is, or only part of a file."""
    try:
        with path.open("rb") as file, np.load(file) as kept:
            relief = {name[7:]: kept[name] for name in kept.files if name.startswith("relief:")}
            return Given(kept["time_h"], relief, kept["acute"], float(kept["end_h"]))
    except (OSError, ValueError, KeyError, BadZipFile):
        return None


def write(path: Path, given: Given) -> None:
    """Keep it there, whole or not at all."""
    part = path.with_suffix(".part.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        named = {f"relief:{rival}": values for rival, values in given.relief.items()}
        named |= {"time_h": given.time_h, "acute": given.acute, "end_h": np.array(given.end_h)}
        with part.open("wb") as file:
            np.savez(file, **named)  # type: ignore[arg-type]
        part.replace(path)
    except OSError:
        pass  # no room to keep it is slower, not wrong
