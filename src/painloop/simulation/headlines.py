"""What must be read beside the key figures of a run, one sentence each: what is supposed, unknown, or known to fail."""

from __future__ import annotations

from painloop.library.schema.conditions import Condition, Placebo
from painloop.simulation.plan import Plan

LARGE_RESPONSE = 0.5
"""Placebo responders who lose this share of pain for good are worth a sentence."""


def headlines(planned: Plan) -> list[str]:
    """The sentences for a plan, the gravest first."""
    line, settings, condition = planned.line, planned.settings, planned.line.files.condition
    found: list[str] = []
    if planned.treated:
        found += _unknown(condition)
        if any(one.endpoint == "analgesia" for one in line.effects):
            found.append(
                "Relief while the drug acts follows a straight line from experimental pain in volunteers. Held against "
                "two trials in patients it failed both: far too much on the first day in CRPS (Goldberg 2010), too "
                "little three hours after an infusion in fibromyalgia (Noppers 2011)."
            )
        if settings.expectation.unblinding != 0.0:
            found.append(
                f"People who feel the drug respond more to placebo here, because you set it so (unblinding "
                f"{settings.expectation.unblinding:g}): part of the difference from placebo is expectation."
            )
    if [rival.name for rival in line.rivals] == ["none"] and settings.scenario is None:
        found.append(
            "Only 'none' was simulated: whatever outlasts the drug here is placebo response and the course of pain by "
            "itself."
        )
    if settings.scenario is not None:
        found.append(
            "Peak, healing and late input of the injury are assumed; the late input was set so that central_gain "
            "leaves one in ten people chronic, and driven_gain was not made for this question. Nothing here is "
            "evidence."
        )
    else:
        found += _placebo(condition.placebo)
    return found


def _unknown(condition: Condition) -> list[str]:
    effect = condition.ketamine_effect
    if effect.status == "studied":
        return []
    return [
        f"The effect of ketamine in this condition ({condition.id}) is UNKNOWN. Each person's effect is drawn evenly "
        "from as much worse to as much better, so that means equal those of placebo by construction and are no "
        "estimate; one typical person is shown without any effect."
    ]


def _placebo(placebo: Placebo) -> list[str]:
    lost = placebo.responder_effect
    if placebo.persistence_half_life_d.value is not None or lost.number < LARGE_RESPONSE:
        return []
    return [
        f"{100 * placebo.responder_probability.number:.0f} % of people respond to placebo here, lose "
        f"{100 * lost.number:.0f} % of their pain and keep it so, because no return was read ({lost.confidence})."
    ]
