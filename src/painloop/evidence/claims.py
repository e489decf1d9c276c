"""The claims that are often made, in the order of the list they were checked in, and what may tell who benefits."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from painloop import library
from painloop.errors import InputError
from painloop.library.schema import Claim, Predictor

VERDICTS = ("supported", "partly", "unsupported", "contradicted")
WITHOUT_NUMBER = "CL99"


@dataclass(frozen=True)
class InClaim:
    """What a claim comes to in one condition."""

    claim: Claim
    verdict: str
    says: str
    source: str
    confidence: str


@cache
def claims(verdict: str | None = None) -> tuple[Claim, ...]:
    """All claims, or those of a verdict.

    Raises
    ------
    InputError
        When the verdict is not one of :data:`VERDICTS`.
    """
    if verdict is not None and verdict not in VERDICTS:
        raise InputError(f"'{verdict}' is not a verdict; use one of {', '.join(VERDICTS)}.")
    found: Iterable[Claim] = library.entries("claims")  # type: ignore[assignment]
    chosen = [one for one in found if verdict in (None, one.verdict)]
    return tuple(sorted(chosen, key=lambda one: (one.code or WITHOUT_NUMBER, one.id)))


def claim(name: str) -> Claim:
    """The claim with an id or a number such as CL03.

    Raises
    ------
    InputError
        When there is none; the closest is suggested.
    """
    known = {one.id: one for one in claims()} | {one.code: one for one in claims() if one.code}
    wanted = name.upper() if name.upper() in known else name
    if wanted not in known:
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        remedy = f"did you mean '{close[0]}'?" if close else "see painloop evidence --claims."
        raise InputError(f"There is no claim '{name}'; {remedy}")
    return known[wanted]


def claims_about(condition: str) -> tuple[InClaim, ...]:
    """What the claims come to in a condition of the library."""
    bare = library.load("conditions", condition).id
    return tuple(
        InClaim(one, line.verdict, line.says, line.source, line.confidence)
        for one in claims()
        for line in one.by_condition
        if line.condition == bare
    )


def predictors() -> tuple[Predictor, ...]:
    """What went with more or less relief in single studies; not one of them is validated."""
    return tuple(line for one in claims() for line in one.predictors)
