"""Finds, reads and checks library files; a wrong file is refused in one sentence with path, key and remedy.

The kind is the folder and the id is the file name, so one entry is loaded without reading any other. An overlay
(``composed``) is resolved here: the structure of its base, renamed and marked.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from painloop.errors import LibraryError
from painloop.library.overlay import overlaid
from painloop.library.reading import read_mapping
from painloop.library.refusal import sentence_for
from painloop.library.schema import (
    Circuit,
    Claim,
    Condition,
    Control,
    Cotreatment,
    Course,
    DriveCurve,
    Entry,
    Guideline,
    Loop,
    MetaAnalysis,
    Observations,
    Outcome,
    Pharmacokinetics,
    Posterior,
    Receptor,
    Scenario,
    Trial,
)

LIBRARY = Path(__file__).parent

KINDS: dict[str, type[Entry]] = {
    "pharmacokinetics": Pharmacokinetics,
    "receptor": Receptor,
    "circuits": Circuit,
    "drives": DriveCurve,
    "loop": Loop,
    "outcomes": Outcome,
    "cotreatments": Cotreatment,
    "conditions": Condition,
    "scenarios": Scenario,
    "regimens": Course,
    "trials": Trial,
    "controls": Control,
    "meta_analyses": MetaAnalysis,
    "posteriors": Posterior,
    "claims": Claim,
    "guideline": Guideline,
    "observations": Observations,
}


def kinds() -> tuple[str, ...]:
    """The kinds of facts, in the order of the line from drug to report."""
    return tuple(KINDS)


def ids(kind: str) -> tuple[str, ...]:
    """The ids of a kind, sorted; no file is read."""
    return _shipped_ids(_checked_kind(kind))


@cache
def _shipped_ids(kind: str) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (LIBRARY / kind).glob("*.yaml")))


def entries(kind: str) -> Iterator[Entry]:
    """All entries of a kind, in the order of their ids."""
    return (load(kind, one) for one in ids(kind))


def load(kind: str, entry_id: str) -> Any:
    """The entry of a kind with an id.

    Parameters
    ----------
    kind : one of :func:`kinds`.
    entry_id : ``otto-2021`` or ``pharmacokinetics/otto-2021``, or the path of a .yaml file of that kind.

    Raises
    ------
    LibraryError
        When there is no such entry (the closest id is suggested) or the file is wrong.
    """
    _checked_kind(kind)
    if _is_path(entry_id):
        entry = load_file(Path(entry_id))
        if entry.kind != kind:
            raise LibraryError(
                f"{entry_id} is of kind {entry.kind}, but a file of kind {kind} is needed here."
            )
        return entry
    bare = entry_id.removeprefix(f"{kind}/")
    return _shipped(kind, called(bare) if kind == "conditions" else bare)


def called(name: str) -> str:
    """The id of a condition that is given by one of its other names, such as arthritis; what is unknown stays."""
    bare = name.removeprefix("conditions/")
    if bare in ids("conditions"):
        return bare
    for known in ids("conditions"):
        if bare.lower() in (other.lower() for other in _shipped("conditions", known).names):
            return known
    return name


@cache
def _shipped(kind: str, entry_id: str) -> Any:
    """A shipped entry; shipped files do not change while a program runs, so each is read once."""
    return load_file(_path_of(kind, entry_id))


def find(entry_id: str) -> Any:
    """The entry with an id whatever its kind; raises when several kinds have it (write kind/id then)."""
    found = find_all(entry_id)
    if len(found) > 1:
        choices = " or ".join(f"{one.kind}/{entry_id}" for one in found)
        raise LibraryError(f"The id '{entry_id}' is used by {len(found)} kinds; write {choices}.")
    return found[0]


def find_all(entry_id: str) -> tuple[Any, ...]:
    """The entries of all kinds that have an id (a source may give several kinds of facts); at least one."""
    if _is_path(entry_id):
        return (load_file(Path(entry_id)),)
    if "/" in entry_id:
        return (load(entry_id.split("/", 1)[0], entry_id),)
    entry_id = called(entry_id)
    holders = [kind for kind in KINDS if entry_id in ids(kind)]
    if not holders:
        raise LibraryError(_unknown(entry_id, "library", [one for kind in KINDS for one in ids(kind)]))
    return tuple(load(kind, entry_id) for kind in holders)


def load_file(path: str | Path) -> Any:
    """Read and check a file, of the library or of a user's own.

    Raises
    ------
    LibraryError
        One sentence that names the path, the key and the remedy.
    """
    place = Path(path)
    try:
        stamp = place.stat()
    except (OSError, ValueError):
        raise LibraryError(f"There is no file {path}; give the path of a library file in YAML.") from None
    if not place.is_file():
        raise LibraryError(f"{path} is not a file; give the path of a library file in YAML.")
    return _load_unchanged(place, stamp.st_mtime_ns, stamp.st_size)


def content_hash(kind: str, entry_id: str) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of an entry's file (and its base's), for provenance."""
    if not _is_path(entry_id):
        return _shipped_hash(kind, entry_id)
    return _hash_of(load(kind, entry_id), Path(entry_id))


