"""How each rival stands: its card, the data for and against it, and for a gain its folds and reset times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from painloop import library
from painloop.errors import InputError
from painloop.library.schema.effects import Effect, Loop, Statement
from painloop.loop.central_gain import CentralGain
from painloop.loop.driven_gain import DrivenGain
from painloop.loop.gain import Constants
from painloop.loop.reset import from_circuit, reset_days
from painloop.loop.rival import Rival
from painloop.loop.rivals import RIVALS, rival_names
from painloop.loop.steady_states import Fold, bistable_inputs, folds

DRIVE = "painloop-2026"
BLOCKS = (0.1, 0.15, 0.2, 0.3, 0.5, 0.7)
FAILS = "FAILS"
"""How a card marks a trial that its rival does not survive."""


@dataclass(frozen=True)
class Score:
    """Statements on one side, and how many of them were read in their source."""

    all: int
    verified: int

    @classmethod
    def of(cls, said: Iterable[Statement]) -> Score:
        """Count them."""
        confidences = [one.confidence for one in said]
        return cls(len(confidences), confidences.count("verified"))


@dataclass(frozen=True)
class Reset:
    """Days of constant block that reset a person with an input; ``None`` where no block does within reason."""

    input: float
    block: float
    days: float | None


@dataclass(frozen=True)
class Standing:
    """One rival and what speaks for and against it; ``constants`` only where it knows a gain."""

    name: str
    states: tuple[str, ...]
    entry: Loop
    constants: Constants | None

    @property
    def data_for(self) -> Score:
        """Statements for it."""
        return Score.of(self.entry.data_for)

    @property
    def data_against(self) -> Score:
        """Statements against it."""
        return Score.of(self.entry.data_against)

    @property
    def fails(self) -> int:
        """Statements against it that it does not survive, as its card says."""
        return sum(one.says.startswith(FAILS) for one in self.entry.data_against)

    @property
    def folds(self) -> tuple[Fold, ...]:
        """Where its states appear and end; empty without a second state."""
        return folds(self.constants) if self.constants else ()

    @property
    def lasting(self) -> str:
        """Whether relief outlasts the drug, in a few words."""
        if not self.states:
            return "no"
        return "weeks, or for good" if self.folds else "weeks"

    @property
    def resets(self) -> tuple[Reset, ...]:
        """Reset times at the middle and the ends of the inputs with two states."""
        window = bistable_inputs(self.constants) if self.constants else None
        if window is None or self.constants is None:
            return ()
        block = np.array(BLOCKS)
        left = from_circuit(block, drive())
        found = []
        for share in (0.1, 0.5, 0.9):
            person_input = window[0] + share * (window[1] - window[0])
            days = reset_days(block, left, person_input, self.constants)
            found += [
                Reset(person_input, float(b), float(d) if np.isfinite(d) else None)
                for b, d in zip(block, days, strict=True)
            ]
        return tuple(found)

    def sentences(self) -> tuple[str, ...]:
        """Folds and reset times for reading; empty for a rival without a gain."""
        if self.constants is None:
            return ()
        if not self.folds:
            return ("One stable state for every input: nothing resets, what block takes away returns.",)
        high, low = self.folds[0], self.folds[-1]
        lines = [
            f"The sensitized state exists for an input N above {low.input:.3f} (there g = {low.gain:.3f}), the normal "
            f"one below {high.input:.3f} (g = {high.gain:.3f}); between them both are stable.",
        ]
        for person_input in dict.fromkeys(one.input for one in self.resets):
            days = ", ".join(
                f"{one.block:g}: {'never' if one.days is None else f'{one.days:.3g} d'}"
                for one in self.resets
                if one.input == person_input
            )
            lines.append(
                f"Constant block that resets N = {person_input:.3f} (wind-up by the circuit): {days}."
            )
        return tuple(lines)

    def plain(self) -> dict[str, Any]:
        """As one JSON object."""
        return {
            "name": self.name,
            "says": self.entry.title,
            "file": f"loop/{self.entry.id}",
            "states": list(self.states),
            "lasting_relief": self.lasting,
            "data_for": asdict(self.data_for),
            "data_against": {**asdict(self.data_against), "fails": self.fails},
            "falsified_first_by": self.entry.falsified_by[0],
            "folds": [asdict(one) for one in self.folds],
            "reset_days": [asdict(one) for one in self.resets],
        }


def drive() -> Effect:
    """The curve that the circuit leaves to the loop."""
    found: Effect = library.load("drives", DRIVE)
    return found


def standing(name: str) -> Standing:
    """How one rival stands.

    Raises
    ------
    InputError : there is no such rival.
    """
    if name not in RIVALS:
        raise InputError(f"'{name}' is not a rival; choose {', '.join(rival_names())}.")
    rival: Rival = RIVALS[name]
    entry = library.load("loop", rival.file)
    constants = rival.constants(entry) if isinstance(rival, CentralGain | DrivenGain) else None
    return Standing(name, rival.states, entry, constants)


def standings() -> tuple[Standing, ...]:
    """All rivals, in the order in which results list them."""
    return tuple(standing(name) for name in rival_names())
