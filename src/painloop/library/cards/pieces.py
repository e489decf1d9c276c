"""The building blocks of a card: headings, tables of values, numbered sources, lists of sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from painloop.library.schema.base import WEAK_CONFIDENCES, Citation, Disagreement, Sourced, Value

INDENT = (0, 0, 0, 2)
NOTES_BESIDE_FROM = 110
"""Columns from which notes fit beside the values they are about."""


class Footnotes:
    """Numbers each source once, in the order in which a card names them."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mark(self, source: str) -> str:
        """The number of a source, as in ``[2]``."""
        return f"[{self._numbers.setdefault(source, len(self._numbers) + 1)}]"

    def renderables(self) -> list[RenderableType]:
        """The list of sources, for the end of the card."""
        if not self._numbers:
            return []
        table = _plain("number", "source")
        for source, number in self._numbers.items():
            table.add_row(f"[{number}]", Text(source))
        return [heading("Sources"), Padding(table, INDENT)]


def heading(words: str) -> Text:
    """A heading of a section."""
    return Text(f"\n{words}", style="bold cyan")


def bullets(words: str, sentences: Iterable[str]) -> list[RenderableType]:
    """A headed list; nothing where there is nothing to say."""
    lines = list(sentences)
    if not lines:
        return []
    table = _plain("dot", "sentence")
    for line in lines:
        table.add_row("-", Text(line))
    return [heading(words), Padding(table, INDENT)]


def pairs(rows: Mapping[str, str]) -> RenderableType:
    """Two columns, what and how much; rows without content are left out."""
    table = _plain("what", "how much")
    table.columns[0].style = "bold"
    for what, how_much in rows.items():
        if how_much:
            table.add_row(Text(what), Text(how_much))
    return Padding(table, INDENT)


def citation_line(citation: Citation | None) -> str:
    """Authors, year, title, journal, DOI and PMID in one line."""
    if citation is None:
        return ""
    parts = [f"{citation.authors} ({citation.year})", citation.title, citation.journal]
    parts += [
        f"doi {citation.doi}" if citation.doi else None,
        f"PMID {citation.pmid}" if citation.pmid else None,
    ]
    return ". ".join(part for part in parts if part)


def confidence_text(confidence: str) -> Text:
    """The confidence; weak ones stand out even without colour."""
    if confidence == "missing":
        return Text("NOT FOUND", style="bold red")
    if confidence in WEAK_CONFIDENCES:
        return Text(f"! {confidence}", style="yellow")
    return Text(confidence, style="green" if confidence == "verified" else "")


def number(value: float) -> str:
    """A number in at most six digits, without a trailing zero."""
    return f"{value:.6g}"


def uncertainty(value: Value) -> str:
    """The printed uncertainty in words, or an empty string."""
    said = []
    if value.se is not None:
        said.append(f"se {number(value.se)}")
    if value.sd is not None:
        said.append(f"sd {number(value.sd)}")
    if value.cv is not None:
        said.append(f"{100 * value.cv:.3g} %")
    if value.omega2 is not None:
        said.append(f"omega2 {number(value.omega2)}")
    for name, span in (("95 % CI", value.ci95), ("range", value.range)):
        if span is not None:
            said.append(f"{name} {number(span[0])} to {number(span[1])}")
    if value.fixed:
        said.append("fixed")
    return ", ".join(said)


def value_table(words: str, values: Mapping[str, Value], notes: Footnotes) -> list[RenderableType]:
    """A table of named values: number, unit, uncertainty, confidence, source, note."""
    if not values:
        return []
    marks = {name: notes.mark(value.source) for name, value in values.items()}
    return [heading(words), Padding(_Values(values, marks), INDENT)]


@dataclass(frozen=True)
class _Values:
    """Values as a table; where the window is narrow their notes stand below it, not in a column of single words."""

    values: Mapping[str, Value]
    marks: Mapping[str, str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        beside = options.max_width >= NOTES_BESIDE_FROM
        yield self._table(beside)
        if not beside:
            noted = {name: _note(value) for name, value in self.values.items() if _note(value)}
            for name, note in noted.items():
                yield Padding(Text(f"{name}: {note}", style="dim"), INDENT)

    def _table(self, with_notes: bool) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column("name", style="bold", no_wrap=with_notes, max_width=None if with_notes else 22)
        table.add_column("value", justify="right")
        table.add_column("unit", max_width=14, overflow="fold")
        table.add_column("uncertainty", min_width=11, max_width=22, overflow="fold")
        table.add_column("confidence", no_wrap=True)
        table.add_column("from", no_wrap=True, min_width=4)
        if with_notes:
            table.add_column("note", style="dim", ratio=1, overflow="fold")
        for name, value in self.values.items():
            cells: list[str | Text] = [
                name,
                "-" if value.value is None else number(value.value),
                value.unit,
                uncertainty(value),
                confidence_text(value.confidence),
                Text(self.marks[name]),
            ]
            table.add_row(*cells, *([Text(_note(value))] if with_notes else []))
        return table


def disagreement_table(disagreements: Iterable[Disagreement]) -> list[RenderableType]:
    """What other sources say, with their confidence."""
    rows = list(disagreements)
    if not rows:
        return []
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("about", style="bold", max_width=22, overflow="fold")
    table.add_column("another source says", ratio=3, overflow="fold")
    table.add_column("source", style="dim", ratio=2, overflow="fold")
    table.add_column("confidence", no_wrap=True)
    for row in rows:
        table.add_row(Text(row.about), Text(row.says), Text(row.source), confidence_text(row.confidence))
    return [heading("Disagreements"), Padding(table, INDENT)]


def sourced_line(piece: Sourced, notes: Footnotes) -> str:
    """Confidence, source and note of a piece in a few words."""
    mark = "! " if piece.confidence in WEAK_CONFIDENCES else ""
    return f"{mark}{piece.confidence} {notes.mark(piece.source)}" + (f", {piece.note}" if piece.note else "")


def _note(value: Value) -> str:
    fitted = value.fitted_on if isinstance(value.fitted_on, str) else ", ".join(value.fitted_on or ())
    return "; ".join(part for part in (value.note, f"fitted on {fitted}" if fitted else "") if part)


def _plain(*columns: str) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns[:-1]:
        table.add_column(column, no_wrap=True)
    table.add_column(columns[-1], ratio=1, overflow="fold")
    return table
