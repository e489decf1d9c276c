"""The question ``report``: the page of ``painloop simulate --report`` on the same course, complete in itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from painloop.report.page import report_html
from painloop_clinic.engine.course import simulated
from painloop_clinic.engine.requests import CourseRequest


def report(payload: dict[str, Any], tell: Callable[[float], None]) -> dict[str, Any]:
    """The page as text."""
    result = simulated(CourseRequest.of(payload), tell)
    return {"html": report_html(result, unknowns=result.unknowns)}
