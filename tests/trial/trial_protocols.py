"""Small trials that the tests of this folder run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from painloop.library.schema.trials import Trial
from painloop.trial import protocol
from painloop.trial.protocol import Protocol

KETAMINE = {"name": "ketamine", "treatment": "S-ketamine", "role": "ketamine", "n": 10,
            "regimen": "S-ketamine 20 mg/h iv for 24 h"}  # fmt: skip
PLACEBO = {"name": "placebo", "treatment": "saline", "role": "placebo", "n": 10}
WEEKS = [{"name": "week 1", "day": 7}, {"name": "week 4", "day": 28}]


def trial(**changes: Any) -> Trial:
    """A trial of two arms with visits at 1 and 4 weeks."""
    content: dict[str, Any] = {
        "id": "someone-2026", "kind": "trials", "title": "A trial of a test", "compiled": "for a test",
        "read": ["nothing"], "limits": ["made up"], "status": "planned", "condition": "crps",
        "population": "nobody", "design": "parallel", "randomised": True, "blinded": "double",
        "arms": [KETAMINE, PLACEBO], "visits": WEEKS,
    }  # fmt: skip
    return Trial.model_validate(content | changes, context={"default_source": "this test"})


def two_arms(**changes: Any) -> Protocol:
    """The same, ready to run."""
    return protocol.read(trial(**changes))


def without_ketamine(people: int, **changes: Any) -> Protocol:
    """Its second arm alone, which needs no engine; placebo unless changed."""
    whole = two_arms(**changes)
    return replace(whole, arms=whole.arms[1:], numbers=(people,), beside=((),), sequences=((0,),))
