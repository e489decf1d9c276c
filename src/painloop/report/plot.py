"""The pictures of the commands: concentration against time, and pain over weeks, as SVG or PNG files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from painloop.errors import InputError
from painloop.report.curves import Curve, Reportable
from painloop.report.figures.chart import Panels, footer_of
from painloop.report.figures.drawing import WIDE, Caption, draw, draw_png
from painloop.report.figures.exposure import concentration_panels
from painloop.report.figures.pain import QUESTION, pain_curves, pain_panels
from painloop.report.figures.timeline import whole
from painloop.report.files import check_place, write_bytes


def check_picture(path: str | os.PathLike[str]) -> None:
    """Refuse a picture that could not be written, before anything is computed.

    Raises
    ------
    InputError : unknown ending, the folder does not exist, or ``path`` is a folder.
    """
    if Path(path).suffix.lower() not in (".svg", ".png"):
        raise InputError(f"The picture {Path(path).name!r} must end in .svg or .png: rename it.")
    check_place(path)


def exposure_plot(
    curves: Sequence[Curve],
    path: str | os.PathLike[str],
    *,
    question: str = "How much drug is in the blood?",
    footer: str = "",
    sessions: Sequence[tuple[float, float]] = (),
) -> Path:
    """Draw concentrations on a linear and a logarithmic axis into ``path`` (``.svg`` or ``.png``).

    Parameters
    ----------
    curves : one a analyte (ng/mL against hours), e.g. from ``concentrations(dataset)``; ``median`` is the line drawn
        (the typical person where no population was simulated), ``p05`` to ``p95`` the bands.
    question : the title.
    footer : small print: model, version, n.
    sessions : (start, stop) in hours while drug is given.

    Raises
    ------
    InputError : the ending of ``path`` is neither ``.svg`` nor ``.png``, or there is nothing to draw.
    PainloopError : the file cannot be written.
    """
    check_picture(path)
    if not curves:
        raise InputError("There is no concentration to draw: give a regimen that contains a drug.")
    layout = concentration_panels(WIDE, curves, whole(curves[0].time_h), sessions)
    return _drawn(layout, Caption(question, footer), path)


def pain_plot(result: Reportable, path: str | os.PathLike[str]) -> Path:
    """Draw mean pain over weeks into ``path`` (``.svg`` or ``.png``), as the report shows it.

    Raises
    ------
    InputError : see :func:`check_picture`, or the result holds no pain.
    PainloopError : the file cannot be written.
    """
    check_picture(path)
    if not pain_curves(result):
        raise InputError("There is no pain to draw: simulate a course first.")
    return _drawn(pain_panels(result, WIDE), Caption(QUESTION, footer_of(result)), path)


def _drawn(layout: Panels, caption: Caption, path: str | os.PathLike[str]) -> Path:
    write = draw if Path(path).suffix.lower() == ".svg" else draw_png
    return write_bytes(path, write(caption, WIDE, layout.heights, layout.columns, layout.paint))
