"""Points of a wide design over the priors of a rival: simulated once, weighed ever after.

A prior is normal on the log or logit scale with the published interval of the parameter as its middle part. Points are
a scrambled Sobol sequence (Sobol' 1967, doi:10.1016/0041-5553(67)90144-9) through the normal quantiles; a second wave
is laid around a first answer, and every point then carries prior density over the density of the mixture of both waves.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, logsumexp, ndtri
from scipy.stats import qmc

from painloop import library
from painloop.calibrate.choices import Choices, Movable
from painloop.library.schema.base import Value
from painloop.loop.rivals import RIVALS

WIDER = 1.5
"""Spread of the second wave over that of the first answer: its points must reach beyond it."""


@dataclass(frozen=True)
class Prior:
    """One parameter: value = inverse scale(centre + spread z), z standard normal. ``saw`` names what it was set on."""

    name: str
    scale: str
    centre: float
    spread: float
    saw: tuple[str, ...]

    def value(self, z: np.ndarray) -> np.ndarray:
        """The parameter in the unit of its file."""
        moved = self.centre + self.spread * z
        return np.asarray(np.exp(moved) if self.scale == "log" else expit(moved))


@dataclass(frozen=True)
class Design:
    """Points of one rival.

    Attributes
    ----------
    z : (points, parameters), standard normal under the prior.
    log_weight : (points,), of the prior at each point; they sum to one.
    """

    rival: str
    priors: tuple[Prior, ...]
    z: np.ndarray
    log_weight: np.ndarray

    @property
    def size(self) -> int:
        """Number of points."""
        return len(self.z)

    @property
    def names(self) -> tuple[str, ...]:
        """Such as ``effect_delay.C50``."""
        return tuple(f"{self.rival}.{one.name}" for one in self.priors)

    @property
    def values(self) -> np.ndarray:
        """(points, parameters), in the units of the library."""
        columns = [one.value(self.z[:, k]) for k, one in enumerate(self.priors)]
        return np.stack(columns, axis=1) if columns else np.zeros((self.size, 0))


def priors(rival: str, fitted: Collection[str] = (), choices: Choices | None = None) -> tuple[Prior, ...]:
    """The priors of a rival; published intervals from the trials ``fitted`` are widened, or data would count twice."""
    chosen = choices or Choices.load()
    entry = library.load("loop", RIVALS[rival].file)
    return tuple(_prior(entry.parameters[one.name], one, fitted, chosen) for one in chosen.rivals[rival])


def _prior(value: Value, one: Movable, fitted: Collection[str], choices: Choices) -> Prior:
    low, high, inside = _interval(value, one, choices)
    to = np.log if one.scale == "log" else logit
    width = float(ndtri(0.5 + inside / 2.0))
    spread = float(to(high) - to(low)) / (2.0 * width)
    saw = value.fitted_on or ()
    seen = (saw,) if isinstance(saw, str) else tuple(saw)
    if one.interval is None and set(seen) & set(fitted):
        spread *= choices.numbers["widening"]
    return Prior(one.name, one.scale, float(to(value.number)), spread, seen)


def _interval(value: Value, one: Movable, choices: Choices) -> tuple[float, float, float]:
    """Low and high end, and the probability that lies between."""
    if one.interval is not None:
        return (*one.interval, choices.numbers["interval_of_a_range"])
    if value.ci95 is not None:
        return (*value.ci95, 0.95)
    if value.range is not None:
        return (*value.range, choices.numbers["interval_of_a_range"])
    if value.se is not None:
        slope = 1.0 / value.number if one.scale == "log" else 1.0 / (value.number * (1.0 - value.number))
        middle = float(np.log(value.number) if one.scale == "log" else logit(value.number))
        back = np.exp if one.scale == "log" else expit
        reach = float(ndtri(0.975)) * value.se * slope
        return float(back(middle - reach)), float(back(middle + reach)), 0.95
    raise ValueError(f"the parameter {one.name} has no interval; give one in library/limits/calibration.yaml")


def first_wave(rival: str, points: int, fitted: Collection[str] = (), seed: int = 1) -> Design:
    """``points`` of a Sobol sequence over the priors; a rival without parameters has one point."""
    known = priors(rival, fitted)
    if not known:
        return Design(rival, (), np.zeros((1, 0)), np.zeros(1))
    z = _sobol(points, len(known), seed)
    return Design(rival, known, z, np.full(points, -np.log(points)))


def second_wave(first: Design, weight: np.ndarray, points: int, seed: int = 2) -> Design:
    """The first wave and ``points`` more around its answer ``weight`` (points,), weighed as one mixture."""
    if not first.priors:
        return first
    dimensions = first.z.shape[1]
    centre = weight @ first.z
    off = first.z - centre
    shrunk = (off * weight[:, None]).T @ off + 0.01 * np.eye(dimensions)
    root = WIDER * np.linalg.cholesky(shrunk)
    z = np.concatenate([first.z, centre + _sobol(points, dimensions, seed) @ root.T])
    prior = _log_normal(z)
    around = _log_normal(np.linalg.solve(root, (z - centre).T).T) - np.log(np.diag(root)).sum()
    shares = np.log(np.array([first.size, points]) / (first.size + points))
    mixed = logsumexp(np.stack([shares[0] + prior, shares[1] + around]), axis=0)
    ratio = prior - mixed
    return Design(first.rival, first.priors, z, ratio - logsumexp(ratio))


def _sobol(points: int, dimensions: int, seed: int) -> np.ndarray:
    drawn = qmc.Sobol(dimensions, scramble=True, rng=seed).random_base2(int(np.ceil(np.log2(max(points, 2)))))
    return np.asarray(ndtri(np.clip(drawn[:points], 1e-12, 1.0 - 1e-12)))


def _log_normal(z: np.ndarray) -> np.ndarray:
    return np.asarray(-0.5 * (z**2).sum(axis=1) - 0.5 * z.shape[1] * np.log(2.0 * np.pi))
