"""Where the compiled stepping code is kept, and what to say when it cannot be compiled."""

from __future__ import annotations

import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

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
    """The folder of compiled code, a part of the cache; one for this process where that cannot be written."""
    chosen = Path(os.environ.get("NUMBA_CACHE_DIR") or cache_folder() / "circuit")
    try:
        chosen.mkdir(parents=True, exist_ok=True)
    except OSError:
        return tempfile.mkdtemp(prefix="painloop-circuit-")
    return str(chosen) if os.access(chosen, os.W_OK) else tempfile.mkdtemp(prefix="painloop-circuit-")
