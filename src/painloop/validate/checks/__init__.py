"""Small functions, each of which computes the figures of one kind of claim; importing this registers them."""

from painloop.validate.checks import (
    calibration,
    circuit,
    engine,
    exposure,
    outcomes,
    pooled,
    rivals,
    statistics,
    trials,
)

__all__ = [
    "calibration",
    "circuit",
    "engine",
    "exposure",
    "outcomes",
    "pooled",
    "rivals",
    "statistics",
    "trials",
]
