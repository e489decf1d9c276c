"""The printed summary that a point of a design expects, for what the rivals share and every placebo probability.

Placebo enters afterwards: each person is looked at as a placebo responder and as none, and the chance that decides
which is compared with the probability (:func:`painloop.outcomes.pain.responder_chance`). Summaries are sums over
people, so both are computed once and added up with the class of each person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from painloop.calibrate.choices import Choices
from painloop.calibrate.courses import CourseOf, Given
from painloop.calibrate.grids import AS_ASSUMED, Shared
from painloop.calibrate.observations import Compared, Datum, FittedTrial
from painloop.outcomes import pain
from painloop.simulation import subjects
from painloop.simulation.subjects import Subjects
from painloop.trial.statistics import statistic

MANY = 4096
"""People whose mean baseline stands for that of a condition."""
OF_MEANS = frozenset({"fraction_of_baseline", "relief_fraction", "peak_relief_fraction"})
"""Quantities that divide a mean by the mean baseline, so that people weigh by their own baseline."""
AREA_AT = (0.0, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0)
"""Where an area is looked at, as shares of its time."""
PEAK_AT = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
"""Where a peak is looked for, as shares of the printed time; and once more after it."""
ACUTE_POINTS_AT_ONCE = 16


def times_of(datum: Datum) -> tuple[float, ...]:
    """When a course has to be looked at for a printed value, h."""
    if datum.quantity == "auc_nrs_days":
        return tuple(round(datum.time_h * share, 4) for share in AREA_AT)
    if datum.quantity == "peak_relief_fraction":
        later = datum.time_h + Choices.load().numbers["peak_after"]
        return (*(round(datum.time_h * share, 4) for share in PEAK_AT), later)
    return (datum.time_h,)


def courses_of(
    trials: Sequence[FittedTrial], compared: Sequence[Compared] = (), also_h: Sequence[float] = ()
) -> tuple[CourseOf, ...]:
    """Each distinct regimen in a condition, once, with all times that are wanted of it.

    ``also_h`` are the times at which regimens are ``compared`` with no drug.
    """
    wanted: dict[tuple[str, str], set[float]] = {}
    for trial in trials:
        for datum in trial.data:
            for arm in (datum.arm, datum.against):
                regimen = trial.arms[arm] if arm else None
                if regimen is not None:
                    wanted.setdefault((regimen, trial.condition), {0.0}).update(times_of(datum))
    for one in compared:
        wanted.setdefault((one.regimen, one.condition), {0.0}).update(also_h)
    return tuple(CourseOf(*key, tuple(sorted(times))) for key, times in wanted.items() if len(times) > 1)


@dataclass(frozen=True)
class People:
    """The people of a trial without drug, as placebo responders and as none.

    Attributes
    ----------
    subjects : (of nobody a responder, of everybody).
    chance : the number that decides who responds, evenly spread but in the order of the people, (persons,).
    rows : who is looked at.
    """

    subjects: tuple[Subjects, Subjects]
    chance: np.ndarray
    seed: int
    rows: np.ndarray
    memory: dict[tuple[float, ...], list[np.ndarray]] = field(default_factory=dict, repr=False, compare=False)
    """Pain without drug at times and a half-life that were asked for before."""

    @classmethod
    def of(
        cls, condition: str, seed: int, count: int, baseline: float | None = None, half: int | None = None
    ) -> People:
        """``count`` people whose mean pain before treatment is that of the trial, or else of the condition.

        Their level in the long run has the mean of many people too, so that few stand for many. ``half`` (0 or 1)
        looks at every second of them only, in the order of who responds.
        """
        drawn, many = (subjects.enrol(condition, seed, 0, people) for people in (count, MANY))
        rank = np.argsort(np.argsort(pain.responder_chance(seed, 0, count)))
        rows = np.arange(count) if half is None else np.flatnonzero(rank % 2 == half)
        moved = 0.0 if baseline is None else baseline - float(many.baseline.mean())
        course = dict(drawn.course)
        for name in ("baseline", "usual"):
            target = float(many.course[name].mean()) + moved
            course[name] = np.clip(course[name] + target - course[name][rows].mean(), 0.0, pain.SCALE)
        effect = drawn.condition.placebo.responder_effect.number
        none, every = (
            replace(
                drawn, baseline=course["baseline"], course=course | {"placebo": np.full(count, size)}
            )
            for size in (0.0, effect)
        )  # fmt: skip
        return cls((none, every), (rank + 0.5) / count, seed, rows)

    @property
    def baseline(self) -> np.ndarray:
        """Pain before treatment, NRS, (persons,)."""
        return self.subjects[0].baseline[self.rows]

    def untreated(self, time_h: np.ndarray, onset_h: float = AS_ASSUMED) -> list[np.ndarray]:
        """Pain without drug of nobody and of everybody a responder, NRS, (times, persons) each.

        ``onset_h``: half-life of the onset of the response; that of the condition file by default.
        """
        asked = (onset_h, *time_h.tolist())
        if asked not in self.memory:
            rate = {} if onset_h == AS_ASSUMED else {"placebo_onset": np.array(np.log(2.0) / onset_h)}
            both = [replace(one, course={**one.course, **rate}) for one in self.subjects]
            self.memory[asked] = [one.untreated(time_h)[:, self.rows].astype(np.float32) for one in both]
        return self.memory[asked]

    def noise(self, time_h: np.ndarray) -> np.ndarray:
        """Scatter of ratings, centred over people, NRS points, (times, persons)."""
        days = np.floor(time_h / 24.0 + 1e-9).astype(int)
        drawn = self.subjects[0].diary_noise(self.seed, int(days[-1]) + 1)
        looked: np.ndarray = drawn[:, self.rows]
        return (looked - looked.mean(axis=1, keepdims=True))[days].astype(np.float32)


def expected(
    datum: Datum,
    people: People,
    given: Mapping[str, Given | None],
    rival: str,
    shared: Shared,
    placebo: np.ndarray,
) -> np.ndarray:
    """The expected value of a printed number, (points, shared, placebo probabilities).

    Parameters
    ----------
    given : arm -> what its course does, ``None`` without drug.
    shared : slopes and onsets.
    placebo : probabilities of a placebo response.

    Returns
    -------
    numpy.ndarray
        Axes of length one where a value does not depend on them; shares lie strictly within 0 and 1.
    """
    found = _arm(datum, people, given[datum.arm], rival, shared, placebo)
    if datum.against is None:
        return found
    return found - _arm(datum, people, given[datum.against], rival, shared, placebo)


def _arm(
    datum: Datum, people: People, given: Given | None, rival: str, shared: Shared, placebo: np.ndarray
) -> np.ndarray:
    found: np.ndarray | None = None
    for onset_h in np.unique(shared.onset_h):
        rows = np.flatnonzero(shared.onset_h == onset_h)
        part = _with_onset(datum, people, given, rival, (shared.slope[rows], float(onset_h)), placebo)
        if found is None:
            found = np.empty((len(part), shared.size, len(placebo)))
        found[:, rows] = part
    assert found is not None
    return found


def _with_onset(
    datum: Datum, people: People, given: Given | None, rival: str, shared: tuple[np.ndarray, float],
    placebo: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """For ``shared`` (slopes, one half-life): (points, slopes, probabilities), one slope where there is no drug."""
    slope, onset_h = shared
    time_h = np.array(times_of(datum))
    untreated, noise = people.untreated(time_h, onset_h), people.noise(time_h)
    responds = (people.chance[people.rows, None] < placebo).astype(np.float32)
    if given is None:
        alike = [one[:, None, None, :] for one in untreated]
        return _summary(datum, people, alike, noise, responds, time_h)
    rows = np.searchsorted(given.time_h, time_h - 1e-9)
    change = given.acute[rows][:, None, None, people.rows] * slope[:, None].astype(np.float32)
    relief = given.relief.get(rival)
    if relief is None:
        relief = np.zeros((1, *given.acute.shape), np.float32)
    kept = relief[:, rows][..., people.rows]
    parts = []
    for first in range(0, len(kept), ACUTE_POINTS_AT_ONCE):
        left = 1.0 - kept[first : first + ACUTE_POINTS_AT_ONCE].transpose(1, 0, 2)[:, :, None, :]
        felt = [one[:, None, None, :] * left + change for one in untreated]
        parts.append(_summary(datum, people, felt, noise, responds, time_h))
    return np.concatenate(parts)


def _summary(
    datum: Datum,
    people: People,
    both: Sequence[np.ndarray],
    noise: np.ndarray,
    responds: np.ndarray,
    time_h: np.ndarray,
) -> np.ndarray:
    """(points, slopes, probabilities) from pain (times, points, slopes, persons) without and with placebo response."""
    rated = [
        np.clip(np.clip(one, 0.0, pain.SCALE) + noise[:, None, None, :], 0.0, pain.SCALE) for one in both
    ]
    if datum.quantity == "nrs_fall_median":
        return _of_the_whole_arm(datum, people, rated, responds, time_h)
    each = [
        statistic(datum.quantity, one[..., None], people.baseline[:, None], time_h, time_h[-1])
        for one in rated
    ]
    weight = people.baseline / people.baseline.sum()
    if datum.quantity not in OF_MEANS:
        weight = np.full(len(weight), 1.0 / len(weight))
    found = (each[0] * weight) @ (1.0 - responds) + (each[1] * weight) @ responds
    if datum.count is not None:
        found = (np.round(found * len(weight)) + 0.5) / (len(weight) + 1.0)
    return np.asarray(found)


def _of_the_whole_arm(
    datum: Datum, people: People, rated: Sequence[np.ndarray], responds: np.ndarray, time_h: np.ndarray
) -> np.ndarray:
    columns = []
    for chosen in responds.T > 0.0:
        mixed = np.where(chosen, rated[1], rated[0])
        columns.append(statistic(datum.quantity, mixed, people.baseline, time_h, time_h[-1]))
    return np.stack(columns, axis=-1)
