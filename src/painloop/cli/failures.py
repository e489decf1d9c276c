"""What the user reads when a command fails, and the exit status it leaves: 1 could not, 2 bad input.

Every failure is one sentence on standard error that begins with ``painloop:``; a prescription that was not
understood is followed by the prescription and a caret line. Only a defect of painloop mentions a traceback.
"""

from __future__ import annotations

import errno

import click

from painloop.cli.interruption import MESSAGE, STATUS
from painloop.errors import PainloopError, RegimenError, printable

BAD_PATH = {errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EEXIST}
REMEDIES = {
    errno.ENOSPC: "make room or choose another place",
    errno.EDQUOT: "make room or choose another place",
    errno.EACCES: "choose a place that you may use",
    errno.EPERM: "choose a place that you may use",
    errno.EROFS: "choose a place that can be written",
    errno.ENOENT: "check the path",
    errno.ENOTDIR: "check the path",
    errno.EISDIR: "name a file, not a folder",
    errno.EEXIST: "choose another name",
    errno.ENAMETOOLONG: "choose a shorter name",
}


def describe(failure: BaseException, command: str = "painloop") -> tuple[str, int]:
    """What to print for a failure (no trailing newline) and the exit status.

    Parameters
    ----------
    failure : whatever left the command, :class:`KeyboardInterrupt` included.
    command : the command whose help to name where click has forgotten it.
    """
    if isinstance(failure, RegimenError) and failure.pointer():
        return f"painloop: {_sentence(failure)}\n{failure.pointer()}", failure.exit_status
    if isinstance(failure, PainloopError):
        return f"painloop: {_sentence(failure)}", failure.exit_status
    if isinstance(failure, click.UsageError):
        return f"painloop: {_usage(failure, command)}", 2
    if isinstance(failure, click.ClickException):
        return f"painloop: {_one_line(failure.format_message())}", failure.exit_code
    if isinstance(failure, (KeyboardInterrupt, click.Abort)):
        return MESSAGE, STATUS
    if isinstance(failure, OSError):
        return f"painloop: {_system(failure)}", 2 if failure.errno in BAD_PATH else 1
    if isinstance(failure, MemoryError):
        return "painloop: the memory of this machine is too small for that; ask for fewer patients", 1
    return f"painloop: {_defect(failure)}", 1


def _sentence(failure: PainloopError) -> str:
    return _one_line(str(failure)) or f"{type(failure).__name__} without a message"


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))


def _usage(failure: click.UsageError, command: str) -> str:
    """Click's own words, joined to one sentence that ends with where to read on."""
    said = _one_line(failure.format_message()).replace(". ", "; ").rstrip(".")
    said = (said[:1].lower() + said[1:]).replace("; Did you mean", "; did you mean")
    where = failure.ctx.command_path if failure.ctx is not None else command
    return f"{said} (see '{where} --help')"


def _system(failure: OSError) -> str:
    place = f"{failure.filename}: " if failure.filename else ""
    reason = failure.strerror or str(failure) or type(failure).__name__
    remedy = REMEDIES.get(failure.errno or 0)
    return _one_line(f"{place}{reason.lower()}{f'; {remedy}' if remedy else ''}")


def _defect(failure: BaseException) -> str:
    what = _one_line(f"{type(failure).__name__}: {failure}".removesuffix(": "))[:200]
    return f"this is a defect of painloop, not of your input ({what}); PAINLOOP_DEBUG=1 shows where"
