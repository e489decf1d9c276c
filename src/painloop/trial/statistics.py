"""The summaries of an arm that papers print: what ``observed`` of a trial file holds, computed from ratings.

Ratings that are missing (nan) are left out of a summary, as they are of a printed table. A responder is a person
whose pain has fallen by a share of the baseline; a fraction of the baseline is that of two means, so that people
with little pain do not dominate it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from painloop.errors import InputError

HOURS_PER_DAY = 24.0
SAME_H = 1e-6
"""Times this close are one."""
FREE_OF_PAIN = 0.5
"""A rating below this rounds to 0, no pain, on the scale of whole numbers."""

OF_ONE_RATING: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "nrs": lambda now, _: now,
    "nrs_fall": lambda now, before: before - now,
    "nrs_fall_median": lambda now, before: before - now,
    "fraction_of_baseline": lambda now, before: _ratio(now, before),
    "relief_fraction": lambda now, before: 1.0 - _ratio(now, before),
    "responders_30": lambda now, before: _holds(now <= 0.7 * before, now),
    "responders_50": lambda now, before: _holds(now <= 0.5 * before, now),
    "pain_free": lambda now, _: _holds(now < FREE_OF_PAIN, now),
}
"""What a summary is taken of: a number of each person from pain now and pain before."""
OF_A_COURSE = ("peak_relief_fraction", "auc_nrs_days")
"""Summaries of all ratings until a time."""
QUANTITIES = (*OF_ONE_RATING, *OF_A_COURSE)
"""Every summary of pain that is predicted."""
SHARES = ("responders_30", "responders_50", "pain_free")
"""Summaries that are shares of people."""


def statistic(
    quantity: str, ratings: np.ndarray, baseline: np.ndarray, time_h: np.ndarray, at_h: float | None = None
) -> np.ndarray:
    """The printed summary of an arm.

    Parameters
    ----------
    quantity : one of :data:`QUANTITIES`.
    ratings : NRS, (times, ..., people); nan is missing.
    baseline : pain before the course, NRS, (..., people).
    time_h : times of the ratings since the start of the course, h, ascending, (times,).
    at_h : the time of the summary, h; the last one by default. A peak and an area go from 0 to it.

    Returns
    -------
    numpy.ndarray
        (...); nan where nobody was rated.

    Raises
    ------
    InputError : the quantity is not predicted, or nothing was rated at that time.

    Examples
    --------
    >>> float(statistic("nrs_fall", np.array([[4.0, 6.0]]), np.array([8.0, 6.0]), np.array([24.0])))
    2.0
    """
    each = of_each(quantity, ratings, baseline, time_h, at_h)
    if quantity == "nrs_fall_median":
        return _median(each)
    if quantity in ("fraction_of_baseline", "relief_fraction", "peak_relief_fraction"):
        before = np.where(np.isfinite(each), baseline, np.nan)
        return _ratio(_mean(each * before), _mean(before))
    return _mean(each)


def of_each(
    quantity: str, ratings: np.ndarray, baseline: np.ndarray, time_h: np.ndarray, at_h: float | None = None
) -> np.ndarray:
    """The number of each person that :func:`statistic` summarises, (..., people); nan where it is missing."""
    if quantity not in QUANTITIES:
        raise InputError(f"The quantity '{quantity}' is not predicted; known are {', '.join(QUANTITIES)}.")
    time = np.asarray(time_h, float)
    end = float(time[-1]) if at_h is None else at_h
    if quantity == "auc_nrs_days":
        return _area(ratings, baseline, time, end)
    if quantity == "peak_relief_fraction":
        return _peak(ratings, baseline, time, end)
    return OF_ONE_RATING[quantity](ratings[row_at(time, end)], baseline)


def row_at(time_h: np.ndarray, at_h: float) -> int:
    """The row of a time.

    Raises
    ------
    InputError : nothing was rated then.
    """
    row = int(np.argmin(np.abs(time_h - at_h)))
    if abs(time_h[row] - at_h) > SAME_H:
        raise InputError(
            f"Nothing was rated {at_h:g} h after the start; add a visit then, rated are "
            f"{', '.join(f'{one:g}' for one in time_h)} h."
        )
    return row


def _area(ratings: np.ndarray, baseline: np.ndarray, time_h: np.ndarray, end_h: float) -> np.ndarray:
    """Area under the rating of each person from the start to ``end_h``, NRS × days, by trapezoids.

    The baseline stands at the start where nothing was rated then. Gaps are bridged by a straight line and the last
    rating of a person is carried on; without any rating there is no area.
    """
    wanted = time_h <= end_h + SAME_H
    times, values = time_h[wanted], ratings[wanted]
    rated = np.isfinite(values).any(axis=0)
    if not len(times) or times[0] > SAME_H:
        times = np.concatenate([[0.0], times])
        values = np.concatenate([np.broadcast_to(baseline, ratings.shape[1:])[None], values])
    whole = filled(values, times)
    if times[-1] < end_h - SAME_H:
        times, whole = np.append(times, end_h), np.concatenate([whole, whole[-1:]])
    return np.where(rated, np.trapezoid(whole, times / HOURS_PER_DAY, axis=0), np.nan)


def filled(values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Ratings (times, ...) with gaps bridged by straight lines and both ends carried on; nan where there is none."""
    missing = np.isnan(values)
    if not missing.any():
        return values
    rows = np.arange(len(times)).reshape(-1, *[1] * (values.ndim - 1))
    before = np.maximum.accumulate(np.where(missing, -1, rows), axis=0)
    after = np.minimum.accumulate(np.where(missing, len(times), rows)[::-1], axis=0)[::-1]
    left = np.where(before < 0, after, before).clip(0, len(times) - 1)
    right = np.where(after >= len(times), left, after).clip(0, len(times) - 1)
    low, high = np.take_along_axis(values, left, axis=0), np.take_along_axis(values, right, axis=0)
    span = times[right] - times[left]
    share = (times[rows] - times[left]) / np.where(span > 0.0, span, 1.0)
    return np.where(missing, low + np.clip(share, 0.0, 1.0) * (high - low), values)


def _peak(ratings: np.ndarray, baseline: np.ndarray, time_h: np.ndarray, end_h: float) -> np.ndarray:
    """The largest relief of each person until ``end_h``, as a fraction of the baseline."""
    seen = ratings[time_h <= end_h + SAME_H]
    lowest = np.min(np.where(np.isnan(seen), np.inf, seen), axis=0)
    return 1.0 - _ratio(np.where(np.isfinite(lowest), lowest, np.nan), baseline)


def _ratio(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """One pain as a share of another; nan where there was none before."""
    some = np.where(before > 0.0, before, np.nan)
    return now / some


def _holds(condition: np.ndarray, rated: np.ndarray) -> np.ndarray:
    """1 where a condition holds, 0 where not, nan where nothing was rated."""
    return np.where(np.isfinite(rated), condition, np.nan)


def _median(values: np.ndarray) -> np.ndarray:
    empty = ~np.isfinite(values).any(axis=-1)
    middle = np.nanmedian(np.where(empty[..., None], 0.0, values), axis=-1)
    return np.where(empty, np.nan, middle)


def _mean(values: np.ndarray) -> np.ndarray:
    """Mean over people who were rated; nan where nobody was."""
    there = np.isfinite(values)
    people = there.sum(axis=-1)
    total = np.where(there, values, 0.0).sum(axis=-1)
    return np.where(people > 0, total / np.maximum(people, 1), np.nan)
