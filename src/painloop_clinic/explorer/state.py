"""What the explorer is asked: one immutable state, read from an address and written back as one.

Everything that changes a picture stands in the address, so that a permalink restores it exactly. A field that cannot
be read is refused in a sentence beside it and falls back on its default; nothing is guessed silently.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from painloop_clinic.explorer.presets import RIVALS, conditions, presets, sentence_of
from painloop_clinic.explorer.sentence import FIELDS, written

LONGEST_SENTENCE = 400
"""Characters of a regimen that are read; the longest published one has about 130."""
MOST_COURSES = 4
POPULATION = 1000
LIMITS = {
    "weight": ("body weight", 2.0, 350.0, "kg", "70"),
    "age": ("age", 0.0, 120.0, "years", "45"),
    "baseline": ("baseline pain", 0.0, 10.0, "NRS points", "7"),
    "days": ("horizon", 1.0, 365.0, "days", "90"),
}
"""Field -> what it is, lowest, highest, unit, an example; those of the engine, the horizon shorter."""
WINDOWS = ("session", "course")


@dataclass(frozen=True)
class State:
    """A question to the explorer.

    Parameters
    ----------
    regimen : the id of a published course, or a sentence.
    patients : 1 for the typical person or one described, else :data:`POPULATION`.
    weight, age, baseline : of the one person; None takes the condition's own.
    sex : ``female``, ``male`` or empty for not stated.
    rivals : explanations of lasting relief to follow.
    window : whether levels are drawn over the first session or the whole course.
    pins : further regimens to draw beside it, A first.
    """

    regimen: str = "sigtermans-2009"
    condition: str = "crps"
    patients: int = 1
    weight: float | None = None
    age: float | None = None
    sex: str = ""
    baseline: float | None = None
    rivals: tuple[str, ...] = RIVALS
    days: float = 90.0
    window: str = "session"
    pins: tuple[str, ...] = ()

    @property
    def courses(self) -> tuple[str, ...]:
        """The regimens to draw, in the order of their letters; the one at hand is the last unless it is pinned."""
        return self.pins if self.regimen in self.pins else (*self.pins, self.regimen)

    @property
    def preset(self) -> str:
        """The id of the published course at hand, or nothing."""
        return self.regimen if self.regimen in presets() else ""

    @property
    def sentence(self) -> str:
        """The regimen at hand in words."""
        return sentence_of(self.regimen)

    @property
    def person(self) -> str:
        """Who the one person is, in words: what was stated of them."""
        numbers = ((self.weight, "{:g} kg"), (self.age, "{:g} years"), (self.baseline, "baseline pain {:g}"))
        stated = [self.sex, *(words.format(value) for value, words in numbers if value is not None)]
        return ", ".join(one for one in stated if one) or "typical"

    def query(self) -> str:
        """The state as the query of an address; defaults that say nothing are left out."""
        pairs: list[tuple[str, Any]] = [("regimen", self.regimen), ("condition", self.condition)]
        pairs.append(("patients", self.patients))
        person = {"weight": self.weight, "age": self.age, "sex": self.sex, "baseline": self.baseline}
        if self.patients == 1:
            pairs += [(name, _plain(value)) for name, value in person.items() if value not in (None, "")]
        if self.rivals != RIVALS:
            pairs += [("rival", one) for one in self.rivals]
        pairs += [("days", _plain(self.days)), ("window", self.window)]
        return urlencode([*pairs, *(("pin", one) for one in self.pins)])

    def pinned(self) -> State:
        """The same with the regimen at hand pinned, if there is room for it and for another."""
        if self.regimen in self.pins or len(self.pins) >= MOST_COURSES:
            return self
        return replace(self, pins=(*self.pins, self.regimen))

    def without(self, pin: str) -> State:
        """The same without a pin."""
        return replace(self, pins=tuple(one for one in self.pins if one != pin))

    def showing(self, regimen: str) -> State:
        """The same with another regimen at hand; more than four have no letters, so the last pin makes room."""
        pins = self.pins
        if regimen not in pins and len(pins) >= MOST_COURSES:
            pins = pins[: MOST_COURSES - 1]
        return replace(self, regimen=regimen, pins=pins)


@dataclass(frozen=True)
class Asked:
    """A state and what of the address could not be read, by field."""

    state: State
    refusals: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


def read_state(query: QueryDict, *, public: bool = False) -> Asked:
    """The state that an address describes.

    Parameters
    ----------
    public : only published courses and populations are read; what else was sent is refused.
    """
    refusals: dict[str, str] = {}
    regimen, chosen = _regimen(query, refusals, public)
    people = _patients(query, refusals, public)
    numbers = {name: _number(query, name, refusals) for name in LIMITS}
    days = numbers.pop("days")
    person = numbers if people == 1 else dict.fromkeys(numbers)
    state = State(
        regimen=regimen,
        condition=_condition(query, chosen, refusals),
        patients=people,
        sex=_one_of(query, "sex", ("", "female", "male"), refusals) if people == 1 else "",
        rivals=_rivals(query, refusals),
        days=90.0 if days is None else days,
        window=_one_of(query, "window", WINDOWS, refusals),
        pins=(),
        **person,
    )
    state = replace(state, pins=_pins(query, refusals, public)).showing(regimen)
    return Asked(state, refusals, {name: query.get(name, "")[:40] for name in LIMITS if name in refusals})


def _regimen(query: QueryDict, refusals: dict[str, str], public: bool) -> tuple[str, str]:
    """The regimen, and the condition of a published course chosen just now; pins keep the people they were seen in."""
    preset = query.get("preset", "")
    if preset in presets() and _chosen_now(query):
        return preset, "" if query.get("pin") else presets()[preset].condition or ""
    if not public and (query.get("do") == "write" or query.get("changed") in FIELDS):
        return written(query.dict()), ""
    if edited := " ".join(query.get("edit", "").split()):
        return _allowed(edited, "regimen", refusals, public), ""
    text = " ".join(query.get("regimen", "").split())
    if preset and text == sentence_of(preset):
        text = preset
    if not text:
        return State.regimen, ""
    return _allowed(text, "regimen", refusals, public), ""


def _chosen_now(query: QueryDict) -> bool:
    """Whether the list of published courses is what changed: the script says so, a bare form shows another than was."""
    if "changed" in query:
        return query["changed"] == "preset"
    return query.get("preset", "") != query.get("was", "")


def _allowed(text: str, name: str, refusals: dict[str, str], public: bool) -> str:
    bare = text.removeprefix("regimens/").lower()
    if bare in presets():
        return bare
    if public:
        refusals[name] = "This public server shows published courses only; choose one from the list."
        return State.regimen
    if len(text) > LONGEST_SENTENCE:
        refusals[name] = (
            f"The regimen has {len(text):,} characters, more than the {LONGEST_SENTENCE} that are read; shorten it."
        )
        return State.regimen
    return text


def _pins(query: QueryDict, refusals: dict[str, str], public: bool) -> tuple[str, ...]:
    given = [" ".join(one.split()) for one in query.getlist("pin") if one.strip()]
    found = tuple(dict.fromkeys(_allowed(one, "pin", refusals, public) for one in given))
    if len(found) > MOST_COURSES:
        refusals["pin"] = f"{len(found)} regimens are more than {MOST_COURSES} side by side; unpin some."
    return found[:MOST_COURSES]


def _condition(query: QueryDict, chosen: str, refusals: dict[str, str]) -> str:
    """The condition of the address, else that of the published course it names."""
    named = presets().get(query.get("regimen", "").removeprefix("regimens/"))
    if named is not None and named.condition and not query.get("condition"):
        chosen = named.condition
    if chosen:
        return chosen
    return _one_of(query, "condition", ("crps", *(one for one in conditions() if one != "crps")), refusals)


def _patients(query: QueryDict, refusals: dict[str, str], public: bool) -> int:
    if public:
        return POPULATION
    return int(_one_of(query, "patients", ("1", str(POPULATION)), refusals))


def _rivals(query: QueryDict, refusals: dict[str, str]) -> tuple[str, ...]:
    given = query.getlist("rival")
    unknown = [one for one in given if one not in RIVALS]
    if unknown:
        refusals["rival"] = f"'{unknown[0][:40]}' is not an explanation; choose among {', '.join(RIVALS)}."
    return tuple(one for one in RIVALS if one in given) or RIVALS


def _one_of(query: QueryDict, name: str, known: Sequence[str], refusals: dict[str, str]) -> str:
    """The value of a field with a list of choices; the first where nothing was sent."""
    given = query.get(name)
    if given is None or given == "":
        return known[0]
    if given not in known:
        refusals[name] = f"'{given[:40]}' is not a {name} that is known here; choose one from the list."
        return known[0]
    return given


def _number(query: QueryDict, name: str, refusals: dict[str, str]) -> float | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    what, low, high, unit, example = LIMITS[name]
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if math.isfinite(number) and low <= number <= high:
        return number
    refusals[name] = (
        f"The {what} {text[:20]} is outside {low:g} to {high:g} {unit}; give a number within, such as {example}."
    )
    return None


def _plain(value: float | str | None) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
