"""``painloop library``: the table of contents of the cited facts, and a card for each of them."""

from __future__ import annotations

import json
from typing import Any

import click

from painloop.library import content_hash, entries, find_all, kinds
from painloop.library.schema.base import Entry

WIDEST = 120


@click.group(name="library")
def command() -> None:
    """Look up the cited facts that every number comes from.

    \b
    Examples:
      painloop library list
      painloop library list pharmacokinetics
      painloop library show otto-2021
    """


@command.command(name="list", short_help="List the entries of a kind, or of all kinds.")
@click.argument("kind", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_entries(kind: str | None, as_json: bool) -> None:
    """List the entries of a KIND, or of all kinds, with how sure their values are.

    \b
    Example:
      painloop library list regimens --json
    """
    chosen = [(one, list(entries(one))) for one in ([kind] if kind else kinds())]
    if as_json:
        click.echo(
            json.dumps({one: [_line(entry) for entry in found] for one, found in chosen}, ensure_ascii=False)
        )
        return
    from painloop.library.cards import listing

    _print(listing(chosen))


@command.command(name="show", short_help="Show the card of an entry.")
@click.argument("entry_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show_entry(entry_id: str, as_json: bool) -> None:
    """Show the card of an entry: ID, KIND/ID, or the path of a .yaml file.

    \b
    Examples:
      painloop library show dahan-2011
      painloop library show regimens/sigtermans-2009 --json
    """
    found = find_all(entry_id)
    if as_json:
        cards = [_content(entry, entry_id) for entry in found]
        whole = cards[0] if len(cards) == 1 else {"id": entry_id, "entries": cards}
        click.echo(json.dumps(whole, ensure_ascii=False))
        return
    from rich.console import Group
    from rich.rule import Rule

    from painloop.library.cards import card

    for number, entry in enumerate(found):
        shown = card(entry, _hash(entry, entry_id))
        _print(Group(Rule(style="dim"), shown) if number else shown)


def _line(entry: Entry) -> dict[str, Any]:
    from painloop.library.provenance import confidence_counts

    return {
        "id": entry.id,
        "title": entry.title,
        "composed": getattr(entry, "composed", None) is not None,
        "confidence": confidence_counts(entry),
    }


def _content(entry: Entry, asked_for: str) -> dict[str, Any]:
    return {**entry.model_dump(mode="json", by_alias=True), "content_hash": _hash(entry, asked_for)}


def _hash(entry: Entry, asked_for: str) -> str:
    return content_hash(entry.kind, asked_for if asked_for.endswith((".yaml", ".yml")) else entry.id)


def _print(renderable: Any) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    console.print(renderable, width=min(console.width, WIDEST))
