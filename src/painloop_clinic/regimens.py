"""What a visitor gives as a regimen is a sentence or a published course, never the path of a file."""

from __future__ import annotations

from painloop import library
from painloop.regimen.suggestions import closest

EXAMPLE = "ketamine 0.5 mg/kg iv over 40 min"
PLACEBO = "placebo"
ENDINGS = (".yaml", ".yml")
LONGEST_SHOWN = 60


def refusal_of(text: str) -> str:
    """Why a text is no regimen although nobody has read it yet; empty where it may be read.

    Refused are the name of a regimen file, and a single word that is no published course: files of the server are
    never looked up for a visitor, whether they are there or not.
    """
    word = text.strip()
    if " " in word and not word.lower().endswith(ENDINGS):
        return ""
    bare, known = word.lower().removeprefix("regimens/"), library.ids("regimens")
    if bare in (*known, PLACEBO):
        return ""
    meant = closest(bare, known, 0.75)
    remedy = (
        f"did you mean {meant}?" if meant else f"write one such as {EXAMPLE}, or choose a published course."
    )
    return f"'{_visible(word)}' is no regimen; {remedy}"


def _visible(text: str) -> str:
    """A text as one short line of a sentence."""
    line = "".join(one if one.isprintable() else "?" for one in text)
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"
