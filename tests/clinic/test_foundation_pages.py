"""Headers, policy, limits and error pages, on every page of the site map."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

pytest.importorskip("django")
from clinic_pages import addresses
from django.conf import settings
from django.test import Client

from painloop_clinic.environment import Environment, secret_key

pytestmark = pytest.mark.django_db
PAGES = addresses()


@pytest.fixture
def browser() -> Client:
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT="text/html")


@pytest.mark.parametrize("address", PAGES)
def test_every_page_carries_the_strict_headers_and_no_cookie(browser: Client, address: str) -> None:
    response = browser.get(address)
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]
    assert not response.cookies


@pytest.mark.parametrize("address", PAGES)
def test_no_page_has_anything_inline_or_from_elsewhere(browser: Client, address: str) -> None:
    page = browser.get(address).content.decode(errors="replace")
    scripts = [tag for tag in re.findall(r"<script[^>]*>", page) if "application/json" not in tag]
    assert all(" src=" in tag for tag in scripts)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|\shx-on|javascript:", page)
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=\"(https?:)?//", page)
    assert "<html" not in page or ('lang="en"' in page and 'href="#content"' in page)


def test_the_first_page_is_small(browser: Client) -> None:
    page = browser.get("/").content.decode()
    files = set(re.findall(r"\"/static/([^\"]+)\"", page)) - {"plotly/plotly.min.js"}
    from django.contrib.staticfiles.finders import find

    assert len(page) + sum(Path(find(name)).stat().st_size for name in files) < 300_000


@pytest.mark.parametrize(
    ("address", "values", "status", "sentence"),
    [
        ("/nowhere", {}, 404, "begin at the start page"),
        ("/", {"HTTP_HOST": "evil.example"}, 400, "does not answer under this name"),
    ],
)
def test_an_error_page_says_in_a_sentence_what_to_do(
    browser: Client, address: str, values: dict[str, str], status: int, sentence: str
) -> None:
    response = browser.get(address, **values)
    assert response.status_code == status
    assert sentence in response.content.decode()
    assert 'role="alert"' in response.content.decode()


def test_a_body_over_the_limit_is_refused_unread(browser: Client) -> None:
    response = browser.post("/", b"x" * 10_000_000, content_type="application/json")
    assert response.status_code == 413
    assert "larger than the 1,024 kB" in response.content.decode()


def test_a_program_gets_its_refusal_as_json() -> None:
    response = Client(HTTP_HOST="localhost", HTTP_ACCEPT="application/json").get("/nowhere")
    assert (response.status_code, json.loads(response.content)["status"]) == (404, 404)


def test_a_fragment_gets_its_refusal_as_a_fragment(browser: Client) -> None:
    response = browser.get("/nowhere", HTTP_HX_REQUEST="true")
    assert "<html" not in response.content.decode()
    assert 'role="alert"' in response.content.decode()


def test_a_fault_of_ours_does_not_show_its_inside(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from painloop_clinic.web import health

    monkeypatch.setattr(health, "_database", lambda: 1 / 0)
    browser.raise_request_exception = False
    response = browser.get("/health/ready")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()
    assert "ZeroDivision" not in response.content.decode()


def test_words_of_a_stranger_are_never_markup(browser: Client) -> None:
    response = browser.get("/<script>alert(1)</script>?q=<script>alert(2)</script>")
    assert "<script>alert" not in response.content.decode()


def test_health_names_the_part_that_does_not_answer(browser: Client) -> None:
    assert browser.get("/health/live").json() == {"status": "live"}
    before, settings.ENGINE_FOLDER = settings.ENGINE_FOLDER, None
    response = browser.get("/health/ready")
    settings.ENGINE_FOLDER = before
    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "database": "ready", "engine": "not answering"}


@pytest.mark.usefixtures("engine_service")
def test_health_is_ready_with_an_engine(browser: Client) -> None:
    end = monotonic() + 300.0
    while (answer := browser.get("/health/ready")).status_code != 200:
        assert monotonic() < end, "the engine never got ready"
        sleep(0.05)
    assert answer.json() == {"status": "ready", "database": "ready", "engine": "ready"}


def test_a_log_line_has_an_id_and_a_duration_and_never_the_address(
    browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "painloop_clinic.request"):
        response = browser.get("/?name=Tracy&age=44", headers={"X-Request-ID": "0123456789abcdef"})
    (line,) = [one for one in caplog.records if one.name == "painloop_clinic.request"]
    assert response["X-Request-ID"] == "0123456789abcdef"
    assert (line.route, line.status) == ("/", 200)  # type: ignore[attr-defined]
    assert line.duration_ms >= 0  # type: ignore[attr-defined]
    assert "Tracy" not in str(vars(line))


def test_the_web_process_never_loads_the_numerical_engine(tmp_path: Path) -> None:
    """Every page is served in a process of its own, and neither JAX nor matplotlib was imported."""
    program = (
        "import sys, django; django.setup()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from clinic_pages import addresses; from django.test import Client\n"
        "browser = Client(HTTP_HOST='localhost', HTTP_ACCEPT='text/html', raise_request_exception=False)\n"
        "statuses = {a: browser.get(a).status_code for a in addresses()}\n"
        "assert statuses['/'] == 200, statuses\n"
        "print([m for m in ('jax', 'jaxlib', 'numba', 'matplotlib') if m in sys.modules])"
    )
    environment = os.environ | {
        "PAINLOOP_CLINIC_DATA": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parent),
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_sqlite_waits_its_turn_and_writes_what_it_commits(tmp_path: Path) -> None:
    from django.db.utils import ConnectionHandler

    from painloop_clinic.settings import SQLITE

    connection = ConnectionHandler({"default": SQLITE | {"NAME": tmp_path / "new.sqlite3"}})["default"]
    with connection.cursor() as cursor:
        found = {}
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            cursor.execute(f"PRAGMA {name}")
            found[name] = cursor.fetchone()[0]
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}
    assert connection.transaction_mode == "IMMEDIATE"
    connection.close()


def test_the_key_is_drawn_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    key = secret_key(tmp_path / "new")
    assert len(key) >= 50
    assert secret_key(tmp_path / "new") == key
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("SECRET_KEY", "given")
    assert secret_key(tmp_path / "new") == "given"


def test_the_environment_is_written_as_it_is_read(tmp_path: Path) -> None:
    surroundings = Environment(tmp_path, True, ("a.example", "b.example"), True, True, tmp_path, tmp_path)
    assert Environment.read(surroundings.variables()) == surroundings


def test_debugging_is_never_on() -> None:
    assert settings.DEBUG is False
