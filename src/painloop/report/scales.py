"""The scales of outcomes that follow pain: which direction is good, and how a value is written."""

from __future__ import annotations

from painloop.report.numbers import MISSING, is_missing, percent, significant

AS_BEFORE = "as before treatment"
"""Unit of outcomes that are counted in what they were before, so that 1 is no change."""


def better(name: str) -> str:
    """``lower`` or ``higher``, as the library file of the outcome has its best end; empty for others."""
    from painloop.outcomes import links

    if name not in links.known_links():
        return ""
    ends = links.load(name).parameters
    return "lower" if ends["best"].number < ends["worst"].number else "higher"


def linked_value(value: float | None, unit: str) -> str:
    """A value in the unit of its file; a share as per cent."""
    if value is None or is_missing(value):
        return MISSING
    return percent(value) if unit == "1" else significant(value)