@cache
def _shipped_hash(kind: str, entry_id: str) -> str:
    entry = load(kind, entry_id)
    return _hash_of(entry, path_of(entry))


def _hash_of(entry: Entry, path: Path) -> str:
    digest = hashlib.sha256(path.read_bytes())
    composed = getattr(entry, "composed", None)
    if composed is not None:
        digest.update(_path_of(entry.kind, composed.base).read_bytes())
    return digest.hexdigest()[:12]


def path_of(entry: Entry) -> Path:
    """Where a shipped entry is kept."""
    return _path_of(entry.kind, entry.id)


@lru_cache(maxsize=512)
def _load_unchanged(path: Path, _modified_ns: int, _size: int) -> Entry:
    raw = read_mapping(path)
    kind = raw.get("kind")
    if kind not in KINDS:
        raise LibraryError(f"{path}: kind: {kind!r} is not a kind of fact; use one of {', '.join(KINDS)}.")
    if isinstance(raw.get("composed"), dict):
        raw = _resolve_overlay(path, raw)
    try:
        entry = KINDS[kind].model_validate(raw, context={"default_source": raw.get("default_source")})
    except ValidationError as problem:
        raise LibraryError(sentence_for(path, problem, KINDS[kind])) from None
    if entry.id != path.stem:
        raise LibraryError(
            f"{path}: id: '{entry.id}' does not match the file name; name the file {entry.id}.yaml or change the id."
        )
    return entry


def _resolve_overlay(path: Path, raw: dict[str, Any]) -> dict[str, Any]:
    base = raw["composed"].get("base")
    if not isinstance(base, str):
        raise LibraryError(f"{path}: composed.base: name the model that the overlay is built on.")
    return overlaid(path, raw, read_mapping(_path_of("pharmacokinetics", base)))


def _is_path(entry_id: str) -> bool:
    return entry_id.endswith((".yaml", ".yml"))


def _checked_kind(kind: str) -> str:
    if kind not in KINDS:
        raise LibraryError(_unknown(kind, "kinds", list(KINDS)))
    return kind


def _path_of(kind: str, entry_id: str) -> Path:
    bare, known = entry_id.removeprefix(f"{kind}/"), ids(kind)
    if bare not in known:
        raise LibraryError(_unknown(bare, kind, list(known)))
    return LIBRARY / kind / f"{bare}.yaml"


def _unknown(entry_id: str, where: str, known: list[str]) -> str:
    close = difflib.get_close_matches(entry_id, known, n=1, cutoff=0.5)
    remedy = f"did you mean '{close[0]}'" if close else "see painloop library list"
    what = (
        "kind of fact" if where == "kinds" else f"entry in {where}" if where != "library" else "library entry"
    )
    return f"There is no {what} named '{entry_id}'; {remedy}{'?' if close else '.'}"
