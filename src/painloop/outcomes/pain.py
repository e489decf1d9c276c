"""Pain of a person over weeks: baseline, regression to the mean, placebo, acute analgesia, lasting relief, ratings.

pain(t) = level(t) * (1 - placebo(t)) * (1 - relief(t)) + acute(t), kept within 0 and 10. The level of acute pain halves
with the half-life of its condition. The rating adds noise that is alike from day to day and kept within the scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.special import ndtri

from painloop.core.dynamics import Drawn, Parameters
from painloop.library.schema.conditions import Condition, Distribution, NaturalCourse, Placebo
from painloop.library.schema.effects import Outcome
from painloop.outcomes.expectation import Expectation, placebo_responder_probability
from painloop.patient.population import truncated_normal, untruncated_mean
from painloop.patient.streams import normal, uniform

SCALE = 10.0
"""Top of the numeric rating scale."""
HOURS_PER_DAY = 24.0
DAYS_PER_WEEK = 7.0


@dataclass(frozen=True)
class Fixed:
    """What a user sets for everyone instead of drawing it."""

    baseline: float | None = None


def draw(
    condition: Condition,
    noise: Outcome,
    seed: int,
    start: int,
    count: int,
    typical: bool,
    fixed: Fixed = Fixed(),
    expectation: Expectation | None = None,
) -> dict[str, Drawn]:
    """Parameters per person for :func:`without_drug`, (patients,) each.

    ``expectation`` shifts how many respond to placebo when the drug is felt; none shifts nothing.

    The baseline is drawn among those whom a trial lets in; regression to the mean follows from the stability of
    ratings: long-run level = m + r (baseline - m) + scatter, m the mean before selection.
    """
    baseline, usual = _levels(condition, seed, start, count, typical)
    if fixed.baseline is not None:
        usual = usual + (fixed.baseline - baseline)
        baseline = np.full(count, fixed.baseline)
    settling = -np.log(noise.parameters["autocorrelation_1d"].number) / HOURS_PER_DAY
    return {
        "baseline": baseline,
        "usual": np.clip(usual, 0.0, SCALE),
        "settling": float(settling),
        **_placebo(condition.placebo, seed, start, count, typical, expectation or Expectation()),
        **_natural_course(condition.natural_course),
    }


def _levels(
    condition: Condition, seed: int, start: int, count: int, typical: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Pain on entry and in the long run, NRS points, (patients,) each."""
    b = condition.baseline
    distribution = Distribution(
        mean=b.mean.number, sd=b.sd.number, low=b.entry_threshold.number, high=SCALE,
        unit="NRS", confidence="derived", source=condition.id,
    )  # fmt: skip
    if typical:
        baseline = np.full(count, b.mean.number)
        return baseline, baseline.copy()
    r = condition.regression_to_the_mean.stability_r.number
    baseline = truncated_normal(distribution, uniform(seed, "pain:baseline", start, count))
    middle = untruncated_mean(distribution)
    scatter = b.sd.number * np.sqrt(r * (1.0 - r)) * normal(seed, "pain:usual", start, count)
    return baseline, np.clip(middle + r * (baseline - middle) + scatter, 0.0, SCALE)


def _placebo(
    placebo: Placebo, seed: int, start: int, count: int, typical: bool, expectation: Expectation
) -> dict[str, Drawn]:
    """Size (fraction of the level) and rates (1/h) of the placebo response; the typical person has the mean."""
    probability = placebo_responder_probability(
        placebo.responder_probability.number, expectation.unblinding, expectation.treated
    )
    share = np.full(count, probability)
    if not typical:
        share = (responder_chance(seed, start, count) < probability).astype(float)
    lasting = placebo.persistence_half_life_d.value
    return {
        "placebo": share * placebo.responder_effect.number,
        "placebo_onset": _rate(placebo.onset_half_life_d.number),
        "placebo_loss": 0.0 if lasting is None else _rate(lasting),
    }


def _natural_course(course: NaturalCourse) -> dict[str, float]:
    """Drift (NRS points per hour) and healing (1/h) without any treatment."""
    healing = course.resolution_half_life_d
    return {
        "drift": course.drift_per_week.number / (DAYS_PER_WEEK * HOURS_PER_DAY),
        "healing": 0.0 if healing is None else _rate(healing.number),
    }


def _rate(half_life_d: float) -> float:
    """Rate, 1/h, of a half-life in days."""
    return float(np.log(2.0) / (half_life_d * HOURS_PER_DAY))


def effect_scale(condition: Condition, seed: int, start: int, count: int, typical: bool) -> np.ndarray:
    """What lasting relief and acute change are multiplied by, (patients,): even between the ends of the condition file.

    1 for everyone where systemic ketamine was studied. Where it was not, nothing is borrowed: the ends lie evenly
    about 0, the scale of the typical person is the middle, and a person's may be negative (ketamine makes it worse).
    """
    effect = condition.ketamine_effect
    where = np.full(count, 0.5) if typical else uniform(seed, "effect:scale", start, count)
    return effect.scale_low + (effect.scale_high - effect.scale_low) * where


def of_the_first_day(p: Mapping[str, Drawn]) -> dict[str, Drawn]:
    """The same persons with the pain of the first day kept, without placebo: a scenario moves it instead."""
    still: dict[str, Drawn] = dict.fromkeys(("placebo", "drift", "healing"), 0.0)
    return dict(p) | still | {"usual": p["baseline"]}


def responder_chance(seed: int, start: int, count: int) -> np.ndarray:
    """The uniform number that decides who responds: to placebo below one probability, to ketamine below another."""
    return uniform(seed, "pain:responder", start, count)


def without_drug(time: Array, p: Parameters) -> Array:
    """Pain of an untreated person who believes to be treated, NRS points, before bounds."""
    level = p["usual"] + (p["baseline"] - p["usual"]) * jnp.exp(-p["settling"] * time)
    if "healing" in p:
        level = level * jnp.exp(-p["healing"] * time)
    level = level + p["drift"] * time
    placebo = p["placebo"] * (1.0 - jnp.exp(-p["placebo_onset"] * time)) * jnp.exp(-p["placebo_loss"] * time)
    return level * (1.0 - placebo)


def with_drug(untreated: Array, relief: Array, acute: Array) -> Array:
    """Pain with lasting relief (fraction) and an acute change (NRS points), within the scale."""
    return jnp.clip(untreated * (1.0 - relief) + acute, 0.0, SCALE)


def rating_noise(noise: Outcome, seed: int, start: int, count: int, days: int) -> np.ndarray:
    """Day-to-day scatter of ratings before bounds, (days, patients), NRS points.

    A first-order autoregression, stationary from the first day, with a spread of each person's own: log-normal
    with the published mean over people.
    """
    p = noise.parameters
    variance = noise.iiv[0].omega2[0][0]
    own = p["within_person_sd"].number * np.exp(
        np.sqrt(variance) * ndtri(uniform(seed, "rating:sd", start, count)) - variance / 2.0
    )
    rho = p["autocorrelation_1d"].number
    out = np.empty((days, count))
    out[0] = normal(seed, "rating:0", start, count)
    for day in range(1, days):
        out[day] = rho * out[day - 1] + np.sqrt(1.0 - rho * rho) * normal(seed, f"rating:{day}", start, count)
    return out * own
