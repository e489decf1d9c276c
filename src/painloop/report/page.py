"""The report: one self-contained HTML file that needs no network, no script and no colour vision.

It puts ready texts, tables and SVG figures into a template; it computes nothing and fetches nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from painloop.errors import InputError
from painloop.report.beside import in_scenario
from painloop.report.curves import Reportable
from painloop.report.figures.chart import Chart, DataTable
from painloop.report.figures.drawing import inline
from painloop.report.files import check_place, write_text
from painloop.report.summary import overview_table
from painloop.report.view import course_view, standing_unknowns
from painloop.report.words import FOOTER

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup


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
    content["standing"] = standing_unknowns()
    text = _template().render(css=_css(), footer=FOOTER, picture=picture, download=download, **content)
    return "".join(letter for letter in text.lstrip() if letter in "\n\t" or ord(letter) >= 32)


def picture(chart: Chart, key: str, *, narrow: bool) -> Markup:
    """One of the two drawings of a chart as an element of the page."""
    from markupsafe import Markup

    size, svg = ("narrow", chart.narrow) if narrow else ("wide", chart.wide)
    label = f"{chart.question} {chart.summary}"
    return Markup(inline(svg, f"{key}-{chart.key}-{size}", label))  # noqa: S704  matplotlib escapes the texts it draws


def download(table: DataTable) -> str:
    """The table as a data address, so that it can be saved without a network."""
    return "data:text/csv;charset=utf-8," + quote(table.csv())


@cache
def _template() -> Template:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    folder = files("painloop.report").joinpath("templates")
    environment = Environment(
        loader=FunctionLoader(lambda name: folder.joinpath(name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


@cache
def _css() -> Markup:
    from markupsafe import Markup

    return Markup(files("painloop.report").joinpath("templates/report.css").read_text("utf-8"))  # noqa: S704  own file
