"""Charts as data: what a page hands to the loader script, which draws them with Plotly, and their table twin.

A page builds a :class:`Chart` and writes ``{% load charts %}{% chart figure %}``. Colours are names of the palette
that figures and pages share, so that one thing looks the same everywhere, in light and in dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from painloop.report.figures.palette import CSS_NAMES, look_of

Numbers = Sequence[float | None]
MOST_TABLE_ROWS = 25
SYMBOLS = {"o": "circle", "s": "square", "D": "diamond", "^": "triangle-up", "v": "triangle-down"}


@dataclass(frozen=True)
class Series:
    """One curve, row of points or row of bars.

    Parameters
    ----------
    name : as the legend and the table say it.
    x, y : as many numbers each; bars may have words for x; None breaks the line.
    look : the quantity, analyte or rival whose colour, dashes and marker it takes.
    low, high : a band around it.
    kind : ``line``, ``points`` or ``bars``.
    dotted : drawn thin and dotted, as everything without drug is.
    notes : per point, shown beside it and in the table.
    shown : drawn from the start; else a click on the legend shows it.
    """

    name: str
    x: Sequence[float | str]
    y: Numbers
    look: str
    low: Numbers | None = None
    high: Numbers | None = None
    kind: str = "line"
    dotted: bool = False
    notes: Sequence[str] = ()
    shown: bool = True

    def data(self) -> dict[str, Any]:
        """What the loader reads."""
        look = look_of(self.look)
        return {
            "name": self.name,
            "x": list(self.x),
            "y": list(self.y),
            "low": None if self.low is None else list(self.low),
            "high": None if self.high is None else list(self.high),
            "kind": self.kind,
            "notes": list(self.notes),
            "shown": self.shown,
            "color": CSS_NAMES[look.color],
            "dash": "1.2px,2.4px" if self.dotted else ",".join(f"{2 * dash:g}px" for dash in look.dashes),
            "symbol": SYMBOLS[look.marker],
            "width": 1.3 if self.dotted else 1.25 * look.width,
        }


@dataclass(frozen=True)
class Axis:
    """An axis: what it shows with its unit, its range, and whether it is logarithmic."""

    label: str
    low: float | None = None
    high: float | None = None
    log: bool = False


@dataclass(frozen=True)
class Chart:
    """A figure of a page.

    Parameters
    ----------
    id : unique on the page, also the name of downloaded files.
    title : the question that it answers.
    reading : one sentence that says what is seen, with numbers; it is also read to those who do not see it.
    facts : what else must be known, such as ``n = 1,000`` and the model's name.
    lines : heights to mark, each with a label.
    spans : stretches of x to shade, such as sessions, each (from, to, label).
    cards : addresses of the pages that say what these numbers are, each with its name.
    level : of the heading.
    """

    id: str
    title: str
    reading: str
    x: Axis
    y: Axis
    series: Sequence[Series]
    facts: Sequence[str] = ()
    lines: Sequence[tuple[float, str]] = ()
    spans: Sequence[tuple[float, float, str]] = ()
    cards: Sequence[tuple[str, str]] = ()
    level: int = 3
    tall: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """What the loader reads."""
        return {
            "id": self.id,
            "title": self.title,
            "x": vars(self.x),
            "y": vars(self.y),
            "series": [one.data() for one in self.series],
            "facts": list(self.facts),
            "lines": [list(line) for line in self.lines],
            "spans": [list(span) for span in self.spans],
            **self.extra,
        }

    def columns(self) -> list[str]:
        """The heads of the table."""
        heads = [self.x.label]
        for one in self.series:
            heads.append(one.name)
            if one.low is not None and one.high is not None:
                heads.append(f"{one.name}, band")
        return heads

    def rows(self) -> list[list[str]]:
        """The table: every x of the series where they are few, else about twenty-five spread evenly by number."""
        keys = list(dict.fromkeys(x for one in self.series for x in one.x))
        if all(not isinstance(key, str) for key in keys):
            keys.sort()
        step = max(1, -(-len(keys) // MOST_TABLE_ROWS))
        kept = keys[::step] + ([keys[-1]] if keys and (len(keys) - 1) % step else [])
        places = [{x: k for k, x in enumerate(one.x)} for one in self.series]
        return [self._row(key, places) for key in kept]

    def _row(self, key: float | str, places: list[dict[float | str, int]]) -> list[str]:
        cells = [key if isinstance(key, str) else short(key)]
        for one, place in zip(self.series, places, strict=True):
            k = place.get(key)
            note = f" ({one.notes[k]})" if k is not None and k < len(one.notes) and one.notes[k] else ""
            cells.append("–" if k is None else short(one.y[k]) + note)
            if one.low is not None and one.high is not None:
                cells.append("–" if k is None else f"{short(one.low[k])} to {short(one.high[k])}")
        return cells


def short(number: float | None) -> str:
    """Three significant digits, without an exponent where people would not write one."""
    if number is None or number != number:
        return "–"
    if number == 0 or abs(number) < 1e-9:
        return "0"
    if abs(number) >= 1000:
        return f"{number:,.0f}"
    return f"{number:.3g}" if abs(number) >= 1e-4 else f"{number:.1e}"
