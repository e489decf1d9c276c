"""One person's course as moments that can be scrubbed: level, block, dorsal horn, gain, pain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from painloop.report.curves import Array, Curve
from painloop.report.numbers import duration, fixed, percent, significant
from painloop_clinic.engine import client
from painloop_clinic.engine.requests import CourseRequest
from painloop_clinic.explorer.answers import Answer
from painloop_clinic.mechanism.wind_up import last_spikes

RIVALS = ("central_gain", "driven_gain")
"""The explanations that have a gain to show."""
DAYS = 90.0
MOST_MOMENTS = 90
_EARLY = 0.6
"""Share of the moments that fall into the time when drug is given and the days after."""
_MOST_SPIKES = 40


@dataclass(frozen=True)
class Moment:
    """The loop at one time.

    Parameters
    ----------
    level : ng/mL of the drug itself. block, wind_up, gain : fractions. spikes : to the 15th stimulus at 1 Hz.
    pain : NRS.
    """

    time_h: float
    when: str
    level: float
    block: float
    wind_up: float
    spikes: float
    gain: float
    pain: float
    given: bool
    sentence: str = ""

    def plain(self) -> dict[str, Any]:
        """For the script."""
        return asdict(self)


@dataclass(frozen=True)
class Course:
    """The moments of a course, and what is needed to read them."""

    answer: Answer
    drug: str
    moments: Sequence[Moment]

    @property
    def highest(self) -> float:
        """The highest level of all moments, for the gauge."""
        return max(one.level for one in self.moments) or 1.0


def course(regimen: str, rival: str) -> Course:
    """The course of a typical person on a published regimen under one explanation.

    Raises
    ------
    EngineFailure : the engine did not answer.
    """
    values = {"regimen": regimen, "patients": 1, "days": DAYS}
    raw = client.ask("course", CourseRequest.of(values).payload())
    return of_answer(Answer(raw, "course", (rival,)), rival)


def of_answer(answer: Answer, rival: str) -> Course:
    """The moments of an answer."""
    drug = next(iter(answer.concentrations()), None)
    block, left = answer.level("block"), answer.level("wind_up")
    gain, pain = answer.lasting("gain", rival), answer.lasting("pain", rival)
    assert pain is not None
    times = moments_h(answer)
    found = []
    for time_h in times:
        blocked = _at(block, time_h, 0.0)
        moment = Moment(
            round(float(time_h), 3), _when(float(time_h)), _at(drug, time_h, 0.0), blocked, _at(left, time_h, 1.0),
            last_spikes(blocked), _at(gain, time_h, 1.0), _at(pain, time_h, 0.0),
            any(a <= time_h <= b for a, b in answer.sessions),
        )  # fmt: skip
        found.append(moment)
    name = "the drug" if drug is None else drug.name
    told = [Moment(**{**asdict(one), "sentence": sentence(one, name)}) for one in found]
    return Course(answer, name, told)


def moments_h(answer: Answer) -> Array:
    """Times to scrub through: close together while drug comes and goes, then further apart."""
    end = float(answer.pain_h[-1])
    stop = min(max((b for _, b in answer.sessions), default=0.0) + 48.0, end)
    early = answer.levels_h[answer.levels_h <= stop]
    wanted = int(_EARLY * MOST_MOMENTS)
    if early.size > wanted:
        early = early[np.unique(np.linspace(0, early.size - 1, wanted).round().astype(int))]
    starts = np.array([b for _, b in answer.sessions if b <= stop])[:10]
    late = np.linspace(stop, end, MOST_MOMENTS - wanted)
    return np.unique(np.round(np.concatenate([early, starts, late]), 3))


def sentence(one: Moment, drug: str) -> str:
    """The moment in words."""
    given = "while drug is given, " if one.given and one.time_h > 0 else ""
    return (
        f"{one.when[:1].upper()}{one.when[1:]}, {given}{significant(one.level)} ng/mL of {drug} block "
        f"{percent(one.block)} of NMDA receptors; {percent(one.wind_up)} of wind-up is left, {fixed(one.spikes, 0)} "
        f"spikes to the 15th stimulus; the gain stands at {percent(one.gain)}; pain is {fixed(one.pain, 1)} of 10."
    )


def _when(time_h: float) -> str:
    return "before the first dose" if time_h == 0 else f"{duration(time_h)} after the start"


def _at(curve: Curve | None, time_h: float, otherwise: float) -> float:
    value = None if curve is None else curve.at(float(time_h), "median")
    return otherwise if value is None else float(f"{value:.4g}")
