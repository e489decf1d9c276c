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


def nrs(now: np.ndarray, before: np.ndarray) -> np.ndarray:  # noqa: ARG001
    """Mean pain, NRS points."""
    return _mean(now)


def nrs_fall(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Mean of pain before minus pain now, NRS points."""
    return _mean(before - now)


def nrs_fall_median(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Median of pain before minus pain now, NRS points."""
    fall = before - now
    empty = ~np.isfinite(fall).any(axis=-1)
    fall = np.where(empty[..., None], 0.0, fall)
    return np.where(empty, np.nan, np.nanmedian(fall, axis=-1))


def fraction_of_baseline(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Mean pain now as a share of the mean pain before of the same people."""
    rated = np.isfinite(now)
    return _mean(now) / _mean(np.where(rated, before, np.nan))


def relief_fraction(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Mean fall as a share of the mean pain before."""
    return 1.0 - fraction_of_baseline(now, before)


def responders_30(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Share of people whose pain fell by at least 30 %."""
    return _share(now <= 0.7 * before, now)


def responders_50(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Share of people whose pain fell by at least 50 %."""
    return _share(now <= 0.5 * before, now)


def pain_free(now: np.ndarray, before: np.ndarray) -> np.ndarray:  # noqa: ARG001
    """Share of people without pain, a rating below 0.5."""
    return _share(now < FREE_OF_PAIN, now)


AT_ONE_TIME: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    one.__name__: one
    for one in (
        nrs, nrs_fall, nrs_fall_median, fraction_of_baseline, relief_fraction, responders_30, responders_50, pain_free
    )
}  # fmt: skip
"""Summaries of ratings at one time."""
OVER_TIME = ("peak_relief_fraction", "auc_nrs_days")
"""Summaries of all ratings until a time."""
QUANTITIES = (*AT_ONE_TIME, *OVER_TIME)
"""Every summary of pain that is predicted."""


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
    if quantity not in QUANTITIES:
        raise InputError(f"The quantity '{quantity}' is not predicted; known are {', '.join(QUANTITIES)}.")
    time = np.asarray(time_h, float)
    end = float(time[-1]) if at_h is None else at_h
    if quantity == "auc_nrs_days":
        return _area(ratings, baseline, time, end)
    if quantity == "peak_relief_fraction":
        return _peak(ratings, baseline, time, end)
    return AT_ONE_TIME[quantity](ratings[row_at(time, end)], baseline)


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
    """Mean over people of the area under the rating from the start to ``end_h``, NRS x days, by trapezoids.

    The baseline stands at the start where nothing was rated then. Gaps are bridged by a straight line and the last
    rating of a person is carried on.
    """
    wanted = time_h <= end_h + SAME_H
    times, values = time_h[wanted], ratings[wanted]
    if not len(times) or times[0] > SAME_H:
        times = np.concatenate([[0.0], times])
        values = np.concatenate([np.broadcast_to(baseline, ratings.shape[1:])[None], values])
    whole = filled(values, times)
    if times[-1] < end_h - SAME_H:
        times, whole = np.append(times, end_h), np.concatenate([whole, whole[-1:]])
    return _mean(np.trapezoid(whole, times / HOURS_PER_DAY, axis=0))


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
    """Mean over people of the largest relief of each until ``end_h``, as a share of the mean baseline."""
    seen = ratings[time_h <= end_h + SAME_H]
    lowest = np.min(np.where(np.isnan(seen), np.inf, seen), axis=0)
    lowest = np.where(np.isfinite(lowest), lowest, np.nan)
    return relief_fraction(lowest, baseline)


def _share(holds: np.ndarray, rated: np.ndarray) -> np.ndarray:
    return _mean(np.where(np.isfinite(rated), holds, np.nan))


def _mean(values: np.ndarray) -> np.ndarray:
    """Mean over people who were rated; nan where nobody was."""
    there = np.isfinite(values)
    people = there.sum(axis=-1)
    total = np.where(there, values, 0.0).sum(axis=-1)
    return np.where(people > 0, total / np.maximum(people, 1), np.nan)
