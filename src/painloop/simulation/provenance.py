"""Which library files stand behind a result, with their confidence and the hash of what they said."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from painloop import library
from painloop.library.schema.base import Entry
from painloop.library.schema.courses import Course
from painloop.outcomes import links
from painloop.simulation.line import Line


def command_line() -> str | None:
    """The command that was typed, as a shell would read it again; ``None`` in a program of one's own."""
    program = Path(sys.argv[0])
    if program.stem != "painloop" and program.parts[-2:] != ("cli", "main.py"):
        return None
    return shlex.join(["painloop", *sys.argv[1:]])


def _entries(line: Line) -> list[Entry]:
    files = line.files
    return [
        *(part.model for part in line.choice.parts),
        files.receptor,
        files.drive,
        *([files.mood] if line.mood else []),
        *files.endpoints.values(),
        files.noise,
        *files.loops.values(),
        files.condition,
        *([files.scenario] if files.scenario else []),
    ]


def files_behind(line: Line, course: Course | None, posterior: Entry | None = None) -> list[dict[str, Any]]:
    """One record per file: kind, id, title, citation, how many values of which confidence, hash."""
    entries = _entries(line) + [entry for entry in (course, posterior) if entry is not None]
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
    entries += [line.files.scenario] if line.files.scenario else []
    return [f"{entry.id}: {sentence}" for entry in entries for sentence in entry.limits]


def sources_of(line: Line) -> dict[str, str]:
    """Quantity -> ids of the files behind it."""
    levels = ", ".join(f"pharmacokinetics/{part.model.id}" for part in line.choice.parts)
    files = line.files
    condition = f"conditions/{files.condition.id}"
    loops = ", ".join(f"loop/{entry.id}" for entry in files.loops.values())
    slow = f"{loops}, drives/{files.drive.id}, receptor/{files.receptor.id}, {levels}"
    found = {
        "levels": levels,
        "block": f"receptor/{files.receptor.id}, {levels}",
        "wind_up": f"drives/{files.drive.id}, receptor/{files.receptor.id}, {levels}",
        "mood": f"outcomes/{files.mood.id}, receptor/{files.receptor.id}, {levels}",
        "gain": slow,
        "relief": slow,
    }
    found |= {name: f"outcomes/{outcome.id}, {levels}" for name, outcome in files.endpoints.items()}
    course = f"{condition}, outcomes/{files.endpoints['analgesia'].id}, {slow}"
    if files.scenario:
        course = f"scenarios/{files.scenario.id}, {course}"
    return found | {
        "pain": course,
        "responder_30": course,
        "responder_50": course,
        "resolved": course,
        **{name: f"outcomes/{links.load(name).id}, {course}" for name in links.known_links()},
        "nrs": f"{course}, outcomes/{files.noise.id}",
    }


def observed_of(course: Course | None, line: Line) -> list[dict[str, Any]]:
    """Published points of a course, each marked where some value here was fitted on it."""
    if course is None or course.condition != line.files.condition.id:
        return []  # points of other patients would be no comparison
    fitted = {
        source for entry in (*line.files.loops.values(), line.files.condition) for source in _fitted_on(entry)
    }
    return [
        {
            "time_h": point.time_h, "arm": point.arm, "quantity": point.quantity, "mean": point.value,
            "sem": point.sem, "sd": point.sd, "n": point.n, "source": point.source,
            "in_sample": course.id in fitted, "label": course.title,
        }
        for point in course.observed
        if point.value is not None and point.time_h is not None
    ]  # fmt: skip


def beyond_the_fit(course: Course | None, line: Line) -> list[str]:
    """One sentence on the rivals that were fitted on another course than the one simulated."""
    fitted: dict[str, list[str]] = {}
    for rival, entry in line.files.loops.items():
        for source in dict.fromkeys(_fitted_on(entry)):
            if course is None or course.id != source:
                fitted.setdefault(source, []).append(rival)
    return [
        f"{', '.join(rivals)} {'was' if len(rivals) == 1 else 'were'} fitted on {source} "
        f"({library.load('regimens', source).condition}: {library.load('regimens', source).sentence}); for any other "
        "course, condition or form of the drug this is an extrapolation."
        for source, rivals in fitted.items()
    ]


def _fitted_on(entry: Entry) -> tuple[str, ...]:
    """Ids of the courses that some value of an entry was fitted on, at any depth."""
    return _fitted_on_kept(entry.kind, entry.id)


@cache
def _fitted_on_kept(kind: str, entry_id: str) -> tuple[str, ...]:
    entry = library.load(kind, entry_id)
    found: list[str] = []

    def look(thing: Any) -> None:
        if isinstance(thing, dict):
            told = thing.get("fitted_on")
            found.extend([told] if isinstance(told, str) else told or [])
            for value in thing.values():
                look(value)
        elif isinstance(thing, list | tuple):
            for value in thing:
                look(value)

    look(entry.model_dump())
    return tuple(found)
