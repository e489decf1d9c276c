"""From which score a side effect counts as an event: as the trial declares, else as the library derives it.

The derived numbers, with how they were derived and what speaks against them, stand in
``library/limits/side-effects.yaml``; a score that has neither is no event.
"""

from __future__ import annotations

from functools import cache

from painloop import library
from painloop.errors import InputError
from painloop.library.loader import LIBRARY
from painloop.library.reading import read_mapping
from painloop.library.schema.base import Value
from painloop.library.schema.trials import SCORES as SCORES
from painloop.library.schema.trials import Trial
from painloop.outcomes.curves import FILES

FILE = LIBRARY / "limits" / "side-effects.yaml"


def declared(trial: Trial) -> dict[str, float]:
    """Score -> above which it is an event, as the trial declares."""
    found = {one.event: one.above for one in trial.endpoints if one.event in SCORES and one.above is not None}
    if trial.escalation is not None:
        found[trial.escalation.quantity] = trial.escalation.above
    return {str(name): above for name, above in found.items()}


def check(trial: Trial) -> None:
    """Refuse a threshold that no score can pass.

    Raises
    ------
    InputError : the threshold is at or above the end of the scale.
    """
    for name, above in declared(trial).items():
        end = library.load("outcomes", FILES[name]).parameters.get("maximum")
        if end is not None and above >= end.number:
            raise InputError(
                f"The {name} of {trial.id} is never above {above:g}, because its scale ends at {end.number:g} "
                f"({end.unit}); give a lower one."
            )


def thresholds(trial: Trial) -> dict[str, float]:
    """Score -> above which it is an event: as the trial declares, else as the library derives it."""
    derived = {name: _limit(f"{name}_above").value for name in SCORES}
    return {name: above for name, above in derived.items() if above is not None} | declared(trial)


def background(score: str) -> float:
    """Share of people who report the event without drug."""
    return _limit(f"{score}_background").number


@cache
def _limit(name: str) -> Value:
    return Value.model_validate(read_mapping(FILE)["parameters"][name])
