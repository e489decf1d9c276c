"""The figures of a report, one concept a file; a function returns ``None`` if there is nothing to draw."""

from __future__ import annotations

from painloop.report.figures.exposure import exposure_figure as exposure_figure
from painloop.report.figures.injury import injury_figure as injury_figure
from painloop.report.figures.linked import linked_figure as linked_figure
from painloop.report.figures.mechanism import mechanism_figure as mechanism_figure
from painloop.report.figures.mood import mood_figure as mood_figure
from painloop.report.figures.pain import early_pain_figure as early_pain_figure
from painloop.report.figures.pain import pain_bands_figure as pain_bands_figure
from painloop.report.figures.pain import pain_figure as pain_figure
from painloop.report.figures.responders import responders_figure as responders_figure
from painloop.report.figures.rivals import rivals_figure as rivals_figure
from painloop.report.figures.side_effects import side_effects_figure as side_effects_figure
