"""Virtual people: body weight, age and sex, drawn from what a source says of its patients, or one given person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq
from scipy.stats import truncnorm

from painloop.library.schema.conditions import Distribution, Person
from painloop.patient.streams import uniform


@dataclass(frozen=True)
class People:
    """A stretch of a population, patients ``start`` to ``start + size - 1``.

    Attributes
    ----------
    start : index of the first patient.
    weight_kg, age_y : (patients,).
    female, asian, japanese : (patients,), 0 or 1.
    """

    start: int
    weight_kg: np.ndarray
    age_y: np.ndarray
    female: np.ndarray
    asian: np.ndarray
    japanese: np.ndarray

    @property
    def size(self) -> int:
        """Number of patients."""
        return len(self.weight_kg)

    def covariates(self) -> dict[str, np.ndarray]:
        """Under the names that library files use."""
        return {
            "WT": self.weight_kg,
            "AGE": self.age_y,
            "FEMALE": self.female,
            "ASIAN": self.asian,
            "JAPANESE": self.japanese,
        }


def alike(
    count: int,
    weight_kg: float,
    age_y: float,
    female: bool = False,
    asian: bool = False,
    japanese: bool = False,
) -> People:
    """``count`` people of the same body, who differ only in what models call variability."""

    def all_of(value: float) -> np.ndarray:
        return np.full(count, float(value))

    return People(
        0, all_of(weight_kg), all_of(age_y), all_of(female), all_of(asian or japanese), all_of(japanese)
    )


def draw(
    person: Person,
    seed: int,
    start: int,
    count: int,
    *,
    weight_kg: float | None = None,
    age_y: float | None = None,
) -> People:
    """People of a condition; a weight or an age that is given holds for all of them.

    Parameters
    ----------
    person : the distributions of a condition file.
    seed, start, count : see :func:`painloop.patient.streams.uniform`.
    """

    def of(distribution: Distribution, name: str, given: float | None) -> np.ndarray:
        if given is not None:
            return np.full(count, float(given))
        return truncated_normal(distribution, uniform(seed, f"person:{name}", start, count))

    female = uniform(seed, "person:female", start, count) < person.female.number
    none = np.zeros(count)
    return People(
        start,
        of(person.weight_kg, "weight", weight_kg),
        of(person.age_y, "age", age_y),
        female.astype(float),
        none,
        none,
    )


def truncated_normal(distribution: Distribution, quantile: np.ndarray) -> np.ndarray:
    """Values of a normal cut at ``low`` and ``high`` whose mean *after* the cut is the published one.

    The standard deviation before the cut is the published one; after it the spread is smaller, and where the
    limits are tight it cannot reach what was published.
    """
    d = distribution
    location = _location(d.mean, d.sd, d.low, d.high)
    a, b = (d.low - location) / d.sd, (d.high - location) / d.sd
    return np.asarray(truncnorm.ppf(quantile, a, b, loc=location, scale=d.sd))


@lru_cache(maxsize=256)
def _location(mean: float, sd: float, low: float, high: float) -> float:
    def excess(location: float) -> float:
        return (
            float(truncnorm.mean((low - location) / sd, (high - location) / sd, loc=location, scale=sd))
            - mean
        )

    reach = 30.0 * sd
    return float(brentq(excess, mean - reach, mean + reach))


def untruncated_mean(distribution: Distribution) -> float:
    """Mean of the normal before the cut, so that it is the published one after it."""
    d = distribution
    return _location(d.mean, d.sd, d.low, d.high)
