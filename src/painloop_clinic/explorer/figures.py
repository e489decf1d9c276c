"""The key figures of one regimen, or of several with their differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from painloop.report.figures.timeline import told_weeks
from painloop.report.numbers import MISSING, fixed, signed, significant
from painloop_clinic.explorer.answers import cards_of
from painloop_clinic.explorer.charts.levels import parent
from painloop_clinic.explorer.charts.shown import Shown

_WEEKS = (1, 4, 12)


@dataclass(frozen=True)
class Cell:
    """A value and, where regimens are compared, how far it is from that of A."""

    value: str
    difference: str = ""


@dataclass(frozen=True)
class Row:
    """A figure: its name, its unit, where its numbers come from, and its value for every regimen.

    Parameters
    ----------
    height : how many rows the cell with the cards spans; 0 where that of a row above does.
    """

    name: str
    unit: str
    cards: Sequence[tuple[str, str]]
    cells: Sequence[Cell]
    height: int = 1


Read = Callable[[Shown], float | None]


def key_figures(shown: Sequence[Shown]) -> list[Row]:
    """The rows of the table; those that no regimen knows are left out."""
    rows = [_row(shown, *one) for one in (*_levels(), *_pain(shown[0]), *_effects())]
    return _joined([row for row in rows if any(cell.value != MISSING for cell in row.cells)])


def _joined(rows: Sequence[Row]) -> list[Row]:
    """Neighbours with the same cards share one cell of them."""
    found: list[Row] = []
    for _, group in groupby(rows, key=lambda row: row.cards):
        first, *rest = group
        found += [replace(first, height=1 + len(rest)), *(replace(row, height=0) for row in rest)]
    return found


Figure = tuple[str, str, str, int, Read]
"""Name, unit, quantity whose card says where it comes from, decimals (-1: three significant digits), how to read."""


def _levels() -> list[Figure]:
    return [
        ("Highest drug level", "ng/mL", "", -1, lambda one: _extreme(one, _drug(one))),
        ("… reached after", "h", "", 1, lambda one: _extreme(one, _drug(one), "time_h")),
        ("Most receptors blocked", "%", "block", 0, _highest("block", 100.0)),
        ("Least wind-up left", "%", "wind_up", 0, lambda one: _percent(_extreme(one, "wind_up"))),
    ]


def _pain(first: Shown) -> list[Figure]:
    end_h = float(first.answer.pain_h[-1])
    found: list[Figure] = [("Pain before", "NRS", "pain", 2, lambda one: _pain_at(one, 0.0))]
    for name, when_h in told_weeks(end_h, _WEEKS):
        when = name.removeprefix("at ")
        found.append((f"Pain, {when}", "NRS", "pain", 2, _reader(_pain_at, when_h)))
        found.append((f"… less than with placebo, {when}", "NRS", "pain", 2, _reader(_gain_at, when_h)))
        found.append((f"≥ 30 % less pain, {when}", "% of people", "pain", 0, _reader(_responders_at, when_h)))
    return found


def _effects() -> list[Figure]:
    return [
        ("Dissociation, highest", "VAS 0 to 10", "dissociation", 1, _highest("dissociation")),
        ("Systolic pressure, highest rise", "mmHg", "sbp_rise", 0, _highest("sbp_rise")),
        ("Nausea, highest chance", "%", "nausea", 0, _highest("nausea", 100.0)),
        ("Sedation, highest chance", "%", "sedation", 0, _highest("sedation", 100.0)),
    ]


def _row(shown: Sequence[Shown], name: str, unit: str, quantity: str, decimals: int, read: Read) -> Row:
    values = [read(one) for one in shown]
    first = values[0]
    cells = [Cell(_written(first, decimals))]
    for value in values[1:]:
        gap = None if value is None or first is None else value - first
        cells.append(
            Cell(_written(value, decimals), MISSING if gap is None else signed(gap, max(decimals, 0)))
        )
    answers = [one.answer for one in shown]
    sources = [s for one in answers for s in (one.nearest(quantity) if quantity else [one.model_id])]
    return Row(name, unit, cards_of(sources), cells)


def _written(value: float | None, decimals: int) -> str:
    return significant(value) if decimals < 0 else fixed(value, decimals)


def _reader(read: Callable[[Shown, float], float | None], when_h: float) -> Read:
    return lambda one: read(one, when_h)


def _highest(name: str, factor: float = 1.0) -> Read:
    def read(one: Shown) -> float | None:
        value = _extreme(one, name)
        return None if value is None else factor * value

    return read


def _extreme(one: Shown, name: str, what: str = "p50") -> float | None:
    """The highest or lowest median over the whole course, or when it is reached."""
    found = one.answer.raw["peaks"].get(name)
    return None if found is None else float(found[what])


def _drug(one: Shown) -> str:
    curve = parent(one)
    return "" if curve is None else curve.name


def _percent(value: float | None) -> float | None:
    return None if value is None else 100.0 * value


def _pain_at(one: Shown, when_h: float) -> float | None:
    curve = one.answer.weekly("pain")
    return None if curve is None else curve.at(when_h)


def _gain_at(one: Shown, when_h: float) -> float | None:
    other, mine = one.answer.weekly_beside("pain"), _pain_at(one, when_h)
    beside = None if other is None else other.at(when_h)
    return None if beside is None or mine is None else beside - mine


def _responders_at(one: Shown, when_h: float) -> float | None:
    curve = one.answer.weekly("responder_30")
    return _percent(None if curve is None else curve.at(when_h))
