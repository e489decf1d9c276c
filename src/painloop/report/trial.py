"""The tables of a trial, for the page: failures first, in-sample rows marked, nothing left unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from painloop.errors import InputError
from painloop.library import load
from painloop.report.figures.chart import DataTable
from painloop.report.figures.power import power_points
from painloop.report.numbers import MISSING, NO_BREAK, count, fixed, percent
from painloop.report.trial_sentences import answer_sentence, operating_sentence
from painloop.report.trial_words import (
    arm_words,
    in_order,
    is_predicted,
    p_words,
    quantity_words,
    rival_words,
    share_words,
    spread_words,
    value_words,
    when,
    with_interval,
)

if TYPE_CHECKING:
    from painloop.trial.answer import EndpointAnswer, Prediction, Spread, TrialAnswer, TrialArmAnswer

FAILS, HOLDS, FITTED = "FAILS", "inside", "in-sample"


def sentences_first(answer: TrialAnswer) -> list[str]:
    """The answer in a sentence, how the analysis behaves, then the headlines, none twice."""
    told = ["Ketamine was taken to act like placebo here, with its felt effects." if answer.null else ""]
    told += [answer_sentence(answer), operating_sentence(answer), *answer.headlines]
    return list(dict.fromkeys(line for line in told if line))


def arms_table(answer: TrialAnswer) -> DataTable:
    """Who got what: the treatment as printed or planned, and the regimen that was simulated with its doubts."""
    rows = tuple(
        (arm.name, arm.treatment, regimen_words(arm) + _doubt(arm), arm.role, count(arm.n))
        for arm in answer.arms
    )
    treatment = "Treatment as published" if answer.status == "published" else "Treatment"
    head = ("Arm", treatment, "Regimen as simulated", "Kind", "n")
    return DataTable("The arms that were run", head, rows)


def regimen_words(arm: TrialArmAnswer) -> str:
    """The sentence that was simulated, with the course it stands in; an arm without ketamine has none."""
    if arm.role != "ketamine" or not arm.regimen:
        return (
            "no ketamine"
            if arm.role == "placebo"
            else "no ketamine; the effect that was observed of the drug"
        )
    try:
        return f"{load('regimens', arm.regimen).sentence} ({arm.regimen})"
    except InputError:
        return arm.regimen


def _doubt(arm: TrialArmAnswer) -> str:
    """How sure it is that this is what was given, where it was not read as such."""
    if arm.role != "ketamine" or arm.regimen_confidence == "verified":
        return ""
    return f"; {arm.regimen_confidence}{f': {arm.regimen_note}' if arm.regimen_note else ''}"


def observed_table(answer: TrialAnswer) -> DataTable | None:
    """Printed results beside their prediction, failures first; ``None`` where none can be predicted."""
    rows = tuple(_beside(row) for row in in_order(answer.predictions) if is_predicted(row))
    if not rows:
        return None
    head = (
        "Result",
        "Arm",
        "After",
        "n",
        f"Observed (95{NO_BREAK}%)",
        f"Predicted (95{NO_BREAK}%)",
        "Verdict",
    )
    return DataTable("Printed results beside what is predicted for a study of this size", head, rows)


def _beside(row: Prediction) -> tuple[str, ...]:
    contrast = row.against is not None
    seen = with_interval(row.quantity, row.observed, row.observed_low, row.observed_high, contrast=contrast)
    found = with_interval(row.quantity, row.predicted, row.low, row.high, contrast=contrast)
    if row.p_share is not None:
        seen = p_words(row)
        found = f"{seen.replace('=', '≤')} in {percent(row.p_share)} of replicates"
    where = (quantity_words(row.quantity), arm_words(row.arm, row.against), when(row.day), count(row.n))
    return (*where, seen, found, verdict(row))


def verdict(row: Prediction) -> str:
    """Whether the printed value lies inside; a row on which something was fitted never passes or fails."""
    if row.p_share is not None:
        return f"{FITTED}, not judged" if row.in_sample else "not judged"
    if row.inside is None:
        return "no value to compare" if row.observed is None else "not judged"
    if row.in_sample:
        return f"{FITTED} ({'inside' if row.inside else 'outside'})"
    return HOLDS if row.inside else FAILS


def unpredicted_table(answer: TrialAnswer) -> DataTable | None:
    """What was printed and is not predicted, with the reason."""
    rows = tuple(
        (
            quantity_words(row.quantity), arm_words(row.arm, row.against), when(row.day),
            value_words(row.quantity, row.observed, contrast=row.against is not None), row.reason or "no reason given",
        )
        for row in answer.predictions
        if not is_predicted(row)
    )  # fmt: skip
    head = ("Result", "Arm", "After", "Observed", "Why it is not predicted")
    return DataTable("Printed results that are not predicted", head, rows) if rows else None


def power_table(answer: TrialAnswer) -> DataTable | None:
    """Power by number of participants; ``None`` where no other size was simulated."""
    rows = tuple(
        (count(point.n_per_arm), count(point.participants), share_words(point.power, 1))
        for point in power_points(answer)
    )
    head = ("Per arm", "Participants", "Power (95 %)")
    return DataTable("Power by number of participants", head, rows) if len(rows) > 1 else None


def endpoint_table(answer: TrialAnswer) -> DataTable | None:
    """Endpoints by arm and comparison over replicates; only the primary one is tested."""
    arms = list(dict.fromkeys(arm for one in answer.endpoints for arm in one.by_arm))
    pairs = list(dict.fromkeys(pair for one in answer.endpoints for pair in one.differences))
    rows = tuple(
        (
            f"{one.name}{' (primary)' if one.primary else ''}{f', {one.unit}' if one.unit else ''}",
            *(_spread(one, one.by_arm.get(arm)) for arm in arms),
            *(_spread(one, one.differences.get(pair), contrast=True) for pair in pairs),
        )
        for one in answer.endpoints
    )
    head = ("Endpoint", *arms, *(pair.replace(" - ", " minus ") for pair in pairs))
    return DataTable("Endpoints as analysed: mean (95 % of replicates)", head, rows) if rows else None


def _spread(endpoint: EndpointAnswer, spread: Spread | None, *, contrast: bool = False) -> str:
    return MISSING if spread is None else spread_words(endpoint.quantity, spread, contrast=contrast)


def event_table(answer: TrialAnswer) -> DataTable | None:
    """Adverse events: share of people by arm."""
    arms = list(dict.fromkeys(arm for shares in answer.events.values() for arm in shares))
    empty = (MISSING,)
    rows = tuple(
        (
            event.replace("_", " "),
            *(spread_words("adverse_event", shares[arm]) if arm in shares else empty[0] for arm in arms),
        )
        for event, shares in answer.events.items()
    )
    caption = "Adverse events: share of people (95 % of replicates)"
    return DataTable(caption, ("Event", *arms), rows) if rows else None


def escalation_table(answer: TrialAnswer) -> DataTable | None:
    """What the rule of a dose escalation does, dose by dose; ``None`` for other designs."""
    found = answer.escalation
    if found is None:
        return None
    rows = tuple(
        (dose.arm, share_words(dose.chosen), fixed(dose.treated, 1), fixed(dose.limited, 1))
        for dose in found.doses
    )
    none = ("none, the first is too high", share_words(found.none), MISSING, MISSING)
    head = ("Dose", "Called the maximum tolerated", "Treated (mean)", "Limited (mean)")
    return DataTable(f"The 3+3 rule over {count(answer.replicates)} replicates", head, (*rows, none))


def left_out_table(answer: TrialAnswer) -> DataTable | None:
    """Arms and numbers that were not run, and why."""
    rows = tuple((one.name, one.reason) for one in answer.left_out)
    return DataTable("Left out, and why", ("What", "Why"), rows) if rows else None


def explanations(answer: TrialAnswer) -> str:
    """The explanations that were run, and how they are weighted."""
    names = ", ".join(rival_words(name) for name in answer.rivals)
    return f"{names}; {answer.rival_weights}" if answer.rival_weights else names
