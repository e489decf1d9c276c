"""The tables and the page of a calibration: what is lost first, then weights, parameters, scores and what was used."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from painloop.calibrate.answer import CalibrationAnswer
from painloop.calibrate.baselines import NAME as MEAN
from painloop.calibrate.diagnostics import SLOPE
from painloop.calibrate.observations import LeftOut
from painloop.report.figures.calibrate import foretold_chart, parameter_chart
from painloop.report.figures.chart import DataTable
from painloop.report.files import write_text
from painloop.report.numbers import MISSING, duration, fixed, percent, signed, significant
from painloop.report.page import check_page
from painloop.report.rendering import render

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

YES, NO = "yes", "no"


def write_calibration(said: CalibrationAnswer, path: str | os.PathLike[str]) -> Path:
    """Write one HTML page on a calibration.

    Raises
    ------
    InputError : ``path`` does not end in .html, or its folder does not exist.
    """
    check_page(path)
    return write_text(path, calibration_html(said))


def calibration_html(said: CalibrationAnswer) -> str:
    """The page as text."""
    return render(
        "calibrate.html.j2",
        title="What the published trials say of the rivals",
        said=said,
        charts=[foretold_chart(said), *(parameter_chart(said, one) for one in said.identified)],
        weights=weight_table(said),
        differences=difference_table(said),
        parameters=parameter_table(said),
        scores=score_table(said),
        onset=onset_table(said),
        foretold=foretold_table(said),
        sensitivity=sensitivity_table(said),
        convergence=convergence_table(said),
        pooled=pooled_table(said),
        fitted=fitted_table(said),
        left_out=left_out_table(said.left_out),
    )


def calibration_tables(said: CalibrationAnswer) -> list[Table | Text]:
    """What ``painloop calibrate`` prints."""
    from rich.text import Text

    from painloop.report.tables import as_rich

    first = Text("\n".join(f"! {line}" for line in said.news), style="bold")
    found = (
        weight_table(said), parameter_table(said), score_table(said), sensitivity_table(said),
        convergence_table(said), pooled_table(said), _fitted_short(said), reasons_table(said.left_out),
    )  # fmt: skip
    drawn = [as_rich(table) for table in found]
    for column in (column for table in drawn for column in table.columns):
        column.overflow = "fold"  # names of parameters and reviews are longer than a narrow column
    return [first, *drawn]


def weight_table(said: CalibrationAnswer) -> DataTable:
    """Prior, weight and score of each rival."""
    rows = tuple(
        (name, fixed(one.prior, 2), fixed(one.weight, 2), signed(one.score, 2))
        for name, one in said.rivals.items()
    )
    return DataTable(
        f"Rivals: {said.verdict} ({said.judging_clusters} clusters judge)",
        ("Rival", "Prior", "Weight", "Score"),
        rows,
    )


def difference_table(said: CalibrationAnswer) -> DataTable:
    """Every two rivals: difference of their scores and its standard error."""
    rows = tuple(
        (f"{one.first} − {one.second}", signed(one.value, 2), fixed(one.error, 2)) for one in said.differences
    )
    return DataTable(
        "Differences of the scores of held-out clusters", ("Rivals", "Difference", "Standard error"), rows
    )


def parameter_table(said: CalibrationAnswer) -> DataTable:
    """Prior beside posterior, and how much narrower it became."""
    rows = tuple(
        (
            told.name if told.name.startswith(one.rival) else f"{told.name} ({one.rival})",
            _three(told.prior), _three(told.posterior), fixed(told.ratio, 2),
        )
        for one in said.identified
        for told in one.told
    )  # fmt: skip
    rows += tuple(
        (f"{one.rival}: {name}", MISSING, MISSING, fixed(ratio, 2))
        for one in said.identified
        for name, ratio in one.products
    )
    head = ("Parameter", "Prior (90 %)", "Posterior (90 %)", "SD ratio")
    return DataTable("Parameters before and after; an SD ratio of 1 means nothing was learnt", head, rows)


def _three(values: Sequence[float]) -> str:
    low, middle, high = values
    return f"{significant(middle)} ({significant(low)} to {significant(high)})"


def score_table(said: CalibrationAnswer) -> DataTable:
    """Score, width, coverage and n of painloop and the baselines, out of sample."""
    rows = tuple(
        (
            f"{group}: {one.method}", fixed(one.crps, 3), signed(one.log_score, 2), fixed(one.width, 2),
            percent(one.coverage), f"{one.values} ({one.clusters})",
        )
        for group, methods in said.scores.items()
        for one in methods
    )  # fmt: skip
    head = ("Values, method", "CRPS", "Log score", "Width", "Coverage", "n (clusters)")
    return DataTable(
        "Held-out values: less CRPS is better; width of 95 % intervals as a fraction", head, rows
    )


def onset_table(said: CalibrationAnswer) -> DataTable:
    """Scores with the onset of placebo as the condition files assume it, and with it free."""
    before = {(g, one.method): one for g, some in said.assumed_onset.scores.items() for one in some}
    rows = [
        (f"mean CRPS, {group}: {one.method}", fixed(before[group, one.method].crps, 3), fixed(one.crps, 3))
        for group, some in said.scores.items()
        for one in some
        if (group, one.method) in before and one.method != MEAN
    ]
    after = {(one.rival, told.name): told.posterior for one in said.identified for told in one.told}
    rows += [
        (f"{SLOPE} ({rival})", _three(values), _three(after[rival, SLOPE]))
        for rival, values in said.assumed_onset.slope.items()
    ]
    rows += [
        (f"log evidence ({rival})", "0", signed(more, 1)) for rival, more in said.assumed_onset.gained.items()
    ]
    return DataTable("Placebo as fast as was assumed, and free", ("What", "As assumed", "Free"), tuple(rows))


def foretold_table(said: CalibrationAnswer) -> DataTable:
    """Every held-out value beside what painloop foretold."""
    rows = tuple(
        (
            one.trial, one.arm, one.quantity, duration(one.time_h), significant(one.observed), significant(one.mean),
            f"{significant(one.low)} to {significant(one.high)}", YES if one.covered else NO,
            "prior saw it" if one.seen else "out of sample",
        )
        for one in said.predictions
        if one.method == "painloop"
    )  # fmt: skip
    head = ("Trial", "Arm", "Quantity", "Time", "Printed", "Foretold", "95 %", "Inside", "Sample")
    return DataTable("Each value foretold without its cluster", head, rows)


def sensitivity_table(said: CalibrationAnswer) -> DataTable:
    """What becomes of the verdict."""
    rows = tuple(
        (
            one.what, str(one.values), one.verdict,
            ", ".join(f"{name} {fixed(weight, 2)}" for name, weight in one.weights.items()),
        )
        for one in said.sensitivity
    )  # fmt: skip
    return DataTable("Sensitivity", ("Change", "Values", "Verdict", "Weights"), rows)


def convergence_table(said: CalibrationAnswer) -> DataTable:
    """How well each posterior is computed."""
    rows = tuple(
        (
            one.rival, str(one.points), fixed(one.effective, 0), signed(one.halves, 2), fixed(one.means, 2),
            f"{percent(one.edge)} ({one.edge_of})", fixed(one.people, 2), YES if one.converged else NO,
        )
        for one in said.convergence
    )  # fmt: skip
    head = ("Rival", "Points", "Effective", "Halves", "Means", "Edge", "People", "Converged")
    return DataTable("How well the posterior is computed", head, rows)


def pooled_table(said: CalibrationAnswer) -> DataTable:
    """Meta-analyses beside the average over the library's trials; they are not fitted."""
    rows = tuple(
        (
            f"{one.meta_analysis}: {one.words}",
            f"{signed(one.pooled, 2)} " + (f"({_span(one.interval)})" if one.interval else ""),
            f"{signed(one.predicted, 2)} ({_span((one.low, one.high))})",
            {None: MISSING, True: YES, False: NO}[one.inside],
            f"{len(one.trials)}, {len(one.fitted)} fitted too" + (" (list guessed)" if one.likely else ""),
        )
        for one in said.pooled
    )
    head = ("Meta-analysis", "Pooled (95 %)", "painloop (95 %)", "Inside", "Library trials averaged")
    return DataTable("NRS points, ketamine minus control: compared with, never fitted", head, rows)


