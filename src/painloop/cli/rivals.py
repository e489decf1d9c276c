"""`painloop rivals`: what the rival explanations say, what would falsify them, and the data for and against each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from painloop.errors import InputError

if TYPE_CHECKING:
    from painloop.library.schema.effects import Loop
    from painloop.loop.standing import Standing

EXAMPLE = "Examples:\n\n  painloop rivals\n\n  painloop rivals central_gain --plot loop.svg"
WIDEST = 120


@click.command(epilog=EXAMPLE)
@click.argument("name", required=False)
@click.option(
    "--plot", "picture", metavar="FILE", help="Draw states and reset map into an .svg or .png file."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
def command(name: str | None, picture: str | None, as_json: bool) -> None:
    """Show the rival explanations of relief that outlasts the drug, or all that is known of one.

    Without NAME a table of all; with NAME (none, effect_delay, central_gain, driven_gain) its card and, for a gain,
    its folds and the days of block that reset it. --plot draws the gain's states against a person's input and the
    block that resets, with published courses.
    """
    from painloop.loop.standing import standing, standings

    if picture is not None:
        _draw(name or "central_gain", picture)
    if name is None:
        found = standings()
        click.echo(
            json.dumps({"rivals": [one.plain() for one in found]}, ensure_ascii=False)
        ) if as_json else (_print(_table(found)))
    else:
        one = standing(name)
        click.echo(json.dumps(_whole(one), ensure_ascii=False)) if as_json else _print(_card(one))


def _draw(name: str, picture: str) -> None:
    from painloop.loop.standing import standing
    from painloop.report.plot import check_picture

    check_picture(picture)
    one = standing(name)
    if one.constants is None:
        raise InputError(f"The rival {name} has no gain to draw; choose central_gain or driven_gain.")
    from painloop.report.figures.reset_map import draw_loop

    draw_loop(one, picture)
    click.echo(f"wrote {picture}", err=True)


def _whole(one: Standing) -> dict[str, Any]:
    from painloop.library import content_hash

    card: Loop = one.entry
    return {
        **one.plain(),
        "card": card.model_dump(mode="json", by_alias=True),
        "content_hash": content_hash(card.kind, card.id),
    }


def _table(found: tuple[Standing, ...]) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("rival", no_wrap=True)
    for heading in (
        "what it says",
        "states",
        "lasting\nrelief",
        "data for\n(verified)",
        "against\n(verified)",
    ):
        table.add_column(heading, overflow="fold")
    table.add_column("would falsify it first", overflow="fold")
    for one in found:
        table.add_row(
            one.name,
            one.entry.title,
            ", ".join(one.states) or "none",
            one.lasting,
            f"{one.data_for.all} ({one.data_for.verified})",
            f"{one.data_against.all} ({one.data_against.verified})\n{one.fails} FAILS",
            one.entry.falsified_by[0],
        )
    return table


def _card(one: Standing) -> Any:
    from rich.console import Group

    from painloop.library import content_hash
    from painloop.library.cards import card
    from painloop.library.cards.pieces import bullets

    return Group(
        card(one.entry, content_hash(one.entry.kind, one.entry.id)),
        *bullets("Where the gain rests, and what resets it", one.sentences()),
    )


def _print(renderable: Any) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    console.print(renderable, width=min(console.width, WIDEST))
