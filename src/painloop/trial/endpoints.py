"""What each endpoint of a trial is in one person: a number a period, nan where it is missing.

The estimand decides which ratings are read. ``treatment_policy`` reads every rating that was made, rescue included;
``while_on_treatment`` carries on the last rating before someone left or took rescue. A responder is someone who was
rated: people without a rating are left to the analysis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from painloop.errors import InputError
from painloop.library.schema.trials import TrialEndpoint
from painloop.trial.analysis.returns import restricted_mean
from painloop.trial.conducted import Conducted

Array = NDArray[np.float64]

UNITS = {
    "nrs": "NRS points",
    "nrs_change": "NRS points",
    "responder_30": "share",
    "responder_50": "share",
    "time_to_return": "days",
    "auc": "NRS × days",
    "mme": "MME/d",
    "adverse_event": "share",
}
"""Unit of each quantity."""
RESPONSE = {"responder_30": 0.3, "responder_50": 0.5}
"""Share of the baseline by which pain must have fallen."""


@dataclass(frozen=True)
class Times:
    """Time to return of pain in those whose pain had fallen, days, (R, n); nan for everyone else."""

    day: Array
    returned: NDArray[np.bool_]


def is_followed(conducted: Conducted, endpoint: TrialEndpoint) -> bool:
    """Whether the trial records what the endpoint needs; opioid use and some side effects are not predicted."""
    if endpoint.quantity == "mme":
        return conducted.mme is not None
    return endpoint.event is None or endpoint.event in conducted.events


def ratings(conducted: Conducted, strategy: str) -> Array:
    """Ratings that the estimand reads, NRS, (R, n, periods, visits)."""
    return conducted.rating if strategy == "treatment_policy" else conducted.on_treatment


def values(conducted: Conducted, endpoint: TrialEndpoint, strategy: str) -> Array:
    """The endpoint of each person, (R, n, periods).

    Raises
    ------
    InputError : the trial does not record what the endpoint needs.
    """
    visit = conducted.protocol.visit(endpoint.visit)
    if endpoint.quantity == "auc":
        return conducted.area
    if endpoint.quantity == "mme":
        return _opioid(conducted, endpoint, strategy)[..., visit]
    if endpoint.quantity == "adverse_event":
        return _event(conducted, endpoint)
    if endpoint.quantity == "time_to_return":
        return times(conducted, endpoint, strategy).day[..., None]
    now, before = ratings(conducted, strategy)[..., visit], conducted.before
    if endpoint.quantity == "nrs":
        return now
    if endpoint.quantity == "nrs_change":
        return now - before
    response = 1.0 * (now <= (1.0 - RESPONSE[endpoint.quantity]) * before)
    return np.where(np.isfinite(now), response, np.nan)


def times(conducted: Conducted, endpoint: TrialEndpoint, strategy: str) -> Times:
    """Days from the first visit with pain below the threshold to the first later one above it, or to the last rating.

    Only the first period counts. People who never had a rating below the threshold are left out.
    """
    now = ratings(conducted, strategy)[:, :, 0, :]
    limit = (endpoint.above or 1.0) * conducted.baseline[..., None]
    day = conducted.protocol.visit_days
    rated = np.isfinite(now)
    below = rated & (now < limit)
    fallen = below.any(axis=-1)
    start = np.argmax(below, axis=-1)
    back = rated & ~below & (np.arange(len(day)) > start[..., None])
    returned = back.any(axis=-1) & fallen
    last = len(day) - 1 - np.argmax(rated[..., ::-1], axis=-1)
    end = np.where(returned, np.argmax(back, axis=-1), last)
    return Times(np.where(fallen, day[end] - day[start], np.nan), returned)


def by_arm(conducted: Conducted, endpoint: TrialEndpoint, strategy: str) -> Array:
    """Mean of each arm (a share for what is yes or no), (R, arms); nan where nobody is known.

    Of times it is the mean up to the last visit, under the curve of Kaplan and Meier, because a median may not be
    reached.
    """
    if endpoint.quantity == "time_to_return":
        return _mean_times(conducted, times(conducted, endpoint, strategy))
    return arm_means(conducted, values(conducted, endpoint, strategy))


def arm_means(conducted: Conducted, of_people: Array) -> Array:
    """Mean over the persons (and periods) of each arm who are known, (R, arms, ...), of (R, n, periods, ...)."""
    extra = (1,) * (of_people.ndim - 3)
    found = []
    for arm in range(len(conducted.protocol.arms)):
        there = (conducted.arm == arm).reshape(*conducted.arm.shape, *extra) & np.isfinite(of_people)
        people = there.sum(axis=(1, 2))
        total = np.where(there, of_people, 0.0).sum(axis=(1, 2))
        found.append(np.where(people > 0, total / np.maximum(people, 1), np.nan))
    return np.stack(found, axis=1)


def _mean_times(conducted: Conducted, seen: Times) -> Array:
    horizon = float(conducted.protocol.visit_days[-1])
    found = np.full((len(conducted.arm), len(conducted.protocol.arms)), np.nan)
    for replicate, arm in np.ndindex(*found.shape):
        these = (conducted.arm[replicate, :, 0] == arm) & np.isfinite(seen.day[replicate])
        if these.any():
            day, returned = seen.day[replicate][these], seen.returned[replicate][these]
            found[replicate, arm] = restricted_mean(day, returned, horizon)[0]
    return found


def _opioid(conducted: Conducted, endpoint: TrialEndpoint, strategy: str) -> Array:
    found = conducted.mme if strategy == "treatment_policy" else conducted.mme_on_treatment
    if found is None:
        raise InputError(
            f"The endpoint '{endpoint.name}' needs opioid use, which this trial does not follow; leave it out."
        )
    return found


def _event(conducted: Conducted, endpoint: TrialEndpoint) -> Array:
    assert endpoint.event is not None
    if endpoint.event not in conducted.events:
        known = ", ".join(conducted.events) or "none"
        raise InputError(
            f"The endpoint '{endpoint.name}' needs the event {endpoint.event}, "
            f"which is not followed here; known are {known}."
        )
    return conducted.events[endpoint.event].astype(float)
