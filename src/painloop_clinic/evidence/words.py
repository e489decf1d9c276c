"""How verdicts, results, grades and confidences are called and marked; a mark never rests on colour alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A verdict as a reader sees it: a sign, its words, and the tone of its colour."""

    sign: str
    words: str
    tone: str


CROSS, QUESTION, HALF, CHECK = (
    "\N{MULTIPLICATION X}",
    "?",
    "\N{CIRCLE WITH LEFT HALF BLACK}",
    "\N{CHECK MARK}",
)
TRIANGLE, CIRCLE, BULLET = "\N{WHITE UP-POINTING TRIANGLE}", "\N{WHITE CIRCLE}", "\N{BULLET}"

MARKS = {
    # claims, the worst first
    "contradicted": Mark(CROSS, "contradicted", "bad"),
    "unsupported": Mark(QUESTION, "unsupported", "bad"),
    "partly": Mark(HALF, "partly true", "warn"),
    "supported": Mark(CHECK, "supported", "good"),
    "no trial found": Mark(QUESTION, "no trial found", "bad"),
    # questions
    "not known": Mark(QUESTION, "not known", "bad"),
    "not shown": Mark(QUESTION, "not shown", "bad"),
    "disputed": Mark(TRIANGLE, "disputed", "warn"),
    "short relief only": Mark(HALF, "short relief only", "warn"),
    "partly known": Mark(HALF, "partly known", "warn"),
    "known": Mark(CHECK, "known", "good"),
    # studies
    "no difference": Mark(CROSS, "no difference", "bad"),
    "mixed": Mark(HALF, "mixed", "warn"),
    "no control group": Mark(QUESTION, "no control group", "warn"),
    "no result yet": Mark(CIRCLE, "no result yet", "plain"),
    "favours ketamine": Mark(CHECK, "favours ketamine", "good"),
    # validation
    "fails": Mark(CROSS, "fails", "bad"),
    "misses": Mark(TRIANGLE, "misses its bar", "warn"),
    "unchecked": Mark(QUESTION, "unchecked", "warn"),
    "reported": Mark(BULLET, "reported", "plain"),
    "tested": Mark(CIRCLE, "tested elsewhere", "plain"),
    "holds": Mark(CHECK, "holds", "good"),
}
CONFIDENCES = {
    "verified": "read in the source itself",
    "secondary": "read elsewhere, about the source",
    "derived": "computed from what was read",
    "fitted": "fitted to data",
    "assumed": "assumed",
    "memory": "recalled, not read",
    "missing": "looked for and not found",
}
"""How sure a statement is, and what that means; the surest first."""
WEAK = frozenset({"assumed", "memory", "missing"})
VERDICTS = ("contradicted", "unsupported", "partly", "supported")
STRENGTHS = ("high", "moderate", "low", "very low")
ROUTES = {
    "iv": "by vein",
    "im": "into the muscle",
    "sc": "under the skin",
    "nasal": "by the nose",
    "oral": "swallowed",
    "sublingual": "under the tongue",
}
BLINDED = {"double": "double-blind", "single": "single-blind", "open": "open"}


def mark_of(name: str) -> Mark:
    """The mark of a verdict; one that is not known here is shown as it is."""
    return MARKS.get(name, Mark(BULLET, name, "plain"))
