"""The number of participants that gives a trial the power that is wanted, by simulating trials of several sizes.

Sizes are simulated with the same seed, so that they share people as far as they go (common random numbers). The number
is bracketed from a first guess, refined within the bracket by a line of the normal quantile of power on the square root
of n, and simulated itself. The interval is where such lines through the ends of the exact intervals of power cross the
power that is wanted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from painloop.errors import InputError
from painloop.trial.answer import PowerPoint, SampleSize, Share
from painloop.trial.protocol import Protocol

FEWEST, LARGEST = 4, 500
"""Participants an arm that are tried."""
ROUNDS = 8
"""Sizes that are simulated, at most."""
CLOSE = 0.05
"""The search ends when both ends of the bracket are this close, as a share of the number."""

PowerAt = Callable[[Protocol], Share]


def sized(protocol: Protocol, per_arm: int) -> Protocol:
    """The same trial with ``per_arm`` participants an arm, in the declared ratio.

    Raises
    ------
    InputError : the number is not 2 to 100,000.
    """
    if not 2 <= per_arm <= 100_000:
        raise InputError(f"--patients is {per_arm} and must be 2 to 100,000 an arm; 30 is usual.")
    ratio = protocol.trial.allocation.ratio
    if ratio is None or protocol.trial.crossover is not None:
        return replace(protocol, numbers=(per_arm,) * len(protocol.arms))
    names = [arm.name for arm in protocol.trial.arms]
    parts = [ratio[names.index(name)] for name in protocol.names]
    return replace(protocol, numbers=tuple(per_arm * part // min(parts) for part in parts))


def search(protocol: Protocol, wanted: float, power_at: PowerAt, known: Share | None = None) -> SampleSize:
    """The smallest number an arm with the power ``wanted``.

    Parameters
    ----------
    wanted : power, within 0.05 and 0.99. power_at : simulates a trial and gives the power of its first comparison.
    known : that of the trial as it is, if it was simulated.
    """
    check_power(wanted)
    found: dict[int, Share] = {}
    n = int(np.clip(min(protocol.numbers), FEWEST, LARGEST))
    for _ in range(ROUNDS):
        trial = sized(protocol, n)
        found[n] = known if known and trial.numbers == protocol.numbers else power_at(trial)
        following = _next(found, wanted)
        if following is None or following in found:
            break
        n = following
    return _answer(protocol, found, wanted)


def check_power(wanted: float) -> None:
    """Refuse a power that no search can reach or that needs none."""
    if not 0.05 < wanted <= 0.99:
        raise InputError(f"--power is {wanted:g} and must be above 0.05 and at most 0.99; 0.8 is usual.")


def _next(found: dict[int, Share], wanted: float) -> int | None:
    """The size to try next; ``None`` when the bracket is close or nothing larger may be tried."""
    enough = [n for n, one in found.items() if one.value >= wanted]
    short = [n for n, one in found.items() if one.value < wanted and n < min(enough, default=LARGEST + 1)]
    if not enough:
        top = max(found)
        return None if top >= LARGEST else min(LARGEST, max(_guess(top, found[top], wanted), 2 * top))
    if not short:
        low = min(found)
        return None if low <= FEWEST else max(FEWEST, min(_guess(low, found[low], wanted), low - 1))
    low, high = max(short), min(enough)
    if high - low <= max(1, round(CLOSE * high)):
        return None
    return int(np.clip(_cross(found, wanted, "value") or (low + high) // 2, low + 1, high - 1))


def _guess(n: int, power: Share, wanted: float) -> int:
    """The size at which a normal test of the same effect has the wanted power, within a factor of four."""
    reach = ndtri(0.975)
    signal = ndtri(np.clip(power.value, 0.06, 0.99)) + reach
    factor = ((ndtri(wanted) + reach) / signal) ** 2
    return math.ceil(n * float(np.clip(factor, 0.25, 4.0)))


def _cross(found: dict[int, Share], wanted: float, end: str) -> int | None:
    """Where the fitted curve of power, or of one end of its intervals, reaches the wanted power."""
    sizes = np.array(sorted(found), float)
    height = np.array([getattr(found[int(n)], end) for n in sizes])
    inside = (height > 0.0) & (height < 1.0)
    if inside.sum() < 2:
        return None
    weight = np.exp(-0.5 * (ndtri(height[inside]) - ndtri(wanted)) ** 2)
    slope, level = np.polyfit(np.sqrt(sizes[inside]), ndtri(height[inside]), 1, w=weight)
    if slope <= 0.0:
        return None
    root = (ndtri(wanted) - level) / slope
    return math.ceil(root**2) if root > 0.0 else 1


def _answer(protocol: Protocol, found: dict[int, Share], wanted: float) -> SampleSize:
    curve = [
        PowerPoint(n_per_arm=n, participants=sized(protocol, n).participants, power=found[n])
        for n in sorted(found)
    ]
    enough = [n for n, one in found.items() if one.value >= wanted]
    best = min(enough, default=None)
    if best is None:
        top = max(found)
        sentence = (
            f"No number up to {top} an arm reaches a power of {100 * wanted:g} %: with {top} it is "
            f"{_words(found[top])}; the effect or the explanations that give none limit it, see each with --loop."
        )
        return SampleSize(
            wanted=wanted,
            n_per_arm=None,
            low=None,
            high=None,
            largest=LARGEST,
            curve=curve,
            sentence=sentence,
        )
    low, high = _cross(found, wanted, "high"), _cross(found, wanted, "low")
    low = None if low is None else max(FEWEST, min(low, best))
    high = None if high is None or high > 4 * LARGEST else max(high, best)
    people = sized(protocol, best).participants
    between = f" ({low} to {high})" if low is not None and high is not None else ""
    sentence = (
        f"{best}{between} an arm, {people} participants in all, give a power of {100 * wanted:g} %: "
        f"{_words(found[best])} in {found[best].of} replicates."
    )
    return SampleSize(
        wanted=wanted, n_per_arm=best, low=low, high=high, largest=LARGEST, curve=curve, sentence=sentence
    )


def _words(power: Share) -> str:
    return f"{100 * power.value:.0f} % ({100 * power.low:.0f} to {100 * power.high:.0f} %)"
