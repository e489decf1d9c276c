"""Tree to regimen: puts the parts of each prescription together and checks what needs the whole of it."""

from __future__ import annotations

from painloop.regimen import quantities, words
from painloop.regimen.building_calendar import read_next, read_phase, read_repeat
from painloop.regimen.building_session import read_opening, read_ramp, read_step
from painloop.regimen.nodes import Draft, Node, below, child, meaning, one, optional, span_of, tokens
from painloop.regimen.orders import Caps, Give, Lower, Phase, Prescription, Quantity, Regimen
from painloop.regimen.timetable import shortest_gap_h

Places = tuple[tuple[tuple[int, int], ...], ...]
"""Per prescription and step, the first character and one past the last."""

_BEYOND = {"dissociation": 10.0, "drug high": 10.0, "systolic pressure": 300.0}
"""Where the quantities of a titration rule end."""


def build(text: str, tree: Node) -> tuple[Regimen, Places]:
    """The regimen of a syntax tree, and where each dose stands in the text (raises RegimenError)."""
    read = [_prescription(text, node) for node in below(tree, "prescription")]
    return Regimen(tuple(order for order, _ in read)), tuple(places for _, places in read)


def _prescription(text: str, tree: Node) -> tuple[Prescription, tuple[tuple[int, int], ...]]:
    draft = Draft(text)
    for part in below(tree, "opening", "part"):
        node = part if part.data == "opening" else part.children[0]
        _READERS[str(node.data)](draft, node)
    _check_whole(draft, tree)
    order = Prescription(
        drug=draft.drug,
        route=draft.route or "iv",
        session=tuple(draft.session),
        phases=tuple(draft.phases) or (Phase(),),
        repeat=draft.repeat,
        caps=Caps(**draft.caps),
        lower=tuple(draft.lower),
        form=draft.form or "base",
        delay_h=draft.delay_h or 0.0,
    )
    return order, tuple(span_of(place) for place in draft.places)


def _check_whole(draft: Draft, tree: Node) -> None:
    for step, place in zip(draft.session, draft.places, strict=True):
        if not isinstance(step, Give) and step.duration_h == 0.0:
            wrote = draft.words_of(place)
            draft.refuse(
                place, f"'{wrote}' is a rate and needs a duration; add for example 'for 4 h'.", "for 4 h"
            )
    gaps = [gap for phase in draft.phases if (gap := shortest_gap_h(phase.frequency)) is not None]
    session_h = sum(step.duration_h for step in draft.session)
    if gaps and session_h > min(gaps) * (1.0 + 1e-12):
        place = next(
            node for node in tree.iter_subtrees_topdown() if node.data in ("phase", "next")
        )  # sessions would overlap
        draft.refuse(
            place,
            f"A session takes {session_h:g} h and the next would start after {min(gaps):g} h; "
            "shorten the session or lengthen the interval.",
        )


def _read_cap(draft: Draft, node: Node) -> None:
    value = draft.number(one(node, "NUMBER"))
    unit = optional(node, "AMOUNT_UNIT") or one(node, "RATE_UNIT")
    draft.read_form(node)
    mg, per, is_rate = draft.mass(node)
    if per:
        draft.refuse(unit, f"A cap is for the whole person, not '{unit}'; write for example 'max 25 mg/h'.")
    a_day = quantities.mg_per_day(value, str(unit))
    key = "mg_per_day" if a_day is not None else "mg_per_h" if is_rate else "mg"
    if key in draft.caps:
        draft.refuse(node, f"The cap in {key.replace('_per_', '/')} is given twice; keep one of them.")
    draft.caps[key] = mg if a_day is None else a_day


def _read_lower(draft: Draft, node: Node) -> None:
    percent, above = (draft.number(token) for token in tokens(node, "NUMBER"))
    quantity: Quantity = meaning(words.QUANTITY, one(node, "QUANTITY"))
    if percent > 100.0:
        draft.refuse(node, f"A rate cannot be lowered by {percent:g} %; write at most 100 %.")
    if above >= _BEYOND[quantity]:
        draft.refuse(
            node, f"The {quantity} is never above {above:g}; write a limit below {_BEYOND[quantity]:g}."
        )
    if optional(node, "MMHG") is not None and quantity != "systolic pressure":
        draft.refuse(node, f"The {quantity} is a score from 0 to 10, not a pressure; leave 'mmHg' out.")
    if not any(not isinstance(s, Give) or s.duration_h for s in draft.session):
        draft.refuse(
            node, "Only an infusion can be lowered and a single dose has no rate; leave this rule out."
        )
    draft.lower.append(Lower(quantity, above, percent))


def _read_delay(draft: Draft, node: Node) -> None:
    if draft.delay_h is not None:
        draft.refuse(node, "The start is given twice; keep one of them.")
    length = child(node, "length")
    assert length is not None
    draft.delay_h = draft.length(length)


_READERS = {
    "opening": read_opening,
    "step": read_step,
    "ramp": read_ramp,
    "cap": _read_cap,
    "phase": read_phase,
    "next": read_next,
    "repeat": read_repeat,
    "lower": _read_lower,
    "delay": _read_delay,
}
