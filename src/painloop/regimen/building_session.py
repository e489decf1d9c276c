"""Tree to regimen, inside a session: the first dose, the steps after it and ramps."""

from __future__ import annotations

from lark import Token

from painloop.regimen import words
from painloop.regimen.nodes import Draft, Node, below, child, meaning, one, optional
from painloop.regimen.orders import INFUSED, Dose, Drug, Give, Infuse, Ramp, Rate, Step
from painloop.regimen.timetable import whole_steps

LONGEST_RAMP = 1000
"""Steps of the longest ramp."""


def read_opening(draft: Draft, node: Node) -> None:
    """The drug, its form, the route and the first dose."""
    drug_node = _required(node, "drug")
    drug: Drug = meaning(words.DRUG, one(drug_node, "DRUG"))
    draft.drug = drug
    draft.read_form(drug_node)
    draft.read_route(node)
    if draft.route is None:
        draft.route = "iv"  # the grammar lets a bolus leave it out
    _add(draft, node, _given(draft, node))


def read_step(draft: Draft, node: Node) -> None:
    """``then 0.3 mg/kg/h for 4 h``."""
    _still_in_session(draft, node, "step")
    draft.read_route(node)
    if draft.route not in INFUSED:
        draft.refuse(
            node,
            f"A session by the {draft.route} route is one dose; say how often, or join another order by ';'.",
        )
    _add(draft, node, _given(draft, node))


def read_ramp(draft: Draft, node: Node) -> None:
    """``raise 5 mg/h every 12 h to 20 mg/h, for 100 h``: the rate before it becomes the start."""
    _still_in_session(draft, node, "ramp")
    start = draft.session[-1]
    if not isinstance(start, Infuse):
        draft.refuse(
            node, "A ramp needs a rate to start from; write for example 'ketamine 5 mg/h iv, raise ...'."
        )
    step, end = (_amount_or_rate(draft, rate) for rate in below(node, "rate"))
    assert isinstance(step, Rate)
    assert isinstance(end, Rate)
    ramp = Ramp(
        start.rate,
        step.mg_per_h,
        draft.length(_required(node, "length")),
        end.mg_per_h,
        _ramp_duration(draft, node, start),
    )
    if {step.per, end.per} != {start.rate.per}:
        draft.refuse(
            node, "The rates of a ramp must share one unit; write the start, the step and the end alike."
        )
    _check_ramp(draft, node, ramp)
    draft.session[-1], draft.places[-1] = ramp, node


def _ramp_duration(draft: Draft, node: Node, start: Infuse) -> float:
    span = child(node, "span")
    if span is None:
        return start.duration_h
    if start.duration_h:
        draft.refuse(span, "The duration of this ramp is given twice; keep one of them.")
    return draft.length(_required(span, "length"))


def _check_ramp(draft: Draft, node: Node, ramp: Ramp) -> None:
    rises = optional(node, "RAISE") is not None
    change = ramp.end_mg_per_h - ramp.start.mg_per_h
    if change == 0.0 or (change > 0.0) != rises:
        side = "above" if rises else "below"
        draft.refuse(node, f"The end rate of this ramp must be {side} its start; change the end or the verb.")
    count = abs(change) / ramp.step_mg_per_h
    if count > LONGEST_RAMP:
        draft.refuse(
            node, f"This ramp has {count:.0f} steps and {LONGEST_RAMP} is the limit; use larger steps."
        )
    reached = whole_steps(count) * ramp.every_h
    if ramp.duration_h and reached >= ramp.duration_h:
        draft.refuse(
            node,
            f"This ramp reaches its end rate after {reached:g} h but stops at {ramp.duration_h:g} h; "
            "lengthen it or use larger steps.",
        )


def _given(draft: Draft, node: Node) -> Step:
    dose = _required(node, "dose").children[0]
    value, span, bolus = _amount_or_rate(draft, dose), child(node, "span"), _manner(node, "BOLUS")
    if span is not None and draft.route not in INFUSED:
        wrote = draft.words_of(span)
        also = f", or write 'daily {wrote}'" if optional(span, "FOR") is not None else ""
        draft.refuse(span, f"A dose by the {draft.route} route has no duration; leave '{wrote}' out{also}.")
    if span is not None and bolus is not None:
        draft.refuse(span, f"A bolus has no duration; leave 'bolus' or '{draft.words_of(span)}' out.")
    duration = 0.0 if span is None else draft.length(_required(span, "length"))
    if isinstance(value, Dose):
        infusion = _manner(node, "INFUSION")
        if infusion is not None and not duration:
            draft.refuse(
                infusion, "An infusion needs a duration; add for example 'over 40 min'.", "over 40 min"
            )
        return Give(value, duration)
    if draft.route not in INFUSED:
        draft.refuse(
            dose, f"A dose by the {draft.route} route cannot be a rate; write an amount, for example '25 mg'."
        )
    if bolus is not None:
        draft.refuse(bolus, "A bolus is an amount and not a rate; write for example '0.3 mg/kg'.")
    return Infuse(value, duration)


def _manner(node: Node, name: str) -> Token | None:
    manner = child(node, "manner")
    return None if manner is None else optional(manner, name)


def _amount_or_rate(draft: Draft, node: Node) -> Dose | Rate:
    draft.read_form(node)
    mg, per, is_rate = draft.mass(node)
    return Rate(mg, per) if is_rate else Dose(mg, per)


def _add(draft: Draft, node: Node, step: Step) -> None:
    draft.session.append(step)
    draft.places.append(_required(node, "dose"))


def _still_in_session(draft: Draft, node: Node, what: str) -> None:
    if draft.phases or draft.repeat is not None:
        draft.refuse(
            node,
            f"A {what} belongs to the session; write it before how often, or order another dose after ';'.",
        )


def _required(node: Node, name: str) -> Node:
    found = child(node, name)
    assert found is not None, name
    return found
