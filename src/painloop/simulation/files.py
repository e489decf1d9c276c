"""The library files behind a line: condition, receptor, circuit drive, endpoints and rivals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from painloop import library
from painloop.library.schema.conditions import Condition
from painloop.library.schema.effects import DriveCurve, Loop, Outcome, Receptor, Scenario
from painloop.loop.injury import SCENARIOS
from painloop.loop.rival import Rival
from painloop.outcomes import curves
from painloop.simulation.slow_states import MOOD

DEFAULT_RECEPTOR = "painloop-2026"
DEFAULT_DRIVE = "painloop-2026"


@dataclass(frozen=True)
class Files:
    """The library files behind a line."""

    condition: Condition
    noise: Outcome
    receptor: Receptor
    drive: DriveCurve
    mood: Outcome
    endpoints: Mapping[str, Outcome]
    loops: Mapping[str, Loop]
    scenario: Scenario | None = None

    @classmethod
    def load(cls, condition_id: str, rivals: tuple[Rival, ...], scenario: str | None = None) -> Files:
        """Load what a condition and its rivals need."""
        condition = library.load("conditions", condition_id)
        return cls(
            condition,
            library.load("outcomes", condition.noise.outcome),
            library.load("receptor", DEFAULT_RECEPTOR),
            library.load("drives", DEFAULT_DRIVE),
            library.load("outcomes", MOOD.file),
            {endpoint: library.load("outcomes", file) for endpoint, file in curves.FILES.items()},
            {rival.name: library.load("loop", rival.file) for rival in rivals},
            library.load("scenarios", SCENARIOS[scenario]) if scenario else None,
        )

    @property
    def resolved_below(self) -> float:
        """Pain (NRS) under which an injury counts as resolved."""
        assert self.scenario is not None
        return self.scenario.parameters["resolved_below"].number
