"""``{% chart figure %}``: a figure with its sentence, its facts, its table and its data for the loader."""

from __future__ import annotations

from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from painloop_clinic.web.charts import Chart

register = template.Library()


@register.inclusion_tag("web/chart.html")
def chart(figure: Chart) -> dict[str, Any]:
    """Everything of a figure but its drawing."""
    return {
        "chart": figure,
        "data": figure.data(),
        "columns": figure.columns(),
        "body": _body(figure.rows()),
        "script_id": f"{figure.id}-data",
    }


def _body(rows: list[list[str]]) -> SafeString:
    """The rows of the table; thousands of cells, so they are not written by the template."""
    cells = ((escape(head), "</td><td>".join(map(escape, rest))) for head, *rest in rows)
    return mark_safe(
        "\n".join(f'<tr><th scope="row">{head}</th><td>{rest}</td></tr>' for head, rest in cells)
    )