def _span(interval: Sequence[float]) -> str:
    return f"{signed(interval[0], 2)} to {signed(interval[1], 2)}"


def fitted_table(said: CalibrationAnswer) -> DataTable:
    """Every value that was fitted, and where its error is from."""
    rows = tuple(
        (
            one.trial, one.cluster, one.arm, one.quantity, duration(one.time_h), significant(one.value),
            f"{one.count} of {one.n}" if one.count is not None else f"{significant(one.error)} ({one.error_is})",
        )
        for one in said.fitted
    )  # fmt: skip
    head = ("Trial", "Cluster", "Arm", "Quantity", "Time", "Value", "Count or standard error")
    return DataTable(f"{len(rows)} fitted values", head, rows)


def _fitted_short(said: CalibrationAnswer) -> DataTable:
    trials = dict.fromkeys((one.trial, one.cluster) for one in said.fitted)
    rows = tuple(
        (trial, cluster + (" (seen by priors)" if cluster in said.seen_clusters else ""),
         str(sum(one.trial == trial for one in said.fitted)))
        for trial, cluster in trials
    )  # fmt: skip
    return DataTable("Fitted trials", ("Trial", "Cluster", "Values"), rows)


def left_out_table(left_out: Sequence[LeftOut]) -> DataTable:
    """Everything printed that was not fitted, and why."""
    rows = tuple((one.trial, one.what, one.why) for one in left_out)
    return DataTable(f"{len(rows)} printed results that are not fitted", ("Trial", "What", "Why"), rows)


def reasons_table(left_out: Sequence[LeftOut]) -> DataTable:
    """Why printed results are not fitted, and how often."""
    reasons: dict[str, list[str]] = {}
    for one in left_out:
        reasons.setdefault(one.why if len(one.why) < 70 else one.why[:67] + "...", []).append(one.trial)
    rows = tuple(
        (why, str(len(trials)), ", ".join(dict.fromkeys(trials)))
        for why, trials in sorted(reasons.items(), key=lambda pair: -len(pair[1]))
    )
    return DataTable("Not fitted (--json and --report list each value)", ("Why", "Values", "Trials"), rows)
