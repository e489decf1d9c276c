"""Grids of what needs no simulation: acute slope, onset and probability of placebo responses, spreads between trials.

The condition files assume a half-life of the onset of the placebo response (days). Arms without drug have eased within
the hour (Max 1995, Kvarnström 2003), and what placebo does not explain there falls to the drug; so the half-life is
weighed like the slope, with one value for all conditions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from painloop.calibrate.choices import Choices
from painloop.library.schema.conditions import Condition

AS_ASSUMED = 0.0
"""In place of a half-life: that of the condition file."""


@dataclass(frozen=True)
class Shared:
    """Points of a grid, (points,) each.

    Attributes
    ----------
    slope : multiple of the library's slope of acute analgesia.
    onset_h : half-life of the onset of the placebo response, h, or :data:`AS_ASSUMED`.
    log_prior : log of the prior share.
    """

    slope: np.ndarray
    onset_h: np.ndarray
    log_prior: np.ndarray

    @property
    def size(self) -> int:
        """Number of points."""
        return len(self.slope)

    def at(self, rows: np.ndarray) -> Shared:
        """Some points."""
        return Shared(self.slope[rows], self.onset_h[rows], self.log_prior[rows])


def shared_grid(assumed: bool = False) -> Shared:
    """Every slope with every half-life; slopes alone where the onset is ``assumed`` as in the condition files."""
    slope, log_slope = _slopes()
    onset_h = np.array([AS_ASSUMED]) if assumed else _onsets()
    log_onset = np.full(len(onset_h), -np.log(len(onset_h)))
    return Shared(
        np.repeat(slope, len(onset_h)),
        np.tile(onset_h, len(slope)),
        (log_slope[:, None] + log_onset).ravel(),
    )


def _slopes() -> tuple[np.ndarray, np.ndarray]:
    """Multiples of the library's slope: 1 is likeliest, wide downwards on the log scale."""
    numbers, points = Choices.load().numbers, Choices.load().grids["acute"]
    scale = np.geomspace(numbers["acute_lowest"], numbers["acute_highest"], points)
    off = np.log(scale)
    spread = np.where(off > 0.0, numbers["acute_spread_up"], numbers["acute_spread_down"])
    log_density = -0.5 * (off / spread) ** 2
    return scale, _log_shares(log_density)


def _onsets() -> np.ndarray:
    """Half-lives, h, even on the log scale."""
    numbers, points = Choices.load().numbers, Choices.load().grids["onset"]
    return np.geomspace(numbers["onset_shortest"], numbers["onset_longest"], points)


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
