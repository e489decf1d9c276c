"""From finished replicates to the answer: what was run, what was found, what was printed, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from painloop import library
from painloop._version import __version__
from painloop.library.schema.base import Entry
from painloop.library.schema.trials import Trial
from painloop.loop.rivals import rivals
from painloop.simulation import subjects
from painloop.simulation.posterior import posterior, weights_of
from painloop.simulation.provenance import command_line, files_behind
from painloop.simulation.subjects import Period
from painloop.trial import tallies
from painloop.trial.answer import (
    LeftOut,
    Point,
    Prediction,
    SampleSize,
    TrialAnswer,
    TrialArmAnswer,
)
from painloop.trial.headlines import headlines
from painloop.trial.power import Truths, operating
from painloop.trial.prediction import Predicted
from painloop.trial.protocol import HOURS_PER_DAY, Protocol
from painloop.trial.replicates import Run, protocol_hash
from painloop.trial.rows import key, pair_name

NOT_MODELLED = (
    "Nobody leaves because of a side effect: leaving follows pain alone, where the file says so.",
    "Days that people leave out of the diary are left out at random.",
    "Sites, raters and learning are all alike, and the people are those of the condition's file.",
)
"""What is true of every trial here."""


@dataclass(frozen=True)
class Beside:
    """What is told besides the replicates: printed results, what the analysis aims at, and a search for a number."""

    predicted: Sequence[Predicted] = ()
    truths: Truths | None = None
    sample_size: SampleSize | None = None


def summarise(run: Run, beside: Beside | None = None) -> TrialAnswer:
    """The answer of a trial."""
    protocol, trial, table, told = run.protocol, run.protocol.trial, run.table, beside or Beside()
    condition = library.load("conditions", protocol.condition)
    found = operating(protocol, run.primary, table, told.truths or {}) if run.primary else []
    names = [one.name for one in rivals(run.options.loop)]
    return TrialAnswer(
        id=trial.id,
        title=trial.title,
        status=trial.status,
        citation=_citation(trial),
        words=_words(run, condition.title),
        condition={"id": condition.id, "title": condition.title},
        design=trial.design,
        blinded=trial.blinded,
        arms=[
            TrialArmAnswer(
                name=arm.name,
                treatment=arm.treatment,
                role=arm.role,
                n=n,
                regimen=arm.regimen,
                regimen_confidence=arm.regimen_confidence,
                regimen_note=arm.regimen_note,
            )
            for arm, n in zip(protocol.arms, protocol.numbers, strict=True)
        ],
        left_out=[LeftOut(name=one.arm, reason=one.reason) for one in protocol.left_out],
        replicates=len(table),
        null=run.options.null,
        seed=run.seed,
        rivals=names,
        rival_weights=weights_of(posterior(run.options.parameters), names)[1]
        if len(names) > 1
        else "one rival",
        parameters=run.options.parameters,
        estimand=_estimand(trial),
        analysis=trial.analysis.model_dump(mode="json") if trial.analysis else None,
        primary=run.primary.endpoint.name if run.primary else None,
        headlines=headlines(run, found, told.sample_size, told.predicted),
        predictions=[_prediction(one) for one in told.predicted],
        curves=tallies.curves(protocol, table),
        points=_points(protocol, told.predicted),
        flow=tallies.flow(protocol, table),
        endpoints=tallies.endpoints(protocol, table),
        operating=found,
        missing=tallies.missing(protocol, table),
        sample_size=told.sample_size,
        power_curve=told.sample_size.curve if told.sample_size else [],
        escalation=tallies.escalation(protocol, table),
        events=tallies.events(protocol, table),
        not_modelled=[*NOT_MODELLED, *_not_followed(run)],
        warnings=[*protocol.says, *(f"{trial.id}: {sentence}" for sentence in trial.limits)],
        provenance=_provenance(run),
    )


def _words(run: Run, condition: str) -> str:
    protocol = run.protocol
    arms = ", ".join(f"{name} ({n})" for name, n in zip(protocol.names, protocol.numbers, strict=True))
    count = len(run.table)
    return (
        f"{count:,} replicate{'s' if count != 1 else ''} of a {protocol.trial.design} trial in {condition.lower()}: "
        f"{arms}; {len(protocol.visits)} visit{'s' if len(protocol.visits) != 1 else ''}, the last on day "
        f"{protocol.visit_days[-1]:g}."
    )


def _estimand(trial: Trial) -> dict[str, str]:
    return trial.estimand.model_dump() | {"summary": trial.compared_by}


def _citation(trial: Entry) -> str:
    if trial.citation is None:
        return trial.compiled or "a protocol of one's own"
    one = trial.citation
    return f"{one.authors} ({one.year}). {one.title}. {one.journal or ''}".strip()


def _prediction(one: Predicted) -> Prediction:
    """A row of the answer; where only a p was printed the row says how often it is as extreme."""
    by_p = one.observed is None and one.p is not None and one.reason is None
    low, high = one.interval or (None, None)
    observed_low, observed_high = one.observed_ci95 or (None, None)
    reason = one.reason
    if by_p and one.predicted is not None:
        sign = ">=" if one.p_is == "at least" else "<="
        share = f"{100 * one.predicted:.0f} % of replicates have such a p"
        reason = f"only p {sign} {one.p:g} was printed; {share}"
    return Prediction(
        arm=one.arm, against=one.against, quantity=one.quantity,
        day=None if one.time_h is None else one.time_h / HOURS_PER_DAY, n=one.n, observed=one.observed,
        observed_low=observed_low, observed_high=observed_high, predicted=None if by_p else one.predicted,
        low=low, high=high, inside=one.inside, in_sample=one.in_sample, p=one.p, p_is=one.p_is,
        p_share=one.predicted if by_p else None, reason=reason,
    )  # fmt: skip


def _points(protocol: Protocol, predicted: Sequence[Predicted]) -> list[Point]:
    """Printed mean pain of arms; the rows of ``predicted`` begin with those of ``protocol.observed``."""
    found = []
    for row, printed in zip(predicted, protocol.observed, strict=False):
        if (
            row.quantity != "nrs"
            or row.observed is None
            or row.time_h is None
            or row.arm not in protocol.names
        ):
            continue
        low, high = row.observed_ci95 or (None, None)
        found.append(
            Point(
                arm=row.arm,
                day=row.time_h / HOURS_PER_DAY,
                value=row.observed,
                low=low,
                high=high,
                confidence=row.confidence,
                source=printed.source,
            )
        )
    return found


def _not_followed(run: Run) -> list[str]:
    first = run.protocol.names[0]
    return [
        f"The endpoint '{endpoint.name}' is not predicted."
        for endpoint in run.protocol.trial.endpoints
        if key("endpoint", endpoint.name, first) not in run.table
    ]


def _provenance(run: Run) -> dict[str, Any]:
    """Files, seed, version and command; the command without what only continues a run."""
    protocol, trial = run.protocol, run.protocol.trial
    first = next(arm for arm in protocol.arms if arm.role == "ketamine")
    plan = subjects.course(
        [Period(str(first.regimen))], protocol.condition, [0.0], run.options.loop, allow_extreme=True
    )
    own = {"kind": "trials", "id": trial.id, "title": trial.title, "citation": _citation(trial), "doi": None,
           "confidence": "see the file", "hash": protocol_hash(protocol)}  # fmt: skip
    if trial.citation is not None:
        own["doi"] = trial.citation.doi
    command = command_line()
    return {
        "command": None if command is None else command.replace(" --resume", ""),
        "version": __version__,
        "seed": run.seed,
        "files": [own, *files_behind(plan.line, None, posterior(run.options.parameters))],
        "comparisons": [pair_name(protocol, pair) for pair in run.primary.comparisons] if run.primary else [],
    }
