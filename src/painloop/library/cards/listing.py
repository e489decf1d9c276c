"""The table of contents of the library."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from painloop.library.cards.pieces import INDENT, heading
from painloop.library.provenance import confidence_counts
from painloop.library.schema.base import WEAK_CONFIDENCES, Entry
from painloop.library.schema.trials import Trial

WHAT_IT_HOLDS = {
    "pharmacokinetics": "how the drug moves through the body",
    "receptor": "how free drug blocks the NMDA receptor",
    "circuits": "networks of the dorsal horn: wind-up and its block",
    "drives": "what the slow loop takes from the circuit, computed",
    "loop": "rival explanations of relief that outlasts the drug",
    "outcomes": "pain, side effects and the noise of ratings",
    "cotreatments": "what is given beside ketamine",
    "conditions": "who the patients are and what happens without ketamine",
    "scenarios": "histories that start before chronic pain does",
    "regimens": "published courses",
    "trials": "studies to run again, and studies that are planned",
    "controls": "drugs that trials compared ketamine with",
    "meta_analyses": "what pooled trials say: compared with, never fitted",
    "posteriors": "what the trials say about the parameters and the rivals",
    "claims": "what is often said of ketamine, and what its sources carry",
    "guideline": "what consensus panels, colleges and agencies recommend",
    "observations": "measured concentrations",
}


def listing(kinds: Iterable[tuple[str, list[Entry]]]) -> RenderableType:
    """Entries by kind: id, title, and how many values are how sure."""
    parts: list[RenderableType] = []
    for kind, entries in kinds:
        body = Padding(_table(entries) if entries else Text("no entries yet", "dim"), INDENT)
        parts += [heading(f"{kind} - {WHAT_IT_HOLDS[kind]}"), body]
    parts.append(
        Text("\n! marks values that are assumed, recalled or not found. painloop library show ID", "dim")
    )
    return Group(*parts)


def summary(entry: Entry) -> str:
    """How many values are how sure, in a line."""
    counts = confidence_counts(entry)
    said = ", ".join(
        f"{'! ' if name in WEAK_CONFIDENCES else ''}{count} {name}" for name, count in counts.items()
    )
    composed = "! composed; " if getattr(entry, "composed", None) else ""
    course = f"results in regimens/{entry.course}" if isinstance(entry, Trial) and entry.course else ""
    return composed + ("; ".join(part for part in (said, course) if part) or "no numbers")


def _table(entries: list[Entry]) -> Table:
    """Two columns, so that a title keeps its line on a narrow screen; how sure the values are stands below it."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("id", style="bold", no_wrap=True)
    table.add_column("title and confidence", ratio=1, overflow="fold")
    for entry in entries:
        table.add_row(entry.id, Group(Text(entry.title), Text(summary(entry), style="dim")))
    return table
