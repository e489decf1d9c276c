"""Mean pain of every arm at its visits: the 95 % band of arm means over replicates, and what the study printed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from painloop.report.figures.chart import Chart, DataTable, Panels
from painloop.report.figures.drawing import Frame
from painloop.report.figures.palette import INK, PAPER, Look, look_of
from painloop.report.figures.timeline import Timeline, timeline
from painloop.report.figures.trial_chart import trial_chart
from painloop.report.numbers import MISSING, count, fixed, interval
from painloop.report.trial_words import rival_words, when

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from painloop.trial.answer import Curve, Point, TrialAnswer

QUESTION = "How does pain go in each arm, and what did the study see?"
PLANNED = "How does pain go in each arm?"
_TOP, _HOURS = 10.0, 24.0
_EARLY_DAYS, _LONG_DAYS = 2.0, 14.0
_NEAR_DAYS = 0.5
"""A printed mean and its prediction are of the same moment when they are so close."""


def arm_means_figure(answer: TrialAnswer) -> Chart | None:
    """One panel an arm; ``None`` where no arm has a rating."""
    return _figure(answer, "arms", question_of(answer)) if drawable(answer) else None


def early_figure(answer: TrialAnswer) -> Chart | None:
    """The same in the first days of a long trial, where visits stand too close to be seen on the whole axis."""
    early = [day for curve in answer.curves[:1] for day in curve.day if 0 < day <= _EARLY_DAYS]
    if not drawable(answer) or len(early) < 2 or max(answer.curves[0].day) < _LONG_DAYS:
        return None
    within = answer.model_copy(
        update={
            "curves": [_until(curve, max(early)) for curve in answer.curves],
            "points": [point for point in answer.points if point.day <= max(early)],
        }
    )
    return _figure(within, "arms-early", "What happens to pain at first?")


def _until(curve: Curve, day: float) -> Curve:
    count = sum(one <= day for one in curve.day)
    names = ("day", "mean", "low", "high")
    return curve.model_copy(update={name: getattr(curve, name)[:count] for name in names})


_OF_POINTS = (
    " Points are what the study printed, with 95 % intervals where they were printed; hollow points are in-sample "
    "and no evidence."
)


def _figure(answer: TrialAnswer, key: str, question: str) -> Chart:
    return trial_chart(
        answer,
        key=key,
        question=question,
        summary=_sentence(answer, whole=key == "arms"),
        note="The line is the mean rating at the visits over all replicates; 95 of 100 studies of this size have "
        "their arm mean inside the band, if the model is right. Thin lines are single explanations of lasting relief; "
        "the dotted grey line repeats the mean of the comparator arm."
        + (_OF_POINTS if answer.points else ""),
        table=_table(answer, "" if key == "arms" else " at first"),
        panels=lambda frame: arm_means_panels(answer, frame),
    )


def drawable(answer: TrialAnswer) -> bool:
    """Whether any arm has a rating to draw."""
    return any(value is not None for curve in answer.curves for value in curve.mean)


def question_of(answer: TrialAnswer) -> str:
    """The title of the figure; nothing was seen of a study that is only planned."""
    return QUESTION if answer.points else PLANNED


def arm_means_panels(answer: TrialAnswer, frame: Frame) -> Panels:
    """What :func:`arm_means_figure` draws, for a picture of its own; some arm must have ratings."""
    arms = list(dict.fromkeys(curve.arm for curve in answer.curves))
    columns = min(frame.columns, len(arms)) if len(arms) != 4 else min(frame.columns, 2)
    rows = -(-len(arms) // columns)
    window, handles = _window(answer), _handles(answer)

    def paint(axes: list[Axes]) -> None:
        for i, (axis, arm) in enumerate(zip(axes, arms, strict=False)):
            _paint(axis, answer, arm, window, wanted=6 if columns > 1 or frame.narrow else 12)
            axis.set_ylabel("" if i % columns else "Mean pain (NRS 0–10)")
            if i + columns < len(arms):
                axis.set_xlabel("")
        for axis in axes[len(arms) :]:
            axis.set_axis_off()
        legend = axes[-columns].legend(
            handles=handles, loc="upper left", bbox_to_anchor=(-0.02, 1.0), borderaxespad=0.0, handlelength=2.6,
            labelspacing=0.3, columnspacing=1.4, ncols=1 if frame.narrow else 2,
        )  # fmt: skip
        legend.set_in_layout(False)

    lines = len(handles) if frame.narrow else -(-len(handles) // 2)
    return Panels((*(2.5,) * rows, 0.14 + 0.17 * lines + 0.1 * rows), columns, paint)


def _window(answer: TrialAnswer) -> Timeline:
    days = [day for curve in answer.curves for day in curve.day] + [point.day for point in answer.points]
    return timeline(0.0, _HOURS * max(days, default=1.0))


def _paint(axis: Axes, answer: TrialAnswer, arm: str, window: Timeline, *, wanted: int) -> None:
    scale = window.scale * _HOURS
    own = [curve for curve in answer.curves if curve.arm == arm]
    main, singles = _main(own), [curve for curve in own if curve is not _main(own)]
    look = look_of("averaged")
    day, mean, low, high = (np.array(values, float) for values in (main.day, main.mean, main.low, main.high))
    axis.fill_between(day * scale, low, high, color=look.color, alpha=0.16, linewidth=0)
    for edge in (low, high):
        axis.plot(day * scale, edge, color=look.color, linewidth=0.5, alpha=0.7)
    for curve in singles:
        style = {**look_of(curve.rival).line, "linewidth": 1.1}
        axis.plot(np.array(curve.day) * scale, np.array(curve.mean, float), **style)
    beside = comparator(answer)
    if beside is not None and beside.arm != arm:
        axis.plot(np.array(beside.day) * scale, np.array(beside.mean, float), **look_of("comparator").line)
    axis.plot(day * scale, mean, marker=".", markersize=5, **look.line)
    for point in answer.points:
        if point.arm == arm:
            _plot_point(axis, point, scale, in_sample=_in_sample(answer, point))
    axis.set_ylim(0, _TOP)
    axis.set_yticks(np.arange(0, _TOP + 1, 2))
    window.prepare(axis, wanted=wanted)
    left, right = axis.get_xlim()
    axis.set_xlim(left - 0.03 * (right - left), right + 0.03 * (right - left))
    n = next((one.n for one in answer.arms if one.name == arm), None)
    axis.set_title(_broken(arm) + ("" if n is None else f"\nn = {count(n)}"), fontweight="bold")


def _broken(name: str) -> str:
    return "\n".join(textwrap.wrap(name, 30)) or name


def _main(curves: list[Curve]) -> Curve:
    """The mixture, or the only explanation."""
    return next((curve for curve in curves if curve.rival == "all"), curves[0])


def comparator(answer: TrialAnswer) -> Curve | None:
    """The curve of the arm that ketamine is compared with: of the test, else the placebo arm, else an active one."""
    tested = [one.against for one in answer.operating]
    others = [arm.name for role in ("placebo", "active") for arm in answer.arms if arm.role == role]
    control = next((name for name in tested if name in others), others[0] if others else None)
    curves = [curve for curve in answer.curves if curve.arm == control]
    return _main(curves) if curves else None


def _in_sample(answer: TrialAnswer, point: Point) -> bool:
    """Whether the row of this printed mean says that something was fitted on it."""
    return any(
        row.in_sample
        for row in answer.predictions
        if row.quantity == "nrs" and row.arm == point.arm and row.against is None and row.day is not None
        and abs(row.day - point.day) < _NEAR_DAYS
    )  # fmt: skip


def _plot_point(axis: Axes, point: Point, scale: float, *, in_sample: bool) -> None:
    spread = None
    if point.low is not None and point.high is not None:
        spread = [[max(0.0, point.value - point.low)], [max(0.0, point.high - point.value)]]
    axis.errorbar([point.day * scale], [point.value], yerr=spread, **_marker(in_sample=in_sample))


def _marker(*, in_sample: bool) -> dict[str, Any]:
    return {
        "color": INK, "marker": "o", "markersize": 6.0, "markerfacecolor": PAPER if in_sample else INK,
        "markeredgewidth": 1.4, "linestyle": "none", "capsize": 3, "elinewidth": 1.2, "zorder": 6,
        "clip_on": False,
    }  # fmt: skip


def _handles(answer: TrialAnswer) -> list[Any]:
    """The key: the band, single explanations where several were run, the comparator, and the printed points."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    names = list(dict.fromkeys(curve.rival for curve in answer.curves))
    main = _main(answer.curves).rival
    look = look_of("averaged")
    found: list[Any] = [
        Line2D([], [], label=f"mean, {rival_words(main)}", marker=".", **look.line),
        Patch(facecolor=look.color, alpha=0.25, label="95 % of studies of this size"),
    ]
    found += [_line(rival_words(name), look_of(name)) for name in names if name != main]
    if (beside := comparator(answer)) is not None and len({curve.arm for curve in answer.curves}) > 1:
        found.append(
            _line(textwrap.shorten(f"mean of {beside.arm}", 36, placeholder=" …"), look_of("comparator"))
        )
    for kind in sorted({_in_sample(answer, point) for point in answer.points}):
        style = _marker(in_sample=kind)
        for key in ("capsize", "elinewidth", "clip_on", "zorder"):
            style.pop(key)
        found.append(Line2D([], [], label=f"published ({'in-sample' if kind else 'out of sample'})", **style))
    return found


