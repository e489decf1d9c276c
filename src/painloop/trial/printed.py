"""What a paper would print of replicates: a summary of an arm, a difference of two, a p value, at printed times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.stats import t as student

from painloop.library.schema.trials import Visit
from painloop.trial.conducted import Conducted
from painloop.trial.periods import visit_at
from painloop.trial.protocol import HOURS_PER_DAY, Protocol
from painloop.trial.statistics import SAME_H, of_each, statistic

NEAR = 0.02
"""A printed time this close (as a share of it) to a visit is that visit."""
BETWEEN = 24
"""Looks between the start and the end where a summary is of the whole course."""


@dataclass(frozen=True)
class Printed:
    """A summary of an arm at a time, h; or, where the quantity is a side effect, the share of people with it."""

    arm: str
    quantity: str
    time_h: float


def observing(protocol: Protocol, times_h: Iterable[float], whole_h: Iterable[float] = ()) -> Protocol:
    """The same trial with a visit at every printed time, and at the start of each period.

    A printed time that is close to a visit takes its diary days and its window; a summary of the whole course until
    a time of ``whole_h`` is looked at in between.
    """
    days = {0.0: Visit(name="start", day=0.0)}
    for visit in protocol.visits:
        days[round(visit.day, 12)] = visit
    for time in whole_h:
        for part in range(1, BETWEEN):
            looked = round(time * part / BETWEEN / HOURS_PER_DAY, 12)
            days.setdefault(looked, Visit(name=f"look {looked:g}", day=looked))
    for time in times_h:
        day = round(time / HOURS_PER_DAY, 12)
        near = [one for one in protocol.visits if abs(one.day - day) <= NEAR * day]
        model = min(near, key=lambda one: abs(one.day - day), default=visit_at(time))
        days[day] = model.model_copy(update={"day": day})
    visits = tuple(
        visit.model_copy(update={"name": f"visit {place}"})
        for place, (_, visit) in enumerate(sorted(days.items()))
    )
    return replace(protocol, visits=visits)


@dataclass(frozen=True)
class Seen:
    """Replicates as their paper would print them."""

    conducted: Conducted

    @cached_property
    def time_h(self) -> np.ndarray:
        """Times of the visits, h."""
        return self.conducted.protocol.visit_days * HOURS_PER_DAY

    def summary(self, one: Printed) -> np.ndarray:
        """The summary in each replicate, (replicates,)."""
        if one.quantity in self.conducted.events:
            return _moments(self._each(one))[1]
        return statistic(one.quantity, *self._ratings(one.arm), self.time_h, self._time(one))

    def p_value(self, one: Printed, against: str) -> np.ndarray:
        """Two-sided p of the difference of two arms in each replicate, (replicates,).

        Welch's t on the numbers of single persons; in a crossover the paired t, on the differences within persons.
        """
        a, b = self._each(one), self._each(replace(one, arm=against))
        if self.conducted.protocol.trial.crossover:
            return _paired(a - b)
        return _welch(a, b)

    def effect_size(self, one: Printed, against: str) -> np.ndarray:
        """Difference of mean pain in units of the pooled standard deviation, (replicates,)."""
        pain = replace(one, quantity="nrs")
        a, b = (_moments(self._each(each)) for each in (pain, replace(pain, arm=against)))
        pooled = ((a[0] - 1.0) * a[2] + (b[0] - 1.0) * b[2]) / np.maximum(a[0] + b[0] - 2.0, 1.0)
        return (a[1] - b[1]) / np.sqrt(np.where(pooled > 0.0, pooled, np.nan))

    def _each(self, one: Printed) -> np.ndarray:
        """The number of each person, (replicates, people); nan outside the arm."""
        if one.quantity in self.conducted.events:
            received, period = self._received(one.arm)
            had = np.take_along_axis(self.conducted.events[one.quantity], period[..., None], axis=2)[..., 0]
            return np.where(received, had, np.nan)
        return of_each(one.quantity, *self._ratings(one.arm), self.time_h, self._time(one))

    def _time(self, one: Printed) -> float:
        """The time of the visit that stands for a printed time."""
        nearest = float(self.time_h[np.argmin(np.abs(self.time_h - one.time_h))])
        return nearest if abs(nearest - one.time_h) <= SAME_H else one.time_h

    def _received(self, arm: str) -> tuple[np.ndarray, np.ndarray]:
        """Who received an arm, (replicates, people), and in which period."""
        matches = self.conducted.arm == self.conducted.protocol.names.index(arm)
        return matches.any(axis=2), np.argmax(matches, axis=2)

    def _ratings(self, arm: str) -> tuple[np.ndarray, np.ndarray]:
        """Ratings (visits, replicates, people) in the period of an arm, and pain before it; nan for other people.

        Before a period of a crossover is the rating at its start; otherwise the baseline.
        """
        received, period = self._received(arm)
        rating = np.take_along_axis(self.conducted.rating, period[..., None, None], axis=2)[:, :, 0]
        found = np.where(received[..., None], rating, np.nan)
        before = self.conducted.baseline
        if self.conducted.protocol.periods > 1:
            before = np.where(np.isfinite(found[..., 0]), found[..., 0], before)
        return np.moveaxis(found, 2, 0), np.where(received, before, np.nan)


def _moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number, mean and variance over the people who were rated, (replicates,) each."""
    there = np.isfinite(values)
    number = there.sum(axis=1).astype(float)
    mean = np.where(there, values, 0.0).sum(axis=1) / np.maximum(number, 1.0)
    squares = np.where(there, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
    return number, mean, squares / np.maximum(number - 1.0, 1.0)


def _welch(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    (n_a, mean_a, var_a), (n_b, mean_b, var_b) = _moments(a), _moments(b)
    own_a, own_b = var_a / np.maximum(n_a, 1.0), var_b / np.maximum(n_b, 1.0)
    spread = np.where(own_a + own_b > 0.0, own_a + own_b, np.nan)
    freedom = spread**2 / (own_a**2 / np.maximum(n_a - 1.0, 1.0) + own_b**2 / np.maximum(n_b - 1.0, 1.0))
    return 2.0 * student.sf(np.abs(mean_a - mean_b) / np.sqrt(spread), freedom)


def _paired(difference: np.ndarray) -> np.ndarray:
    number, mean, variance = _moments(difference)
    error = np.sqrt(np.where(variance > 0.0, variance, np.nan) / np.maximum(number, 1.0))
    return 2.0 * student.sf(np.abs(mean) / error, np.maximum(number - 1.0, 1.0))
