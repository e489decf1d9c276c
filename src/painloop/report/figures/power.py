"""Power of the primary comparison against the number of participants, with exact binomial intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from painloop.report.figures.chart import Chart, DataTable, Panels
from painloop.report.figures.palette import BLUE, FAINT, VERMILLION
from painloop.report.figures.trial_chart import trial_chart
from painloop.report.numbers import count, interval, percent
from painloop.report.trial_words import share_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from painloop.trial.answer import PowerPoint, SampleSize, TrialAnswer


def power_figure(answer: TrialAnswer) -> Chart | None:
    """Power at each simulated size; ``None`` for fewer than two sizes."""
    points = power_points(answer)
    if len(points) < 2:
        return None
    return trial_chart(
        answer,
        key="power",
        question="How many participants does the trial need?",
        summary=_sentence(answer, points),
        note="Each point is the share of replicates in which the primary analysis is significant; bars are exact "
        "95 % intervals for the number of replicates. It holds if the model is right about the effect, its spread "
        "over people, placebo and dropout, none of which is settled.",
        table=_table(points),
        panels=lambda _: Panels((2.7,), 1, lambda axes: _paint(axes[0], answer, points)),
    )


def power_points(answer: TrialAnswer) -> list[PowerPoint]:
    """The simulated sizes in order: those of the curve asked for, or of the search."""
    found = answer.power_curve or (answer.sample_size.curve if answer.sample_size else [])
    return sorted(found, key=lambda point: point.n_per_arm)


def _paint(axis: Axes, answer: TrialAnswer, points: list[PowerPoint]) -> None:
    n = np.array([point.n_per_arm for point in points], float)
    value, low, high = (
        100 * np.array([getattr(point.power, part) for point in points]) for part in ("value", "low", "high")
    )
    axis.fill_between(n, low, high, color=BLUE, alpha=0.13, linewidth=0)
    axis.errorbar(
        n, value, yerr=[value - low, high - value], color=BLUE, marker="o", markersize=5, capsize=3,
        linewidth=1.6, elinewidth=1.2, zorder=4,
    )  # fmt: skip
    search = answer.sample_size
    if search is not None:
        axis.axhline(100 * search.wanted, color=FAINT, linestyle=(0, (4, 2)), linewidth=1.0)
        if search.n_per_arm is None:
            axis.text(
                0.01, 100 * search.wanted + 1, f"wanted {percent(search.wanted)}",
                transform=axis.get_yaxis_transform(), ha="left", va="bottom", fontsize=8.0, color=FAINT,
            )  # fmt: skip
    axis.set_ylim(0, 100)
    axis.set_yticks(range(0, 101, 20))
    seen = [*n, *(end for end in ((search.low, search.high) if search else ()) if end is not None)]
    span = max(max(seen) - min(seen), 1.0)
    axis.set_xlim(max(0.0, min(seen) - 0.06 * span), max(seen) + 0.06 * span)
    if search is not None and search.n_per_arm is not None:
        _needed(axis, search, search.n_per_arm)
    axis.set_xlabel("Participants per arm")
    axis.set_ylabel("Power (%)")


def _needed(axis: Axes, search: SampleSize, n: int) -> None:
    """The number that was found with its interval, and the power it is for."""
    axis.axvline(n, color=VERMILLION, linestyle=(0, (1.5, 1.5)), linewidth=1.3)
    if search.low is not None and search.high is not None:
        axis.axvspan(search.low, search.high, color=VERMILLION, alpha=0.12, linewidth=0)
    late = n > sum(axis.get_xlim()) / 2.0
    axis.annotate(
        f"{count(n)} per arm for the wanted {percent(search.wanted)}",
        (n, 3),
        (-5 if late else 5, 0),
        textcoords="offset points",
        fontsize=8.0,
        ha="right" if late else "left",
        va="bottom",
    )


def _sentence(answer: TrialAnswer, points: list[PowerPoint]) -> str:
    if answer.sample_size is not None:
        return answer.sample_size.sentence
    first, last = points[0], points[-1]
    return (
        f"Power goes from {share_words(first.power)} with {count(first.n_per_arm)} participants per arm to "
        f"{share_words(last.power)} with {count(last.n_per_arm)}."
    )


def _table(points: list[PowerPoint]) -> DataTable:
    rows = tuple(
        (
            count(point.n_per_arm), count(point.participants), percent(point.power.value, 1),
            interval(percent(point.power.low, 1), percent(point.power.high, 1)),
            f"{count(point.power.count)} of {count(point.power.of)}",
        )
        for point in points
    )  # fmt: skip
    head = ("Per arm", "Participants", "Power", "95 % interval", "Significant replicates")
    return DataTable("Power by number of participants", head, rows)
