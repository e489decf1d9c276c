"""Which rivals there are, and how ``--loop`` names them."""

from __future__ import annotations

from painloop.errors import InputError
from painloop.loop.central_gain import CentralGain
from painloop.loop.driven_gain import DrivenGain
from painloop.loop.effect_delay import EffectDelay
from painloop.loop.none import NoLastingEffect
from painloop.loop.rival import Rival

_KNOWN: tuple[Rival, ...] = (NoLastingEffect(), EffectDelay(), CentralGain(), DrivenGain())
RIVALS: dict[str, Rival] = {rival.name: rival for rival in _KNOWN}
"""By name, in the order in which results list them."""


def rival_names() -> tuple[str, ...]:
    """The names that ``--loop`` accepts, besides ``all``."""
    return tuple(RIVALS)


def rivals(wanted: str) -> tuple[Rival, ...]:
    """The rivals behind ``--loop``: one name, several separated by commas, or ``all``."""
    names = rival_names() if wanted == "all" else tuple(part.strip() for part in wanted.split(","))
    for name in names:
        if name not in RIVALS:
            raise InputError(f"'{name}' is not a rival; --loop takes {', '.join(RIVALS)} or all.")
    return tuple(RIVALS[name] for name in dict.fromkeys(names))
