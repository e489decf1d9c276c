"""Who has which side effect in a period: a score above a threshold, or a symptom by its probability.

A threshold comes from an endpoint of the trial, else from ``library/limits/side-effects.yaml``; a score without one is
no event. The share with a symptom is that on placebo and what the drug adds at its peak: 1 - (1 - background) (1 - p).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from painloop import library
from painloop.outcomes.curves import FILES
from painloop.patient.streams import uniform
from painloop.regimen import Schedule
from painloop.simulation.times import sessions
from painloop.trial import events
from painloop.trial.protocol import HOURS_PER_DAY, Protocol

SYMPTOMS = ("nausea", "dizziness", "sedation")
SESSIONS = 8
"""Sessions, spread over the course, in which the peak is looked for."""
AFTER_A_DOSE_H = (1.0 / 12.0, 0.25, 0.5, 1.0)
"""When the peak after a single dose is looked for."""


def followed(protocol: Protocol) -> bool:
    """Whether the trial itself asks for side effects: an endpoint, or the rule of a dose escalation."""
    asked = any(one.quantity == "adverse_event" for one in protocol.trial.endpoints)
    return asked or protocol.trial.escalation is not None


def peaks(schedule: Schedule) -> np.ndarray:
    """Times at which side effects may be at their worst, h: ends of infusions, and soon after single doses."""
    spans = sessions(schedule)
    kept = spans[:: max(1, -(-len(spans) // SESSIONS))]
    found: list[float] = []
    for event in schedule.events:
        if not any(begin - 1e-9 <= event.start_h <= stop + 1e-9 for begin, stop in kept):
            continue
        if event.duration_h > 0.0:
            found.append(event.start_h + event.duration_h)
        else:
            found += [event.start_h + after for after in AFTER_A_DOSE_H]
    return np.unique(np.round(found, 9))


def happened(
    protocol: Protocol, worst: Mapping[str, np.ndarray], seed: int, start: int
) -> dict[str, np.ndarray]:
    """Which side effects people have, (persons, periods) each.

    Parameters
    ----------
    worst : highest value of each effect in each period, (persons, periods); 0 without drug.
    start : index of the first person. A symptom has one threshold a person, so it comes back at every equal dose.
    """
    own = events.declared(protocol.trial)
    found = {}
    for name, above in events.thresholds(protocol.trial).items():
        if name not in worst:
            continue
        found[name] = worst[name] > above
        if name not in own:
            chance = uniform(seed, f"trial:event:{name}", start, len(worst[name]))
            found[name] |= (chance < events.background(name))[:, None]
    for name in SYMPTOMS:
        if name not in worst:
            continue
        background = library.load("outcomes", FILES[name]).parameters["background"].number
        chance = uniform(seed, f"trial:event:{name}", start, len(worst[name]))
        found[name] = chance[:, None] < 1.0 - (1.0 - background) * (1.0 - worst[name])
    return found


def worst_in(values: np.ndarray, time_h: np.ndarray, protocol: Protocol) -> np.ndarray:
    """Highest value in each period until the next begins, (persons, periods), of (times, persons)."""
    begin = protocol.starts_d * HOURS_PER_DAY
    end = np.append(begin[1:], np.inf)
    return np.stack(
        [values[(time_h >= a - 1e-9) & (time_h < b - 1e-9)].max(axis=0) for a, b in zip(begin, end, strict=True)],
        axis=1,
    )  # fmt: skip
