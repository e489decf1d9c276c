"""Pain of a person over weeks: baseline, regression to the mean, placebo, acute analgesia, lasting relief, ratings.

pain(t) = level(t) * (1 - placebo(t)) * (1 - relief(t)) + acute(t), kept within 0 and 10. The rating adds noise that
is alike from day to day and kept within the scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax import Array
from scipy.special import ndtri

from painloop.core.dynamics import Parameters
from painloop.library.schema.conditions import Condition, Distribution
from painloop.library.schema.effects import Outcome
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
) -> dict[str, np.ndarray]:
    """Parameters per person for :func:`without_drug`, (patients,) each.

    The baseline is drawn among those whom a trial lets in; regression to the mean follows from the stability of
    ratings: long-run level = m + r (baseline - m) + scatter, m the mean before selection.
    """
    b = condition.baseline
    distribution = Distribution(
        mean=b.mean.number, sd=b.sd.number, low=b.entry_threshold.number, high=SCALE,
        unit="NRS", confidence="derived", source=condition.id,
    )  # fmt: skip
    r = condition.regression_to_the_mean.stability_r.number
    if typical:
        baseline = np.full(count, b.mean.number)
        usual = baseline.copy()
        responder = np.zeros(count)
        share = np.full(count, condition.placebo.responder_probability.number)
    else:
        baseline = truncated_normal(distribution, uniform(seed, "pain:baseline", start, count))
        middle = untruncated_mean(distribution)
        scatter = b.sd.number * np.sqrt(r * (1.0 - r)) * normal(seed, "pain:usual", start, count)
        usual = np.clip(middle + r * (baseline - middle) + scatter, 0.0, SCALE)
        responder = uniform(seed, "pain:responder", start, count)
        share = (responder < condition.placebo.responder_probability.number).astype(float)
    if fixed.baseline is not None:
        usual = usual + (fixed.baseline - baseline)
        baseline = np.full(count, fixed.baseline)
    lasting = condition.placebo.persistence_half_life_d.value
    return {
        "baseline": baseline,
        "usual": np.clip(usual, 0.0, SCALE),
        "placebo": share * condition.placebo.responder_effect.number,
        "placebo_onset": np.full(
            count, np.log(2.0) / (condition.placebo.onset_half_life_d.number * HOURS_PER_DAY)
        ),
        "placebo_loss": np.full(count, 0.0 if lasting is None else np.log(2.0) / (lasting * HOURS_PER_DAY)),
        "drift": np.full(
            count, condition.natural_course.drift_per_week.number / (DAYS_PER_WEEK * HOURS_PER_DAY)
        ),
        "settling": np.full(count, -np.log(noise.parameters["autocorrelation_1d"].number) / HOURS_PER_DAY),
    }


def responder_chance(seed: int, start: int, count: int) -> np.ndarray:
    """The uniform number that decides who responds: to placebo below one probability, to ketamine below another."""
    return uniform(seed, "pain:responder", start, count)


def without_drug(time: Array, p: Parameters) -> Array:
    """Pain of an untreated person who believes to be treated, NRS points, before bounds."""
    level = p["usual"] + (p["baseline"] - p["usual"]) * jnp.exp(-p["settling"] * time) + p["drift"] * time
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
