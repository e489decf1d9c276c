"""The committed results of long runs (folder ``validation``): reading them, and telling whether they are stale."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from painloop import library
from painloop._version import __version__
from painloop.library.loader import LIBRARY

FOLDER = Path(__file__).parents[3] / "validation"
MISSING = "the stored results are not there: they come with the source tree, not with an installed package"


@cache
def stored(name: str) -> dict[str, Any] | None:
    """The result of ``validation/NAME.py``, or ``None`` where it is not there."""
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def library_hash(script: Path, kinds: Iterable[str]) -> str:
    """Of the library files of some kinds, the limits of input, a script and the version (sha256, hexadecimal)."""
    parts = [f"painloop {__version__}", script.read_text(encoding="utf-8")]
    parts += [(LIBRARY / "limits" / f"{one}.yaml").read_text(encoding="utf-8") for one in LIMITS]
    for kind in kinds:
        parts += [f"{kind}/{one} {library.content_hash(kind, one)}" for one in library.ids(kind)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def trials_hash() -> str:
    """Of what ``validation/trials.py`` reads."""
    return library_hash(FOLDER / "trials.py", (*SIMULATED_FROM, "trials", "controls"))


SIMULATED_FROM = ("pharmacokinetics", "receptor", "drives", "loop", "outcomes", "conditions", "regimens")
"""Kinds of library files that a simulation may read."""
LIMITS = ("dose-limits", "unblinding", "side-effects")
"""Files of limits that it may read."""


@cache
def stale(name: str) -> bool:
    """Whether a stored result was made from other inputs than those of today."""
    found = stored(name)
    script = FOLDER / f"{name}.py"
    if found is None or not script.is_file():
        return found is not None
    if name == "circuit_tables":
        return any(library.content_hash(*one.split("/", 1)) != kept for one, kept in found["inputs"].items())
    now = {"rival_predictions": lambda: library_hash(script, SIMULATED_FROM), "trials": trials_hash}
    return name in now and found["inputs"] != now[name]()
