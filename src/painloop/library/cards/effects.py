"""The bodies of receptor, loop and outcome cards, and how a sentence with a source reads on any card."""

from __future__ import annotations

import math

from rich.console import RenderableType

from painloop.library.cards.pieces import (
    Footnotes,
    bullets,
    heading,
    number,
    pairs,
    sourced_line,
    value_table,
)
from painloop.library.schema.effects import Effect, Loop, Outcome, Statement


def effect_body(effect: Effect, notes: Footnotes) -> list[RenderableType]:
    """Equations, values and, for loops and outcomes, what is special to them."""
    sections: list[RenderableType] = []
    if isinstance(effect, Outcome):
        sections += _outcome_scope(effect, notes)
    if isinstance(effect, Loop) and effect.states:
        sections += bullets("States", effect.states)
    sections += bullets("Equations", effect.equations)
    sections += value_table("Parameters (what a simulation uses)", effect.parameters, notes)
    sections += value_table("Published, or looked for and not found (not used)", effect.published, notes)
    sections += _spread(effect, notes)
    if isinstance(effect, Loop):
        sections += bullets("What would falsify it", effect.falsified_by)
        sections += statements("Data that speak for it", effect.data_for, notes)
        sections += statements("Data that speak against it", effect.data_against, notes)
    return sections


def statements(words: str, said: tuple[Statement, ...], notes: Footnotes) -> list[RenderableType]:
    """Sentences with their sources."""
    return bullets(words, (statement_line(one, notes) for one in said))


def statement_line(one: Statement, notes: Footnotes) -> str:
    """A sentence, the number of its source, and a mark where it is not certain."""
    weakness = "" if one.confidence == "verified" else f" (! {one.confidence})"
    return f"{one.says} {notes.mark(one.source)}{weakness}"


def _outcome_scope(outcome: Outcome, notes: Footnotes) -> list[RenderableType]:
    span = outcome.concentration_range_ng_ml
    rows = {
        "endpoint": f"{outcome.endpoint} ({outcome.unit}), {outcome.form}{' curve' if outcome.analyte else ''}",
        "analyte": f"{outcome.analyte}, {outcome.free_or_total} concentration" if outcome.analyte else "",
        "sampling": outcome.sampling or "",
        "range": f"{number(span[0])} to {number(span[1])} ng/mL" if span else "",
        "PK model": "; ".join(part for part in (outcome.pk_model, outcome.pk_model_note) if part),
        "enantiomers": outcome.across_enantiomers or "",
        "routes": ", ".join(outcome.routes),
        "histogram": f"{outcome.bins.count} bins from {number(outcome.bins.low)} to {number(outcome.bins.high)}",
    }
    return [heading("What it describes"), pairs(rows), *statements("What it says", outcome.says, notes)]


def _spread(effect: Effect, notes: Footnotes) -> list[RenderableType]:
    rows = {
        ", ".join(block.parameters): "CV "
        + ", ".join(
            f"{100 * math.sqrt(math.expm1(block.omega2[k][k])):.3g} %" for k in range(len(block.parameters))
        )
        + "; "
        + sourced_line(block, notes)
        for block in effect.iiv
    }
    return [heading("Differences between people"), pairs(rows)] if rows else []
