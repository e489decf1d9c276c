"""The card of any entry of the library: its values with unit, uncertainty, source and confidence, and all its words.

Nothing is known here of a single kind: a piece with a number is a row, a record is a list of names and texts, records
in a row are a table. So a new kind of fact has its card at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from painloop.library.cards.pieces import number
from painloop.library.provenance import confidence_counts
from painloop.library.schema.base import Entry, Value
from painloop.report.numbers import MISSING

HEAD = frozenset(
    {"id", "kind", "title", "citation", "compiled", "read", "default_source", "notes", "not_read", "limits"}
)
CONFIDENCE, SOURCE = "confidence", "source"
LONGEST_TABLE = 400


@dataclass(frozen=True)
class ValueRow:
    """A value of a card."""

    name: str
    amount: str
    spread: str
    value: Value


@dataclass(frozen=True)
class Table:
    """Records of one shape, one a row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Part:
    """A piece of a card under its heading; one of the four is given."""

    heading: str
    values: tuple[ValueRow, ...] = ()
    table: Table | None = None
    texts: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Card:
    """An entry as its page shows it; ``counts`` says how many values are how sure."""

    entry: Entry
    counts: tuple[tuple[str, int], ...]
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]


def card_of(entry: Entry) -> Card:
    """The card of an entry."""
    fields = {name: getattr(entry, name) for name in type(entry).model_fields if name not in HEAD}
    facts = tuple((words(name), plain(piece)) for name, piece in fields.items() if _is_plain(piece))
    parts = tuple(
        _part(words(name), piece) for name, piece in fields.items() if not _is_plain(piece) and piece
    )
    return Card(entry, tuple(confidence_counts(entry).items()), facts, parts)


def words(name: str) -> str:
    """A key as people read it."""
    return name.replace("_", " ")


def plain(piece: Any) -> str:
    """A piece in a line."""
    if piece is None or piece == ():
        return MISSING
    if isinstance(piece, bool):
        return "yes" if piece else "no"
    if isinstance(piece, float):
        return number(piece)
    if isinstance(piece, Value):
        return _amount(piece) + (f" ({_spread(piece)})" if _spread(piece) else "")
    if isinstance(piece, BaseModel):
        return "; ".join(f"{words(name)} {plain(inner)}" for name, inner in _given(piece))
    if isinstance(piece, Mapping):
        return "; ".join(f"{words(str(name))}: {plain(inner)}" for name, inner in piece.items())
    if isinstance(piece, tuple | list):
        return ", ".join(plain(inner) for inner in piece)
    return str(piece)


def _is_plain(piece: Any) -> bool:
    return piece is not None and isinstance(piece, str | int | float | bool)


def _given(piece: BaseModel) -> Iterable[tuple[str, Any]]:
    fields = ((name, getattr(piece, name)) for name in type(piece).model_fields)
    return [(name, inner) for name, inner in fields if inner not in (None, (), {})]


def _part(heading: str, piece: Any) -> Part:
    if isinstance(piece, Value):
        return Part(heading, values=(_value_row(heading, piece),))
    if isinstance(piece, BaseModel):
        return _record(heading, piece)
    if isinstance(piece, Mapping):
        return _mapping(heading, piece)
    records = [one for one in piece if isinstance(one, BaseModel)]
    if records and len(records) == len(piece):
        return Part(heading, table=_table(records))
    return Part(heading, texts=tuple(plain(one) for one in piece))


def _record(heading: str, piece: BaseModel) -> Part:
    given = list(_given(piece))
    values = tuple(_value_row(words(name), inner) for name, inner in given if isinstance(inner, Value))
    pairs = tuple((words(name), plain(inner)) for name, inner in given if not isinstance(inner, Value))
    return Part(heading, values=values, pairs=pairs)


def _mapping(heading: str, piece: Mapping[str, Any]) -> Part:
    values = tuple(_value_row(str(name), inner) for name, inner in piece.items() if isinstance(inner, Value))
    pairs = tuple(
        (words(str(name)), plain(inner)) for name, inner in piece.items() if not isinstance(inner, Value)
    )
    return Part(heading, values=values, pairs=pairs)


def _table(records: list[BaseModel]) -> Table:
    """The columns that any record fills; how sure it is and where from stand last."""
    used = dict.fromkeys(name for one in records for name, _ in _given(one))
    names = [name for name in used if name not in (CONFIDENCE, SOURCE)]
    names += [name for name in (CONFIDENCE, SOURCE) if name in used]
    rows = tuple(tuple(plain(getattr(one, name, None)) for name in names) for one in records[:LONGEST_TABLE])
    return Table(tuple(words(name) for name in names), rows)


def _value_row(name: str, value: Value) -> ValueRow:
    return ValueRow(name, _amount(value), _spread(value), value)


def _amount(value: Value) -> str:
    if value.value is None:
        return "not found"
    return number(value.value) + ("" if value.unit == "1" else f" {value.unit}")


def _spread(value: Value) -> str:
    names = {
        "se": "standard error",
        "sd": "sd",
        "cv": "relative",
        "omega2": "variance of logs between people",
    }
    single = [
        f"{said} {number(getattr(value, name))}"
        for name, said in names.items()
        if getattr(value, name) is not None
    ]
    ends = {"95 % interval": value.ci95, "range": value.range}
    return ", ".join(
        [
            *single,
            *(f"{said} {number(pair[0])} to {number(pair[1])}" for said, pair in ends.items() if pair),
        ]
    )