def _line(name: str, look: Look) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], label=name, **{**look.line, "linewidth": 1.2})


def _sentence(answer: TrialAnswer, *, whole: bool) -> str:
    told = []
    for arm in dict.fromkeys(curve.arm for curve in answer.curves):
        main = _main([curve for curve in answer.curves if curve.arm == arm])
        low, high = fixed(main.low[-1], 1), fixed(main.high[-1], 1)
        told.append(f"{fixed(main.mean[-1], 1)} ({interval(low, high)}) with {arm} at {when(main.day[-1])}")
    text = f"Predicted mean pain and its 95 % band: {'; '.join(told)}."
    judged = [row for row in answer.predictions if row.quantity == "nrs" and row.against is None
              and row.inside is not None and not row.in_sample]  # fmt: skip
    if judged and whole:
        held = sum(bool(row.inside) for row in judged)
        lie = "lies" if held == 1 else "lie"
        text += f" {held} of {len(judged)} printed means out of sample {lie} inside."
    return text


def _table(answer: TrialAnswer, moment: str) -> DataTable:
    rows = []
    for curve in answer.curves:
        for k, day in enumerate(curve.day):
            rows.append(
                (
                    curve.arm, rival_words(curve.rival), fixed(day, 1).removesuffix(".0"), fixed(curve.mean[k], 2),
                    fixed(curve.low[k], 2), fixed(curve.high[k], 2), MISSING,
                )
            )  # fmt: skip
    for point in answer.points:
        rows.append(
            (
                point.arm, f"published ({point.confidence})", fixed(point.day, 1).removesuffix(".0"), MISSING,
                fixed(point.low, 2), fixed(point.high, 2), fixed(point.value, 2),
            )
        )  # fmt: skip
    head = ("Arm", "Explanation", "Day", "Predicted mean", "95 % from", "95 % to", "Published mean")
    return DataTable(f"Mean pain by arm and visit{moment} (NRS 0–10)", head, tuple(rows))
