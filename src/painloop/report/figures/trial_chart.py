"""A figure on a trial: drawn wide and for a phone, with the small print of the replicates behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from painloop.report.figures.chart import Chart, DataTable, Panels
from painloop.report.figures.drawing import NARROW, WIDE, Caption, Frame, draw
from painloop.report.numbers import NO_BREAK
from painloop.report.trial_words import footer_of_trial

if TYPE_CHECKING:
    from painloop.trial.answer import TrialAnswer


def trial_chart(
    answer: TrialAnswer,
    *,
    key: str,
    question: str,
    summary: str,
    note: str,
    table: DataTable,
    panels: Callable[[Frame], Panels],
) -> Chart:
    """Draw both frames of a figure with the footer of ``answer``."""
    caption = Caption(question, footer_of_trial(answer))
    wide, narrow = (
        draw(caption, frame, layout.heights, layout.columns, layout.paint)
        for frame in (WIDE, NARROW)
        for layout in (panels(frame),)
    )
    return Chart(key, question, _together(summary), _together(note), wide, narrow, table)


def _together(text: str) -> str:
    """A number and its per cent sign stay on one line."""
    return text.replace(" %", f"{NO_BREAK}%")
