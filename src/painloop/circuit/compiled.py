"""Where the compiled stepping code is kept, and what to say when it cannot be compiled."""

from __future__ import annotations

import os
from importlib.util import find_spec

from painloop.core.startup import cache_folder
from painloop.errors import PainloopError


def require_numba() -> None:
    """Refuse to start where numba is missing.

    Raises
    ------
    PainloopError : numba is not installed.
    """
    if find_spec("numba") is None:
        raise PainloopError(
            "The circuit needs the package numba, which is not installed; install painloop[circuit]."
        )


def folder() -> str:
    """The folder of compiled code, a part of the cache; empty (beside the source) where it cannot be made."""
    chosen = os.environ.get("NUMBA_CACHE_DIR") or str(cache_folder() / "circuit")
    try:
        os.makedirs(chosen, exist_ok=True)
    except OSError:
        return ""
    return chosen
