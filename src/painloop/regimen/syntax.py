"""Text to tree: builds the parser from grammar and words, and turns a failure into one sentence with a pointer."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from painloop.errors import RegimenError
from painloop.regimen import words
from painloop.regimen.suggestions import misread

if TYPE_CHECKING:
    from lark import Lark, Tree

GRAMMAR = Path(__file__).with_name("grammar.lark")
LONGEST_TEXT = 10_000
"""Characters of the longest regimen that is read."""

_FULL_STOP = re.compile(r"(?<!\.\w)\.\s*\Z")
"""The end of a sentence, but not of ``i.v.``."""

_PARTS_OF_UNITS = ("MASS_WORD", "TIME_WORD")


def pattern_of(terminal: str) -> str:
    """The regular expression of a terminal made of words, the longest word first."""
    longest_first = sorted(words.WORDS[terminal], key=len, reverse=True)
    choice = "|".join(r"\s+".join(re.escape(part) for part in word.split()) for word in longest_first)
    end = "" if terminal in _PARTS_OF_UNITS else r"(?![\w\/])"
    return f"(?:{choice}){end}"


def grammar_text() -> str:
    """The whole grammar as the parser reads it."""
    terminals = (
        f"{name}: /{pattern_of(name)}/i".replace("\\/", "/").replace("/", "\\/") for name in words.WORDS
    )
    fixed = [line.replace(": \\/", ": /", 1).removesuffix("\\/i") + "/i" for line in terminals]
    return GRAMMAR.read_text(encoding="utf-8") + "\n" + "\n".join(fixed) + "\n"


@lru_cache(maxsize=1)
def _parser() -> Lark:
    from lark import Lark

    return Lark(
        grammar_text(),
        start="regimen",
        parser="lalr",
        lexer="contextual",
        propagate_positions=True,
        maybe_placeholders=False,
    )


def tree_of(text: str) -> Tree[Any]:
    """The syntax tree of a regimen.

    Raises
    ------
    RegimenError
        That points at the word which could not be understood and suggests another.
    """
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

    if not text.strip():
        raise RegimenError(
            "The regimen is empty; write for example 'ketamine 0.5 mg/kg iv over 40 min'.", text
        )
    if len(text) > LONGEST_TEXT:
        raise RegimenError(
            f"The regimen has {len(text)} characters; the longest that is read has {LONGEST_TEXT}."
        )
    try:
        return _parser().parse(_FULL_STOP.sub("", text))
    except UnexpectedCharacters as problem:
        raise misread(text, problem.pos_in_stream or 0, set(problem.allowed or ())) from None
    except UnexpectedToken as problem:
        at_end = problem.token.type == "$END"
        position = len(text.rstrip()) if at_end else problem.token.start_pos or 0
        known = None if at_end else str(problem.token)
        raise misread(text, position, set(problem.expected), known) from None
    except UnexpectedInput:
        raise RegimenError(
            "This is not a regimen; see the regimen language in the documentation.", text
        ) from None
