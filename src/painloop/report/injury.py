"""After an injury, for the terminal: each explanation with ketamine and without, side by side."""

from __future__ import annotations

from painloop.report.curves import Curve, Reportable, curve_of, rivals
from painloop.report.figures.chart import DataTable
from painloop.report.numbers import MISSING, fixed, percent
from painloop.report.summary import landmarks, reading_notes
from painloop.report.words import rival_label


def injury_table(result: Reportable) -> DataTable | None:
    """Mean pain and share of people below 3 at the landmarks; ``None`` unless the result tells of an injury."""
    if not result.dataset.attrs.get("scenario") or result.comparator is None:
        return None
    names = rivals(result.dataset)
    first = curve_of(result.dataset, "pain", names[0])
    if first is None:
        return None
    moments = landmarks(float(first.time_h[-1]))
    rows: list[tuple[str, ...]] = []
    for name in names:
        for label, arm in ((rival_label(name), result), ("  without ketamine", result.comparator)):
            pain, resolved = (curve_of(arm.dataset, what, name) for what in ("pain", "resolved"))
            rows.append((label, *(_cell(pain, resolved, time_h) for _, time_h in moments)))
    title = (
        "Mean pain (NRS 0–10) after an injury\n"
        "second line: share of people with pain below 3, which drug in the blood also brings"
    )
    return DataTable("\n".join([title, *reading_notes(result)]), ("", *(n for n, _ in moments)), tuple(rows))


def _cell(pain: Curve | None, resolved: Curve | None, time_h: float) -> str:
    if pain is None:
        return MISSING
    share = "" if resolved is None else f"\n{percent(resolved.at(time_h))}"
    return fixed(pain.at(time_h), 2) + share
