"""Sets of parameters that stand in for those of the library: draws of a posterior, points of a design, one replicate.

A set is shared by people in a row, because what is uncertain about a parameter is common to all patients of a trial.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from painloop.errors import InputError
from painloop.library.schema.base import Value
from painloop.loop.rivals import RIVALS
from painloop.simulation.files import Files

ANALGESIA, PLACEBO = "analgesia", "placebo"
"""What a name may begin with, besides that of a rival."""


@dataclass(frozen=True)
class ParameterSets:
    """Values that replace those of the library, in the unit of the file that they replace.

    Attributes
    ----------
    names : such as ``effect_delay.C50``, ``analgesia.slope`` or ``placebo.responder_probability``, (names,).
    values : (sets, names).
    people : how many persons in a row share a set; person i has set i // people, counted around.
    """

    names: tuple[str, ...]
    values: np.ndarray
    people: int

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.names) or not len(self.values):
            raise ValueError("values is (sets, names) with at least one set")
        if self.people < 1:
            raise ValueError("at least one person shares a set")

    def runs(self, start: int, count: int) -> Iterator[tuple[int, int, dict[str, float]]]:
        """(first person, persons, set) for consecutive stretches of persons ``start`` to ``start + count - 1``."""
        at = start
        while at < start + count:
            number = at // self.people
            stop = min((number + 1) * self.people, start + count)
            row = self.values[number % len(self.values)]
            yield at, stop - at, dict(zip(self.names, row.tolist(), strict=True))
            at = stop


def with_parameters(files: Files, values: Mapping[str, float]) -> Files:
    """The same files with some values replaced.

    Raises
    ------
    InputError : a name is not that of a parameter.
    """
    loops, endpoints, condition = dict(files.loops), dict(files.endpoints), files.condition
    for name, value in values.items():
        owner, _, parameter = name.partition(".")
        if owner in loops:
            loops[owner] = _replaced(loops[owner], parameter, value, name)
        elif owner == ANALGESIA:
            endpoints[owner] = _replaced(endpoints[owner], parameter, value, name)
        elif owner == PLACEBO and isinstance(getattr(condition.placebo, parameter, None), Value):
            old = getattr(condition.placebo, parameter)
            placebo = condition.placebo.model_copy(update={parameter: _valued(old, value)})
            condition = condition.model_copy(update={"placebo": placebo})
        elif owner in RIVALS:
            continue  # a set may speak of rivals that this run leaves out
        else:
            raise InputError(
                f"The parameter '{name}' is not known; write the rival and its parameter, such as effect_delay.C50."
            )
    return replace(files, loops=loops, endpoints=endpoints, condition=condition)


def _valued(old: Value, value: float) -> Value:
    return old.model_copy(update={"value": value})


def _replaced(entry: Any, parameter: str, value: float, name: str) -> Any:
    if parameter not in entry.parameters:
        known = ", ".join(entry.parameters) or "none"
        raise InputError(f"The parameter '{name}' is not in {entry.kind}/{entry.id}; known are {known}.")
    parameters = dict(entry.parameters) | {parameter: _valued(entry.parameters[parameter], value)}
    return entry.model_copy(update={"parameters": parameters})
