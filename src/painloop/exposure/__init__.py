"""Drug levels: assembles a linear system from library files and people, and predicts concentrations.

``individuals`` draws parameters, ``system`` assembles A(theta), ``doses`` turns a schedule into inputs,
``choice`` picks a model, ``predict`` answers the exposure command.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Exposure(ModuleType):
    """The package itself, which Python puts in the place of the function ``painloop.exposure`` once it is imported."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """See :func:`painloop.exposure.predict.exposure`."""
        from painloop.exposure.predict import exposure

        return exposure(*arguments, **named)


sys.modules[__name__].__class__ = _Exposure
