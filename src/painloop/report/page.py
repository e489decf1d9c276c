"""The report: one self-contained HTML file that needs no network, no script and no colour vision.

It puts ready texts, tables and SVG figures into a template; it computes nothing and fetches nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from painloop.errors import InputError
from painloop.report.beside import in_scenario
from painloop.report.curves import Reportable
from painloop.report.files import check_place, write_text
from painloop.report.rendering import render
from painloop.report.summary import overview_table
from painloop.report.view import course_view, standing_unknowns


def check_page(path: str | os.PathLike[str]) -> None:
    """Refuse a page that could not be written, before anything long is computed.

    Raises
    ------
    InputError : unknown ending, the folder does not exist, or ``path`` is a folder.
    """
    if Path(path).suffix.lower() not in (".html", ".htm"):
        raise InputError(f"The report {Path(path).name!r} must end in .html: rename it.")
    check_place(path)


def write_report(result: Reportable, path: str | os.PathLike[str], *, unknowns: Sequence[str] = ()) -> Path:
    """Write the report on one simulated course.

    Parameters
    ----------
    result : what :func:`painloop.simulate` returned.
    path : the HTML file to write; an existing one is replaced only once the new one is complete.
    unknowns : what is not known about the models used here, one sentence each.

    Raises
    ------
    InputError : the folder of ``path`` does not exist.
    PainloopError : the disk is full or the file cannot be written; no partial file is left.
    """
    return write_text(path, report_html(result, unknowns=unknowns))


def write_comparison(
    results: Sequence[Reportable],
    path: str | os.PathLike[str],
    *,
    title: str = "Courses of treatment side by side",
    unknowns: Sequence[str] = (),
) -> Path:
    """Write one page on several courses: a shared table on top, then each course in full.

    Parameters and errors as for :func:`write_report`; ``unknowns`` stand once, for all courses.
    """
    return write_text(path, comparison_html(results, title=title, unknowns=unknowns))


def report_html(result: Reportable, *, unknowns: Sequence[str] = ()) -> str:
    """The page of :func:`write_report` as text."""
    view = course_view(result, "c1", unknowns)
    return _render(
        courses=[view],
        title=f"{view.title}: {_whose_course(result)}",
        overview=None,
        unknowns=unknowns,
    )


def _whose_course(result: Reportable) -> str:
    if in_scenario(result):
        return "a simulated course"
    return f"a simulated course of {'placebo' if result.regimen_text.strip() == 'placebo' else 'ketamine'}"


def comparison_html(
    results: Sequence[Reportable],
    *,
    title: str = "Courses of treatment side by side",
    unknowns: Sequence[str] = (),
) -> str:
    """The page of :func:`write_comparison` as text."""
    views = [course_view(result, f"c{i}") for i, result in enumerate(results, start=1)]
    names = [f"{i}. {view.title}" for i, view in enumerate(views, start=1)]
    overview = overview_table(list(zip(names, results, strict=True)))
    return _render(courses=views, title=title, overview=overview, unknowns=unknowns)


def _render(**content: Any) -> str:
    return render("report.html.j2", standing=standing_unknowns(), **content)
