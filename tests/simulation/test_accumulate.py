"""Means and quantiles merged batch by batch: exact ones, those read from bins, and mixtures, against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painloop.simulation.accumulate import (
    CONCENTRATION_EDGES,
    QUANTILES,
    Store,
    places,
    pooled_mean,
    pooled_quantiles,
)

RATING = np.linspace(0.0, 10.0, 101)
TIMES = 7


def filled(values: np.ndarray, edges: np.ndarray, exact: bool, batch: int = 300) -> Store:
    store = Store(len(values), edges, exact)
    for start in range(0, values.shape[1], batch):
        store.add(values[:, start : start + batch])
    return store


def samples(kind: str, patients: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    if kind == "rating":
        return draw.uniform(0.0, 10.0, (TIMES, patients)) ** draw.uniform(0.3, 1.0, (TIMES, 1)), RATING
    return np.exp(
        draw.normal(4.0, draw.uniform(0.1, 1.5, (TIMES, 1)), (TIMES, patients))
    ), CONCENTRATION_EDGES


@pytest.mark.parametrize("kind", ["rating", "concentration"])
def test_bins_give_the_exact_quantiles_within_a_bin(kind: str) -> None:
    values, edges = samples(kind, 5000)
    exact, binned = (filled(values, edges, e) for e in (True, False))
    np.testing.assert_allclose(exact.mean(), values.mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(binned.mean(), exact.mean(), rtol=1e-12)
    one = np.ones(1)
    sharp, read = pooled_quantiles([exact], one), pooled_quantiles([binned], one)
    np.testing.assert_allclose(sharp, np.quantile(values, QUANTILES, axis=1).T, rtol=1e-6)
    place = np.searchsorted(edges, sharp) - 1
    width = np.diff(edges)[place]
    assert (np.abs(read - sharp) <= width).all()
    assert (np.abs(read - sharp) > 0.0).any()
    assert (np.diff(read, axis=1) >= 0.0).all()


def test_a_bin_of_concentrations_is_three_per_cent_wide() -> None:
    assert (np.diff(CONCENTRATION_EDGES[1:]) / CONCENTRATION_EDGES[1:-1]).max() < 0.03


@pytest.mark.parametrize("exact", [True, False])
def test_values_that_everyone_shares_are_read_exactly(exact: bool) -> None:
    """Zero before the first dose is zero, not the middle of the first bin."""
    for value, edges in ((0.0, CONCENTRATION_EDGES), (0.0, RATING), (7.25, RATING), (10.0, RATING)):
        store = filled(np.full((2, 1000), value), edges, exact)
        np.testing.assert_array_equal(pooled_quantiles([store], np.ones(1)), value)


def test_what_lies_outside_the_bins_is_counted_at_their_ends() -> None:
    values = np.concatenate([np.full((1, 60), -3.0), np.full((1, 40), 12.0)], axis=1)
    read = pooled_quantiles([filled(values, RATING, False)], np.ones(1))[0]
    np.testing.assert_allclose(read[[0, 2]], 0.05, atol=0.05)
    np.testing.assert_allclose(read[[3, 4]], 9.95, atol=0.05)


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.integers(1, 40), min_size=1, max_size=4),
    st.lists(st.floats(0.01, 1.0), min_size=4, max_size=4),
)
def test_a_mixture_is_what_counting_its_members_says(seed: int, sizes: list[int], given: list[float]) -> None:
    """Weights by whole copies: each value is repeated until the shares of the groups are those of the mixture."""
    draw = np.random.default_rng(seed)
    groups = [draw.normal(k, 1.0 + k, (3, size)).astype(np.float32) for k, size in enumerate(sizes)]
    weights = np.array(given[: len(sizes)]) / sum(given[: len(sizes)])
    found = pooled_quantiles([filled(g, RATING, True, 7) for g in groups], weights)
    share = np.concatenate(
        [np.full(g.shape[1], w / g.shape[1]) for g, w in zip(groups, weights, strict=True)]
    )
    for row in range(3):
        members = np.concatenate([g[row] for g in groups])
        for column, quantile in enumerate(QUANTILES):
            value = found[row, column]
            assert value in members or len(sizes) == 1
            if len(sizes) == 1:
                assert value == pytest.approx(np.quantile(members, quantile), rel=1e-5, abs=1e-6)
                continue
            assert share[members < value].sum() <= quantile + 1e-9
            assert share[members <= value].sum() >= quantile - 1e-9
    assert (np.diff(found, axis=1) >= 0.0).all()
    expected = sum(w * g.astype(float).mean(axis=1) for w, g in zip(weights, groups, strict=True))
    stores = [filled(g.astype(float), RATING, True) for g in groups]
    np.testing.assert_allclose(pooled_mean(stores, weights), expected, rtol=1e-9, atol=1e-12)


def test_a_mixture_read_from_bins_is_within_a_bin_of_the_exact_one() -> None:
    one, edges = samples("rating", 4000, 1)
    other, _ = samples("rating", 3000, 2)
    weights = np.array([0.3, 0.7])
    sharp = pooled_quantiles([filled(v, edges, True) for v in (one, other)], weights)
    read = pooled_quantiles([filled(v, edges, False) for v in (one, other)], weights)
    assert np.abs(read - sharp).max() <= 0.1 + 1e-9


@given(st.lists(st.floats(-1e3, 1e6), min_size=1, max_size=20), st.sampled_from(["rating", "concentration"]))
def test_bins_found_by_arithmetic_are_those_of_a_search(values: list[float], kind: str) -> None:
    edges = RATING if kind == "rating" else CONCENTRATION_EDGES
    clear = [v for v in values if np.abs(v - edges).min() > 1e-9 * max(1.0, abs(v))]
    found = places(np.array(clear), edges)
    searched = np.clip(np.searchsorted(edges, clear, side="right") - 1, 0, len(edges) - 2)
    np.testing.assert_array_equal(found, searched)


def test_bins_of_unequal_width_are_refused() -> None:
    with pytest.raises(ValueError, match="equal width"):
        Store(1, np.array([0.0, 1.0, 3.0]), exact=False)
