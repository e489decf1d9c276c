"""The words of a query as people type them: which of them count, how they are spelt, and which mean the same."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from string import ascii_lowercase

from painloop.library.reading import read_mapping

FILE = Path(__file__).parent / "words.yaml"
LETTERS_TO_CORRECT, LETTERS_FOR_TWO_SLIPS, ALIKE = 5, 8, 0.82
"""The shortest word that is corrected, the shortest that may hold two slips, and how alike those must be."""

_TOKEN, _APOSTROPHE = re.compile(r"[a-z0-9]+"), re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]")


def tokens(text: str) -> list[str]:
    """The words of a text in small letters.

    >>> tokens("Can't I drive?")
    ['cant', 'i', 'drive']
    """
    return _TOKEN.findall(_APOSTROPHE.sub("", text.lower()))


def meaningful(words: Sequence[str]) -> list[str]:
    """The words that say what a query is about; all of them where none does."""
    return [word for word in words if word not in _ignored()] or list(words)


def corrected(word: str, vocabulary: Sequence[str]) -> str:
    """The word of a vocabulary that was meant, the word itself where none is near.

    Parameters
    ----------
    word : in small letters.
    vocabulary : words, the commonest first.

    >>> corrected("releif", ("relief", "belief")), corrected("warfarin", ("warfare",))
    ('relief', 'warfarin')
    """
    if word in vocabulary or len(word) < LETTERS_TO_CORRECT or word.isdigit():
        return word
    near = set(_one_slip(word))
    found = next((known for known in vocabulary if known in near), None)
    if found is None and len(word) >= LETTERS_FOR_TWO_SLIPS:
        found = next(iter(difflib.get_close_matches(word, vocabulary, n=1, cutoff=ALIKE)), None)
    return found or word


@cache
def same_meaning() -> dict[str, tuple[str, ...]]:
    """Words that mean the same as a word."""
    same: dict[str, set[str]] = {}
    for group in read_mapping(FILE)["same"]:
        words = {word for entry in group for word in tokens(entry)}
        for word in words:
            same.setdefault(word, set()).update(words - {word})
    return {word: tuple(sorted(others)) for word, others in same.items()}


@cache
def _ignored() -> frozenset[str]:
    return frozenset(read_mapping(FILE)["ignored"])


def _one_slip(word: str) -> Iterator[str]:
    """Words that differ by a letter too few, too many, another one, or two in the wrong order."""
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        yield from (head + letter + tail for letter in ascii_lowercase)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in ascii_lowercase)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
