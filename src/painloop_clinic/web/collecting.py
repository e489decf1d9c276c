"""Lays out the static files once per version of them: hashed names, compressed twins."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

DONE = ".of"


def collect() -> None:
    """Collect into ``STATIC_ROOT`` unless what lies there is already of these files; whole, or not at all."""
    root = Path(settings.STATIC_ROOT)
    fingerprint = _fingerprint()
    stamp = root / DONE
    if stamp.is_file() and stamp.read_text(encoding="ascii") == fingerprint:
        return
    if root.exists():
        old = root.with_name(f"{root.name}.{os.getpid()}")
        root.rename(old)
        shutil.rmtree(old, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(fingerprint, encoding="ascii")


def _fingerprint() -> str:
    """A hash of every file's name, size and time."""
    whole = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            whole.update(f"{name}:{state.st_size}:{state.st_mtime_ns}\n".encode())
    return whole.hexdigest()
