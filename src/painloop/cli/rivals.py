"""`painloop rivals`: what the rival explanations say, what would falsify them, and the data for and against each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from painloop.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from painloop.library.schema.effects import Loop
    from painloop.loop.standing import Standing

EXAMPLE = "Examples:\n\n  painloop rivals\n\n  painloop rivals central_gain --plot loop.svg"
WIDEST, ROOMY = 120, 110
TOLD = (
    "read: statements whose source was read; FAILS: trials that the rival's own card says it does not survive. "
    "'painloop rivals NAME' shows the card."
)


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


def _cells(one: Standing) -> dict[str, str]:
    """What the table says of a rival, by heading."""
    held, against = one.data_for, one.data_against
    return {
        "what it says": one.entry.title,
        "states": ", ".join(one.states) or "none",
        "lasting relief": one.lasting,
        "data for": f"{held.all} ({held.verified} read)",
        "against": f"{against.all} ({against.verified} read), {one.fails} FAILS",
        "would falsify it first": one.entry.falsified_by[0],
    }


def _table(found: tuple[Standing, ...]) -> Any:
    """A table where there is room, else a list."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from painloop.library.cards.pieces import pairs

    told = Text(TOLD, style="dim")
    if _console().width < ROOMY:
        parts = [part for one in found for part in (Text(one.name, style="bold cyan"), pairs(_cells(one)))]
        return Group(*parts, told)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("rival", no_wrap=True)
    for heading in _cells(found[0]):
        table.add_column(heading, overflow="fold")
    for one in found:
        table.add_row(one.name, *_cells(one).values())
    return Group(table, told)


def _card(one: Standing) -> Any:
    from rich.console import Group

    from painloop.library import content_hash
    from painloop.library.cards import card
    from painloop.library.cards.pieces import bullets

    return Group(
        card(one.entry, content_hash(one.entry.kind, one.entry.id)),
        *bullets("Where the gain rests, and what resets it", one.sentences()),
    )


def _console() -> Console:
    """As wide as the terminal, or wide enough for the table where no one looks at a terminal."""
    from rich.console import Console

    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDEST)


def _print(renderable: Any) -> None:
    console = _console()
    console.print(renderable, width=min(console.width, WIDEST))
