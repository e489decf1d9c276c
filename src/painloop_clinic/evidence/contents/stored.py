"""Where the outcome of ``painloop validate`` is read: as it was stored, never computed, and without its checks.

Two places are looked at: the file that ``PAINLOOP_VALIDATION`` names, and the committed results, in the source tree
or as they came with the package. The whole answer (``painloop validate --json``) and the committed outcomes
in short are both understood; words that the short form leaves out come from the registry of claims.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from painloop.library.reading import read_mapping
from painloop.validate.claims import FILE as REGISTRY
from painloop.validate.stored import FOLDER as LONG_RUNS

PLACES = (LONG_RUNS / "validation.json",)
VARIABLE = "PAINLOOP_VALIDATION"


def answer() -> dict[str, Any]:
    """The stored outcomes; empty where there are none."""
    return _read(_first((*_named(), *PLACES)))


def trial_rows() -> list[dict[str, Any]]:
    """Printed results of trials beside their predictions, of the answer or of the long run behind it."""
    rows = answer().get("trials") or _read(_first([LONG_RUNS / "trials.json"])).get("rows", [])
    return list(rows)


@cache
def registry() -> Mapping[str, Any]:
    """Sections and claims as they were registered."""
    return read_mapping(REGISTRY)


def _named() -> tuple[Path, ...]:
    named = os.environ.get(VARIABLE)
    return (Path(named),) if named else ()


def _first(places: Iterable[Path]) -> tuple[Path, int] | None:
    """The first file that is there, and when it was changed."""
    found = next((place for place in places if place.is_file()), None)
    return None if found is None else (found, found.stat().st_mtime_ns)


def _read(found: tuple[Path, int] | None) -> dict[str, Any]:
    return {} if found is None else _parsed(*found)


@cache
def _parsed(path: Path, _changed: int) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
