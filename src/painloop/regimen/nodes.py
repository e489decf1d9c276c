"""Reading a syntax tree: tokens, numbers and lengths by name, and refusals that point at the words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from lark import Token, Tree

from painloop.errors import RegimenError
from painloop.regimen import quantities, words
from painloop.regimen.orders import Drug, Form, Lower, Per, Phase, Repeat, Route, Step

Node = Tree[Any]
Meaning = TypeVar("Meaning")


@dataclass
class Draft:
    """A prescription while its parts are read; ``places`` holds the node of each step."""

    text: str
    drug: Drug = "ketamine"
    route: Route | None = None
    form: Form | None = None
    session: list[Step] = field(default_factory=list)
    places: list[Node] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    repeat: Repeat | None = None
    caps: dict[str, float] = field(default_factory=dict)
    lower: list[Lower] = field(default_factory=list)
    delay_h: float | None = None

    def refuse(self, place: Node | Token, sentence: str, suggestion: str | None = None) -> NoReturn:
        """Raise a RegimenError that points at a node or a token."""
        start, end = span_of(place)
        raise RegimenError(sentence, self.text, start, end, suggestion)

    def words_of(self, place: Node | Token) -> str:
        """What the user wrote there."""
        start, end = span_of(place)
        return self.text[start:end]

    def number(self, token: Token) -> float:
        """The value of a number within the limits of the language."""
        return quantities.number(str(token), self.text, span_of(token)[0])

    def mass(self, node: Node) -> tuple[float, Per, bool]:
        """A dose or rate in mg or mg/h, what it is per, and whether it is a rate."""
        number = one(node, "NUMBER")
        unit = optional(node, "AMOUNT_UNIT") or one(node, "RATE_UNIT")
        mg, per, is_rate = quantities.mass(self.number(number), str(unit))
        if not quantities.SMALLEST <= mg <= quantities.LARGEST:
            sentence = f"'{number} {unit}' is outside 0.000001 to 1000000 mg; check the number and its unit."
            raise RegimenError(sentence, self.text, span_of(number)[0], span_of(unit)[1])
        return mg, per, is_rate

    def whole(self, node: Node) -> int:
        """The whole number above 0 of a node, in digits or as a word."""
        word = optional(node, "COUNT")
        if word is not None:
            return meaning(words.COUNT, word)
        token = one(node, "NUMBER")
        value = self.number(token)
        if value < 1.0 or value != int(value):
            self.refuse(token, f"'{token}' sessions cannot be given; write a whole number above 0.")
        return int(value)

    def length(self, node: Node) -> float:
        """A length of time, h."""
        word = optional(node, "COUNT")
        value = float(meaning(words.COUNT, word)) if word is not None else self.number(one(node, "NUMBER"))
        hours = quantities.hours(value, str(one(node, "TIME_UNIT")))
        if not quantities.SHORTEST_H <= hours <= quantities.LONGEST_H:
            sentence = f"'{self.words_of(node)}' is outside 1 s to 100 years; check the number and its unit."
            self.refuse(node, sentence)
        return hours

    def read_route(self, node: Node) -> None:
        """Take up the route, which must be that of the first step."""
        token = optional(node, "ROUTE")
        if token is None:
            return
        route: Route = meaning(words.ROUTE, token)
        if self.route not in (None, route):
            self.refuse(token, f"One session has one route, here {self.route}; join another route by ';'.")
        self.route = route

    def read_form(self, node: Node) -> None:
        """Take up salt or base, which is the same for a whole prescription."""
        token = optional(node, "SALT")
        if token is None:
            return
        form: Form = meaning(words.SALT, token)
        if self.form not in (None, form):
            self.refuse(token, "A prescription is either HCl or base; write the same for all its doses.")
        self.form = form


def span_of(place: Node | Token) -> tuple[int, int]:
    """First character and one past the last."""
    if isinstance(place, Token):
        start = place.start_pos or 0
        return start, start + len(place)
    return place.meta.start_pos, place.meta.end_pos


def tokens(node: Node, name: str) -> list[Token]:
    """The tokens of that name directly under a node."""
    return [child for child in node.children if isinstance(child, Token) and child.type == name]


def optional(node: Node, name: str) -> Token | None:
    """The first token of that name directly under a node."""
    return next(iter(tokens(node, name)), None)


def one(node: Node, name: str) -> Token:
    """The token of that name directly under a node, which the grammar guarantees."""
    return tokens(node, name)[0]


def below(node: Node, *names: str) -> Iterator[Node]:
    """The nodes of those names directly under a node."""
    return (child for child in node.children if isinstance(child, Tree) and child.data in names)


def child(node: Node, *names: str) -> Node | None:
    """The first node of those names directly under a node."""
    return next(below(node, *names), None)


def meaning(table: Mapping[str, Meaning], token: Token) -> Meaning:
    """What a word stands for, whatever its case and spacing."""
    written = re.sub(r"\s+", " ", str(token)).lower()
    return next(value for word, value in table.items() if word.lower() == written)
