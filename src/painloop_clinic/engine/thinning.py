"""Fewer points of a curve, chosen so that the straight lines between them differ least from the whole."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np

MOST_POINTS = 150
DIGITS = 4
NOTHING = 1e-9


def thin(x: np.ndarray, curves: np.ndarray, most: int = MOST_POINTS) -> np.ndarray:
    """Rows to keep of several curves at once: the ends, then again and again the row that a line misses most.

    Parameters
    ----------
    x : (times,), increasing.
    curves : (curves, times); each counts by its own range.
    """
    if len(x) <= most:
        return np.arange(len(x))
    reach = np.ptp(curves, axis=1, keepdims=True)
    scaled = (curves / np.where(reach > 0.0, reach, 1.0))[reach[:, 0] > 0.0]
    kept = {0, len(x) - 1}
    stretches = [_worst(x, scaled, 0, len(x) - 1)]
    while stretches and len(kept) < most:
        miss, row, begin, end = heapq.heappop(stretches)
        if miss == 0.0:
            break
        kept.add(row)
        for part in ((begin, row), (row, end)):
            if part[1] - part[0] > 1:
                heapq.heappush(stretches, _worst(x, scaled, *part))
    return np.array(sorted(kept))


def _worst(x: np.ndarray, curves: np.ndarray, begin: int, end: int) -> tuple[float, int, int, int]:
    """(minus the largest miss, its row, begin, end) of a stretch drawn as one line."""
    if end - begin < 2 or not len(curves):
        return 0.0, begin, begin, end
    share = (x[begin + 1 : end] - x[begin]) / (x[end] - x[begin])
    first, last = curves[:, begin, None], curves[:, end, None]
    misses = np.abs(curves[:, begin + 1 : end] - first - share * (last - first)).max(axis=0)
    row = int(np.argmax(misses))
    return -float(misses[row]), begin + 1 + row, begin, end


def plain(values: np.ndarray) -> list[float | None]:
    """Numbers for JSON: four significant digits, what is next to nothing as 0, what is no number as None."""
    return [
        None if number != number else 0.0 if abs(number) < NOTHING else float(f"{number:.{DIGITS}g}")
        for number in values.tolist()
    ]


def hours(values: np.ndarray) -> list[Any]:
    """Times, h, to a few seconds."""
    return [round(number, 3) for number in values.tolist()]
