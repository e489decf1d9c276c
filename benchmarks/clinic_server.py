"""Starts `painloop clinic` for a measurement or a test, in folders of its own, and reads how much memory it holds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from time import monotonic, sleep

READY_S = 900.0
"""Seconds in which the engine compiles its first program, however slow and busy the machine is."""
ROLES = {
    "painloop_clinic.web_processes": "web processes",
    "painloop_clinic.engine": "engine service",
    "multiprocessing.spawn": "engine processes",
    "painloop.cli.main": "server",
}


@dataclass(frozen=True)
class Served:
    """A server that runs.

    Parameters
    ----------
    address : without a slash at its end.
    process : the server itself; its children are below it.
    engine : folder of the engine's socket.
    """

    address: str
    process: subprocess.Popen[str]
    engine: Path

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.address.rpartition(":")[2])

    def memory_mb(self) -> dict[str, float]:
        """Megabytes by role; what processes share is counted once, in equal parts."""
        held = dict.fromkeys(ROLES.values(), 0.0)
        for pid in below(self.process.pid):
            role = _role(pid)
            if role:
                held[role] += _megabytes(pid)
        return held


@contextmanager
def served(
    *words: str, variables: Mapping[str, str | None] | None = None, log: Path | None = None
) -> Iterator[Served]:
    """A whole server on a free port of this machine that is ready to answer.

    Parameters
    ----------
    words : more options of the command.
    variables : more of its environment; None removes one.
    log : where its log goes; else it is not kept.
    """
    with ExitStack() as stack:
        data = Path(tempfile.mkdtemp(prefix="pl-"))
        sockets = Path(tempfile.mkdtemp(prefix="pl-", dir="/tmp"))  # a socket needs a short path
        for folder in (data, sockets):
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        base = {"XDG_RUNTIME_DIR": str(sockets), "PAINLOOP_CLINIC_UNPREPARED": "1", "DATABASE_URL": None}
        chosen = os.environ | base | dict(variables or {})  # type: ignore[operator]
        environment = {name: value for name, value in chosen.items() if value is not None}
        errors = stack.enter_context((log or Path(os.devnull)).open("w", encoding="utf-8"))
        command = [sys.executable, "-m", "painloop.cli.main", "clinic", "--port", "0", "--data", str(data)]
        process = subprocess.Popen(
            [*command, *words], stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        )
        stack.callback(_end, process)
        assert process.stdout is not None
        line = process.stdout.readline()
        address = next((word.rstrip("/") for word in line.split() if word.startswith("http")), "")
        if not address:
            raise RuntimeError(f"painloop clinic did not start; it said: {line or 'nothing'}")
        await_ready(address, process)
        yield Served(address, process, next(sockets.glob("painloop-*")))


def await_ready(address: str, process: subprocess.Popen[str] | None = None) -> None:
    """Wait until database and engine answer, or the server has ended."""
    end = monotonic() + READY_S
    while monotonic() < end and (process is None or process.poll() is None):
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=30):
                return
        except urllib.error.HTTPError as refused:
            refused.close()
        except (OSError, HTTPException):
            pass
        sleep(0.2)
    raise RuntimeError(f"{address} was not ready within {READY_S:.0f} s, or has ended")


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def below(pid: int) -> list[int]:
    """A process and all that descend from it."""
    parents = {}
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                parents[int(one.name)] = int((one / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found, fresh = [pid], [pid]
    while fresh:
        fresh = [child for child, parent in parents.items() if parent in fresh]
        found += fresh
    return found


def _role(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    if "gunicorn" in words or "painloop-clinic" in words:
        return "web processes"
    return next((role for word, role in ROLES.items() if word in words), "")


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
