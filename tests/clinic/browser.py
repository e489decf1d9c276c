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

django.setup()

CHROMIUM = Path("/usr/bin/chromium")


@cache
def engine_folder() -> Path:
    """The folder of an engine that answers, with nothing run beforehand."""
    from painloop_clinic.engine import client
    from painloop_clinic.engine.kinds import QUESTIONS, Trade
    from painloop_clinic.engine.service import Service, accept, listening

    stack = ExitStack()
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pl-")))
    listener = stack.enter_context(listening(folder))
    service = Service(1, Trade(QUESTIONS, "clinic_questions:usual"))
    stack.callback(service.close)
    threading.Thread(target=accept, args=(listener, service), daemon=True).start()
    stack.callback(client.hang_up)
    atexit.register(stack.close)
    return folder


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
