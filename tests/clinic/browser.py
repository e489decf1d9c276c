"""A real engine with one process, the pages on a port of their own, and a browser, each started once a session."""

from __future__ import annotations

import atexit
import tempfile
import threading
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
import pytest

django.setup()

AGES_S = 900.0
"""What a program may take to compile on a busy machine, where nothing is measured."""


@cache
def engine_folder() -> Path:
    """The folder of an engine that answers, with nothing run beforehand."""
    from painloop_clinic.engine import client
    from painloop_clinic.engine.kinds import QUESTIONS, Trade
    from painloop_clinic.engine.service import Service, accept, listening

    stack = ExitStack()
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pl-", dir="/tmp")))
    listener = stack.enter_context(listening(folder))
    service = Service(1, Trade(QUESTIONS, "clinic_questions:usual"))
    stack.callback(service.close)
    threading.Thread(target=accept, args=(listener, service), daemon=True).start()
    stack.callback(client.hang_up)
    atexit.register(stack.close)
    return folder


def take_time(changed: pytest.MonkeyPatch) -> None:
    """Deadlines are for people who wait; here a question is answered however long compiling takes."""
    from painloop_clinic.engine import client, service
    from painloop_clinic.explorer import asking

    ask, start = client.ask, client.start

    def patient(kind: str, payload: Any, _deadline_s: float = 0.0, progress: Any = None) -> Any:
        return ask(kind, payload, AGES_S, progress)

    changed.setattr(service, "LONGEST_S", AGES_S)
    changed.setattr(asking, "ONE_S", AGES_S)
    changed.setattr(client, "ask", patient)
    changed.setattr(client, "start", lambda kind, payload, _deadline_s=0.0: start(kind, payload, AGES_S))


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        return


@cache
def server() -> str:
    """The address under which the pages are served, from this process."""
    from painloop_clinic.wsgi import application

    httpd = make_server("127.0.0.1", 0, application, _Server, _Silent)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    atexit.register(httpd.shutdown)
    return f"http://127.0.0.1:{httpd.server_port}"
