"""The private folder of the engine's socket: there while the server runs, and cleared away later if it was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PREFIX, OWNER = "painloop-engine-", "owner"
LONGEST = 80
"""Characters of the folder of a local socket; systems allow about a hundred with the name."""


@contextmanager
def run_folder() -> Iterator[Path]:
    """A private folder, short enough for a socket, that goes away again; folders of killed servers go first."""
    base = _base()
    _clear(base)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    try:
        with _claimed(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _base() -> Path:
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    usable = given and len(given) < LONGEST and os.access(given, os.W_OK)
    return Path(given if usable else "/tmp")


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system releases however the process ends."""
    with open(os.open(folder / OWNER, os.O_CREAT | os.O_RDWR, 0o600), "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _clear(base: Path) -> None:
    """Remove our own folders whose server is gone: nobody holds their lock."""
    for folder in base.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.stat(follow_symlinks=False).st_uid == os.getuid():
                with (folder / OWNER).open("r+", encoding="ascii") as file:
                    _remove_if_free(folder, file)


def _remove_if_free(folder: Path, file: IO[str]) -> None:
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    shutil.rmtree(folder, ignore_errors=True)
