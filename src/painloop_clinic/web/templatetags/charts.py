"""``{% chart figure %}``: a figure with its sentence, its facts, its table and its data for the loader."""

from __future__ import annotations

from typing import Any

from django import template

from painloop_clinic.web.charts import Chart

register = template.Library()


@register.inclusion_tag("web/chart.html")
def chart(figure: Chart) -> dict[str, Any]:
    """Everything of a figure but its drawing."""
    return {
        "chart": figure,
        "data": figure.data(),
        "columns": figure.columns(),
        "rows": figure.rows(),
        "script_id": f"{figure.id}-data",
    }
