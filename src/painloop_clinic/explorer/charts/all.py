"""All charts of the explorer, in the order of the line from the drug to the diary."""

from __future__ import annotations

from collections.abc import Sequence

from painloop.report.figures.timeline import timeline, whole
from painloop_clinic.explorer.charts.effects import side_effect_charts
from painloop_clinic.explorer.charts.levels import block_chart, exposure_chart
from painloop_clinic.explorer.charts.pain import pain_chart, responders_chart
from painloop_clinic.explorer.charts.shown import Shown, View
from painloop_clinic.web.charts import Chart


def charts_of(shown: Sequence[Shown]) -> list[Chart]:
    """The charts of one regimen, or of several on the same axes."""
    view = view_of(shown)
    found = [pain_chart(view), responders_chart(view), exposure_chart(view), block_chart(view)]
    return [*(chart for chart in found if chart is not None), *side_effect_charts(view)]


def view_of(shown: Sequence[Shown]) -> View:
    """The regimens with the stretch of time that all of them share."""
    longest = max(float(one.answer.levels_h[-1]) for one in shown)
    return View(shown, timeline(0.0, longest), whole(shown[0].answer.pain_h))
