"""A data folder of its own, before Django reads its settings, and what the tests of the web application share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

_FOLDER = tempfile.TemporaryDirectory(prefix="painloop-clinic-")
os.environ["PAINLOOP_CLINIC_DATA"] = _FOLDER.name
os.environ["DJANGO_SETTINGS_MODULE"] = "painloop_clinic.settings"
for name in ("DATABASE_URL", "PAINLOOP_CLINIC_ENGINE", "PAINLOOP_CLINIC_STATIC", "PAINLOOP_CLINIC_PUBLIC"):
    os.environ.pop(name, None)
if find_spec("django"):
    import django

    django.setup()  # whichever file of tests a process begins with


@pytest.fixture(scope="session")
def engine_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A service whose processes answer the questions of ``clinic_questions``, at the engine's place."""
    import threading

    from django.conf import settings

    from painloop_clinic.engine import client
    from painloop_clinic.engine.kinds import Trade
    from painloop_clinic.engine.service import Service, accept, listening

    names = ("process_id", "wait_for", "die_once", "count", "refuse", "slowly", "echo")
    trade = Trade({name: f"clinic_questions:{name}" for name in names}, "clinic_questions:usual")
    with tempfile.TemporaryDirectory(prefix="pl-", dir="/tmp") as folder:
        from pathlib import Path

        with listening(Path(folder)) as listener:
            service = Service(2, trade)
            threading.Thread(target=accept, args=(listener, service), daemon=True).start()
            before, settings.ENGINE_FOLDER = settings.ENGINE_FOLDER, Path(folder)
            yield service
            settings.ENGINE_FOLDER = before
            client.hang_up()
            service.close()


@pytest.fixture
def engine(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real engine behind the pages of this process, which wait for it however long compiling takes."""
    from browser import engine_folder, take_time

    take_time(monkeypatch)
    settings.ENGINE_FOLDER = engine_folder()


CHROMIUM = Path("/usr/bin/chromium")
LAUNCH_MS = 300_000
"""What a browser may take to start on a machine that has never run it."""
WITHOUT_CHROMIUM = "needs the Debian package chromium; install it with: apt-get install chromium"


@pytest.fixture(scope="session")
def real_server() -> Iterator[Any]:
    """The whole server as people start it, on a free port, with folders of its own; started once."""
    pytest.importorskip("gunicorn")
    from clinic_server import served

    with served("--workers", "1", "--engines", "1", variables={"PYTHONWARNINGS": "ignore"}) as server:
        yield server


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser; whoever has none is told what to install."""
    if not CHROMIUM.exists():
        pytest.skip(WITHOUT_CHROMIUM)
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox"], timeout=LAUNCH_MS
        )
        yield browser
        browser.close()
