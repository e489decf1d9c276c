"""A sentence of a text for patients: what it says, where that comes from, and how sure it is."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import Field, model_validator

from painloop import library
from painloop.library.schema import Citation, Confidence
from painloop.library.schema.base import Record, Text

MANY_AUTHORS = 3
"""From so many authors on only the first is named."""


class Sentence(Record):
    """One or a few short sentences.

    ``cites`` names entries of the library (kind/id) and ``source`` what is not in it; one of them is needed wherever
    a fact is stated. A sentence without either is advice: it has no ``confidence`` and no number.
    """

    says: Text
    cites: tuple[Text, ...] = ()
    source: Text | None = None
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _say_where_it_comes_from(self) -> Sentence:
        if self.is_advice == (self.confidence is not None):
            raise ValueError("confidence: give it with a source or cites, and with no advice")
        if self.is_advice and any(character.isdigit() for character in self.says):
            raise ValueError("source: a sentence with a number needs a source or cites")
        return self

    @property
    def is_advice(self) -> bool:
        """Whether it states no fact."""
        return not self.cites and self.source is None

    @property
    def sources(self) -> tuple[str, ...]:
        """Where it comes from, in words: what is not in the library, then the entries it cites."""
        own = () if self.source is None else (self.source,)
        return own + tuple(source_words(one) for one in self.cites)

    def plain(self) -> dict[str, Any]:
        """The sentence for JSON."""
        return {
            "says": self.says,
            "sources": list(self.sources),
            "cites": list(self.cites),
            "confidence": self.confidence,
        }


class Texts(Record):
    """Sentences in order, under a heading."""

    heading: Text
    sentences: tuple[Sentence, ...] = Field(min_length=1)


@cache
def source_words(entry_id: str) -> str:
    """How an entry of the library is cited: authors, year and journal, or its title and id where it was put together.

    Raises
    ------
    LibraryError
        When there is no such entry.
    """
    kind, _, bare = entry_id.partition("/")
    entry = library.load(kind, bare)
    return f"{entry.title} ({kind}/{bare})" if entry.citation is None else _cited(entry.citation)


def _cited(citation: Citation) -> str:
    names = citation.authors.split(", ")
    authors = citation.authors if len(names) < MANY_AUTHORS else f"{names[0]} et al."
    said = f"{authors} {citation.year}"
    place = citation.journal or citation.title
    return f"{said}, {place}" if place else said
