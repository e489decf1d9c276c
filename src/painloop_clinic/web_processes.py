"""``python -m painloop_clinic.web_processes STARTER SOCKET WORKERS [CERTIFICATE KEY]``: Gunicorn with threads, on a
socket that was opened for it, until the process STARTER is gone. Never loads the numerical engine.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Any

from gunicorn.app.base import BaseApplication

from painloop_clinic.logs import logging_settings

THREADS = 8
END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class WebProcesses(BaseApplication):
    """Gunicorn with our settings.

    Parameters
    ----------
    settings : Gunicorn's, by name.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Take the settings; no file and no command line is read."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, in each web process."""
        from painloop_clinic.wsgi import application

        return application


def settings(words: list[str]) -> dict[str, Any]:
    """Gunicorn's settings for the words of the command line."""
    number, workers, *tls = words
    pair = {"certfile": tls[0], "keyfile": tls[1]} if tls else {}
    return {
        "bind": [f"fd://{number}"],
        "workers": int(workers),
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": 150,
        "graceful_timeout": 8,
        "keepalive": 15,
        "limit_request_line": 8190,
        "limit_request_fields": 64,
        "accesslog": None,
        "logconfig_dict": logging_settings(),
        "control_socket_disable": True,
        "proc_name": "painloop-clinic",
        **pair,
    }


def end_with(starter: int) -> None:
    """Ask the system, where it can, for SIGTERM when the server is gone; leave if it is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGTERM)
    if os.getppid() != starter:
        raise SystemExit(0)


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    WebProcesses(settings(sys.argv[2:])).run()
