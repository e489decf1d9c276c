"""Visits: the days with doses, between which what varies from occasion to occasion is drawn anew."""

from __future__ import annotations

from itertools import pairwise

from painloop.exposure.system import Part
from painloop.regimen import Schedule

DAY_H = 24.0


def visits_of(schedule: Schedule, parts: tuple[Part, ...]) -> list[int]:
    """Per event its visit: one per day with doses, or one for all where nothing varies between visits."""
    if not any(part.model.iov for part in parts):
        return [0] * len(schedule.events)
    days = [int(event.start_h // DAY_H) for event in schedule.events]
    order = {day: k for k, day in enumerate(sorted(set(days)))}
    return [order[day] for day in days]


def stretches_of(schedule: Schedule, visits: list[int], end_h: float) -> list[tuple[float, float, int]]:
    """(begin, end, visit) that cover 0 to ``end_h``: a visit lasts from its first dose to the next visit's."""
    starts: dict[int, float] = {}
    for event, visit in zip(schedule.events, visits, strict=True):
        starts.setdefault(visit, event.start_h)
    order = [v for v in sorted(starts, key=starts.__getitem__) if starts[v] < end_h - 1e-9] or [0]
    edges = [0.0, *(starts[v] for v in order[1:]), end_h]
    return [(begin, end, visit) for (begin, end), visit in zip(pairwise(edges), order, strict=True)]
