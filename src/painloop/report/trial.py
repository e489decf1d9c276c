"""The tables of a trial, for the page and the terminal: failures first, in-sample rows marked, nothing left unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from painloop.report.figures.chart import DataTable
from painloop.report.figures.operating import operating_table
from painloop.report.figures.power import power_points
from painloop.report.numbers import MISSING, NO_BREAK, count, interval
from painloop.report.tables import as_rich
from painloop.report.trial_words import (
    answer_sentence,
    arm_words,
    in_order,
    operating_sentence,
    quantity_words,
    rival_words,
    share_words,
    spread_words,
    value_words,
    when,
)

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from painloop.trial.answer import EndpointAnswer, Prediction, Spread, TrialAnswer

FAILS, HOLDS, FITTED = "FAILS", "inside", "in-sample"


def trial_tables(answer: TrialAnswer) -> list[Table | Text]:
    """What ``painloop trial`` prints: the answer, observed beside predicted, the analysis, and what is left out."""
    found = (
        observed_table(answer), _operating_lines(answer), power_table(answer), endpoint_table(answer),
        event_table(answer), left_out_table(answer),
    )  # fmt: skip
    return [*_told_first(answer), *(as_rich(table) for table in found if table is not None)]


def sentences_first(answer: TrialAnswer) -> list[str]:
    """The answer in a sentence, how the analysis behaves, then the headlines, none twice."""
    told = ["Ketamine was taken to act like placebo here, with its felt effects." if answer.null else ""]
    told += [answer_sentence(answer), operating_sentence(answer), *answer.headlines]
    return list(dict.fromkeys(line for line in told if line))


def _told_first(answer: TrialAnswer) -> list[Text]:
    from rich.text import Text

    return [Text("\n".join(f"! {line}" for line in sentences_first(answer)), style="bold")]


def arms_table(answer: TrialAnswer) -> DataTable:
    """Who got what: the treatment as printed and the regimen that was simulated."""
    rows = tuple(
        (arm.name, arm.role, count(arm.n), arm.treatment, arm.regimen or "no ketamine") for arm in answer.arms
    )
    head = ("Arm", "Kind", "n", "Treatment as published", "Regimen as simulated")
    return DataTable("The arms that were run", head, rows)


def observed_table(answer: TrialAnswer) -> DataTable | None:
    """Printed results beside their prediction, failures first; ``None`` where none can be predicted."""
    rows = tuple(_beside(row) for row in in_order(answer.predictions) if row.predicted is not None)
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

    def written(value: float | None) -> str:
        return value_words(row.quantity, value, contrast=contrast)

    def with_ends(value: float | None, low: float | None, high: float | None) -> str:
        ends = interval(written(low), written(high))
        return written(value) if ends == MISSING else f"{written(value)} ({ends})"

    return (
        quantity_words(row.quantity),
        arm_words(row.arm, row.against),
        when(row.day),
        count(row.n),
        with_ends(row.observed, row.observed_low, row.observed_high),
        with_ends(row.predicted, row.low, row.high),
        verdict(row),
    )


def verdict(row: Prediction) -> str:
    """Whether the printed value lies inside; a row on which something was fitted never passes or fails."""
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
        if row.predicted is None
    )  # fmt: skip
    head = ("Result", "Arm", "After", "Observed", "Why it is not predicted")
    return DataTable("Printed results that are not predicted", head, rows) if rows else None


def _operating_lines(answer: TrialAnswer) -> DataTable | None:
    """The analysis by explanation in the few columns that fit a terminal."""
    if not answer.operating:
        return None
    whole = operating_table(answer)
    dropped = ("Estimate (95 %)", "Width", "Analysed (%)", "Replicates")
    wanted = [i for i, name in enumerate(whole.columns) if name not in dropped]
    rows = tuple(tuple(row[i].partition(" (")[0] if i else row[i] for i in wanted) for row in whole.rows)
    return DataTable(whole.caption, tuple(whole.columns[i] for i in wanted), rows)


def power_table(answer: TrialAnswer) -> DataTable | None:
    """Power by number of participants; ``None`` where no other size was simulated."""
    rows = tuple(
        (count(point.n_per_arm), count(point.participants), share_words(point.power, 1))
        for point in power_points(answer)
    )
    head = ("Per arm", "Participants", "Power (95 %)")
    return DataTable("Power by number of participants", head, rows) if rows else None


def endpoint_table(answer: TrialAnswer) -> DataTable | None:
    """Endpoints by arm and comparison over replicates; only the primary one is tested."""
    rows = [line for endpoint in answer.endpoints for line in _endpoint_lines(endpoint)]
    head = ("Endpoint", "Arm or comparison", "At", "Mean (95 % of replicates)")
    return DataTable("Endpoints as analysed", head, tuple(rows)) if rows else None


def _endpoint_lines(endpoint: EndpointAnswer) -> list[tuple[str, ...]]:
    name = f"{endpoint.name}{' (primary)' if endpoint.primary else ''}"
    unit = "" if endpoint.unit in ("", "1") else f", {endpoint.unit}"
    groups: tuple[tuple[dict[str, Spread], bool], ...] = (
        (endpoint.by_arm, False),
        (endpoint.differences, True),
    )
    return [
        (f"{name}{unit}", who, endpoint.visit or MISSING, spread_words(endpoint.quantity, spread, contrast=contrast))
        for found, contrast in groups
        for who, spread in found.items()
    ]  # fmt: skip


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


def left_out_table(answer: TrialAnswer) -> DataTable | None:
    """Arms and numbers that were not run, and why."""
    rows = tuple((one.name, one.reason) for one in answer.left_out)
    return DataTable("Left out, and why", ("What", "Why"), rows) if rows else None


def explanations(answer: TrialAnswer) -> str:
    """The explanations that were run, and how they are weighted."""
    names = ", ".join(rival_words(name) for name in answer.rivals)
    return f"{names}; {answer.rival_weights}" if answer.rival_weights else names
