"""What is drawn: the answers with their letters, and how curves become series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from painloop.report.curves import Curve
from painloop.report.figures.timeline import Timeline
from painloop.report.numbers import count
from painloop_clinic.explorer.answers import Answer
from painloop_clinic.explorer.presets import Preset, presets
from painloop_clinic.web.charts import Axis, Series

LETTERS = "ABCD"
_LOOKS = {
    "A": ("ink", ""),
    "B": ("blue", "9px,4px"),
    "C": ("vermillion", "3px,3px"),
    "D": ("purple", "9px,3px,2px,3px"),
}
"""Letter of a regimen -> colour and dashes: told apart without colour too."""
_UNITS = {"min": "Minutes", "h": "Hours", "days": "Days", "weeks": "Weeks"}
MOST_POINTS = 900
MOST_SPANS = 40


@dataclass(frozen=True)
class Shown:
    """A regimen on the page.

    Parameters
    ----------
    letter : A to D.
    regimen : the id of a published course, or a sentence.
    title : how the legend calls it.
    answer : what the engine said.
    pinned : whether it stays when another regimen is chosen.
    query : of the address that asks for this regimen alone, in the same people.
    person : the one person, in words.
    """

    letter: str
    regimen: str
    title: str
    answer: Answer
    pinned: bool = False
    query: str = ""
    person: str = "typical"

    @property
    def preset(self) -> Preset | None:
        """The published course, if it is one."""
        return presets().get(self.regimen)


@dataclass(frozen=True)
class LetterSeries(Series):
    """A series in the colour of a regimen's letter."""

    def data(self) -> dict[str, Any]:
        """What the loader reads."""
        color, dash = _LOOKS[self.look]
        return {**super().data(), "color": color, "dash": dash, "width": 2.2}


@dataclass(frozen=True)
class View:
    """The regimens on the page and the stretch of time that levels are drawn over."""

    shown: Sequence[Shown]
    window: Timeline
    whole: Timeline

    @property
    def one(self) -> Shown | None:
        """The only regimen, where nothing is compared."""
        return self.shown[0] if len(self.shown) == 1 else None

    def facts(self) -> tuple[str, ...]:
        """What stands under every chart: how many people, which explanations, which version, which seed."""
        answer = self.shown[0].answer
        people = (
            f"1 person, {self.shown[0].person}"
            if answer.patients == 1
            else f"n = {count(answer.patients)} virtual people"
        )
        return (people, f"painloop {answer.version}, seed {answer.seed}")

    def models(self) -> tuple[str, ...]:
        """Which model of the drug each regimen is simulated with."""
        if self.one:
            return (f"model {self.one.answer.model}",)
        return tuple(f"{one.letter}: model {one.answer.model}" for one in self.shown)


def time_axis(window: Timeline) -> Axis:
    """Time since the first dose in the unit of a window."""
    start, stop = window.start_h * window.scale, window.stop_h * window.scale
    return Axis(f"{_UNITS[window.unit]} since first dose", start, stop)


def series(
    name: str,
    curve: Curve,
    window: Timeline,
    look: str,
    *,
    line: str = "mean",
    factor: float = 1.0,
    band: bool = False,
    letter: bool = False,
    dotted: bool = False,
) -> Series:
    """A curve in a window as a series.

    Parameters
    ----------
    line : ``mean`` or ``median``.
    factor : what values are multiplied by, such as 100 for per cent.
    band : draw the 5 to 95 % of people, if they differ.
    letter : ``look`` is the letter of a regimen.
    """
    kept = thinned(curve.between(window.start_h, window.stop_h + 1e-9))
    kind = LetterSeries if letter else Series
    ends = (kept.p05, kept.p95) if band and kept.has_spread else (None, None)
    low, high = (None if end is None else numbers(end, factor) for end in ends)
    times = [round(float(t), 4) for t in kept.time_h * window.scale]
    return kind(name, times, numbers(getattr(kept, line), factor), look, low, high, dotted=dotted)


def numbers(values: np.ndarray, factor: float = 1.0) -> list[float | None]:
    """Plain numbers in five digits; what is not a number breaks the line."""
    return [float(f"{v * factor:.5g}") if np.isfinite(v) else None for v in values]


def thinned(curve: Curve) -> Curve:
    """At most about :data:`MOST_POINTS` times; the ends and the peak stay."""
    size = curve.time_h.size
    if size <= MOST_POINTS:
        return curve
    keep = np.zeros(size, dtype=bool)
    keep[:: -(-size // MOST_POINTS)] = True
    keep[[-1, curve.peak() or 0]] = True
    parts = {key: getattr(curve, key) for key in ("mean", "median", "p05", "p25", "p75", "p95")}
    cut: dict[str, Any] = {key: None if part is None else part[keep] for key, part in parts.items()}
    return Curve(curve.name, curve.label, curve.unit, curve.time_h[keep], **cut)


def spans(view: View, window: Timeline) -> tuple[tuple[float, float, str], ...]:
    """The sessions of a single regimen, to shade; none where they are too many to tell apart."""
    if view.one is None:
        return ()
    inside = [(a, b) for a, b in view.one.answer.sessions if a <= window.stop_h]
    if len(inside) > MOST_SPANS:
        return ()
    least = 0.002 * (window.stop_h - window.start_h)
    edges = [(a, min(max(b, a + least), window.stop_h)) for a, b in inside]
    return tuple((a * window.scale, b * window.scale, "drug is given") for a, b in edges)
