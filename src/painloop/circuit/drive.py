"""What is left of wind-up under a partial NMDA block: the curve that the slow loop takes from the circuit.

The curve A(B) = 1 / (1 + (B / half)^steepness) is fitted to runs of the network; a library file of kind ``drives``
holds the two numbers, the runs and the command that made them.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from painloop.core.elementary import power


def wind_up_left(block: Array, half: Array | float, steepness: Array | float) -> Array:
    """Wind-up as a fraction of the unblocked one, 1 to 0, for a blocked fraction 0 to 1."""
    return 1.0 / (1.0 + power(jnp.maximum(block, 1e-30) / half, steepness))
