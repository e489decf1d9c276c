"""The page and the picture of a trial: what was run, the answer, the evidence for and against it, and its limits."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from painloop.errors import InputError
from painloop.report import trial as tables
from painloop.report.figures.chart import Chart, DataTable
from painloop.report.figures.drawing import WIDE, Caption, draw, draw_png
from painloop.report.figures.flow import flow_figure
from painloop.report.figures.misses import misses_figure
from painloop.report.figures.operating import operating_figure, operating_tables
from painloop.report.figures.power import power_figure
from painloop.report.figures.trial import (
    arm_means_figure,
    arm_means_panels,
    drawable,
    early_figure,
    question_of,
)
from painloop.report.files import write_bytes, write_text
from painloop.report.numbers import count
from painloop.report.page import check_page
from painloop.report.plot import check_picture
from painloop.report.rendering import render
from painloop.report.trial_words import footer_of_trial, participants
from painloop.report.view import LibraryFile, library_file, provenance_rows, standing_unknowns

if TYPE_CHECKING:
    from painloop.trial.answer import TrialAnswer


@dataclass(frozen=True)
class Part:
    """A heading with a sentence, its tables and its figures; a table of words wraps, one of numbers scrolls."""

    key: str
    title: str
    lead: str = ""
    numbers: tuple[DataTable, ...] = ()
    charts: tuple[Chart, ...] = ()
    words: tuple[DataTable, ...] = ()
    lines: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.numbers or self.charts or self.words or self.lines)


@dataclass(frozen=True)
class TrialView:
    """Everything the template shows of a trial."""

    title: str
    words: str
    sentences: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    arms: DataTable
    parts: tuple[Part, ...]
    provenance: tuple[tuple[str, str], ...]
    files: tuple[LibraryFile, ...]


def write_trial_report(answer: TrialAnswer, path: str | os.PathLike[str]) -> Path:
    """Write one HTML page on a trial.

    Raises
    ------
    InputError : ``path`` does not end in .html, or its folder does not exist.
    PainloopError : the disk is full or the file cannot be written; no partial file is left.
    """
    check_page(path)
    return write_text(path, trial_html(answer))


def trial_html(answer: TrialAnswer) -> str:
    """The page of :func:`write_trial_report` as text."""
    return render("trial.html.j2", view=trial_view(answer), standing=standing_unknowns())


def trial_plot(answer: TrialAnswer, path: str | os.PathLike[str]) -> Path:
    """Draw the mean pain of every arm with its 95 % band into ``path`` (``.svg`` or ``.png``).

    Raises
    ------
    InputError : the ending is neither ``.svg`` nor ``.png``, or no arm has a rating.
    PainloopError : the file cannot be written.
    """
    check_picture(path)
    if not drawable(answer):
        raise InputError(
            f"The trial {answer.id} has no rating to draw: give it a visit and an arm that can be run."
        )
    layout = arm_means_panels(answer, WIDE)
    caption = Caption(f"{answer.title}: {question_of(answer)}", footer_of_trial(answer))
    write = draw if Path(path).suffix.lower() == ".svg" else draw_png
    return write_bytes(path, write(caption, WIDE, layout.heights, layout.columns, layout.paint))


def trial_view(answer: TrialAnswer) -> TrialView:
    """Draw every figure of a trial and gather its texts."""
    files = answer.provenance.get("files") or ()
    return TrialView(
        title=answer.title,
        words=answer.words,
        sentences=tuple(tables.sentences_first(answer)),
        facts=_facts(answer),
        arms=tables.arms_table(answer),
        parts=tuple(part for build in _PARTS if (part := build(answer))),
        provenance=(*provenance_rows(answer.provenance), ("Citation", answer.citation)),
        files=tuple(library_file(entry) for entry in files if isinstance(entry, Mapping)),
    )


def _observed(answer: TrialAnswer) -> Part:
    lead = (
        "Failures stand first. Observed is what the study printed, predicted is computed here; a study of this size "
        "should see its result inside the predicted interval in 95 of 100 cases, if the model is right and trials of "
        "one kind are alike, which they are not. A wide interval is hard to miss, so that lying inside it says little. "
        "In-sample rows were used to fit something here and are never counted as evidence."
    )
    return Part(
        "observed", "Observed beside predicted", lead, _given(tables.observed_table(answer)),
        _charts(misses_figure(answer)),
    )  # fmt: skip


def _arms(answer: TrialAnswer) -> Part:
    return Part(
        "arms", "Mean pain in each arm", charts=_charts(arm_means_figure(answer), early_figure(answer))
    )


def _flow(answer: TrialAnswer) -> Part:
    return Part("flow", "The way of the participants", charts=_charts(flow_figure(answer)))


def _escalation(answer: TrialAnswer) -> Part:
    return Part("escalation", "The rule of the escalation", numbers=_given(tables.escalation_table(answer)))


def _power(answer: TrialAnswer) -> Part:
    return Part("power", "Power and sample size", charts=_charts(power_figure(answer)))


def _rivals(answer: TrialAnswer) -> Part:
    lead = (
        "What would be found if one explanation of lasting relief were the world. Truth is what the estimand is in a "
        "very large study under that explanation; nobody knows which explanation holds."
    )
    return Part(
        "rivals",
        "The analysis under each explanation",
        lead,
        tuple(operating_tables(answer)),
        _charts(operating_figure(answer)),
    )


def _endpoints(answer: TrialAnswer) -> Part:
    found = _given(tables.endpoint_table(answer), tables.event_table(answer))
    tested = "the primary endpoint alone is tested" if answer.primary else "nothing is tested"
    return Part("endpoints", "Endpoints and adverse events", f"Predicted; {tested}.", found)


def _left_out(answer: TrialAnswer) -> Part:
    found = _given(tables.unpredicted_table(answer), tables.left_out_table(answer))
    lines = (*answer.not_modelled, *answer.warnings)
    return Part("missing", "What was not read, not modelled or left out", words=found, lines=lines)


_METHODS = {
    "ancova": "ANCOVA", "mmrm": "MMRM", "fisher": "Fisher's exact test", "boschloo": "Boschloo's exact test",
    "logrank": "log-rank test", "crossover": "comparison within people",
}  # fmt: skip
_WITH_COVARIATES = ("ancova", "mmrm")
_PARTS: tuple[Callable[[TrialAnswer], Part], ...] = (
    _observed, _escalation, _arms, _flow, _power, _rivals, _endpoints, _left_out,
)  # fmt: skip


def _given(*found: DataTable | None) -> tuple[DataTable, ...]:
    return tuple(table for table in found if table is not None)


def _charts(*found: Chart | None) -> tuple[Chart, ...]:
    return tuple(chart for chart in found if chart is not None)


def _untested(answer: TrialAnswer) -> str:
    """The endpoint that is marked as primary where nothing is tested."""
    marked = next((one.name for one in answer.endpoints if one.primary), None)
    return "none declared" if marked is None else f"{marked} (not tested)"


def _facts(answer: TrialAnswer) -> tuple[tuple[str, str], ...]:
    analysis = answer.analysis or {}
    covariates = ", ".join(analysis.get("covariates") or ())
    method = str(analysis.get("method") or "none")
    tested = _METHODS.get(method, method)
    if covariates and method in _WITH_COVARIATES:
        tested += f" with {covariates}"
    if analysis.get("alpha"):
        tested += f", two-sided level {analysis['alpha']:g}"
    facts = (
        ("Status", answer.status),
        ("Condition", answer.condition.get("title") or answer.condition.get("id") or ""),
        ("Design", f"{answer.design}, {answer.blinded}{'-blind' if answer.blinded != 'open' else ''}"),
        ("Participants", count(participants(answer))),
        ("Replicates", count(answer.replicates)),
        ("Primary endpoint", answer.primary or _untested(answer)),
        ("Estimand", "; ".join(str(text).replace("_", " ") for text in answer.estimand.values() if text)),
        ("Analysis", tested),
        ("Explanations run", tables.explanations(answer)),
        ("Parameters", answer.parameters),
    )
    return tuple((name, text) for name, text in facts if text)
