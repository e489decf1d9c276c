"""Where the central gain can rest, for every input: stable and unstable branches, folds, and where patients lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from painloop.loop.steady_states import bistable_inputs, branches, folds
from painloop.report.figures.palette import FAINT, INK, ORANGE, VERMILLION, look_of
from painloop.report.numbers import fixed, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from painloop.loop.standing import Standing

HIGHEST_INPUT = 1.0
QUESTION = "Where does the gain rest, and what resets it?"


def bifurcation(one: Standing) -> Callable[[Axes], None]:
    """The painter of gain against input for a rival with a gain; the spread of patients stands below the branches."""
    k = one.constants
    assert k is not None
    look = look_of(one.name)

    def paint(axis: Axes) -> None:
        for branch in branches(k, HIGHEST_INPUT):
            if branch.stable:
                axis.plot(branch.input, branch.gain, color=look.color, linewidth=1.9)
                continue
            axis.plot(branch.input, branch.gain, color=FAINT, linestyle=(0, (2, 2)), linewidth=1.4)
            middle = int(np.argmin(np.abs(np.asarray(branch.gain) - 0.5)))
            axis.annotate(
                "watershed (unstable)", (branch.input[middle], branch.gain[middle]), (8, 0),
                textcoords="offset points", fontsize=8.0, color=FAINT, ha="left", va="center",
            )  # fmt: skip
        for fold, words in zip(folds(k), ("upper fold", "lower fold"), strict=False):
            axis.plot(
                [fold.input], [fold.gain], marker="o", color=VERMILLION, markersize=4.5, linestyle="none"
            )
            axis.annotate(
                f"{words}, N {fixed(fold.input, 3)}", (fold.input, fold.gain), (8, -1),
                textcoords="offset points", fontsize=8.0, ha="left", va="center",
            )  # fmt: skip
        _patients(axis, one)
        axis.set_xlim(0.0, HIGHEST_INPUT)
        axis.set_ylim(0.0, 1.05)
        axis.set_xlabel("Input of the person, N")
        axis.set_ylabel("Central gain at rest, g")
        axis.set_title(
            "Without drug: one state at each input"
            if not folds(k)
            else "Without drug: two states between the folds"
        )

    return paint


def _patients(axis: Axes, one: Standing) -> None:
    """The distribution from which inputs are drawn, as a hill on the floor of the panel."""
    median = one.entry.parameters["N"].number
    spread = float(np.sqrt(one.entry.iiv[0].omega2[0][0]))
    lowest = folds(one.constants)[-1].input if one.constants and one.folds else 0.01
    x = np.linspace(lowest, HIGHEST_INPUT, 300)
    density = np.exp(-0.5 * (np.log(x / median) / spread) ** 2) / x
    axis.fill_between(x, 0.0, 0.3 * density / density.max(), color=ORANGE, alpha=0.35, linewidth=0)
    share = share_between(one)
    words = "patients" if share is None else f"patients:\n{percent(share)} between\nthe folds"
    axis.text(1.32 * median, 0.2, words, fontsize=8.0, color=INK, ha="left", va="bottom")


def share_between(one: Standing) -> float | None:
    """Share of patients whose input lies between the folds; ``None`` without folds."""
    window = bistable_inputs(one.constants) if one.constants else None
    if window is None:
        return None
    median = one.entry.parameters["N"].number
    spread = float(np.sqrt(one.entry.iiv[0].omega2[0][0]))
    below, cut = (float(ndtr(np.log(n / median) / spread)) for n in (window[1], window[0]))
    return (below - cut) / (1.0 - cut)
