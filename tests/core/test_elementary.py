"""The engine's own logarithm: its values and its slope, against the library's."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from painloop.core.elementary import log, power
from painloop.core.startup import configure

configure()
POSITIVE = st.floats(1e-300, 1e300)


@given(POSITIVE)
def test_logarithm_is_that_of_numpy(x: float) -> None:
    np.testing.assert_allclose(float(log(jnp.asarray(x))), np.log(x), rtol=4e-16, atol=4e-16)


@given(POSITIVE)
def test_its_slope_is_one_over_x(x: float) -> None:
    np.testing.assert_allclose(float(jax.grad(log)(x)), 1.0 / x, rtol=1e-15)


def test_what_has_no_logarithm_is_not_a_number() -> None:
    assert np.isnan(np.asarray(log(jnp.array([0.0, -1.0, np.nan])))).all()


@given(st.floats(1e-3, 1e3), st.floats(-4.0, 4.0))
def test_a_power_and_its_slopes(x: float, h: float) -> None:
    by_base, by_exponent = jax.grad(power, argnums=(0, 1))(x, h)
    np.testing.assert_allclose(float(power(jnp.asarray(x), h)), x**h, rtol=1e-13)
    np.testing.assert_allclose(float(by_base), h * x ** (h - 1.0), rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(float(by_exponent), x**h * np.log(x), rtol=1e-12, atol=1e-300)
