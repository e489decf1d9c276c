"""One card for one entry: head, body by kind, what it cannot do, what was not found, sources."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from painloop.library.cards import (
    circuits,
    conditions,
    effects,
    evidence,
    pharmacokinetics,
    posteriors,
    studies,
    trials,
)
from painloop.library.cards.listing import summary
from painloop.library.cards.pieces import Footnotes, bullets, citation_line, disagreement_table, pairs
from painloop.library.provenance import missing_values
from painloop.library.schema.base import Entry
from painloop.library.schema.circuits import Circuit
from painloop.library.schema.conditions import Condition
from painloop.library.schema.courses import Course, Observations
from painloop.library.schema.effects import DriveCurve, Effect
from painloop.library.schema.evidence import Claim, Guideline
from painloop.library.schema.pharmacokinetics import Pharmacokinetics
from painloop.library.schema.posteriors import Posterior
from painloop.library.schema.trials import Control, MetaAnalysis, Trial


def card(entry: Entry, content_hash: str = "") -> RenderableType:
    """The card of an entry.

    Parameters
    ----------
    entry : any entry of the library.
    content_hash : of its file, for the head of the card.
    """
    notes = Footnotes()
    head = {
        "base published" if entry.compiled else "published": citation_line(entry.citation),
        "compiled": entry.compiled or "",
        "read": "; ".join(entry.read),
        "values": summary(entry),
        "file": f"{entry.kind}/{entry.id}" + (f", sha256 {content_hash}" if content_hash else ""),
    }
    return Group(
        Text(entry.title, style="bold"),
        pairs(head),
        *_body(entry, notes),
        *disagreement_table(entry.disagreements),
        *bullets("Notes", entry.notes),
        *bullets("What it cannot do", entry.limits),
        *bullets("Not found", [*_not_found(entry), *entry.not_read]),
        *notes.renderables(),
    )


def _body(entry: Entry, notes: Footnotes) -> list[RenderableType]:
    if isinstance(entry, Pharmacokinetics):
        return pharmacokinetics.body(entry, notes)
    if isinstance(entry, Circuit):
        return [*effects.effect_body(entry, notes), *circuits.circuit_body(entry, notes)]
    if isinstance(entry, DriveCurve):
        return [*effects.effect_body(entry, notes), *circuits.drive_body(entry)]
    if isinstance(entry, Control):
        return trials.control_body(entry, notes)
    if isinstance(entry, Effect):
        return effects.effect_body(entry, notes)
    if isinstance(entry, Condition):
        return conditions.condition_body(entry, notes)
    if isinstance(entry, Course):
        return studies.course_body(entry, notes)
    if isinstance(entry, Trial | MetaAnalysis | Claim | Guideline):
        return _evidence_body(entry, notes)
    if isinstance(entry, Posterior):
        return posteriors.posterior_body(entry)
    assert isinstance(entry, Observations)
    return studies.observations_body(entry, notes)


def _evidence_body(entry: Trial | MetaAnalysis | Claim | Guideline, notes: Footnotes) -> list[RenderableType]:
    if isinstance(entry, Trial):
        return trials.trial_body(entry, notes)
    if isinstance(entry, MetaAnalysis):
        return trials.meta_analysis_body(entry, notes)
    if isinstance(entry, Claim):
        return evidence.claim_body(entry, notes)
    return evidence.guideline_body(entry, notes)


def _not_found(entry: Entry) -> list[str]:
    """What was looked for and not found, in words."""
    if isinstance(entry, Course | Trial):
        return [
            f"{one.quantity.replace('_', ' ')} of {one.arm}" + (f" at {one.time_h:g} h" if one.time_h else "")
            for one in entry.observed
            if one.value is None
        ]
    if isinstance(entry, Observations):
        return [f"{arm.analyte}, {studies.quantity_words(arm)}" for arm in entry.arms if arm.value is None]
    return [key.removeprefix("published.") for key in missing_values(entry)]
