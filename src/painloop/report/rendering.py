"""From a template of this package to one self-contained page: style sheet, pictures and saved tables inside.

Every template gets ``css``, ``footer``, ``picture`` and ``download``, and may import the parts that pages share
(tables, figures, references) from ``parts.html.j2`` with its context.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from painloop.report.figures.chart import Chart, DataTable
from painloop.report.figures.drawing import inline
from painloop.report.words import FOOTER

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def render(template: str, **content: Any) -> str:
    """The page of a template as text, without letters that no document may hold."""
    from markupsafe import Markup

    css = Markup(_read("report.css"))  # noqa: S704  own file
    page = _environment().get_template(template)
    text = page.render(css=css, footer=FOOTER, picture=picture, download=download, **content)
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
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _read(name: str) -> str:
    return files("painloop.report").joinpath("templates").joinpath(name).read_text("utf-8")
