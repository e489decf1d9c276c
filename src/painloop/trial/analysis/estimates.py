"""Estimates with standard error, t, degrees of freedom, p and confidence interval: what every analysis returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from painloop.errors import InputError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Estimates:
    """Estimates of one or many quantities in one or many replicates; all arrays have one shape.

    A replicate that could not be analysed has nan everywhere, and the analysis that made it says why.

    Parameters
    ----------
    estimate, standard_error : in the unit of the outcome. degrees_of_freedom : of the t distribution, infinite for
    a normal one. p : two-sided, of the hypothesis that the quantity is zero. low, high : ends of the interval.
    level : coverage the interval claims, within (0, 1).
    """

    estimate: Array
    standard_error: Array
    degrees_of_freedom: Array
    p: Array
    low: Array
    high: Array
    level: float

    @property
    def t(self) -> Array:
        """Estimate over standard error; zero where both are, as in outcomes that are all alike."""
        return _ratio(self.estimate, self.standard_error)


def t_estimates(estimate: Array, standard_error: Array, degrees: Array, level: float = 0.95) -> Estimates:
    """Estimates whose ratio to their standard error follows t.

    Raises
    ------
    InputError : a level outside (0, 1).
    """
    check_level(level)
    estimate, standard_error, degrees = np.broadcast_arrays(
        np.asarray(estimate, float), np.asarray(standard_error, float), np.asarray(degrees, float)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stdtr(degrees, -np.abs(_ratio(estimate, standard_error)))
        reach = stdtrit(degrees, 0.5 + level / 2) * standard_error
    return Estimates(estimate, standard_error, degrees, p, estimate - reach, estimate + reach, level)


def _ratio(estimate: Array, standard_error: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((estimate == 0) & (standard_error == 0), 0.0, estimate / standard_error)


def check_level(level: float) -> None:
    """Refuses a confidence level outside (0, 1)."""
    if not 0 < level < 1:
        raise InputError(f"A confidence level of {level:g} is not between 0 and 1; 0.95 is usual.")
