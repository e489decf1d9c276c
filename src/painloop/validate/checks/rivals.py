"""The rival explanations of lasting relief: what they predict of unseen trials, and what would end them."""

from __future__ import annotations

from collections.abc import Iterator

from painloop import library
from painloop.library.schema.effects import Loop
from painloop.validate.claims import Claim
from painloop.validate.findings import Finding, check, not_found
from painloop.validate.stored import MISSING, stale, stored


@check("rival_predictions")
def rival_predictions(claim: Claim) -> Iterator[Finding]:
    """The stored predictions of one rival beside three trials."""
    kept = stored("rival_predictions")
    if kept is None:
        yield not_found(MISSING)
        return
    for one in kept["findings"]:
        if one["rival"] == claim.given["rival"]:
            yield Finding(
                about=one["question"], value=one["predicted"], published=one["published"], low=one["low"],
                high=one["high"], holds=one["holds"], stale=stale("rival_predictions"), note=one["verdict"],
            )  # fmt: skip


@check("told_apart")
def told_apart(claim: Claim) -> Iterator[Finding]:
    """Share of the questions of the stored predictions that get different answers from different rivals."""
    kept = stored("rival_predictions")
    if kept is None:
        yield not_found(MISSING)
        return
    answers: dict[str, set[bool | None]] = {}
    for one in kept["findings"]:
        answers.setdefault(one["question"], set()).add(one["holds"])
    apart = sum(len(one) > 1 for one in answers.values())
    share = apart / len(answers)
    note = f"{apart} of {len(answers)} questions"
    yield Finding(
        value=share, n=len(answers), holds=claim.bar.met(share), note=note, stale=stale("rival_predictions")
    )


@check("falsifiers")
def falsifiers(_claim: Claim) -> Iterator[Finding]:
    """What each rival says would falsify it: none of it has been looked at by a check."""
    for entry in _cards():
        for number, said in enumerate(entry.falsified_by, 1):
            yield not_found(said, f"{entry.rival} {number}")


@check("card_failures")
def card_failures(_claim: Claim) -> Iterator[Finding]:
    """Statements on a rival's card that it does not survive."""
    for entry in _cards():
        against = [one for one in entry.data_against if one.says.startswith("FAILS")]
        said = "; ".join(f"{one.says.removeprefix('FAILS').lstrip(': ')} [{one.source}]" for one in against)
        others = f"{len(against)} of {len(entry.data_for) + len(entry.data_against)} statements on the card"
        yield Finding(
            about=entry.rival,
            holds=not against,
            n=len(against),
            note=f"{others}: {said}" if against else others,
        )


def _cards() -> list[Loop]:
    return [entry for entry in library.entries("loop") if isinstance(entry, Loop)]
