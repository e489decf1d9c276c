"""The shared grid meets every event and output, and every step has its propagator."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from painloop.core import grid as grids

TIMES = st.lists(st.floats(0.0, 200.0), min_size=0, max_size=8)


def lengths_of_table(grid: grids.Grid) -> np.ndarray:
    return np.array([unit * 2.0**-k for unit in grid.units_h for k in range(grids.LEVELS + 1)])


@settings(deadline=None, max_examples=60)
@given(TIMES, TIMES)
def test_every_event_and_output_is_a_node(events: list[float], outputs: list[float]) -> None:
    rows = np.unique(np.round([0.0, *outputs, 200.0], 6))
    grid = grids.lay(np.array(events), rows)
    nodes = np.append(grid.start_h, grid.start_h[-1] + grid.length_h[-1])
    for time in [*events, *rows]:
        assert np.min(np.abs(nodes - time)) < 2e-7
    np.testing.assert_allclose(grid.length_h.sum(), 200.0, atol=1e-6)


@settings(deadline=None, max_examples=60)
@given(TIMES)
def test_every_step_has_its_propagator_and_the_half_of_it(events: list[float]) -> None:
    grid = grids.lay(np.array(events), np.array([0.0, 50.0, 200.0]))
    table = lengths_of_table(grid)
    np.testing.assert_allclose(table[grid.length_index], grid.length_h, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(table[grid.length_index + 1], grid.length_h / 2, rtol=1e-9, atol=1e-12)


@settings(deadline=None, max_examples=60)
@given(TIMES)
def test_steps_are_short_after_events(events: list[float]) -> None:
    grid = grids.lay(np.array(events), np.array([0.0, 200.0]))
    for time in events:
        near = (grid.start_h >= time - 1e-9) & (grid.start_h < time + 0.45)
        assert grid.length_h[near].max(initial=0.0) <= 2.0**-5 + 1e-12


def test_the_last_step_of_each_row_ends_on_its_output() -> None:
    rows = np.array([0.0, 0.25, 40 / 60, 1.0, 24.0])
    grid = grids.lay(np.array([40 / 60]), rows)
    ends = grid.start_h + grid.length_h
    for row in range(1, len(rows)):
        assert abs(ends[grid.row == row].max() - rows[row]) < 1e-9


def test_halving_a_grading_halves_the_steps() -> None:
    coarse = grids.lay(np.array([0.0]), np.array([0.0, 24.0]), grids.FINE)
    fine = grids.lay(np.array([0.0]), np.array([0.0, 24.0]), grids.refine(grids.FINE))
    assert fine.steps == 2 * coarse.steps
