"""Colours and line styles: one look for one thing, on every figure.

The colours are those of Okabe and Ito (Color Universal Design, https://jfly.uni-koeln.de/color/), which people with
any common colour vision can tell apart; every series also has its own line style and marker, so that a figure
survives a black-and-white printer. On pages each colour is a CSS custom property with a lighter twin for the dark
mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

INK = "#1b1b1d"
FAINT = "#5c5c66"
GRID = "#d9d9e0"
PAPER = "#ffffff"
BLUE = "#0072b2"
VERMILLION = "#d55e00"
GREEN = "#009e73"
PURPLE = "#cc79a7"
ORANGE = "#e69f00"
SKY = "#56b4e9"

CSS_NAMES = {
    INK: "ink",
    FAINT: "faint",
    GRID: "grid",
    PAPER: "paper",
    BLUE: "blue",
    VERMILLION: "vermillion",
    GREEN: "green",
    PURPLE: "purple",
    ORANGE: "orange",
    SKY: "sky",
}


@dataclass(frozen=True)
class Look:
    """How a series is drawn: colour, dash pattern (points on, off, …; empty = solid), marker, width (pt)."""

    color: str
    dashes: tuple[float, ...] = ()
    marker: str = "o"
    width: float = 1.6

    @property
    def line(self) -> dict[str, Any]:
        """Keyword arguments of a matplotlib line."""
        style: Any = (0, self.dashes) if self.dashes else "solid"
        return {"color": self.color, "linestyle": style, "linewidth": self.width}


_LOOKS = {
    "ketamine": Look(INK),
    "S-ketamine": Look(BLUE),
    "R-ketamine": Look(GREEN, (6, 2)),
    "norketamine": Look(VERMILLION, (4, 1.5)),
    "S-norketamine": Look(VERMILLION, (4, 1.5)),
    "R-norketamine": Look(ORANGE, (4, 1.5, 1, 1.5)),
    "hydroxynorketamine": Look(PURPLE, (1, 1.2)),
    "dehydronorketamine": Look(SKY, (7, 1.5, 1, 1.5)),
    "block": Look(BLUE),
    "wind_up": Look(GREEN),
    "mood": Look(GREEN),
    "none": Look(VERMILLION, (3, 1.5), "D"),
    "effect_delay": Look(BLUE, (), "o"),
    "central_gain": Look(GREEN, (9, 2.5), "^"),
    "driven_gain": Look(PURPLE, (6, 1.5, 1, 1.5), "v"),
    "averaged": Look(INK, (), "o", 2.2),
    "all explanations": Look(INK, (), "o", 2.2),
    "comparator": Look(FAINT, (1.2, 1.2), "s", 1.8),
    "drug_high": Look(PURPLE, (4, 1.5)),
    "dissociation": Look(VERMILLION),
    "sbp_rise": Look(BLUE),
    "dbp_rise": Look(GREEN, (4, 1.5)),
    "hr_rise": Look(ORANGE, (1.2, 1.2)),
    "nausea": Look(GREEN),
    "dizziness": Look(SKY, (4, 1.5)),
    "sedation": Look(BLUE, (1.2, 1.2)),
    "ventilation_on_opioid": Look(INK),
    "dose": Look(INK),
    "1 Hz": Look(BLUE, (), "o"),
    "1.5 Hz": Look(ORANGE, (), "s"),
    "2 Hz": Look(PURPLE, (), "^"),
    "chosen": Look(VERMILLION, (), "D"),
}
_SPARE = (
    Look(GREEN, (8, 2)),
    Look(PURPLE, (2, 1)),
    Look(ORANGE, (5, 1, 1, 1)),
    Look(SKY, (3, 1)),
)


def untreated(look: Look) -> Look:
    """The look of the same explanation without drug: its colour, dotted and thin."""
    return Look(look.color, (1.0, 1.4), look.marker, 1.1)


def look_of(name: str) -> Look:
    """The look of a quantity, analyte or rival; unknown names get a spare one, always the same for the same name."""
    if name in _LOOKS:
        return _LOOKS[name]
    for ending, key in (("hydroxynorketamine", "hydroxynorketamine"), ("HNK", "hydroxynorketamine")):
        if name.endswith(ending):
            return _LOOKS[key]
    if name.endswith(("dehydronorketamine", "DHNK")):
        return _LOOKS["dehydronorketamine"]
    return _SPARE[sum(name.encode()) % len(_SPARE)]
