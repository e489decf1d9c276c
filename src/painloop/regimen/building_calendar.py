"""Tree to regimen, between sessions: how often, for how long, what follows, and the rule that repeats."""

from __future__ import annotations

from lark import Token

from painloop.regimen import quantities, words
from painloop.regimen.nodes import Draft, Node, child, meaning, one, optional
from painloop.regimen.orders import Every, Frequency, Once, PerWeek, Phase, Repeat
from painloop.regimen.timetable import shortest_gap_h

MOST_SESSIONS = 100_000
"""Sessions of the longest phase."""
SHORTEST_INTERVAL_H = 1.0 / 60.0
"""Shortest time between two sessions, h."""


def read_phase(draft: Draft, node: Node) -> None:
    """``twice a week for 3 weeks``."""
    if draft.phases or draft.repeat is not None:
        draft.refuse(node, "How often is given twice; join two phases by 'then'.", "then")
    _add_phase(draft, node)


def read_next(draft: Draft, node: Node) -> None:
    """``then every 4 weeks``; without a phase before it the first session stands alone."""
    if draft.repeat is not None:
        draft.refuse(node, "Nothing can follow 'repeat when pain returns'; write this phase before it.")
    if not draft.phases:
        draft.phases.append(Phase())
    _refuse_endless(draft, node)
    _add_phase(draft, node)


def read_repeat(draft: Draft, node: Node) -> None:
    """``then repeat when pain returns above 5, at most every 4 weeks``."""
    if draft.repeat is not None:
        draft.refuse(node, "'repeat when pain returns' is given twice; keep one of them.")
    _refuse_endless(draft, node)
    number = one(node, "NUMBER")
    above = draft.number(number)
    if above >= 10.0:
        draft.refuse(
            number, f"Pain is scored from 0 to 10 and is never above {above:g}; write a number below 10."
        )
    every = child(node, "length")
    assert every is not None
    at_most = draft.length(every)
    session_h = sum(step.duration_h for step in draft.session)
    if at_most < max(session_h, SHORTEST_INTERVAL_H):
        draft.refuse(
            every, f"'{draft.words_of(every)}' is shorter than a session of {session_h:g} h; lengthen it."
        )
    length, sessions = _limit(draft, node)
    draft.repeat = Repeat(above, at_most, length, sessions)


def _add_phase(draft: Draft, node: Node) -> None:
    frequency_node = child(node, "frequency")
    assert frequency_node is not None
    frequency = _frequency(draft, frequency_node)
    length, sessions = _limit(draft, node)
    if isinstance(frequency, Once) and (length, sessions) != (None, None):
        draft.refuse(node, "'once' is one session; say how often instead, for example 'daily'.", "daily")
    gap = shortest_gap_h(frequency)
    if gap is not None and gap < SHORTEST_INTERVAL_H:
        draft.refuse(node, "Sessions must be at least 1 min apart; write an infusion instead.")
    if gap is not None and max((length or 0.0) / gap, sessions or 0) > MOST_SESSIONS:
        draft.refuse(node, f"This is more than {MOST_SESSIONS} sessions; shorten the phase.")
    draft.phases.append(Phase(frequency, length, sessions))


def _refuse_endless(draft: Draft, node: Node) -> None:
    if not draft.phases:
        return
    last = draft.phases[-1]
    if last.length_h is None and last.sessions is None and not isinstance(last.frequency, Once):
        draft.refuse(node, "The phase before this has no end; say for how long, for example 'for 3 weeks'.")


def _frequency(draft: Draft, node: Node) -> Frequency:
    if optional(node, "EVERY") is not None:
        span = child(node, "length")
        if span is not None:
            return Every(draft.length(span))
        count = 2.0 if optional(node, "OTHER") is not None else 1.0
        return Every(quantities.hours(count, str(one(node, "TIME_UNIT"))))
    if (q := optional(node, "EVERY_Q")) is not None:
        return _every_q(draft, q)
    a_day = optional(node, "TIMES_A_DAY")
    if a_day is not None:
        return Every(24.0 / meaning(words.TIMES_A_DAY, a_day))
    times = child(node, "times")
    if optional(node, "ONCE") is not None and len(node.children) == 1:
        return Once()
    count = 1 if times is None else _times(draft, times)
    if optional(node, "DAILY") is not None:
        if count > 24:
            draft.refuse(node, f"{count} times a day is more than 24; write an infusion, or 'every 30 min'.")
        return Every(24.0 / count)
    if count > 7:
        draft.refuse(node, f"{count} times a week is more than 7; write how often a day.")
    return {1: Every(168.0), 7: Every(24.0)}.get(count) or PerWeek(count)


def _times(draft: Draft, node: Node) -> int:
    twice = optional(node, "TWICE")
    return draft.whole(node) if twice is None else meaning(words.TWICE, twice)


def _every_q(draft: Draft, token: Token) -> Every:
    """``q8h``."""
    count = int("".join(filter(str.isdigit, str(token))))
    if count < 1:
        draft.refuse(token, f"'{token}' is no interval; write a whole number above 0.")
    return Every(quantities.hours(float(count), str(token)[-1]))


def _limit(draft: Draft, parent: Node) -> tuple[float | None, int | None]:
    node = child(parent, "limit")
    if node is None:
        return None, None
    span = child(node, "length")
    if span is not None:
        return draft.length(span), None
    times = optional(node, "TIMES_X")
    if times is None:
        return None, draft.whole(node)
    count = int(str(times).lower().lstrip("x").strip())
    if count < 1:
        draft.refuse(times, f"'{times}' is no session; write a whole number above 0.")
    return None, count
