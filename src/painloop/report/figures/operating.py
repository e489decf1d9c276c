"""How the primary analysis behaves under each explanation: estimate against truth, power, false alarms, coverage."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from painloop.report.figures.chart import Chart, DataTable, Panels
from painloop.report.figures.drawing import Frame
from painloop.report.figures.palette import FAINT, INK, PAPER, VERMILLION, look_of
from painloop.report.figures.trial_chart import trial_chart
from painloop.report.numbers import MISSING, count, fixed, interval
from painloop.report.trial_sentences import operating_sentence
from painloop.report.trial_words import Effect, arm_words, effect_of, rival_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from painloop.trial.answer import Operating, Share, TrialAnswer

_COVERAGE = 0.95


def operating_figure(answer: TrialAnswer) -> Chart | None:
    """Four panels with one row a comparison and explanation; ``None`` where nothing was analysed."""
    rows = answer.operating
    if not rows:
        return None
    return trial_chart(
        answer,
        key="operating",
        question="What would the analysis find under each explanation?",
        summary=operating_sentence(answer),
        note="Estimates: mean over replicates and the middle 95 % of them; the upright tick is the true value, which "
        "the same people give in a very large study. Shares have exact 95 % intervals. Dashed lines are the level of "
        "the test and the 95 % that intervals promise; a point whose bar misses its line is a flaw of the analysis. "
        "Beside an active drug there is no world without effect, so that false alarms are not computed.",
        table=_table(answer),
        panels=lambda frame: _panels(answer, frame),
    )


def _panels(answer: TrialAnswer, frame: Frame) -> Panels:
    rows = answer.operating
    names = _names(rows)
    several = any("\n" in name for name in names)
    alpha = alpha_of(answer)
    # (title, share of a row, reference line, limits)
    shares: list[tuple[str, str, float | None, tuple[float, float]]] = [
        ("Power (%)", "power", None, (0.0, 100.0)),
        ("False alarms without effect (%)", "type_1", alpha, (0.0, max(12.0, 300 * alpha))),
        ("Intervals that hold the truth (%)", "coverage", _COVERAGE, (80.0, 100.0)),
    ]
    columns = 1 if frame.narrow else 2

    def paint(axes: list[Axes]) -> None:
        _estimates(axes[0], rows, effect_of(answer))
        for axis, (title, part, line, limits) in zip(axes[1:], shares, strict=True):
            found = [getattr(one, part) for one in rows]
            low = min([limits[0], *(100 * share.low - 3 for share in found if share is not None)])
            high = max([limits[1], *(100 * share.high + 3 for share in found if share is not None)])
            _shares(axis, rows, found, line, (max(0.0, low), min(101.0, high)))
            axis.set_title(title)
        for k, axis in enumerate(axes):
            axis.set_ylim(len(rows) - 0.5, -0.5)
            axis.set_yticks(range(len(rows)), names if k % columns == 0 else [""] * len(rows))
            axis.grid(axis="y", visible=False)

    return Panels((0.65 + (0.34 if several else 0.26) * len(rows),) * (4 // columns), columns, paint)


def alpha_of(answer: TrialAnswer) -> float:
    """The two-sided level of the primary analysis."""
    return float((answer.analysis or {}).get("alpha") or 0.05)


def _names(rows: list[Operating]) -> list[str]:
    """The explanation of each row; above the first of a comparison its arms, where there are several comparisons."""
    pairs = [(one.arm, one.against) for one in rows]
    several = len(set(pairs)) > 1
    return [
        "\n".join(textwrap.wrap(arm_words(*pair), 28)) + f"\n{rival_words(one.rival)}"
        if several and pair not in pairs[:k]
        else rival_words(one.rival)
        for k, (one, pair) in enumerate(zip(rows, pairs, strict=True))
    ]


def _look(rival: str) -> Any:
    return look_of("averaged" if rival == "all" else rival)


def _estimates(axis: Axes, rows: list[Operating], effect: Effect) -> None:
    unit = f", {effect.unit.strip()}" if effect.unit else ""
    axis.axvline(0, color=FAINT, linewidth=0.9)
    for y, one in enumerate(rows):
        if one.estimate.low is not None and one.estimate.high is not None:
            axis.plot(
                [effect.scale * one.estimate.low, effect.scale * one.estimate.high],
                [y, y],
                color=_look(one.rival).color,
                linewidth=1.6,
            )
        if one.estimate.mean is not None:
            axis.plot([effect.scale * one.estimate.mean], [y], **_point(one.rival))
        if one.truth is not None:
            axis.plot(
                [effect.scale * one.truth],
                [y],
                marker="|",
                markersize=15,
                markeredgewidth=1.8,
                color=INK,
                zorder=6,
            )
    axis.set_title(f"Difference and truth (tick){unit}")


def _point(rival: str) -> dict[str, Any]:
    look = _look(rival)
    return {
        "color": look.color, "marker": look.marker, "markersize": 5.5, "markerfacecolor": PAPER,
        "markeredgewidth": 1.4, "linestyle": "none", "zorder": 5,
    }  # fmt: skip


def _shares(
    axis: Axes,
    rows: list[Operating],
    found: list[Share | None],
    line: float | None,
    limits: tuple[float, float],
) -> None:
    if line is not None:
        axis.axvline(100 * line, color=FAINT, linestyle=(0, (4, 2)), linewidth=1.0)
    for y, (one, share) in enumerate(zip(rows, found, strict=True)):
        if share is None:
            axis.text(limits[0], y, " not computed", va="center", fontsize=8.0, color=FAINT)
            continue
        off = line is not None and not share.low <= line <= share.high
        color = VERMILLION if off else _look(one.rival).color
        axis.plot([100 * share.low, 100 * share.high], [y, y], color=color, linewidth=1.6)
        axis.plot([100 * share.value], [y], **{**_point(one.rival), "color": color})
    axis.set_xlim(*limits)


def operating_tables(answer: TrialAnswer) -> list[DataTable]:
    """One table a comparison with the columns people ask for first."""
    head = (
        "Explanation", "Truth", "Estimate (95 %)", "Power (%)", "Type I (%)", "Bias ± error",
        "Coverage (%)",
    )  # fmt: skip
    effect = effect_of(answer)
    unit = f", {effect.unit.strip()}" if effect.unit else ""
    return [
        DataTable(
            f"The primary analysis under each explanation: {arm_words(*pair)}{unit}",
            head,
            tuple(
                (
                    rival_words(one.rival), effect.words(one.truth),
                    f"{effect.words(one.estimate.mean)} ({_ends(one, effect)})", _share(one.power),
                    _share(one.type_1), f"{effect.words(one.bias)} ± {effect.words(one.bias_error)}",
                    _share(one.coverage),
                )
                for one in answer.operating
                if (one.arm, one.against) == pair
            ),
        )
        for pair in dict.fromkeys((one.arm, one.against) for one in answer.operating)
    ]  # fmt: skip


def _table(answer: TrialAnswer) -> DataTable:
    """All that is known of the analysis, as the JSON has it."""
    plain = Effect(1.0, "", 3)
    rows = tuple(
        (
            rival_words(one.rival), arm_words(one.arm, one.against), count(one.replicates), fixed(one.truth, 3),
            fixed(one.truth_error, 3), fixed(one.estimate.mean, 3), _ends(one, plain), _share(one.power),
            _share(one.type_1), fixed(one.bias, 3), fixed(one.bias_error, 3), _share(one.coverage), fixed(one.width, 3),
            _share(one.converged),
        )
        for one in answer.operating
    )  # fmt: skip
    head = (
        "Explanation", "Comparison", "Replicates", "Truth", "Error of truth", "Estimate", "95 % of estimates",
        "Power (%)", "Type I (%)", "Bias", "Error of bias", "Coverage (%)", "Width", "Analysed (%)",
    )  # fmt: skip
    return DataTable("All that the replicates say of the analysis", head, rows)


def _ends(one: Operating, effect: Effect) -> str:
    return interval(effect.words(one.estimate.low), effect.words(one.estimate.high))


def _share(share: Share | None) -> str:
    if share is None:
        return MISSING
    return f"{fixed(100 * share.value, 1)} ({fixed(100 * share.low, 1)} to {fixed(100 * share.high, 1)})"
