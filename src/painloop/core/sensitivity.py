"""Exact derivatives of a course with respect to parameters, by forward mode, for one or a few patients.

Forward mode goes through the very program that simulates; its cost grows with the number of parameters, which suits
one patient. Reverse mode does not pass through loops of varying length and is not offered.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from painloop.core.arrays import lay_out_plainly
from painloop.core.course import Doses
from painloop.core.grid import Grid
from painloop.core.model import Cohort, Model
from painloop.core.program import integrate

Entries = Callable[[Array], Array]
Named = Callable[[Array], dict[str, Array]]


def jacobian(
    model: Model, grid: Grid, doses: Doses, theta: np.ndarray, entries: Entries, parameters: Named
) -> tuple[np.ndarray, ...]:
    """Derivatives of every quantity with respect to ``theta``.

    Parameters
    ----------
    theta : (parameters,).
    entries : theta -> entries of A, (entries, patients), 1/h, in JAX operations.
    parameters : theta -> parameters of dynamics and observations, name -> (patients,), in JAX operations.

    Returns
    -------
    tuple of numpy.ndarray
        One (rows, patients, parameters) array per quantity.
    """
    here = Cohort(
        np.asarray(entries(jnp.asarray(theta))),
        {name: np.asarray(value) for name, value in parameters(jnp.asarray(theta)).items()},
    )
    shared, own = lay_out_plainly(model, grid, doses, here)

    def quantities(at: Array) -> tuple[Array, ...]:
        moved = own | {"values": entries(at), "parameters": parameters(at)}
        result: tuple[Array, ...] = integrate(model, len(shared["output"]), "trajectory", shared, moved)[0]
        return result

    derivatives = jax.jit(jax.jacfwd(quantities))(jnp.asarray(theta))
    return tuple(np.asarray(d)[: len(grid.output_h)] for d in derivatives)
