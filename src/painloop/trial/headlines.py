"""What a reader of a trial must not miss, in sentences, most important first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from painloop.trial import tallies
from painloop.trial.answer import Operating, SampleSize
from painloop.trial.prediction import Predicted
from painloop.trial.protocol import HOURS_PER_DAY, Protocol
from painloop.trial.replicates import Run

BETWEEN_TRIALS = (
    "Predicted intervals hold people, ratings and which explanation is true, but not how trials of one kind differ "
    "from each other: even if the model is right, more than 5 in 100 printed results will lie outside."
)
WITHIN_A_DAY = (
    "No source gives the scatter of ratings within a session, so that ratings of one day share theirs here: intervals "
    "of changes within hours are too narrow, and relief by chance alone is missed."
)


def headlines(
    run: Run,
    found: Sequence[Operating] = (),
    search: SampleSize | None = None,
    predicted: Sequence[Predicted] = (),
) -> list[str]:
    """The sentences, of how the analysis behaves, of a search for a number, and of printed results beside these."""
    told = [search.sentence] if search else []
    rule = tallies.escalation(run.protocol, run.table)
    if rule is not None:
        told.append(rule.sentence)
    elif run.primary is None:
        told.append(_why_untested(run.protocol))
    elif len(run.primary.comparisons) > 1:
        told.append(
            f"{len(run.primary.comparisons)} comparisons are each tested by themselves, without adjustment."
        )
    told += [*_powers(found), *_errors(run, found[:1])]
    told += _supposed_doses(run.protocol)
    if any(one.interval is not None for one in predicted):
        told.append(BETWEEN_TRIALS)
    if _within_a_day(run.protocol, predicted):
        told.append(WITHIN_A_DAY)
    return told


def called(rival: str) -> str:
    """An explanation in a sentence."""
    return "there is no lasting effect" if rival == "none" else f"{rival.replace('_', ' ')} is true"


def _powers(found: Sequence[Operating]) -> Iterator[str]:
    powers = {one.rival: one.power for one in found if one.power and one.rival != "all"}
    if len(powers) < 2:
        return
    low, high = (pick(powers, key=lambda name: powers[name].value) for pick in (min, max))
    if powers[low].high < powers[high].low:
        ends = [f"{100 * powers[one].value:.0f} % if {called(one)}" for one in (low, high)]
        yield f"Power hangs on why relief lasts: {' and '.join(ends)}."


def _errors(run: Run, first: Sequence[Operating]) -> Iterator[str]:
    alpha = run.primary.analysis.alpha if run.primary else 0.0
    for one in first:
        if one.type_1 and not one.type_1.low <= alpha <= one.type_1.high:
            yield (
                f"Without any effect on pain {one.arm} still differs from {one.against} in "
                f"{100 * one.type_1.value:.1f} % of replicates, {'more' if one.type_1.low > alpha else 'less'} than "
                f"the {100 * alpha:g} % of the test."
            )
        if one.converged.count < one.converged.of:
            share = 100 * (1 - one.converged.value)
            yield f"{share:.1f} % of replicates could not be analysed and count as not significant."


def _supposed_doses(protocol: Protocol) -> Iterator[str]:
    """Of a published trial whose dose was not read, that the dose is tested as well."""
    if protocol.trial.status != "published":
        return
    notes = {
        arm.regimen_note: arm.regimen_confidence
        for arm in reversed(protocol.arms)
        if arm.role == "ketamine" and arm.regimen_confidence in ("assumed", "memory")
    }
    for note, confidence in reversed(notes.items()):
        how = "recalled" if confidence == "memory" else "in part assumed"
        yield f"The regimen is {how}, so that it is tested as much as the model{f': {note}' if note else ''}."


def _within_a_day(protocol: Protocol, predicted: Sequence[Predicted]) -> bool:
    """Whether anything is looked at within the first day of a course."""
    visits = any(0.0 < day < 1.0 for day in protocol.visit_days.tolist())
    return visits or any(
        one.interval is not None and one.time_h is not None and 0.0 < one.time_h < HOURS_PER_DAY
        for one in predicted
    )


def _why_untested(protocol: Protocol) -> str:
    if len(protocol.arms) < 2:
        missing = "; ".join(f"{one.arm}: {one.reason}" for one in protocol.left_out)
        return f"Nothing is tested: there is one arm that can be run{f' ({missing})' if missing else ''}."
    if not any(endpoint.primary for endpoint in protocol.trial.endpoints):
        return "Nothing is tested: no endpoint of the file that is predicted is marked as primary."
    return "Nothing is tested: the file declares no analysis."
