"""How much block for how long resets a person: curves of equal reset, with published courses as points."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from painloop.loop.reset import from_circuit, reset_days
from painloop.loop.standing import drive
from painloop.loop.steady_states import bistable_inputs
from painloop.report.figures.bifurcation import QUESTION, bifurcation
from painloop.report.figures.palette import BLUE, GREEN, INK, PAPER, PURPLE, Look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from painloop.loop.standing import Standing

LONGEST_DAYS, SHORTEST_DAYS = 40.0, 0.015
COURSES = {
    "sigtermans-2009": "Sigtermans",
    "goldberg-2010": "Goldberg",
    "bosma-2018": "Bosma",
    "schwartzman-2009": "Schwartzman",
    "noppers-2011": "Noppers",
    "pickering-2020": "Pickering",
}
LEFT = ("Sigtermans",)
"""Names that stand left of their point, so that none covers another."""
LOOKS = (Look(GREEN), Look(BLUE, (6, 2)), Look(PURPLE, (2, 1.5)))
HOURS_PER_DAY = 24.0


@dataclass(frozen=True)
class Given:
    """A published course in a typical person: hours with drug (d), mean block meanwhile, and whether it paused."""

    name: str
    days: float
    block: float
    paused: bool


def published() -> tuple[Given, ...]:
    """The courses of :data:`COURSES`, simulated for one typical person each."""
    from painloop.simulation import simulate

    found = []
    for course, name in COURSES.items():
        result = simulate(course, patients=1, days=14.0, weight_kg=70.0, loop="none", fraction=None).dataset
        hours = result["time"].values
        on = (result["dose_rate_mean"].values > 0.0)[:-1]
        lengths = np.diff(hours)
        blocked = result["block_mean"].values
        middle = 0.5 * (blocked[1:] + blocked[:-1])
        given = float(lengths[on].sum())
        first, last = hours[:-1][on][0], hours[1:][on][-1]
        found.append(
            Given(
                name,
                given / HOURS_PER_DAY,
                float((middle * lengths)[on].sum() / given),
                last - first > 1.05 * given,
            )
        )
    return tuple(found)


def reset_map(one: Standing, courses: Sequence[Given]) -> Callable[[Axes], None]:
    """The painter of days against block; the area above a curve resets people of that input."""
    k = one.constants
    assert k is not None
    window = bistable_inputs(k)

    def paint(axis: Axes) -> None:
        block = np.linspace(0.06, 0.8, 200)
        left = from_circuit(block, drive())
        if window is not None:
            inputs = [window[0] + share * (window[1] - window[0]) for share in (0.1, 0.5, 0.9)]
            for person_input, look in zip(inputs, LOOKS, strict=True):
                days = reset_days(block, left, person_input, k)
                axis.plot(block * 100, days, **look.line)
                axis.text(81.0, days[-1], f"N {person_input:.2f}", fontsize=8.0, va="center", clip_on=False)
            axis.text(79.0, 17.0, "resets above the line", fontsize=8.0, ha="right", va="center")
        for course in courses:
            face = "none" if course.paused else INK
            axis.plot(
                [course.block * 100], [course.days], marker="s", markersize=4.5, markeredgecolor=INK,
                markerfacecolor=face, linestyle="none",
            )  # fmt: skip
            side = -1 if course.name in LEFT else 1
            axis.annotate(
                course.name, (course.block * 100, course.days), (5 * side, 0), textcoords="offset points",
                fontsize=8.0, ha="left" if side > 0 else "right", va="center",
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
            )  # fmt: skip
        axis.set_yscale("log")
        axis.set_ylim(SHORTEST_DAYS, LONGEST_DAYS)
        axis.set_yticks([0.02, 0.1, 1.0, 3.0, 10.0, 30.0], ["30 min", "2.4 h", "1", "3", "10", "30"])
        axis.minorticks_off()
        axis.set_xlim(0.0, 80.0)
        axis.set_xlabel("NMDA receptors blocked (%)")
        axis.set_ylabel("Days with block")
        axis.set_title(
            "Constant block that resets" if window else "No block resets: there is no second state"
        )

    return paint


def draw_loop(one: Standing, path: str | os.PathLike[str]) -> Path:
    """Draw states and reset map beside each other into ``path`` (``.svg`` or ``.png``).

    Raises
    ------
    PainloopError : the file cannot be written.
    """
    from painloop._version import __version__
    from painloop.report.figures.drawing import WIDE, Caption, draw, draw_png
    from painloop.report.files import write_bytes

    painters = [bifurcation(one)]
    if one.folds:
        painters.append(reset_map(one, published()))

    def paint(axes: list[Axes]) -> None:
        for painter, axis in zip(painters, axes, strict=True):
            painter(axis)

    footer = f"painloop {__version__} · loop/{one.entry.id}"
    if one.folds:
        footer += (
            f" · drives/{drive().id} · points: published courses in a typical person of 70 kg, mean block while drug "
            "runs; hollow points paused, which the curves (one constant block) do not know"
        )
    write = draw if Path(path).suffix.lower() == ".svg" else draw_png
    return write_bytes(path, write(Caption(QUESTION, footer), WIDE, (3.1,), len(painters), paint))
