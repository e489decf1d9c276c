"""A trial by its id in the library, or from a file of one's own, which may be named as one likes.

Keys that every library file needs for its provenance are filled in where an own protocol leaves them out.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from painloop import library
from painloop.errors import LibraryError
from painloop.library.reading import read_mapping
from painloop.library.refusal import sentence_for
from painloop.library.schema.trials import Trial

SUFFIXES = (".yaml", ".yml")
KIND = "trials"
NAMELESS = "protocol-0000"
"""Id where neither the file nor its name gives one."""


def of_name(trial: str) -> Trial:
    """The trial with an id, or in a file.

    Raises
    ------
    LibraryError : there is no such trial, or the file is wrong: one sentence with path, key and remedy.
    """
    if not trial.lower().endswith(SUFFIXES):
        found: Trial = library.load(KIND, trial)
        return found
    path = Path(trial)
    if not path.is_file():
        raise LibraryError(f"There is no file {trial}; give the path of a trial in YAML, see --template.")
    raw = _supplemented(read_mapping(path), path)
    if raw["kind"] != KIND:
        raise LibraryError(f"{path}: kind: {raw['kind']!r} is not {KIND}; a trial is needed here.")
    try:
        return Trial.model_validate(raw, context={"default_source": raw.get("default_source")})
    except ValidationError as problem:
        raise LibraryError(sentence_for(path, problem, Trial)) from None


def _supplemented(raw: dict[str, Any], path: Path) -> dict[str, Any]:
    """The content with what an own protocol need not say."""
    design = (
        "crossover" if raw.get("crossover") else "dose-escalation" if raw.get("escalation") else "parallel"
    )
    usual = {
        "id": _id_of(path), "kind": KIND, "title": path.stem, "read": ["nothing"], "condition": None,
        "status": "published" if raw.get("citation") else "planned",
        "compiled": None if raw.get("citation") else "a protocol of one's own",
        "population": "as its condition", "design": design, "randomised": True, "blinded": "double",
        "limits": ["A file of one's own, not of the library."],
    }  # fmt: skip
    return usual | raw


def _id_of(path: Path) -> str:
    """An id from the name of a file; letters, digits and hyphens remain."""
    stem = "-".join(re.findall(r"[a-z0-9]+", path.stem.lower()))
    return stem if Trial.id_pattern().fullmatch(stem) else NAMELESS
