"""The page of all claims, and the same as tables for a terminal: failures first, nothing left out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from painloop.report.figures.chart import Chart, DataTable
from painloop.report.figures.validation import charts_of
from painloop.report.files import write_text
from painloop.report.numbers import MISSING, fixed, percent, signed, significant
from painloop.report.rendering import render
from painloop.validate import Finding, registry
from painloop.validate.answer import MEANING, ORDER, Judged, Validation
from painloop.validate.claims import GRADES

if TYPE_CHECKING:
    from rich.table import Table

MARKS = {
    "fails": "\N{MULTIPLICATION X} fails",
    "misses": "\N{WHITE UP-POINTING TRIANGLE} misses its bar",
    "unchecked": "? unchecked",
    "reported": "\N{BULLET} reported",
    "tested": "\N{WHITE CIRCLE} tested elsewhere",
    "holds": "\N{CHECK MARK} holds",
}
"""An outcome as a sign and words, so that no colour is needed."""
COUNTED = {"fails": "fail", "misses": "miss their bar", "tested": "tested elsewhere", "holds": "hold"}
"""Outcomes of several claims."""
NAMED = 3
"""So many findings that do not hold are named in a line."""


@dataclass(frozen=True)
class ClaimView:
    """A claim as texts; ``table`` holds its findings where there is more to say than ``found``."""

    id: str
    outcome: str
    mark: str
    grade: str
    says: str
    found: str
    bar: str
    against: str
    table: DataTable | None


@dataclass(frozen=True)
class SectionView:
    """A part of the page."""

    key: str
    title: str
    says: str
    tally: str
    claims: tuple[ClaimView, ...]
    charts: tuple[Chart, ...]


def write_validation(found: Validation, path: str | os.PathLike[str]) -> Path:
    """Write the page; an existing file is replaced only once the new one is complete.

    Raises
    ------
    InputError : the folder of ``path`` does not exist.
    """
    return write_text(path, validation_html(found))


def validation_html(found: Validation) -> str:
    """The page as text."""
    charts = charts_of(found)
    sections = [
        SectionView(
            one.key, one.title, one.says, tally(found.of(one.key)),
            tuple(claim_view(claim) for claim in found.of(one.key)), tuple(charts.get(one.key, ())),
        )
        for one in registry().sections
        if one.key in found.sections
    ]  # fmt: skip
    worst = [claim_view(one) for one in found.claims if one.outcome in ("fails", "misses")]
    return render(
        "validation.html.j2", news=found.news, cannot=found.cannot, can=found.can, counts=count_table(found),
        held_out=held_out_table(found) if found.held_out else None, sections=sections, worst=worst,
        meanings=[(MARKS[name], MEANING[name]) for name in ORDER], grades=list(GRADES.items()),
        provenance=found.provenance, title="What painloop claims, and what holds",
    )  # fmt: skip


def count_table(found: Validation) -> DataTable:
    """Claims by grade and outcome."""
    head = ("Grade", *(MARKS[name] for name in ORDER), "all")
    rows = [
        (grade, *(str(found.counts[grade][name]) for name in ORDER), str(sum(found.counts[grade].values())))
        for grade in GRADES
        if grade in found.counts
    ]
    return DataTable("Claims by grade and outcome", head, tuple(rows))


def held_out_table(found: Validation) -> DataTable:
    """Score, width, coverage and n of painloop beside both baselines, on trials that were held out."""
    head = (
        "Values, foretold by",
        "CRPS",
        "width",
        "coverage",
        "n (groups)",
        "painloop\N{MINUS SIGN}this (SE)",
    )
    rows = [
        (
            f"{one.group}: {one.method}", fixed(one.crps, 3), fixed(one.width, 2), percent(one.coverage),
            f"{one.values} ({one.clusters})",
            MISSING if one.painloop_minus is None or one.error is None
            else f"{signed(one.painloop_minus, 3)} ({fixed(one.error, 3)})",
        )
        for one in found.held_out
    ]  # fmt: skip
    return DataTable("Trials that were held out in turn: painloop and two baselines", head, tuple(rows))


def tally(claims: Sequence[Judged]) -> str:
    """Outcomes of a section in a line."""
    parts = [(sum(one.outcome == name for one in claims), COUNTED.get(name, name)) for name in ORDER]
    return ", ".join(f"{number} {words}" for number, words in parts if number)


def claim_view(claim: Judged) -> ClaimView:
    """The texts of a claim."""
    stale = " \N{EM DASH} STALE: older than its inputs" if claim.stale else ""
    detailed = len(claim.findings) > 1 or any(len(one.note) > 90 for one in claim.findings)
    return ClaimView(
        claim.id, claim.outcome, MARKS[claim.outcome], claim.grade, claim.says, found_words(claim) + stale,
        f"{claim.bar}: {claim.why}", claim.against, finding_table(claim) if detailed else None,
    )  # fmt: skip


def found_words(claim: Judged) -> str:
    """What was found, in a line."""
    judged = [one for one in claim.findings if one.holds is not None]
    if not judged and claim.outcome != "reported":
        return claim.reason or "nothing was compared"
    if len(claim.findings) == 1:
        return _value_words(claim.findings[0])
    if not judged:
        return "; ".join(f"{one.about} {significant(one.value)}" for one in claim.findings)
    others = len(claim.findings) - len(judged)
    rest = f", {others} cannot be judged" if others else ""
    return f"{len(judged) - len(claim.failed)} of {len(judged)} hold{rest}{_failing(claim)}"


def _failing(claim: Judged) -> str:
    """Which findings do not hold, by name."""
    names = [one.about for one in claim.failed if one.about]
    if not names:
        return ""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"; not: {'; '.join(names[:NAMED])}{more}"


def _value_words(one: Finding) -> str:
    said = significant(one.value)
    if one.low is not None and one.high is not None:
        name = (
            "published interval"
            if one.interval_of == "published"
            else f"95 % interval of the {one.interval_of}"
        )
        said += f" ({name} {significant(one.low)} to {significant(one.high)})"
    return f"{said}; {one.note}" if one.note else said


def finding_table(claim: Judged) -> DataTable:
    """All findings of a claim, those that do not hold first."""
    order = sorted(claim.findings, key=lambda one: {False: 0, None: 1, True: 2}[one.holds])
    rows = tuple(
        (
            one.about or claim.id, {False: "no", None: "not judged", True: "yes"}[one.holds], significant(one.value),
            significant(one.published), _interval(one), MISSING if one.n is None else str(one.n),
            ("in sample; " if one.in_sample else "") + (one.note or MISSING),
        )
        for one in order
    )  # fmt: skip
    head = ("About", "holds", "painloop", "published", "interval", "n", "in words")
    return DataTable(f"Findings: {claim.says}", head, rows)


def _interval(one: Finding) -> str:
    if one.low is None and one.high is None:
        return MISSING
    return f"{significant(one.low)} to {significant(one.high)}"


def validation_tables(found: Validation) -> list[Table]:
    """Counts, then a table a section, for the terminal."""
    from painloop.report.tables import as_rich

    scores = [as_rich(held_out_table(found))] if found.held_out else []
    return [*scores, as_rich(count_table(found)), *(_section_table(found, key) for key in found.sections)]


def _section_table(found: Validation, key: str) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(f"{found.sections[key]} ({key}): {tally(found.of(key))}", style="bold"), title_justify="left",
        box=box.SIMPLE_HEAD, pad_edge=False,
    )  # fmt: skip
    for name, ratio in (("outcome", 2), ("claim", 6), ("found", 5)):
        table.add_column(name, overflow="fold", ratio=ratio)
    for claim in (claim_view(one) for one in found.of(key)):
        table.add_row(
            Text(f"{claim.mark}\n{claim.grade}"), Text(claim.says), Text(f"{claim.found}\nasked: {claim.bar}")
        )
    return table
