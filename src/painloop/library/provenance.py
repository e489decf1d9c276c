"""How sure an entry is: walks all its sourced pieces and counts, lists and names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from painloop.library.schema.base import Entry, Sourced

ORDER = ("verified", "fitted", "derived", "secondary", "assumed", "memory", "missing")
"""Confidences from the surest to none."""


def sourced_pieces(entry: Entry) -> Iterator[tuple[str, Sourced]]:
    """Every value of an entry with its key, such as ``parameters.CL``."""
    yield from _walk("", entry)


def confidence_counts(entry: Entry) -> dict[str, int]:
    """How many values have which confidence, the surest first."""
    counts: Counter[str] = Counter(piece.confidence for _, piece in sourced_pieces(entry))
    return {name: counts[name] for name in ORDER if counts[name]}


def missing_values(entry: Entry) -> tuple[str, ...]:
    """Keys of the values that were looked for and not found."""
    return tuple(key for key, piece in sourced_pieces(entry) if piece.confidence == "missing")


def _walk(key: str, piece: Any) -> Iterator[tuple[str, Sourced]]:
    if isinstance(piece, Sourced):
        yield key, piece
    if isinstance(piece, BaseModel):
        for name in type(piece).model_fields:
            yield from _walk(f"{key}.{name}" if key else name, getattr(piece, name))
    elif isinstance(piece, dict):
        for name, inner in piece.items():
            yield from _walk(f"{key}.{name}", inner)
    elif isinstance(piece, tuple):
        for number, inner in enumerate(piece):
            yield from _walk(f"{key}.{number}", inner)
