"""painloop: ketamine therapy of chronic pain from the pump to the pain diary, with sources and uncertainty.

Importing it starts nothing heavy; ``simulate`` and ``exposure`` load the engine when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from painloop._version import __version__

if TYPE_CHECKING:
    from painloop.exposure.predict import exposure
    from painloop.simulation import Result, simulate

__all__ = ["Result", "__version__", "exposure", "simulate"]


def __getattr__(name: str) -> Any:
    if name == "exposure":
        from painloop.exposure.predict import exposure

        return exposure
    if name in ("simulate", "Result"):
        import painloop.simulation as simulation

        return getattr(simulation, name)
    raise AttributeError(f"module 'painloop' has no attribute '{name}'")
