"""What a query string may choose: one of a list, a number, a search; what cannot be read is told in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import QueryDict

LONGEST_SEARCH = 300


@dataclass(frozen=True)
class Choice:
    """A list to choose from, and what was chosen; the empty value chooses all."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""


@dataclass
class Reading:
    """Reads a query string and gathers what it cannot use."""

    query: QueryDict
    problems: list[str] = field(default_factory=list)

    def choice(self, name: str, label: str, options: Iterable[tuple[str, str]]) -> Choice:
        """One of some options; anything else is told and ignored."""
        known = tuple(options)
        given = self.query.get(name, "").strip()
        if given and given not in dict(known):
            self.problems.append(
                f"'{shown(given)}' is no {label.lower()} known here; choose one of the list."
            )
            given = ""
        return Choice(name, label, known, given)

    def whole_number(self, name: str, label: str, highest: int) -> int:
        """A whole number from 0; anything else is told and read as 0."""
        given = self.query.get(name, "").strip()
        if not given:
            return 0
        if given.isascii() and given.isdigit() and len(given) < 10 and int(given) <= highest:
            return int(given)
        self.problems.append(
            f"{label} '{shown(given)}' is not a whole number from 0 to {highest}; write one such as 20."
        )
        return 0

    def words(self, name: str) -> str:
        """What is searched for; more than is read is told and cut."""
        given = " ".join(self.query.get(name, "").split())
        if len(given) > LONGEST_SEARCH:
            self.problems.append(
                f"Only the first {LONGEST_SEARCH} of {len(given):,} characters were read; search for fewer words."
            )
        return given[:LONGEST_SEARCH]


def shown(text: str) -> str:
    """The beginning of what someone sent, without characters that no one can see."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text[:40]
    )
