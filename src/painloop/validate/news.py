"""The worst news in plain sentences, for the top of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from painloop.validate.findings import Finding


class Told(Protocol):
    """What a judged claim tells."""

    @property
    def id(self) -> str: ...
    @property
    def says(self) -> str: ...
    @property
    def grade(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def section(self) -> str: ...
    @property
    def failed(self) -> list[Finding]: ...
    @property
    def findings(self) -> list[Finding]: ...
    @property
    def stale(self) -> bool: ...


FIRST = ("calibration", "trials-out", "trials-in", "meta")
"""Sections whose failures are told before the others'."""
MOST = 8
BASELINES = {
    "beats-mean-of-trials": "the mean of the other trials",
    "beats-none-and-placebo": "no lasting effect and placebo",
}
"""Claims whose failure stands at the top."""


def news(claims: Sequence[Told]) -> list[str]:
    """Sentences, the worst first: how many fail, what fails against independent data, what is stale or unchecked."""
    bad = [one for one in claims if one.outcome in ("fails", "misses")]
    independent = [one for one in bad if one.grade == "primary"]
    bad_at_heart = sorted(independent, key=_rank)
    judged = sum(one.outcome in ("fails", "misses", "holds") for one in claims)
    told = [
        f"{len(bad)} of {judged} claims that could be judged fail or miss their bar, {len(independent)} of them "
        "against independent published data."
        if judged
        else "No claim could be judged."
    ]
    told += _baselines(claims)
    told += [_sentence(one) for one in bad_at_heart[:MOST]]
    if len(bad_at_heart) > MOST:
        told.append(
            f"{len(bad_at_heart) - MOST} more fail or miss against independent data; they stand first below."
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


def _claims(number: int) -> str:
    return "1 claim is" if number == 1 else f"{number} claims are"


def _baselines(claims: Sequence[Told]) -> list[str]:
    """Whether painloop beats the two baselines on trials that were held out."""
    some = [one for one in claims if one.id in BASELINES]
    if any(one.outcome == "unchecked" for one in some):
        return ["Whether painloop beats a plain baseline on trials that were held out has not been compared."]
    lost = [BASELINES[one.id] for one in some if one.outcome != "holds"]
    return [f"painloop does not beat {' nor '.join(lost)} on trials that were held out."] if lost else []


def _rank(one: Told) -> int:
    return FIRST.index(one.section) if one.section in FIRST else len(FIRST)


def _sentence(one: Told) -> str:
    word = "Fails" if one.outcome == "fails" else "Missed"
    judged = [finding for finding in one.findings if finding.holds is not None]
    if len(judged) > 1:
        return f"{word} ({len(one.failed)} of {len(judged)}): {one.says}"
    value = judged[0].value if judged else None
    return f"{word}: {one.says}" + (f" Found: {value:.3g}." if value is not None else "")
