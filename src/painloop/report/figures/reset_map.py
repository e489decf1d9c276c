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
from painloop.report.figures.bifurcation import QUESTION, bifurcation, share_between
from painloop.report.figures.drawing import label_ends
from painloop.report.figures.palette import BLUE, GREEN, INK, PURPLE, Look
from painloop.report.figures.placing import name_points
from painloop.report.numbers import percent

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
LOOKS = (Look(GREEN), Look(BLUE, (6, 2)), Look(PURPLE, (2, 1.5)))
HOURS_PER_DAY = 24.0


@dataclass(frozen=True)
class Given:
    """A course in a typical person: days with drug, mean block meanwhile, whether it paused, whether its length is
    assumed and not read.
    """

    name: str
    days: float
    block: float
    paused: bool
    assumed: bool = False


def published() -> tuple[Given, ...]:
    """The courses of :data:`COURSES`, simulated for one typical person each."""
    from painloop.library import load
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
                any("duration" in what or "hours" in what for what in load("regimens", course).not_read),
            )
        )
    return tuple(found)


def reset_map(one: Standing, courses: Sequence[Given]) -> Callable[[Axes], None]:
    """The painter of days against block; the area above a curve resets people of that input."""
    k = one.constants
    assert k is not None
    window = bistable_inputs(k)

    def paint(axis: Axes) -> None:
        _scales(axis)
        block = np.linspace(0.06, 0.8, 200)
        left = from_circuit(block, drive())
        lines, ends = [], []
        if window is not None:
            inputs = [window[0] + share * (window[1] - window[0]) for share in (0.1, 0.5, 0.9)]
            for person_input, look in zip(inputs, LOOKS, strict=True):
                days = np.minimum(reset_days(block, left, person_input, k), 10 * LONGEST_DAYS)
                axis.plot(block * 100, days, **look.line)
                ends.append((float(days[-1]), f"N {person_input:.2f}", look))
                inside = days < LONGEST_DAYS
                lines.append((block[inside] * 100, days[inside]))
            label_ends(axis, ends, 0.1)
            axis.text(79.0, 17.0, "resets above the line", fontsize=8.0, ha="right", va="center")
        for course in courses:
            axis.plot(
                [course.block * 100], [course.days], marker="D" if course.assumed else "s", markersize=4.5,
                markeredgecolor=INK, markerfacecolor="none" if course.paused or course.assumed else INK,
                linestyle="none",
            )  # fmt: skip
        names = [
            (c.block * 100, c.days, f"{c.name} (time assumed)" if c.assumed else c.name)
            for c in sorted(courses, key=lambda c: -c.block)
        ]
        name_points(axis, names, lines)
        share = share_between(one)
        axis.set_title(
            "No block resets: there is no second state"
            if share is None
            else f"Applies to the {percent(share)} of patients between the\nfolds; no block resets the rest"
        )

    return paint


def _scales(axis: Axes) -> None:
    axis.set_yscale("log")
    axis.set_ylim(SHORTEST_DAYS, LONGEST_DAYS)
    axis.set_yticks([0.02, 0.1, 1.0, 3.0, 10.0, 30.0], ["30 min", "2.4 h", "1", "3", "10", "30"])
    axis.minorticks_off()
    axis.set_xlim(0.0, 80.0)
    axis.set_xlabel("NMDA receptors blocked (%)")
    axis.set_ylabel("Days with block")


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
            "runs; hollow squares paused, which the curves (one constant block) do not know; diamonds: the length "
            "was not read and is assumed"
        )
    write = draw if Path(path).suffix.lower() == ".svg" else draw_png
    return write_bytes(path, write(Caption(QUESTION, footer), WIDE, (3.1,), len(painters), paint))
