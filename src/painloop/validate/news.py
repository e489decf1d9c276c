"""What painloop can and cannot do, in plain sentences, for the top of the page; they follow from the outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from painloop.validate.claims import Plain, registry
from painloop.validate.findings import Finding


class Told(Protocol):
    """What a judged claim tells."""

    @property
    def id(self) -> str: ...
    @property
    def grade(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def findings(self) -> list[Finding]: ...
    @property
    def stale(self) -> bool: ...


BAD = ("fails", "misses")
FIRST = ("beats-mean-of-trials", "beats-none-and-placebo", "rivals-weighed", "trials-out-coverage")
"""Claims that are told before the others."""


def news(claims: Sequence[Told]) -> list[str]:
    """Sentences, the worst first: how many fail, what painloop cannot do, what is unchecked or stale."""
    bad = [one for one in claims if one.outcome in BAD]
    independent = sum(one.grade == "primary" for one in bad)
    judged = sum(one.outcome in (*BAD, "holds") for one in claims)
    told = [
        f"{len(bad)} of {judged} claims that could be judged fail or miss their bar, {independent} of them "
        "against independent published data."
        if judged
        else "No claim could be judged."
    ]
    told += cannot(claims)
    if any(one.id in FIRST and one.outcome == "unchecked" for one in claims):
        told.append(
            "Whether painloop beats a plain baseline on trials that were held out has not been compared."
        )
    unchecked = sum(one.outcome == "unchecked" for one in claims)
    if unchecked:
        told.append(f"{_claims(unchecked)} unchecked: nothing has been compared.")
    old = sum(one.stale for one in claims)
    if old:
        told.append(
            f"{_claims(old)} read from stored results that are older than their inputs: run make verify."
        )
    return told


def cannot(claims: Sequence[Told]) -> list[str]:
    """What painloop cannot do, the gravest first."""
    return [_filled(words.otherwise, one) for one, words in _plain(claims) if one.outcome in BAD]


def can(claims: Sequence[Told]) -> list[str]:
    """What held."""
    return [_filled(words.holds, one) for one, words in _plain(claims) if one.outcome == "holds"]


def _plain(claims: Sequence[Told]) -> list[tuple[Told, Plain]]:
    words = {one.id: one.plain for one in registry().claims}
    order = {name: place for place, name in enumerate(dict.fromkeys((*FIRST, *words)))}
    some = sorted((one for one in claims if words.get(one.id)), key=lambda one: order[one.id])
    return [(one, plain) for one in some if (plain := words[one.id]) is not None]


def _filled(words: str, one: Told) -> str:
    first = next((finding for finding in one.findings if finding.holds is not None), Finding())
    percent = "an unknown share" if first.value is None else f"{100.0 * first.value:.0f} %"
    return words.replace("{percent}", percent).replace("{note}", first.note.partition(";")[0])


def _claims(number: int) -> str:
    return "1 claim is" if number == 1 else f"{number} claims are"
