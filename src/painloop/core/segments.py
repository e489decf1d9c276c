"""Runs a course in stretches: between them parameters may change, rules may decide, a caller may stop.

Within a segment A(theta) is constant; time-varying clearance is constant per segment. The states at the end of one
segment are the start of the next, so cutting a course into segments changes nothing but rounding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from painloop.core.course import Doses
from painloop.core.engine import Cohort, Model, Trajectory, simulate
from painloop.core.grid import FINE, Grading, lay


@dataclass(frozen=True)
class Segment:
    """What holds from ``begin_h`` to ``end_h``."""

    begin_h: float
    end_h: float
    doses: Doses
    cohort: Cohort


@dataclass(frozen=True)
class Progress:
    """States to go on from, the quantities at the output times of the segment that led here, and those at its end."""

    linear: np.ndarray | None = None
    slow: np.ndarray | None = None
    quantities: tuple[np.ndarray, ...] = ()
    now: tuple[np.ndarray, ...] = ()


def advance(
    model: Model,
    segment: Segment,
    output_h: np.ndarray,
    since: Progress,
    grading: Grading = FINE,
    last: bool = False,
    past_event_h: np.ndarray | None = None,
) -> Progress:
    """Run one segment.

    Parameters
    ----------
    output_h : all output times of the course, h; those in [begin, end) are returned, or [begin, end] if ``last``.
    since : the end of the segment before.
    past_event_h : events before the segment, which still grade its first steps.
    """
    inside = (output_h > segment.begin_h + 1e-9) & (output_h < segment.end_h - 1e-9)
    rows = np.concatenate([[segment.begin_h], output_h[inside], [segment.end_h]])
    events = segment.doses.event_h()
    if past_event_h is not None:
        events = np.concatenate([events, past_event_h])
    grid = lay(events, rows, grading)
    cohort = segment.cohort
    if since.linear is not None:
        cohort = replace(cohort, linear_start=since.linear)
    if since.slow is not None and len(since.slow):
        cohort = replace(cohort, slow_start=since.slow)
    done: Trajectory = simulate(model, grid, segment.doses, cohort)
    wanted = np.zeros(len(rows), bool)
    wanted[0] = bool(np.any(np.abs(output_h - segment.begin_h) <= 1e-9))
    wanted[1:-1] = True
    wanted[-1] = last and bool(np.any(np.abs(output_h - segment.end_h) <= 1e-9))
    seen = tuple(q[wanted] for q in done.quantities)
    return Progress(done.linear_end, done.slow_end, seen, tuple(q[-1] for q in done.quantities))


def run(model: Model, segments: Iterable[Segment], output_h: np.ndarray, grading: Grading = FINE) -> Progress:
    """Run segments that follow each other and join their quantities; see :func:`advance`."""
    course = list(segments)
    since, parts = Progress(), []
    for segment in course:
        since = advance(model, segment, output_h, since, grading, last=segment is course[-1])
        parts.append(since.quantities)
    joined = tuple(np.concatenate([p[k] for p in parts]) for k in range(len(parts[0])))
    return Progress(since.linear, since.slow, joined)
