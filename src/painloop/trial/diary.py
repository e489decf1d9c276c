"""The pain diary: one rating a day with noise, days left out, and what a visit takes from it.

A visit without a window and with a single diary day is rated at its very time, which may be minutes after the start;
the noise is then that of its day. Any other visit takes the mean of the diary days up to the day it was held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from painloop.library.schema.trials import Visit
from painloop.outcomes.pain import SCALE
from painloop.patient.streams import uniform
from painloop.trial.protocol import HOURS_PER_DAY, Protocol


@dataclass(frozen=True)
class Diary:
    """When pain is rated: once a day, and at the very time of visits that have no window.

    Attributes
    ----------
    time_h : since the start of the trial, ascending, (rows,).
    """

    protocol: Protocol
    time_h: np.ndarray

    @classmethod
    def of(cls, protocol: Protocol) -> Diary:
        """The rows of a protocol."""
        daily = np.arange(np.ceil(protocol.end_d - 1e-9) + 1.0)
        exact = [
            start + visit.day for start in protocol.starts_d for visit in protocol.visits if _is_exact(visit)
        ]
        days = np.unique(np.round(np.concatenate([daily, exact]), 12))
        return cls(protocol, days * HOURS_PER_DAY)

    @property
    def day(self) -> np.ndarray:
        """Day of each row, (rows,), int."""
        return np.floor(self.time_h / HOURS_PER_DAY + 1e-9).astype(int)

    @property
    def days(self) -> int:
        """Days of the diary, day 0 included."""
        return int(self.day[-1]) + 1

    @property
    def daily(self) -> np.ndarray:
        """The row of each day, (days,)."""
        return np.searchsorted(self.time_h, np.arange(self.days) * HOURS_PER_DAY - 1e-6)

    def rate(self, pain: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Ratings within the scale, (rows, persons), of pain (rows, persons) and noise (days, persons)."""
        return np.clip(pain + noise[self.day], 0.0, SCALE)

    def omitted(self, seed: int, start: int, count: int) -> np.ndarray:
        """Days that people leave out at random, (days, persons)."""
        share = self.protocol.trial.missing_diary
        if share is None or share.number == 0.0:
            return np.zeros((self.days, count), bool)
        return np.stack([
            uniform(seed, f"trial:missing:{day}", start, count) < share.number for day in range(self.days)
        ])  # fmt: skip

    def held(self, seed: int, start: int, count: int) -> np.ndarray:
        """Day since the start of the trial on which each visit is held, even within its window.

        Returns
        -------
        numpy.ndarray
            (periods, visits, persons), days; whole ones where the visit takes diary days.
        """
        found = np.empty((self.protocol.periods, len(self.protocol.visits), count))
        for period, begin in enumerate(self.protocol.starts_d):
            for place, visit in enumerate(self.protocol.visits):
                if _is_exact(visit):
                    found[period, place] = begin + visit.day
                    continue
                chance = uniform(seed, f"trial:visit:{period}:{place}", start, count)
                meant = visit.day - visit.early_d + chance * (visit.early_d + visit.late_d)
                found[period, place] = np.floor(begin + np.maximum(meant, 0.0) + 0.5)
        return np.minimum(found, self.days - 1.0)

    def at_visits(self, values: np.ndarray, held: np.ndarray) -> np.ndarray:
        """Mean of the rows that each visit takes, (persons, periods, visits); nan where all are missing.

        Parameters
        ----------
        values : (rows, persons).
        held : as :meth:`held` gives it.
        """
        found = np.empty((values.shape[1], self.protocol.periods, len(self.protocol.visits)))
        daily = self.daily
        for period, begin in enumerate(self.protocol.starts_d):
            for place, visit in enumerate(self.protocol.visits):
                when = held[period, place]
                if _is_exact(visit):
                    row = int(np.argmin(np.abs(self.time_h - when[0] * HOURS_PER_DAY)))
                    found[:, period, place] = values[row]
                    continue
                total, number = np.zeros(len(when)), np.zeros(len(when))
                for back in range(visit.diary_days):
                    day = when.astype(int) - back
                    inside = (day >= begin) & (day >= 0)
                    one = np.take_along_axis(values, daily[np.maximum(day, 0)][None], axis=0)[0]
                    counted = inside & np.isfinite(one)
                    total += np.where(counted, one, 0.0)
                    number += counted
                found[:, period, place] = np.where(number > 0, total / np.maximum(number, 1), np.nan)
        return found

    def in_period(self, period: int) -> np.ndarray:
        """Which rows belong to the follow-up of a period, (rows,)."""
        begin = self.protocol.starts_d[period]
        day = self.time_h / HOURS_PER_DAY
        return (day >= begin - 1e-9) & (day <= begin + self.protocol.horizon_d + 1e-9)

    def area(self, rating: np.ndarray, period: int) -> np.ndarray:
        """Mean rating over the follow-up of a period times its days, NRS × days, (persons,).

        Each rating stands for half the way to its neighbours; missing ones are left out of the mean.
        """
        rows = self.in_period(period)
        days, values = self.time_h[rows] / HOURS_PER_DAY, rating[rows]
        gaps = np.diff(days)
        weight = np.concatenate([[0.0], gaps]) / 2.0 + np.concatenate([gaps, [0.0]]) / 2.0
        weight = weight if weight.sum() > 0.0 else np.ones(len(days))
        there = np.isfinite(values)
        total = (np.where(there, values, 0.0) * weight[:, None]).sum(axis=0)
        span = (there * weight[:, None]).sum(axis=0)
        mean = np.where(span > 0.0, total / np.where(span > 0.0, span, 1.0), np.nan)
        return mean * self.protocol.horizon_d


def _is_exact(visit: Visit) -> bool:
    return visit.diary_days == 1 and visit.early_d == 0.0 and visit.late_d == 0.0
