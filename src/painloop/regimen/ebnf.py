"""The grammar as EBNF (ISO/IEC 14977 signs), made from the grammar that the parser uses and its words."""

from __future__ import annotations

import re

from painloop.regimen import words
from painloop.regimen.syntax import GRAMMAR

_BY_HAND = {
    "NUMBER": "? a decimal number such as 5, 0.5, .5 or 5e-1, from 0.000001 to 1000000 ?",
    "BODY": '"kg" | "70kg" | "70 kg"',
    "PER": '"/" | "per"',
    "PERCENT": '"%"',
    "EVERY_Q": '"q" , ? a whole number ? , ( "h" | "d" | "w" )',
    "TIMES_X": '"x" , ? a whole number ?',
}
"""Terminals that are patterns, in words."""

_HEAD = """(* The regimen language of painloop.
   Words may be written in any case. Spaces, line ends and commas may stand between any two words and mean nothing.
   Made from grammar.lark and words.py; do not edit. *)
"""


def ebnf() -> str:
    """The whole grammar in EBNF."""
    lines = GRAMMAR.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith(("//", "%")))
    found = re.findall(r"^(\w+): (.*?)(?=^\w+: |\Z)", text, re.MULTILINE | re.DOTALL)
    rules = [(name, _converted(body)) for name, body in found if name != "END" and name not in _BY_HAND]
    said = [*rules, *_BY_HAND.items(), *((name, _choice(ws)) for name, ws in words.WORDS.items())]
    return _HEAD + "\n".join(f"{name} = {body} ;" for name, body in said) + "\n"


def _choice(accepted: tuple[str, ...]) -> str:
    return " | ".join(f'"{word}"' for word in accepted)


def _converted(body: str) -> str:
    """One right-hand side: sequences get commas, ? and * become brackets and braces."""
    tokens = re.findall(r'"[^"]*"|\w+|[()|?*]', re.sub(r"\bEND\b", "", body))
    return _alternatives(tokens)


def _alternatives(tokens: list[str]) -> str:
    choices: list[list[str]] = [[]]
    while tokens and tokens[0] != ")":
        token = tokens.pop(0)
        if token == "|":
            choices.append([])
            continue
        if token == "(":
            item = f"( {_alternatives(tokens)} )"
            tokens.pop(0)
        else:
            item = token
        if tokens and tokens[0] in "?*":
            inner = item[2:-2] if item.startswith("( ") else item
            item = f"[ {inner} ]" if tokens.pop(0) == "?" else f"{{ {inner} }}"
        choices[-1].append(item)
    return " | ".join(" , ".join(choice) for choice in choices)
