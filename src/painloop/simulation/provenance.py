"""Which library files stand behind a result, with their confidence and the hash of what they said."""

from __future__ import annotations

from collections import Counter
from typing import Any

from painloop import library
from painloop.library.schema.base import Entry
from painloop.simulation.line import Line


def _entries(line: Line) -> list[Entry]:
    files = line.files
    return [
        *(part.model for part in line.choice.parts),
        files.receptor,
        *files.endpoints.values(),
        files.noise,
        *files.loops.values(),
        files.condition,
    ]


def files_behind(line: Line, course: Entry | None) -> list[dict[str, Any]]:
    """One record per file: kind, id, title, citation, how many values of which confidence, hash."""
    entries = _entries(line) + ([course] if course is not None else [])
    return [_record(entry) for entry in entries]


def _record(entry: Entry) -> dict[str, Any]:
    citation = entry.citation
    parameters = getattr(entry, "parameters", {})
    counts = Counter(value.confidence for value in parameters.values())
    written = (
        f"{citation.authors} ({citation.year}). {citation.journal or ''}".strip()
        if citation
        else entry.compiled
    )
    return {
        "kind": entry.kind,
        "id": entry.id,
        "title": entry.title,
        "citation": written,
        "doi": citation.doi if citation else None,
        "confidence": ", ".join(f"{n} {c}" for c, n in counts.most_common()) or "see the file",
        "hash": library.content_hash(entry.kind, entry.id),
    }


def limits_of(line: Line) -> list[str]:
    """What the models used here cannot do, one sentence each, named by file."""
    entries = [*line.files.loops.values(), line.files.condition, *(part.model for part in line.choice.parts)]
    return [f"{entry.id}: {sentence}" for entry in entries for sentence in entry.limits]


def sources_of(line: Line) -> dict[str, str]:
    """Quantity -> ids of the files behind it."""
    levels = ", ".join(f"pharmacokinetics/{part.model.id}" for part in line.choice.parts)
    files = line.files
    condition = f"conditions/{files.condition.id}"
    loops = ", ".join(f"loop/{entry.id}" for entry in files.loops.values())
    found = {
        "levels": levels,
        "block": f"receptor/{files.receptor.id}, {levels}",
        "relief": f"{loops}, {levels}",
    }
    found |= {name: f"outcomes/{outcome.id}, {levels}" for name, outcome in files.endpoints.items()}
    course = f"{condition}, {loops}, outcomes/{files.endpoints['analgesia'].id}, {levels}"
    return found | {
        "pain": course,
        "responder_30": course,
        "responder_50": course,
        "nrs": f"{course}, outcomes/{files.noise.id}",
    }
