"""Questions for the tests of the engine: they need no simulation and happen in a certain order."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import Any

from painloop.errors import InputError

Report = Callable[[float], None]
_CALLS: dict[str, int] = {}


def usual(lane: str) -> Iterator[Any]:
    """Nothing is run beforehand."""
    return iter(())


def process_id(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    return {"pid": os.getpid()}


def wait_for(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Works until a file appears; says in another when it was told to stop."""
    Path(payload["began"]).touch()
    try:
        while not Path(payload["file"]).exists():
            sleep(0.02)
            report(0.5)
    except Exception:
        Path(payload["stopped"]).touch()
        raise
    return {"pid": os.getpid()}


def slowly(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Four steps; says how far it is until a file tells that it was heard."""
    for step in range(1, 4):
        while not Path(payload["heard"], f"{step / 4}").exists():
            report(step / 4)
            sleep(0.02)
    return {"steps": 4}


def die_once(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    mark = Path(payload["mark"])
    if not mark.exists() or payload.get("always"):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return {"survived": True}


def count(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    name = payload["name"]
    _CALLS[name] = _CALLS.get(name, 0) + 1
    return {"calls": _CALLS[name]}


def refuse(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    if payload.get("defect"):
        raise ZeroDivisionError
    raise InputError("The dose 0 is below 1; give more.")


def echo(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    return payload
