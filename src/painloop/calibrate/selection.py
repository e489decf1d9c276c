"""Which printed values are fitted, and which are not and why: the one place where that is decided.

Fitted are values of published trials whose arms and quantities painloop predicts, that were read, computed or taken
from a second text (never recalled). Where the values of two arms are printed their difference is not fitted as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from painloop import library
from painloop.calibrate.choices import Choices
from painloop.calibrate.observations import (
    NORMAL_95,
    SHARES,
    Compared,
    Datum,
    FittedTrial,
    LeftOut,
    Selection,
    contrast_of,
    datum_of,
)
from painloop.errors import InputError
from painloop.library.schema.conditions import Condition
from painloop.library.schema.courses import Observed
from painloop.library.schema.trials import Contrast, Trial, TrialArm
from painloop.simulation.times import HOURS_PER_DAY
from painloop.trial import protocol
from painloop.trial.protocol import Protocol
from painloop.trial.statistics import QUANTITIES

TRUSTED = frozenset({"verified", "secondary", "derived"})
SAME = "the same pain at the same time as another value that is fitted"


def select(trials: Iterable[Trial] | None = None) -> Selection:
    """All trials of the library, or those given, sorted into what is fitted and what is not."""
    entries = (
        list(trials) if trials is not None else [library.load("trials", t) for t in library.ids("trials")]
    )
    fitted: list[FittedTrial] = []
    left_out: list[LeftOut] = []
    compared: list[Compared] = []
    for entry in entries:
        ready = _ready(entry)
        if isinstance(ready, str):
            left_out.append(LeftOut(entry.id, "all", ready))
            continue
        refused = {one.arm: one.reason for one in ready.left_out} | _refused_arms(entry)
        found, without = _one(ready, refused)
        left_out += without
        fitted += [found] if found else []
        compared += _compared(ready, refused)
    return Selection(tuple(fitted), tuple(left_out), tuple(compared))


def _ready(entry: Trial) -> Protocol | str:
    """A trial that can be predicted, or why it cannot."""
    if entry.status != "published":
        return f"{entry.status}, without results"
    try:
        ready = protocol.read(entry)
    except InputError as refusal:
        return str(refusal).rstrip(".")
    condition: Condition = library.load("conditions", ready.condition)
    if condition.ketamine_effect.status != "studied":
        return f"no controlled trial of ketamine in {condition.id} is known, so no effect is predicted for it"
    return ready


def _one(ready: Protocol, refused: dict[str, str]) -> tuple[FittedTrial | None, list[LeftOut]]:
    entry = ready.trial
    condition: Condition = library.load("conditions", ready.condition)
    without: list[LeftOut] = []
    taken: list[Datum] = []
    for item, why, datum in _values(ready, condition, refused):
        if datum is None:
            without.append(LeftOut(entry.id, item, why))
        else:
            taken.append(datum)
    taken, twice = _each_once(taken)
    without += [LeftOut(entry.id, f"{one.quantity} of {one.arm} at {one.time_h:g} h", SAME) for one in twice]
    if not taken:
        return None, without or [LeftOut(entry.id, "all", "no value was printed that painloop predicts")]
    return _trial(ready, tuple(_paired(ready, taken))), without


def _each_once(data: list[Datum]) -> tuple[list[Datum], list[Datum]]:
    """One value of an arm at a time, the one whose error is known best; and those that say the same again."""
    order = sorted(data, key=lambda one: (one.error_is == "not printed: assumed", one.count is not None))
    best = {(one.arm, one.against, one.time_h): one for one in reversed(order)}
    kept = [one for one in data if best[one.arm, one.against, one.time_h] is one]
    return kept, [one for one in data if one not in kept]


def _refused_arms(entry: Trial) -> dict[str, str]:
    """Arms whose effect is not that of ketamine or placebo alone."""
    common = set.intersection(*(set(arm.beside) for arm in entry.arms))
    found = {}
    for arm in entry.arms:
        if arm.role == "active" and not _acts_as_placebo(arm):
            found[arm.name] = "the effect of an active drug is observed, not predicted"
        elif arm.regimen_confidence in ("memory", "missing") and arm.role == "ketamine":
            found[arm.name] = f"its regimen is {arm.regimen_confidence}"
        elif arm.beside and (len(entry.arms) == 1 or set(arm.beside) != common):
            found[arm.name] = f"given with {', '.join(arm.beside)}, which no other arm tells apart"
    return found


def _acts_as_placebo(arm: TrialArm) -> bool:
    return arm.control is not None and library.load("controls", arm.control).parameters["relief"].value == 0.0


def _values(
    ready: Protocol, condition: Condition, refused: dict[str, str]
) -> Iterator[tuple[str, str, Datum | None]]:
    """(what, why not, the datum) of each printed value and contrast."""
    arms = {arm.name: arm for arm in ready.trial.arms}
    known = set()
    for one in ready.observed:
        item = f"{one.quantity} of {one.arm}" + (f" at {one.time_h:g} h" if one.time_h is not None else "")
        why = refused.get(one.arm) or _why_not(one)
        if why is None and (one.n or arms[one.arm].n) is None:
            why = "number of people not known"
        if why is not None:
            yield item, why, None
            continue
        known.add((one.arm, one.quantity, one.time_h))
        yield item, "", datum_of(one, arms[one.arm], condition)
    for other in ready.contrasts:
        item = f"{other.quantity} of {other.arm} against {other.against}"
        why = refused.get(other.arm) or refused.get(other.against) or _why_no_contrast(other, known)
        yield item, why or "", None if why else contrast_of(other, condition)


def _why_not(one: Observed) -> str | None:
    if one.value is None or one.confidence not in TRUSTED:
        return f"its value is {one.confidence}"
    if one.quantity not in QUANTITIES:
        return "painloop does not predict this quantity of pain"
    if one.time_h is None:
        return "no time was read"
    if one.time_h == 0.0:
        return "before treatment: sets the level of pain, is not fitted"
    longest = Choices.load().numbers["longest"]
    if one.time_h > longest:
        return f"later than {longest:g} h"
    return None


def _why_no_contrast(one: Contrast, known: set[tuple[str, str, float | None]]) -> str | None:
    if one.value is None:
        return "only a p value was printed" if one.p is not None else f"its value is {one.confidence}"
    if one.confidence not in TRUSTED:
        return f"its value is {one.confidence}"
    if {(one.arm, one.quantity, one.time_h), (one.against, one.quantity, one.time_h)} <= known:
        return "the values of both arms are fitted instead"
    if one.quantity not in QUANTITIES or one.quantity in SHARES:
        return "painloop does not predict this comparison"
    if one.time_h is None:
        return "no time was read"
    if one.se is None and one.ci95 is None:
        return "no error was printed"
    return None


def _paired(ready: Protocol, data: list[Datum]) -> list[Datum]:
    """In a crossover with a printed interval of the effect size: how far values of the same people go together."""
    if ready.trial.crossover is None:
        return data
    sizes: list[Observed | Contrast] = [*ready.observed, *ready.contrasts]
    printed = [
        ((one.ci95[1] - one.ci95[0]) / (2.0 * NORMAL_95), one.n)
        for one in sizes
        if one.quantity == "effect_size_sd" and one.ci95 is not None and one.n
    ]
    if not printed:
        return data
    error, n = printed[0]
    together = float(np.clip(1.0 - n * error**2 / 2.0, 0.0, 0.95))
    return [replace(one, together=together) if one.count is None else one for one in data]


def _trial(ready: Protocol, data: tuple[Datum, ...]) -> FittedTrial:
    entry = ready.trial
    used = {name for one in data for name in (one.arm, one.against) if name}
    regimens = {arm.name: arm.regimen if arm.role == "ketamine" else None for arm in entry.arms}
    return FittedTrial(
        entry.id, entry.held_out_with, ready.condition, _baseline(ready), {a: regimens[a] for a in sorted(used)},
        data, entry.randomised and len(entry.arms) > 1, entry.crossover is not None,
        min(one.n for one in data), entry.course or entry.id,
    )  # fmt: skip


def _compared(ready: Protocol, refused: dict[str, str]) -> list[Compared]:
    """The first arm with ketamine alone, where another arm had no drug and people were randomised."""
    entry = ready.trial
    left = [(arm, n) for arm, n in zip(ready.arms, ready.numbers, strict=True) if arm.name not in refused]
    treated = [(arm, n) for arm, n in left if arm.role == "ketamine"]
    if not (entry.randomised and treated and any(arm.role != "ketamine" for arm, _ in left)):
        return []
    arm, n = treated[0]
    assert arm.regimen is not None
    until_h = HOURS_PER_DAY * float(ready.visit_days.max())
    return [
        Compared(entry.id, entry.held_out_with, ready.condition, _baseline(ready), arm.regimen, n, until_h)
    ]


def _baseline(ready: Protocol) -> float | None:
    """Mean pain before treatment where it was read; arms weigh by their people."""
    given = ready.trial.baseline
    if given is not None and given.value is not None and given.confidence in TRUSTED:
        return given.value
    read = [
        (one.value, one.n or 1)
        for one in ready.observed
        if one.quantity == "nrs" and one.time_h == 0.0 and one.value is not None and one.confidence in TRUSTED
    ]
    if not read:
        return None
    return float(np.average([value for value, _ in read], weights=[n for _, n in read]))
