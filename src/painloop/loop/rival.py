"""What every rival offers.

A rival turns the course of drug and block into lasting relief: the fraction of pain that is gone although no drug
need be there. It declares its parameters in a library file, draws them per person, and integrates its own states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from jax import Array

from painloop.core.dynamics import Arrays, Drawn, Parameters
from painloop.library.schema.effects import Loop


@dataclass(frozen=True)
class Drive:
    """What a rival may read at a node.

    ``concentration`` in S-ketamine equivalents (ng/mL), ``block`` of the receptor (0 to 1), and ``wind_up``, the
    fraction of the circuit's wind-up that the block leaves (1 to 0).
    """

    concentration: Array
    block: Array
    wind_up: Array


class Rival(Protocol):
    """One hypothesis. Instances carry no numbers: those come from the library file and the draws."""

    @property
    def name(self) -> str:
        """As ``--loop`` takes it and results label it."""

    @property
    def file(self) -> str:
        """Id of its library file."""

    @property
    def states(self) -> tuple[str, ...]:
        """Names of its states."""

    @property
    def has_gain(self) -> bool:
        """Whether it knows a central gain."""

    def draw(
        self, entry: Loop, chance: Mapping[str, np.ndarray], treated: bool, typical: bool = False
    ) -> dict[str, Drawn]:
        """Parameters per person, or one number for all, named within the rival.

        ``chance`` gives uniform numbers per person: ``responder`` and one per parameter that varies; ``treated``
        is false for a course without ketamine. A ``typical`` person has the expected value of each.
        """

    def initial(self, parameters: Parameters) -> Arrays:
        """States before treatment."""

    def signal(self, drive: Drive, parameters: Parameters) -> Arrays:
        """What the derivative needs of the drive alone; computed once per node."""

    def derivative(self, signal: Arrays, state: Arrays, parameters: Parameters) -> Arrays:
        """Time derivative of the states, 1/h."""

    def gain(self, state: Arrays, parameters: Parameters) -> Array:
        """Central gain, 0 to 1; read only where ``has_gain``."""

    def relief(self, state: Arrays, parameters: Parameters) -> Array:
        """Fraction of pain that is gone for good or for now, 0 to 1."""
