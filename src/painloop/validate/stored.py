"""The committed results of long runs: reading them, and telling whether they are stale.

They lie in the folder ``validation`` of the source tree, beside the scripts that write them; a wheel carries the
results, and not the scripts, as ``painloop/validate/results``.
"""

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
from painloop.library.reading import read_mapping

SCRIPTS = Path(__file__).parents[3] / "validation"
FOLDER = SCRIPTS if (SCRIPTS / "validation.py").is_file() else Path(__file__).parent / "results"
MISSING = "the stored results are not there: this installation is not whole"


@cache
def stored(name: str) -> dict[str, Any] | None:
    """The result of ``validation/NAME.py``, or ``None`` where it is not there."""
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def library_hash(script: Path, kinds: Iterable[str]) -> str:
    """Of what library files of some kinds say in numbers, the limits of input, a script and the version (sha256).

    Words for readers (:data:`WORDS`) may be written better without making a result stale.
    """
    parts = [f"painloop {__version__}", script.read_text(encoding="utf-8")]
    parts += [(LIBRARY / "limits" / f"{one}.yaml").read_text(encoding="utf-8") for one in LIMITS]
    for kind in kinds:
        for one in library.ids(kind):
            said = _without_words(read_mapping(LIBRARY / kind / f"{one}.yaml"))
            parts.append(f"{kind}/{one} {json.dumps(said, sort_keys=True, default=str)}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _without_words(said: Any) -> Any:
    if isinstance(said, dict):
        return {key: _without_words(one) for key, one in said.items() if key not in WORDS}
    return [_without_words(one) for one in said] if isinstance(said, list) else said


def trials_hash() -> str:
    """Of what ``validation/trials.py`` reads."""
    return library_hash(SCRIPTS / "trials.py", (*SIMULATED_FROM, "trials", "controls"))


SIMULATED_FROM = ("pharmacokinetics", "receptor", "drives", "loop", "outcomes", "conditions", "regimens")
"""Kinds of library files that a simulation may read."""
LIMITS = ("dose-limits", "unblinding", "side-effects")
"""Files of limits that it may read."""
WORDS = frozenset(
    {
        "title",
        "citation",
        "compiled",
        "read",
        "not_read",
        "says",
        "statement",
        "note",
        "notes",
        "limits",
        "source",
        "sources",
    }
)
"""Keys of the library under which stand words for readers; no simulation reads them."""


@cache
def stale(name: str) -> bool:
    """Whether a stored result was made from other inputs than those of today.

    An installed package holds the results that its version came with, and no scripts to hash.
    """
    found = stored(name)
    if found is None:
        return False
    if name == "circuit_tables":
        return any(library.content_hash(*one.split("/", 1)) != kept for one, kept in found["inputs"].items())
    script = SCRIPTS / f"{name}.py"
    if not script.is_file():
        return bool(found["painloop"] != __version__)
    now = {"rival_predictions": lambda: library_hash(script, SIMULATED_FROM), "trials": trials_hash}
    return name in now and bool(found["inputs"] != now[name]())
