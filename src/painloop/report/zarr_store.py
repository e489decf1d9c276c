"""A Zarr store on disk that stops at its first failure."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from zarr.storage import LocalStore

if TYPE_CHECKING:
    from zarr.core.buffer import Buffer


class FailFastStore(LocalStore):
    """A local store that writes one key at a time and nothing more once a write has failed.

    Zarr writes the chunks of an array side by side in threads and reports the first failure while the others are still
    writing, so that whoever then removes the folder may find files in it again. Here the failure is the last thing that
    touches the disk.
    """

    def __init__(self, root: Path | str, *, read_only: bool = False) -> None:
        super().__init__(root, read_only=read_only)
        self._turn = Lock()
        self._failure: OSError | None = None

    async def set(self, key: str, value: Buffer) -> None:
        self.set_sync(key, value)

    def set_sync(self, key: str, value: Buffer) -> None:
        with self._turn:
            if self._failure is not None:
                raise self._failure
            try:
                super().set_sync(key, value)
            except OSError as failure:
                self._failure = failure
                raise
