"""What a calibration may move and how far; each choice and its reason stand in ``library/limits/calibration.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from painloop.library.loader import LIBRARY
from painloop.library.reading import read_mapping
from painloop.library.schema.base import Value

FILE = LIBRARY / "limits" / "calibration.yaml"


@dataclass(frozen=True)
class Movable:
    """A parameter of a rival that is calibrated; ``interval`` only where its own file gives none."""

    name: str
    scale: Literal["log", "logit"]
    why: str
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Choices:
    """The file as it is used.

    Attributes
    ----------
    rivals : rival -> its calibrated parameters.
    left_alone : (what, why) of what is not calibrated.
    numbers : the values of ``parameters``, each in its own unit.
    grids : numbers of points.
    """

    rivals: Mapping[str, tuple[Movable, ...]]
    left_alone: tuple[tuple[str, str], ...]
    numbers: Mapping[str, float]
    grids: Mapping[str, int]

    @classmethod
    @cache
    def load(cls) -> Choices:
        """Read the file, once."""
        raw = read_mapping(FILE)
        return cls(
            {
                rival: tuple(
                    Movable(name, one["scale"], one["why"], _interval(one)) for name, one in moved.items()
                )
                for rival, moved in raw["rivals"].items()
            },
            tuple((one["what"], one["why"]) for one in raw["left_alone"]),
            {name: Value.model_validate(one).number for name, one in raw["parameters"].items()},
            dict(raw["grids"]),
        )


def _interval(raw: Mapping[str, Mapping[str, tuple[float, float]]]) -> tuple[float, float] | None:
    if "interval" not in raw:
        return None
    low, high = raw["interval"]["value"]
    return float(low), float(high)
