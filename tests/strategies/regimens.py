"""Hypothesis strategies: regimens that the language can say, and texts that it mostly cannot."""

from __future__ import annotations

from hypothesis import strategies as st

from painloop.regimen import (
    Caps,
    Dose,
    Every,
    Give,
    Infuse,
    Lower,
    Once,
    PerWeek,
    Phase,
    Prescription,
    Ramp,
    Rate,
    Regimen,
    Repeat,
)
from painloop.regimen.words import COMMON_UNITS, WORDS

PERS = st.sampled_from(["", "kg", "70kg"])
AMOUNTS = st.floats(1e-3, 1e3).map(lambda x: float(f"{x:.4g}"))
MINUTES = st.integers(1, 600).map(lambda m: m / 60.0)
HOURS = st.one_of(MINUTES, st.integers(1, 400).map(float), st.floats(0.01, 400.0))
LENGTHS = st.one_of(st.integers(1, 60).map(lambda d: 24.0 * d), st.integers(1, 20).map(lambda w: 168.0 * w))


def _rate(pers: st.SearchStrategy) -> st.SearchStrategy:
    return st.builds(Rate, AMOUNTS, pers)


@st.composite
def ramps(draw: st.DrawFn) -> Ramp:
    start, change = draw(_rate(PERS)), draw(AMOUNTS)
    down = draw(st.booleans()) and change < start.mg_per_h
    end = start.mg_per_h - change if down else start.mg_per_h + change
    count = draw(st.integers(1, 20))
    every = draw(st.integers(1, 24)) / 2.0
    return Ramp(start, abs(end - start.mg_per_h) / count, every, end, every * (count + 2) + draw(MINUTES))


@st.composite
def sessions(draw: st.DrawFn, route: str) -> tuple:
    if route not in ("iv", "sc"):
        return (Give(draw(st.builds(Dose, AMOUNTS, PERS))),)
    step = st.one_of(
        st.builds(Give, st.builds(Dose, AMOUNTS, PERS), st.one_of(st.just(0.0), HOURS)),
        st.builds(Infuse, _rate(PERS), HOURS),
        ramps(),
    )
    return tuple(draw(st.lists(step, min_size=1, max_size=4)))


@st.composite
def phases(draw: st.DrawFn, session_h: float) -> tuple[Phase, ...]:
    """Phases whose sessions do not overlap; all but the last have an end."""
    weekly = [st.builds(PerWeek, st.integers(2, 6))] if session_h <= 24.0 else []
    often = st.one_of(
        st.builds(Every, st.integers(1, 60).map(lambda h: float(h + int(session_h) + 1))), *weekly
    )
    ended = st.one_of(
        st.builds(Phase, often, LENGTHS, st.none()), st.builds(Phase, often, st.none(), st.integers(1, 40))
    )
    first = draw(st.lists(ended, max_size=2))
    if draw(st.booleans()):
        return (*first, draw(st.builds(Phase, often)))
    return (*first,) or (Phase(Once()),)


@st.composite
def prescriptions(draw: st.DrawFn) -> Prescription:
    route = draw(st.sampled_from(["iv", "im", "sc", "nasal", "oral", "sublingual"]))
    session = draw(sessions(route))
    session_h = sum(step.duration_h for step in session)
    when = draw(phases(session_h))
    ends = when[-1].length_h is not None or when[-1].sessions is not None or when[-1] == Phase(Once())
    repeats = st.builds(
        Repeat,
        st.floats(0.1, 9.9).map(lambda x: round(x, 1)),
        LENGTHS.map(lambda h: h + 24.0 * (1 + int(session_h / 24.0))),
        st.one_of(st.none(), LENGTHS),
    )
    infused = any(not isinstance(step, Give) or step.duration_h for step in session)
    lower = st.builds(
        Lower, st.sampled_from(["dissociation", "drug high"]), st.integers(1, 9).map(float), AMOUNTS
    )
    pressure = st.builds(Lower, st.just("systolic pressure"), st.integers(100, 250).map(float), AMOUNTS)
    rules = st.lists(st.one_of(lower, pressure).filter(lambda rule: rule.percent <= 100.0), max_size=2)
    return Prescription(
        drug=draw(st.sampled_from(["ketamine", "S-ketamine", "R-ketamine"])),
        route=route,
        session=session,
        phases=when,
        repeat=draw(st.one_of(st.none(), repeats)) if ends else None,
        caps=draw(st.builds(Caps, *[st.one_of(st.none(), AMOUNTS)] * 3)),
        lower=tuple(draw(rules)) if infused else (),
        form=draw(st.sampled_from(["base", "HCl"])),
        delay_h=draw(st.one_of(st.just(0.0), LENGTHS)),
    )


def regimens() -> st.SearchStrategy[Regimen]:
    """Regimens of up to three prescriptions, placebo included."""
    return st.builds(Regimen, st.lists(prescriptions(), max_size=3).map(tuple))


_KNOWN = [word for words in WORDS.values() for word in words] + list(COMMON_UNITS)
_NUMBERS = [
    "0",
    "1",
    "0.5",
    "5",
    "40",
    "1e9",
    "1e-9",
    "-3",
    "nan",
    "inf",
    "1e400",
    "0,5",
    ".",
    "5.",
    "x5",
    "1.2.3",
]


def almost_regimens() -> st.SearchStrategy[str]:
    """Words of the language in any order, with numbers, signs and strange letters between them."""
    piece = st.one_of(
        st.sampled_from(_KNOWN),
        st.sampled_from(_NUMBERS),
        st.sampled_from([";", ",", "%", "/", ""]),
        st.text(max_size=3),
    )
    return st.lists(piece, max_size=25).map(" ".join)


@st.composite
def damaged_regimens(draw: st.DrawFn) -> str:
    """A right sentence with a stretch of it cut out or replaced."""
    text = str(draw(regimens()))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 6)))
    return text[:start] + draw(st.text(max_size=4)) + text[end:]
