"""After an injury: each explanation with ketamine and without, side by side, for the terminal and the page."""

from __future__ import annotations

from collections.abc import Iterator

from painloop.report.beside import in_scenario
from painloop.report.curves import Curve, Reportable, curve_of, rivals
from painloop.report.figures.chart import DataTable
from painloop.report.numbers import MISSING, fixed, interval, percent
from painloop.report.summary import landmarks, reading_notes
from painloop.report.words import one_person, rival_label

_Arms = tuple[str, Curve, Curve | None]


def injury_table(result: Reportable) -> DataTable | None:
    """Mean pain and share of people below 3 at the landmarks; ``None`` unless the result tells of an injury."""
    arms = list(_arms(result, ("", "  without ketamine")))
    if not arms:
        return None
    people, moments = not one_person(result), landmarks(float(arms[0][1].time_h[-1]))
    rows = [
        (label, *(_stacked(pain, resolved if people else None, time_h) for _, time_h in moments))
        for label, pain, resolved in arms
    ]
    title = (
        "Mean pain (NRS 0–10) after an injury" if people else "Pain of one person (NRS 0–10) after an injury"
    )
    if people:
        title += "\nsecond line: share of people with pain below 3, which drug in the blood also brings"
    return DataTable("\n".join([title, *reading_notes(result)]), ("", *(n for n, _ in moments)), tuple(rows))


def injury_key_table(result: Reportable) -> DataTable | None:
    """The same for the first screen of a page: a row an arm, pain with its spread, then the shares below 3."""
    arms = list(_arms(result, (", with ketamine", ", without")))
    if not arms:
        return None
    people, moments = not one_person(result), landmarks(float(arms[0][1].time_h[-1]))
    ends = dict(moments[1:])
    shares = (
        {name: ends[name] for name in dict.fromkeys((next(iter(ends)), [*ends][-1]))}
        if people and ends
        else {}
    )
    rows = [
        (
            label,
            *(_with_spread(pain, time_h, people=people) for _, time_h in moments),
            *(MISSING if resolved is None else percent(resolved.at(time_h)) for time_h in shares.values()),
        )
        for label, pain, resolved in arms
    ]
    head = ["Explanation, arm", *(f"Pain, {n}" for n, _ in moments), *(f"Pain below 3, {n}" for n in shares)]
    caption = (
        "Pain of one person on the 0–10 scale after an injury, each explanation with and without ketamine"
    )
    if people:
        caption = (
            "Mean pain on the 0–10 scale (5 to 95 % of patients) after an injury and share of people with pain "
            "below 3, each explanation with and without ketamine"
        )
    return DataTable(caption, tuple(head), tuple(rows))


def _arms(result: Reportable, endings: tuple[str, str]) -> Iterator[_Arms]:
    """(name, pain, share below 3) with ketamine and without for every rival; nothing unless it is an injury."""
    if not in_scenario(result) or result.comparator is None:
        return
    for name in rivals(result.dataset):
        for ending, arm in zip(endings, (result, result.comparator), strict=True):
            pain, resolved = (curve_of(arm.dataset, what, name) for what in ("pain", "resolved"))
            label = ending if ending.startswith("  ") else rival_label(name) + ending
            if pain is not None:
                yield label, pain, resolved


def _stacked(pain: Curve, resolved: Curve | None, time_h: float) -> str:
    share = "" if resolved is None else f"\n{percent(resolved.at(time_h))}"
    return fixed(pain.at(time_h), 2) + share


def _with_spread(pain: Curve, time_h: float, *, people: bool) -> str:
    mean = fixed(pain.at(time_h), 2)
    if not people or not pain.has_spread or mean == MISSING:
        return mean
    return f"{mean} ({interval(*(fixed(pain.at(time_h, end), 1) for end in ('p05', 'p95')))})"
