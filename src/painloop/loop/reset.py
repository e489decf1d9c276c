"""How long a constant block must last until a sensitized person stays well: the reset map.

Under a constant block the gain falls along one line, so the time to the watershed is an integral:
t = integral from separatrix to start of dg / (-g'). Early potentiation must be off (kappa_e 0), as in patients.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from painloop.circuit.drive import wind_up_left
from painloop.core.startup import configure
from painloop.errors import InputError
from painloop.library.schema.effects import Effect
from painloop.loop.gain import HOURS_PER_DAY, Constants
from painloop.loop.steady_states import potentiated, sensitized, separatrix

_POINTS = 2001


def from_circuit(block: np.ndarray, curve: Effect) -> np.ndarray:
    """Wind-up left by the curve that was learnt from the circuit."""
    configure()
    p = curve.parameters
    return np.asarray(wind_up_left(jnp.asarray(block, dtype=float), p["half"].number, p["steepness"].number))


def reset_days(block: np.ndarray, left: np.ndarray, person_input: float, k: Constants) -> np.ndarray:
    """Days of constant block until the gain crosses the separatrix.

    Parameters
    ----------
    block : (points,), blocked fraction, 0 to 1.
    left : (points,), wind-up that it leaves, 1 to 0.
    person_input : N; at or below the upper fold, else no reset exists.

    Returns
    -------
    numpy.ndarray
        (points,), d; infinite where the block is too weak or the input allows no second state.

    Raises
    ------
    InputError : early potentiation is on.
    """
    if k.kappa_e != 0.0:
        raise InputError(f"The reset map knows no early potentiation; set kappa_e {k.kappa_e:g} to 0.")
    block, left = np.atleast_1d(np.asarray(block, float)), np.atleast_1d(np.asarray(left, float))
    watershed = float(separatrix(np.array([person_input]), k)[0])
    if not np.isfinite(watershed):
        return np.full(block.shape, np.inf)
    start = float(sensitized(np.array([person_input]), k)[0])
    gain = np.linspace(watershed, start, _POINTS)[:, None]
    relative = (block / k.B50) ** k.m
    loss = k.k_dn * relative / (1.0 + relative) + k.k_0
    drive = left * person_input * (1.0 + k.kappa * (0.0 if k.frozen else gain))
    fall = loss * gain - k.k_up * potentiated(drive, k) * (1.0 - gain)
    crosses = (fall > 0.0).all(axis=0)
    pace = 1.0 / np.where(crosses, fall, 1.0)
    hours = np.trapezoid(pace, gain, axis=0)
    return np.where(crosses, hours / HOURS_PER_DAY, np.inf)
