"""The printed summary that a point of a design expects, for every acute slope and every placebo probability.

Placebo enters afterwards: each person is looked at as a placebo responder and as none, and the chance that decides
which is compared with the probability (:func:`painloop.outcomes.pain.responder_chance`). Summaries are sums over
people, so both are computed once and added up with the class of each person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from painloop.calibrate.choices import Choices
from painloop.calibrate.courses import CourseOf, Given
from painloop.calibrate.observations import Compared, Datum, FittedTrial
from painloop.library.schema.conditions import Condition
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

    def untreated(self, time_h: np.ndarray) -> list[np.ndarray]:
        """Pain without drug of nobody and of everybody a responder, NRS, (times, persons) each."""
        return [one.untreated(time_h)[:, self.rows].astype(np.float32) for one in self.subjects]

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
    acute: np.ndarray,
    placebo: np.ndarray,
) -> np.ndarray:
    """The expected value of a printed number, (points, acute slopes, placebo probabilities).

    Parameters
    ----------
    given : arm -> what its course does, ``None`` without drug.
    acute : multiples of the library's slope.
    placebo : probabilities of a placebo response.

    Returns
    -------
    numpy.ndarray
        Axes of length one where a value does not depend on them; shares lie strictly within 0 and 1.
    """
    found = _arm(datum, people, given[datum.arm], rival, acute, placebo)
    if datum.against is None:
        return found
    return found - _arm(datum, people, given[datum.against], rival, acute, placebo)


def _arm(
    datum: Datum, people: People, given: Given | None, rival: str, acute: np.ndarray, placebo: np.ndarray
) -> np.ndarray:
    time_h = np.array(times_of(datum))
    untreated, noise = people.untreated(time_h), people.noise(time_h)
    responds = (people.chance[people.rows, None] < placebo).astype(np.float32)
    if given is None:
        alike = [one[:, None, None, :] for one in untreated]
        return _summary(datum, people, alike, noise, responds, time_h)
    rows = np.searchsorted(given.time_h, time_h - 1e-9)
    change = given.acute[rows][:, None, None, people.rows] * acute[:, None].astype(np.float32)
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


def acute_grid() -> tuple[np.ndarray, np.ndarray]:
    """Multiples of the library's slope, and their prior: 1 is likeliest, wide downwards on the log scale."""
    numbers, points = Choices.load().numbers, Choices.load().grids["acute"]
    scale = np.geomspace(numbers["acute_lowest"], numbers["acute_highest"], points)
    off = np.log(scale)
    spread = np.where(off > 0.0, numbers["acute_spread_up"], numbers["acute_spread_down"])
    return scale, _log_shares(-0.5 * (off / spread) ** 2)


def placebo_grid(condition: Condition) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of a placebo response, and their prior: logit-normal about that of the condition file."""
    numbers, points = Choices.load().numbers, Choices.load().grids["placebo"]
    value = condition.placebo.responder_probability
    p = value.number
    centre, spread = np.log(p / (1.0 - p)), numbers["placebo_unknown_spread"]
    if value.se is not None:
        spread = max(value.se / (p * (1.0 - p)), numbers["placebo_least_spread"])
    elif value.ci95 is not None:
        low, high = (np.log(one / (1.0 - one)) for one in value.ci95)
        spread = max((high - low) / (2.0 * 1.959964), numbers["placebo_least_spread"])
    z = np.linspace(-2.5, 2.5, points)
    return 1.0 / (1.0 + np.exp(-(centre + spread * z))), _log_shares(-0.5 * z**2)


def spread_grid(scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Standard deviations between trials and their half-normal prior, by trapezoids."""
    tau = np.linspace(0.0, 3.0 * scale, Choices.load().grids["spreads"])
    log_density = -0.5 * (tau / scale) ** 2
    log_density[[0, -1]] -= np.log(2.0)
    return tau, _log_shares(log_density)


def _log_shares(log_density: np.ndarray) -> np.ndarray:
    return np.asarray(log_density - np.log(np.exp(log_density).sum()))
