"""What follows pain slowly, or not at all: function, sleep, anxiety, work, opioid use, quality of life.

X' = (target - X) / tau,  target = best + (X0 - best) (P / P0)^link, kept between ``best`` and ``worst``

``best`` is 0 for a burden and 1 for a good, so one equation serves both. A link of 0 leaves X at X0 whatever pain
does: what the controlled trials saw, and the default. Numbers stand in ``library/outcomes`` (form ``link``).
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from painloop import library
from painloop.errors import InputError
from painloop.library.schema.effects import Outcome

HOURS_PER_DAY = 24.0
LARGEST = 2.0
"""The largest link that is accepted: the outcome would move twice as far as pain, in per cent."""
MOST_TIMES = 1e6
"""Pain is read as at most this many times that before treatment, so that no power overflows."""
FILES = {
    "function": "painloop-2026-function",
    "sleep": "painloop-2026-sleep",
    "anxiety": "painloop-2026-anxiety",
    "work": "painloop-2026-work",
    "opioid_use": "painloop-2026-opioid-use",
    "quality_of_life": "painloop-2026-quality-of-life",
}
"""The file of each linked outcome."""
MOOD = "mood"
MOOD_FILE = "painloop-2026-mood"
"""Mood follows the drug and not pain, through equations of its own; its link is set like the others."""


@dataclass(frozen=True)
class Linked:
    """A linked outcome of a run: what it is, how strong its link is, and why."""

    name: str
    unit: str
    baseline: float
    link: float
    says: str
    source: str
    confidence: str


def known_links() -> tuple[str, ...]:
    """Names of the outcomes that may follow pain."""
    return tuple(FILES)


def names() -> tuple[str, ...]:
    """What a link can be set for: the linked outcomes, and mood."""
    return (*FILES, MOOD)


@cache
def load(name: str) -> Outcome:
    """The file of a linked outcome; read once, because every run asks for all of them."""
    found: Outcome = library.load("outcomes", MOOD_FILE if name == MOOD else FILES[name])
    return found


def parse(texts: Iterable[str]) -> dict[str, float]:
    """Links that a user sets, name to strength, from words such as ``function=0.3``.

    Raises
    ------
    InputError
        The outcome is unknown or named twice, or the strength is no number within 0 and 2.

    Examples
    --------
    >>> parse(["function=0.3", "sleep = 1"])
    {'function': 0.3, 'sleep': 1.0}
    """
    found: dict[str, float] = {}
    for text in texts:
        name, equals, strength = (part.strip() for part in text.partition("="))
        if not equals:
            raise InputError(f"The link '{text}' has no strength; write it as function=0.3.")
        if name not in names():
            raise InputError(f"There is no linked outcome '{name}'; {_remedy(name)}.")
        if name in found:
            raise InputError(f"The link of {name} is given twice; keep one of them.")
        found[name] = _strength(name, strength)
    return found


def strengths(chosen: Mapping[str, float]) -> dict[str, float]:
    """The strength of every link: the user's, or that of its file."""
    return {name: chosen.get(name, load(name).parameters["link"].number) for name in names()}


def described(chosen: Mapping[str, float]) -> tuple[Linked, ...]:
    """Every linked outcome with its strength and the reason for it, for the report."""
    return tuple(_described(name, load(name), chosen.get(name)) for name in names())


def trajectories(
    outcome: Outcome, pain: np.ndarray, pain0: np.ndarray | float, time_h: np.ndarray, link: float
) -> np.ndarray:
    """The outcome over time, in the unit of its file, with the shape of ``pain``.

    Between output times the target is taken to be straight; that is exact for a link of 1 and pain that is straight
    between them, and for any link where pain is constant.

    Parameters
    ----------
    outcome : a file of form ``link``.
    pain : NRS points, (times,) or (times, ...), from before treatment on.
    pain0 : NRS points before treatment, a number or the shape of ``pain`` without times. Where it is 0 nothing
        is explained by pain, and the outcome stays.
    time_h : (times,), h, rising.
    link : strength, 0 to 2; with 0 nothing is computed.
    """
    p = {name: value.number for name, value in outcome.parameters.items()}
    pain = np.asarray(pain, dtype=float)
    if link == 0.0:
        return np.full(pain.shape, p["baseline"])
    before = np.broadcast_to(np.asarray(pain0, dtype=float), pain.shape[1:])
    within = np.clip(pain, 0.0, MOST_TIMES * before)
    ratio = np.where(before > 0.0, within / np.where(before > 0.0, before, 1.0), 1.0)
    target = p["best"] + (p["baseline"] - p["best"]) * ratio**link
    low, high = sorted((p["best"], p["worst"]))
    target = np.clip(target, low, high)
    return _followed(target, np.asarray(time_h, dtype=float), p["baseline"], p["tau"] * HOURS_PER_DAY)


def _followed(target: np.ndarray, time_h: np.ndarray, start: float, tau_h: float) -> np.ndarray:
    """Exact solution of tau x' = target - x for a target that is straight between the times."""
    step = np.diff(time_h) / tau_h
    kept = np.exp(-step)
    mean_kept = np.where(step > 0.0, -np.expm1(-step) / np.where(step > 0.0, step, 1.0), 1.0)
    out = np.empty_like(target)
    out[0] = start
    for k in range(step.size):
        old, new = target[k], target[k + 1]
        out[k + 1] = out[k] * kept[k] + old * (mean_kept[k] - kept[k]) + new * (1.0 - mean_kept[k])
    return out


def _strength(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= LARGEST:
        raise InputError(
            f"The link {name}={text} is not a number from 0 to {LARGEST:g}; "
            f"write 0 for none or 1 for as many per cent as pain, such as {name}=0.3."
        )
    return value


def _remedy(name: str) -> str:
    close = difflib.get_close_matches(name, names(), n=1, cutoff=0.5)
    return f"did you mean {close[0]}" if close else f"use one of {', '.join(names())}"


def _described(name: str, outcome: Outcome, chosen: float | None) -> Linked:
    link = outcome.parameters["link"]
    strength = link.number if chosen is None else chosen
    if chosen is None:
        says, source, confidence = link.note or "", link.source, str(link.confidence)
    else:
        says, source, confidence = "the strength was set for this run", "the user", "assumed"
    baseline = 0.0 if name == MOOD else outcome.parameters["baseline"].number
    return Linked(name, outcome.unit, baseline, strength, says, source, confidence)
