"""The loop as a picture: five stations whose gauges a moment fills; drawn here, moved by the script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from painloop.report.numbers import fixed, percent, significant
from painloop_clinic.mechanism.course import Course, Moment

MOST_SPIKES = 36
TALL = 120.0
"""Height of a gauge in units of the picture."""


@dataclass(frozen=True)
class Station:
    """A part of the loop.

    Parameters
    ----------
    key : of the moment's value. number : as people read it. share : how full the gauge is, 0 to 1.
    """

    key: str
    title: str
    says: str
    number: str
    unit: str
    share: float
    x: int

    @property
    def height(self) -> float:
        """Of the filled part."""
        return round(TALL * min(max(self.share, 0.0), 1.0), 1)

    @property
    def top(self) -> float:
        """Where the filled part begins."""
        return round(80.0 + TALL - self.height, 1)

    @property
    def middle(self) -> int:
        """Of the station."""
        return self.x + 75


def stations(course: Course, one: Moment) -> Sequence[Station]:
    """The five stations at a moment."""
    return (
        Station("level", "Drug in blood", course.drug, significant(one.level), "ng/mL",
                one.level / course.highest, 10),
        Station("block", "NMDA receptor", "blocked", percent(one.block), "of receptors", one.block, 190),
        Station("wind_up", "Dorsal horn", "wind-up left", percent(one.wind_up), "of wind-up", one.wind_up, 370),
        Station("gain", "Central gain", "amplifies pain", percent(one.gain), "of its full", one.gain,
                550),
        Station("pain", "Pain", "of this person", fixed(one.pain, 1), "of 10", one.pain / 10.0, 730),
    )  # fmt: skip


def ticks(one: Moment) -> Sequence[tuple[int, int, int, bool]]:
    """(number, x, y, whether it fires) of the spikes that are drawn in the dorsal horn."""
    fires = round(one.spikes)
    return [(n, 430 + 6 * (n % 12), 72 + 30 * (n // 12), n < fires) for n in range(MOST_SPIKES)]
