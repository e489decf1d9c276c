"""Fewer points of a curve, chosen so that the straight lines between them differ least from the whole."""

from __future__ import annotations

from typing import Any

import numpy as np

MOST_POINTS = 900
INVISIBLE = 0.004
"""Of the range of a curve: a miss this small is a pixel or two."""
DIGITS = 4
FEW_POINTS = 100
"""Up to so many rows all are kept."""
NOTHING = 1e-9
SHARE = 0.3
"""A round adds every row that is missed by this share of the largest miss: few rounds, and hardly another choice."""


def thin(x: np.ndarray, curves: np.ndarray, most: int = MOST_POINTS) -> np.ndarray:
    """Rows to keep of several curves at once: the ends, then again and again the rows that lines visibly miss.

    Parameters
    ----------
    x : (times,), increasing.
    curves : (curves, times); each counts by its own range.
    """
    if len(x) <= FEW_POINTS:
        return np.arange(len(x))
    reach = np.ptp(curves, axis=1, keepdims=True)
    varying = reach[:, 0] > 0.0
    scaled = curves[varying] / reach[varying]
    kept = np.array([0, len(x) - 1])
    while len(kept) < most and len(scaled):
        misses = _misses(x, scaled, kept)
        worst = np.maximum.reduceat(misses, kept[:-1])
        if (largest := worst.max()) <= INVISIBLE:
            break
        missed = worst >= max(SHARE * largest, INVISIBLE)
        bad = np.argsort(-worst, kind="stable")[: min(most - len(kept), int(missed.sum()))]
        rows = [kept[k] + int(np.argmax(misses[kept[k] : kept[k + 1]])) for k in bad]
        kept = np.sort(np.concatenate([kept, rows]))
    return kept


def _misses(x: np.ndarray, curves: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """How far each row is from the straight line between the kept rows around it, on the curve that is missed most."""
    stretch = np.clip(np.searchsorted(kept, np.arange(len(x)), side="right") - 1, 0, len(kept) - 2)
    begin, end = kept[stretch], kept[stretch + 1]
    share = (x - x[begin]) / (x[end] - x[begin])
    lines = curves[:, begin] + share * (curves[:, end] - curves[:, begin])
    missed: np.ndarray = np.abs(curves - lines).max(axis=0)
    missed[kept] = 0.0
    return missed


def plain(values: np.ndarray) -> list[float | None]:
    """Numbers for JSON: four significant digits, what is next to nothing as 0, what is no number as None."""
    numbers = np.asarray(values, float)
    size = np.abs(numbers)
    something = size >= NOTHING
    power = DIGITS - 1 - np.floor(np.log10(size, out=np.zeros_like(size), where=something))
    up, down = 10.0 ** np.maximum(power, 0.0), 10.0 ** np.maximum(-power, 0.0)
    rounded = np.where(something, np.rint(numbers * up / down) / up * down, 0.0)
    if not np.isnan(numbers).any():
        found: list[float | None] = rounded.tolist()
        return found
    return [None if no else number for no, number in zip(np.isnan(numbers), rounded.tolist(), strict=True)]


def hours(values: np.ndarray) -> list[Any]:
    """Times, h, to a few seconds."""
    return [round(number, 3) for number in values.tolist()]
