"""The stored outcome of ``painloop validate``: what was claimed, what came out, failures first.

The whole answer (``painloop validate --json``) is read where it was stored; else the committed outcomes in short,
with the words of the registry. Nothing is computed here: a web process never starts the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from painloop.report.numbers import MISSING, interval, significant
from painloop.validate.news import FIRST
from painloop_clinic.evidence.contents.stored import answer, registry

GRADES = {
    "primary": "held against independent published data",
    "secondary": "held against another program or an exact solution",
    "exploratory": "in-sample, assumed, or without outside data",
}
SIGNS = {">=": "at least", ">": "above", "<=": "at most", "<": "below"}
ORDER = ("fails", "misses", "unchecked", "reported", "tested", "holds")
BAD = frozenset({"fails", "misses"})
MEANING = {
    "fails": "what was published, or an exact solution, says otherwise",
    "misses": "a bar that was set beforehand is not reached",
    "unchecked": "nothing has been compared; the reason is given",
    "reported": "a figure for which no bar was set",
    "tested": "held by an automatic test, not computed for this page",
    "holds": "the bar is met",
}


@dataclass(frozen=True)
class FindingRow:
    """One figure of a claim in words."""

    about: str
    value: str
    published: str
    interval: str
    n: str
    holds: str
    note: str


@dataclass(frozen=True)
class ClaimRow:
    """A claim of the project with its outcome."""

    id: str
    outcome: str
    says: str
    grade: str
    against: str
    bar: str
    found: str
    findings: tuple[FindingRow, ...]


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    key: str
    title: str
    says: str
    tally: tuple[tuple[str, int], ...]
    claims: tuple[ClaimRow, ...]


@dataclass(frozen=True)
class Outcomes:
    """Everything the page shows; ``stored`` is False where no outcome was found and only claims can be listed."""

    stored: bool
    version: str
    news: tuple[str, ...]
    grades: tuple[tuple[str, str, tuple[int, ...], int], ...]
    worst: tuple[ClaimRow, ...]
    sections: tuple[Section, ...]


def outcomes() -> Outcomes:
    """The stored outcomes, or the bare list of claims."""
    kept = answer()
    by_id = {one["id"]: one for one in kept.get("claims", ())}
    rows = [(one["section"], _row(one, by_id.get(one["id"]))) for one in registry()["claims"]]
    rows.sort(key=lambda pair: ORDER.index(pair[1].outcome))
    every = [row for _, row in rows]
    return Outcomes(
        stored=bool(kept),
        version=str(kept.get("painloop") or kept.get("provenance", {}).get("painloop", "")),
        news=tuple(kept.get("news", ())),
        grades=tuple(_grade(name, says, every) for name, says in GRADES.items()),
        worst=tuple(sorted((row for row in every if row.outcome in BAD), key=_badness)),
        sections=tuple(
            _section(part, [row for key, row in rows if key == part["key"]])
            for part in registry()["sections"]
        ),
    )


def _section(part: Mapping[str, str], rows: list[ClaimRow]) -> Section:
    return Section(part["key"], part["title"], part["says"], _tally(rows), tuple(rows))


def _badness(row: ClaimRow) -> tuple[int, int, int]:
    """Failures first, primary ones before others, and of these what the news begin with."""
    told = FIRST.index(row.id) if row.id in FIRST else len(FIRST)
    return ORDER.index(row.outcome), list(GRADES).index(row.grade), told


def _grade(name: str, says: str, rows: list[ClaimRow]) -> tuple[str, str, tuple[int, ...], int]:
    own = [row for row in rows if row.grade == name]
    return name, says, tuple(sum(row.outcome == outcome for row in own) for outcome in ORDER), len(own)


def _tally(rows: list[ClaimRow]) -> tuple[tuple[str, int], ...]:
    counts = [(outcome, sum(row.outcome == outcome for row in rows)) for outcome in ORDER]
    return tuple((outcome, number) for outcome, number in counts if number)


def _row(claim: Mapping[str, Any], kept: Mapping[str, Any] | None) -> ClaimRow:
    findings = tuple(_finding(one) for one in (kept or {}).get("findings", ()))
    tested = claim.get("tested_by")
    bar = "in the test" if tested else _bar(claim["bar"])
    return ClaimRow(
        id=claim["id"],
        outcome=str(kept["outcome"]) if kept else ("tested" if tested else "unchecked"),
        says=claim["says"],
        grade=claim["grade"],
        against=claim["against"],
        bar=f"{bar}: {claim['bar']['why']}",
        found=_found(claim, kept, findings),
        findings=findings if len(findings) > 1 else (),
    )


def _bar(bar: Mapping[str, Any]) -> str:
    """What a finding is asked to be."""
    if bar.get("asked"):
        return str(bar["asked"])
    if bar["sign"] == "reported":
        return "no bar was set"
    return "inside the interval" if bar["sign"] == "inside" else f"{SIGNS[bar['sign']]} {bar['limit']:g}"


def _found(claim: Mapping[str, Any], kept: Mapping[str, Any] | None, findings: tuple[FindingRow, ...]) -> str:
    """What came out, in a line."""
    if claim.get("unchecked"):
        return str(claim["unchecked"])
    if claim.get("tested_by"):
        return "held by a test of the project"
    if kept is None:
        return "no stored result"
    if kept.get("reason"):
        return str(kept["reason"])
    if all(one.value == MISSING and one.holds == "not judged" for one in findings):
        return "nothing could be judged"
    if len(findings) == 1:
        one = findings[0]
        note = f"; {one.note}" if one.note else ""
        return (f"{one.value} ({one.interval})" if one.interval != MISSING else one.value) + note
    judged = [one for one in findings if one.holds != "not judged"]
    held = sum(one.holds == "yes" for one in judged)
    return f"{held} of {len(judged)} hold" if judged else f"{len(findings)} figures, none judged"


def _finding(one: Mapping[str, Any]) -> FindingRow:
    low, high = one.get("low"), one.get("high")
    ends = MISSING if low is None and high is None else interval(significant(low), significant(high))
    n = one.get("n")
    return FindingRow(
        about=one.get("about") or "",
        value=significant(one.get("value")),
        published=significant(one.get("published")),
        interval=ends,
        n=MISSING if n is None else str(n),
        holds={True: "yes", False: "no", None: "not judged"}[one.get("holds")],
        note=one.get("note") or "",
    )
