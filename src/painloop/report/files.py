"""Writing a file whole or not at all.

Every file the report layer leaves is first written beside its final place, forced to the disk and then moved there
in one step, so that an interrupted run or a full disk never leaves half a file.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from painloop.errors import InputError, PainloopError


def write_text(path: str | os.PathLike[str], text: str) -> Path:
    """Write ``text`` (UTF-8) to ``path`` whole or not at all; see :func:`write_bytes`."""
    return write_bytes(path, text.encode("utf-8"))


def write_bytes(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write ``content`` to ``path`` whole or not at all.

    Returns the path that now holds the content.

    Raises
    ------
    InputError : the folder does not exist or ``path`` is a folder.
    PainloopError : the disk is full, the folder cannot be written, or any other failure of the system.
    """

    def write(temporary: Path) -> None:
        with open(temporary, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())

    return write_through(path, write)


def write_through(path: str | os.PathLike[str], write: Callable[[Path], None]) -> Path:
    """Call ``write`` with a temporary path beside ``path`` and move the result there in one step.

    ``write`` may create a file or a folder under the name it is given. On any failure what it left is removed and an
    existing ``path`` stays as it was. Devices and pipes are written directly.

    Raises
    ------
    InputError : the folder does not exist or ``path`` cannot be replaced.
    PainloopError : the system refused to write, e.g. a full disk.
    """
    target = check_place(path)
    if target.exists() and not target.is_file() and not target.is_dir():
        return _written_directly(target, write)
    try:
        holder = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}.", dir=target.parent))
    except OSError as error:
        raise _refusal(target, error) from error
    try:
        temporary = holder / "new"
        write(temporary)
        _swap(temporary, target, holder / "old")
        _sync_folder(target.parent)
    except OSError as error:
        raise _refusal(target, error) from error
    finally:
        shutil.rmtree(holder, ignore_errors=True)
    return target


def check_place(path: str | os.PathLike[str]) -> Path:
    """The real place to write, with links followed, after the checks that need no writing.

    Raises
    ------
    InputError : the folder does not exist, or ``path`` is a folder.
    """
    asked = Path(path)
    target = Path(os.path.realpath(asked))
    try:
        if not target.parent.is_dir():
            raise InputError(
                f"The folder {str(asked.parent)!r} of the output file {asked.name!r} does not exist: create it "
                "or choose another place."
            )
        if target.is_dir() and not _is_zarr_store(target):
            raise InputError(f"The output {str(asked)!r} is a folder: give the name of a file.")
    except (OSError, ValueError) as error:
        raise InputError(
            f"The output path {str(asked)!r} cannot be used ({error}): choose another."
        ) from error
    return target


def _is_zarr_store(folder: Path) -> bool:
    """Only a folder that an earlier run wrote may be replaced."""
    return folder.suffix == ".zarr" and any((folder / name).exists() for name in ("zarr.json", ".zgroup"))


def _written_directly(target: Path, write: Callable[[Path], None]) -> Path:
    try:
        write(target)
    except OSError as error:
        if (
            error.errno == errno.EINVAL
        ):  # a device that cannot be forced to disk has taken the bytes all the same
            return target
        raise _refusal(target, error) from error
    return target


def _swap(temporary: Path, target: Path, aside: Path) -> None:
    """Move ``temporary`` to ``target``; an old folder of that name is set aside first, a file is replaced at once."""
    if not target.is_dir():
        os.replace(temporary, target)
        return
    os.replace(target, aside)
    try:
        os.replace(temporary, target)
    except OSError:
        os.replace(aside, target)
        raise


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)


def _refusal(target: Path, error: OSError) -> PainloopError:
    reason = error.strerror or str(error) or type(error).__name__
    remedy = {
        errno.ENOSPC: "free some space or choose another place",
        errno.EDQUOT: "free some space or choose another place",
        errno.EACCES: "choose a folder you may write to",
        errno.EPERM: "choose a folder you may write to",
        errno.EROFS: "choose a folder you may write to",
        errno.ENAMETOOLONG: "choose a shorter name",
    }.get(error.errno or 0, "choose another place and try again")
    return PainloopError(f"Could not write {str(target)!r} ({reason}): {remedy}; no partial file was left.")
