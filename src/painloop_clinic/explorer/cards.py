"""A model card as a page shows it: the numbers of a library entry, each with its source and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from painloop.library import content_hash
from painloop.library.cards.pieces import uncertainty
from painloop.library.provenance import confidence_counts, sourced_pieces
from painloop.library.schema.base import Citation, Entry, Sourced, Value

WEAK = ("assumed", "memory", "missing")
_TEXT_KEYS = ("says", "statement", "quantity")


@dataclass(frozen=True)
class Line:
    """A number or statement of an entry."""

    name: str
    value: str
    uncertainty: str
    confidence: str
    weak: bool
    source: str
    note: str


@dataclass(frozen=True)
class Card:
    """A model card."""

    title: str
    name: str
    hash: str
    published: str
    link: str
    read: Sequence[str]
    counts: dict[str, int]
    lines: Sequence[Line]
    equations: Sequence[str]
    notes: Sequence[str]
    limits: Sequence[str]
    disagreements: Sequence[Any]


def card_view(entry: Entry) -> Card:
    """The card of an entry."""
    return Card(
        title=entry.title,
        name=f"{entry.kind}/{entry.id}",
        hash=content_hash(entry.kind, entry.id),
        published=_published(entry),
        link=_link(entry.citation),
        read=entry.read,
        counts=confidence_counts(entry),
        lines=[_line(key, piece) for key, piece in sourced_pieces(entry)],
        equations=tuple(getattr(entry, "equations", ()) or ()),
        notes=entry.notes,
        limits=entry.limits,
        disagreements=entry.disagreements,
    )


def _published(entry: Entry) -> str:
    citation = entry.citation
    if citation is None:
        return entry.compiled or ""
    parts = [f"{citation.authors} ({citation.year})", citation.title, citation.journal]
    return ". ".join(part for part in parts if part)


def _link(citation: Citation | None) -> str:
    if citation is None:
        return ""
    if citation.doi:
        return f"https://doi.org/{citation.doi}"
    return f"https://pubmed.ncbi.nlm.nih.gov/{citation.pmid}/" if citation.pmid else ""


def _line(key: str, piece: Sourced) -> Line:
    name = key.removeprefix("parameters.").replace("_", " ")
    value, spread = _said(piece)
    weak = piece.confidence in WEAK
    return Line(name, value, spread, piece.confidence, weak, piece.source, piece.note or "")


def _said(piece: Sourced) -> tuple[str, str]:
    """The value with its unit, and its uncertainty; a statement in its own words."""
    if isinstance(piece, Value):
        unit = "" if piece.unit == "1" else f" {piece.unit}"
        return ("not found" if piece.value is None else f"{piece.value:.6g}{unit}"), uncertainty(piece)
    for key in _TEXT_KEYS:
        text = getattr(piece, key, None)
        if isinstance(text, str):
            value = getattr(piece, "value", None)
            return (text if value is None else f"{text.replace('_', ' ')} {value:g}"), ""
    parts = {
        name: getattr(piece, name) for name in type(piece).model_fields if name not in Sourced.model_fields
    }
    told = [
        f"{name.replace('_', ' ')} {value}" for name, value in parts.items() if value not in (None, (), {})
    ]
    return ", ".join(told), ""
