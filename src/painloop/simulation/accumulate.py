"""Merges batches of patients into means and quantiles: exact up to ten thousand, on fixed bins beyond."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
EXACT_UP_TO = 10_000
_PER_DECADE = 80
CONCENTRATION_EDGES = np.concatenate([[0.0], np.geomspace(1e-3, 1e5, 8 * _PER_DECADE + 1)])
"""Bins for drug levels, ng/mL: 80 a decade, so a quantile is read to within 3 %."""
_ROUNDING = 1e-9
"""Far below one person's share, far above the rounding of a sum of shares."""


@dataclass
class Store:
    """One quantity over time: sums always, and either every value or counts per bin."""

    times: int
    edges: np.ndarray
    exact: bool
    count: int = 0
    total: np.ndarray = field(init=False)
    values: list[np.ndarray] = field(default_factory=list)
    bins: np.ndarray | None = None
    lowest: np.ndarray = field(init=False)
    highest: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        widths = np.diff(self.edges)
        if self.edges is not CONCENTRATION_EDGES and not np.allclose(widths, widths[0]):
            raise ValueError("bins are those of concentrations, or of equal width")
        self.total = np.zeros(self.times)
        self.lowest, self.highest = np.full(self.times, np.inf), np.full(self.times, -np.inf)
        if not self.exact:
            self.bins = np.zeros((self.times, len(self.edges) - 1), np.int64)

    def add(self, values: np.ndarray) -> None:
        """Take in a batch, (times, patients)."""
        self.count += values.shape[1]
        self.total += values.sum(axis=1)
        if self.bins is None:
            self.values.append(values.astype(np.float32))
            return
        self.lowest = np.minimum(self.lowest, values.min(axis=1, initial=np.inf))
        self.highest = np.maximum(self.highest, values.max(axis=1, initial=-np.inf))
        width = self.bins.shape[1]
        flat = (places(values, self.edges) + np.arange(self.times)[:, None] * width).ravel()
        self.bins += np.bincount(flat, minlength=self.times * width).reshape(self.times, width)

    def everyone(self, turns: int = 1) -> np.ndarray:
        """Every person, (turns, times, patients), where ``turns`` courses of each batch were added one by one.

        Only where values are kept.
        """
        return np.stack([np.concatenate(self.values[turn::turns], axis=1) for turn in range(turns)])

    def mean(self) -> np.ndarray:
        """(times,)."""
        return self.total / max(self.count, 1)


def places(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The bin of each value; values beyond the ends fall into the first or last.

    Bins of equal width, and those of :data:`CONCENTRATION_EDGES`, need arithmetic instead of a search, which is ten
    times as fast; a value within rounding of an edge may fall on either side of it.
    """
    count = len(edges) - 1
    if edges is CONCENTRATION_EDGES:
        decades = np.log10(np.maximum(values, edges[1] / 2.0)) - np.log10(edges[1])
        place = np.floor(decades * _PER_DECADE) + 1.0
    else:
        place = (values - edges[0]) * (count / (edges[-1] - edges[0]))
    return np.clip(place, 0, count - 1).astype(np.int64)


def pooled_mean(stores: list[Store], weights: np.ndarray) -> np.ndarray:
    """Mean of the mixture, (times,)."""
    return np.asarray(sum(w * s.mean() for w, s in zip(weights, stores, strict=True)))


def pooled_quantiles(stores: list[Store], weights: np.ndarray) -> np.ndarray:
    """Quantiles of the mixture of the stores (one store: its own), (times, quantiles)."""
    if stores[0].bins is None:
        samples = [np.concatenate(s.values, axis=1) for s in stores]
        if len(samples) == 1 and stores[0].count == 1:
            return np.repeat(samples[0].astype(float), len(QUANTILES), axis=1)
        if len(samples) == 1:
            return np.asarray(np.quantile(samples[0], QUANTILES, axis=1).T, dtype=float)
        share = np.concatenate(
            [np.full(v.shape[1], w / v.shape[1]) for v, w in zip(samples, weights, strict=True)]
        )
        return _weighted_quantiles(np.concatenate(samples, axis=1), share)
    density = np.zeros(stores[0].bins.shape)
    for store, weight in zip(stores, weights, strict=True):
        assert store.bins is not None
        density += weight * store.bins / store.count
    found = _binned_quantiles(density, stores[0].edges)
    lowest = np.min([store.lowest for store in stores], axis=0)
    highest = np.max([store.highest for store in stores], axis=0)
    return np.clip(found, lowest[:, None], highest[:, None])


def _weighted_quantiles(values: np.ndarray, share: np.ndarray) -> np.ndarray:
    order = np.argsort(values, axis=1)
    ranked = np.take_along_axis(values, order, axis=1)
    reached = np.cumsum(share[order], axis=1) + _ROUNDING
    place = np.stack([(reached < q).sum(axis=1) for q in QUANTILES], axis=1)
    return np.take_along_axis(ranked, np.minimum(place, values.shape[1] - 1), axis=1).astype(float)


def _binned_quantiles(density: np.ndarray, edges: np.ndarray) -> np.ndarray:
    reached = np.concatenate([np.zeros((len(density), 1)), np.cumsum(density, axis=1)], axis=1)
    out = np.empty((len(density), len(QUANTILES)))
    for row, cumulative in enumerate(reached):
        place = np.clip(np.searchsorted(cumulative, QUANTILES) - 1, 0, len(edges) - 2)
        below, above = cumulative[place], cumulative[place + 1]
        within = np.where(
            above > below, (np.array(QUANTILES) - below) / np.maximum(above - below, 1e-300), 0.0
        )
        out[row] = edges[place] + within * (edges[place + 1] - edges[place])
    return out


class Collection:
    """A store per quantity, made when the quantity is first seen."""

    def __init__(self, times: int, patients: int, edges: Mapping[str, np.ndarray]) -> None:
        self.times, self.exact, self.edges = times, patients <= EXACT_UP_TO, edges
        self.patients = patients
        self.stores: dict[str, Store] = {}

    def add(self, name: str, values: np.ndarray) -> None:
        """Take in a batch of a quantity; ``name`` before a colon decides its bins."""
        if name not in self.stores:
            edges = self.edges.get(name.split(":")[0], CONCENTRATION_EDGES)
            self.stores[name] = Store(self.times, edges, self.exact)
        self.stores[name].add(values)
