"""The nonlinear part: accuracy against DOP853 on the benchmark's patients, error by halving, exact derivatives."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import pytest

import crps_90d_problem as problem
import crps_90d_reference as dop853
import engine_crps_90d as engine
from painloop.core import grid as grids
from painloop.core.accuracy import simulate_within
from painloop.core.engine import simulate
from painloop.core.sensitivity import jacobian


def test_benchmark_patients_are_within_one_millionth_of_dop853(monkeypatch: pytest.MonkeyPatch) -> None:
    """DOP853 at 1e-12, steps capped at 0.25 h: its own error is near 1e-9. All 100 are checked by make bench."""
    monkeypatch.setattr(dop853, "_compiled", lambda: problem.derivative)
    theta = problem.population(3)
    reference = np.stack([dop853.solve(patient) for patient in theta])
    assert problem.errors(engine.run(theta, batch=3), reference).max() < 1e-6


def test_patients_over_the_limit_are_run_again_until_they_are_within() -> None:
    theta = problem.population(64)
    doses, cohort = engine.cohort(theta)
    rough: grids.Grading = ((1.0, 2), (8.0, 1), (float("inf"), 0))
    checked = simulate_within(engine.MODEL, engine.DAILY, doses, cohort, limit=1e-7, grading=rough)
    fine = simulate(engine.MODEL, engine.grid(engine.DAILY, grids.refine(grids.FINE, 2)), doses, cohort)
    assert checked.rerun > 0
    assert checked.error.max() <= 1e-7
    for a, b in zip(checked.trajectory.quantities, fine.quantities, strict=True):
        assert np.max(np.abs(a - b).max(axis=0) / np.abs(b).max(axis=0)) < 2e-7


def test_forward_derivatives_agree_with_differences() -> None:
    """Central differences of step 1e-5 are good to about 1e-8 of the largest derivative."""
    import jax.numpy as jnp

    theta = problem.population(1)[0]
    doses, cohort = engine.cohort(theta[None, :])
    lay = engine.grid(np.array([0.0, 5.0, 150.0]))
    place = engine.NAMES.index("kout")

    def named(kout):
        changed = {name: jnp.asarray(v) for name, v in cohort.parameters.items()}
        start = changed["P0"] / 2.5
        return changed | {"kout": kout[:1], "kin": kout[:1] * start}

    def pain(kout: float) -> np.ndarray:
        moved = theta.copy()
        moved[place] = kout
        return simulate(engine.MODEL, lay, *engine.cohort(moved[None, :])).quantities[3][:, 0]

    exact = jacobian(
        engine.MODEL, lay, doses, theta[place : place + 1], lambda _: jnp.asarray(cohort.values), named
    )[3]
    step = 1e-5 * theta[place]
    differences = (pain(theta[place] + step) - pain(theta[place] - step)) / (2 * step)
    np.testing.assert_allclose(exact[:, 0, 0], differences, rtol=1e-6, atol=1e-6 * np.abs(differences).max())
