"""Where a thing of the library or of the evidence has its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

PAGES = {"claims": "claim", "trials": "trial", "claim": "claim", "trial": "trial", "question": "question"}
"""Kinds that have pages of their own, and the names of those; all others have a card."""

_OUTSIDE = re.compile(
    r"(?P<doi>10\.\d{4,9}/[^\s;,]+)|(?P<pmc>PMC\d{5,9})|PMID (?P<pmid>\d{5,9})|(?P<nct>NCT\d{8})|"
    r"(?P<url>https?://[^\s;,)]+)"
)


def address_of(kind: str, name: str) -> str:
    """The page of an entry."""
    if kind == "condition":
        return card_address("conditions", name)
    if kind == "guideline":
        return f"{reverse('evidence:guidelines')}#{name}"
    if kind == "meta_analyses":
        return f"{reverse('evidence:reviews')}#{name}"
    if kind in PAGES:
        return reverse(f"evidence:{PAGES[kind]}", args=[name])
    return card_address(kind, name)


def card_address(kind: str, name: str) -> str:
    """The card of an entry of the library."""
    return reverse("evidence:card", args=[kind, name])


def explorer_address(regimen: str, condition: str | None = None) -> str:
    """The explorer with a regimen (a sentence or the id of a published course); empty where there is none."""
    try:
        start = reverse("explorer:index")
    except NoReverseMatch:
        return ""
    asked = {"regimen": regimen} | ({"condition": condition} if condition else {})
    return f"{start}?{urlencode(asked)}"


def outside_links(text: str) -> Iterator[tuple[str, str]]:
    """The pieces of a reference, each with its address outside, or with none where it is plain text."""
    end = 0
    for found in _OUTSIDE.finditer(text):
        piece = _trimmed(found)
        yield text[end : found.start()], ""
        yield piece, _outside(found.lastgroup or "", piece)
        end = found.start() + len(piece)
    yield text[end:], ""


def _trimmed(found: re.Match[str]) -> str:
    """Without the full stop, and without a closing bracket that was not opened within."""
    piece = found.group(0).rstrip(".")
    while piece.endswith(")") and piece.count(")") > piece.count("("):
        piece = piece[:-1].rstrip(".")
    return piece


def _outside(kind: str, piece: str) -> str:
    starts = {
        "doi": "https://doi.org/",
        "pmc": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
        "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
        "nct": "https://clinicaltrials.gov/study/",
        "url": "",
    }
    return starts[kind] + piece.removeprefix("PMID ")
