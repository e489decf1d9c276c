"""What ``painloop trial`` prints: the page's tables in the columns that a terminal of 80 has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from painloop.report.figures.chart import DataTable
from painloop.report.figures.operating import operating_tables
from painloop.report.numbers import percent
from painloop.report.tables import as_rich
from painloop.report.trial import (
    endpoint_table,
    escalation_table,
    event_table,
    left_out_table,
    power_table,
    sentences_first,
    verdict,
)
from painloop.report.trial_words import (
    arm_words,
    in_order,
    is_predicted,
    p_words,
    quantity_words,
    value_words,
    when,
    with_interval,
)

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from painloop.trial.answer import Prediction, TrialAnswer


def trial_tables(answer: TrialAnswer) -> list[Table | Text]:
    """The answer, observed beside predicted, the analysis, endpoints, and what is left out; see the page for more."""
    from rich.text import Text

    first = Text("\n".join(f"! {line}" for line in sentences_first(answer)), style="bold")
    found = (
        _observed(answer), *_operating(answer), escalation_table(answer), power_table(answer),
        _means(endpoint_table(answer)),
        _means(event_table(answer)), _unpredicted(answer), left_out_table(answer),
    )  # fmt: skip
    notes = dict.fromkeys(
        [*(line for line in answer.not_modelled if "is not predicted" in line), *answer.warnings]
    )
    last = Text("\n".join(f"note: {line}" for line in notes), style="dim")
    return [first, *(as_rich(table) for table in found if table is not None), *([last] if notes else [])]


def _observed(answer: TrialAnswer) -> DataTable | None:
    rows = tuple(_line(row) for row in in_order(answer.predictions) if is_predicted(row))
    head = ("Printed result", "Observed", "Predicted (95 %)", "Verdict")
    return DataTable("Printed results beside what is predicted for this size", head, rows) if rows else None


def _line(row: Prediction) -> tuple[str, ...]:
    contrast = row.against is not None
    name = _printed(row)
    if row.p_share is not None:
        return name, p_words(row), f"{percent(row.p_share)} of studies", verdict(row)
    seen = value_words(row.quantity, row.observed, contrast=contrast)
    found = with_interval(row.quantity, row.predicted, row.low, row.high, contrast=contrast)
    return name, seen, found, verdict(row)


def _printed(row: Prediction) -> str:
    """A printed result by quantity, arm and time."""
    at = "" if row.day is None else f", {when(row.day)}"
    return f"{quantity_words(row.quantity)}, {arm_words(row.arm, row.against)}{at}"


def _operating(answer: TrialAnswer) -> list[DataTable]:
    """The analysis by explanation, without intervals."""
    wanted = ("Explanation", "Truth", "Power (%)", "Type I (%)", "Bias ± error", "Coverage (%)")
    return [
        DataTable(
            table.caption,
            wanted,
            tuple(
                tuple(cell if i == 0 else cell.partition(" (")[0] for i, cell in _of(table, row, wanted))
                for row in table.rows
            ),
        )
        for table in operating_tables(answer)
    ]


def _of(table: DataTable, row: tuple[str, ...], wanted: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(i, row[table.columns.index(name)]) for i, name in enumerate(wanted)]


def _means(table: DataTable | None) -> DataTable | None:
    """A table of means without their intervals."""
    if table is None:
        return None
    rows = tuple((row[0], *(cell.partition(" (")[0] for cell in row[1:])) for row in table.rows)
    return DataTable(table.caption.partition(" (")[0], table.columns, rows)


def _unpredicted(answer: TrialAnswer) -> DataTable | None:
    """What is not predicted, with the reason."""
    rows = tuple(
        (_printed(row), row.reason or "no reason given")
        for row in answer.predictions
        if not is_predicted(row)
    )
    head = ("Printed, not predicted", "Why")
    return DataTable("Printed results that are not predicted", head, rows) if rows else None
