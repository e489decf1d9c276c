"""`painloop clinic`: what it refuses, and that it serves, survives and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

pytest.importorskip("gunicorn")
from clinic_server import below
from painloop.cli.main import main
from painloop_clinic.server import loopback


def test_others_are_not_served_without_encryption(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clinic", "--host", "0.0.0.0", "--port", "0"]) == 2
    assert "nothing would be encrypted" in capsys.readouterr().err


def test_half_of_a_certificate_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c.pem").touch()
    assert main(["clinic", "--certificate", str(tmp_path / "c.pem")]) == 2
    assert "TLS needs both" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_an_address_of_this_machine_is_told_from_others(host: str, own: bool) -> None:
    assert loopback(host) is own


def test_missing_packages_are_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("painloop_clinic.cli.NEEDED", ("no_such_package",))
    assert main(["clinic"]) == 1
    assert "pip install 'painloop[clinic]'" in capsys.readouterr().err


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str, Path]]:
    """A whole server on a free port, its folder for sockets, started beside a file named like a package."""
    sockets = Path(tempfile.mkdtemp(prefix="pl-", dir="/tmp"))
    here = tmp_path / "here"
    here.mkdir()
    (here / "csp.py").write_text("raise RuntimeError('imported from the folder it was started in')")
    words = [sys.executable, "-P", "-m", "painloop.cli.main", "clinic", "--port", "0", "--data", str(tmp_path),
             "--workers", "1", "--engines", "1"]  # fmt: skip
    environment = os.environ | {
        "XDG_RUNTIME_DIR": str(sockets),
        "PAINLOOP_CLINIC_UNPREPARED": "1",
        "PYTHONWARNINGS": "ignore",
    }
    server = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, cwd=here
    )
    assert server.stdout is not None
    address = next(word for word in server.stdout.readline().split() if word.startswith("http"))
    yield server, address, sockets
    server.kill()
    server.wait()
    server.stdout.close()
    shutil.rmtree(sockets)


def get(address: str) -> tuple[int, str]:
    """Status and text of an address; a server that is about to listen is waited for."""
    try:
        with urllib.request.urlopen(address, timeout=600) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def gone(pids: set[int]) -> bool:
    """Whether none of the processes is there any more; one that only waits to be buried is gone."""
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            return False
    return True


def eventually_gone(pids: set[int]) -> None:
    """Wait until they are gone; five minutes are far more than it takes."""
    end = monotonic() + 300.0
    while not gone(pids):
        assert monotonic() < end, "a process outlived its server"
        sleep(0.05)


def test_a_server_starts_serves_survives_and_ends_cleanly(
    running: tuple[subprocess.Popen[str], str, Path],
) -> None:
    server, address, sockets = running
    assert get(f"{address}health/live") == (200, json.dumps({"status": "live"}))
    status, page = get(address)
    assert status == 200
    assert "painloop.css" not in page
    assert "/static/web/painloop." in page
    started = set(below(server.pid)) - {server.pid}
    assert len(started) >= 3
    server.send_signal(signal.SIGTERM)
    assert server.wait(300) == 0
    eventually_gone(started)
    assert list(sockets.iterdir()) == []


def test_a_server_may_be_stopped_as_soon_as_it_says_where_it_is(
    running: tuple[subprocess.Popen[str], str, Path],
) -> None:
    server, _, sockets = running
    server.send_signal(signal.SIGTERM)
    assert server.wait(300) == 0
    assert list(sockets.iterdir()) == []


def test_web_processes_whose_server_is_gone_already_do_not_start() -> None:
    words = [sys.executable, "-m", "painloop_clinic.web_processes", str(os.getppid()), "99", "1"]
    assert subprocess.run(words, check=False, timeout=600).returncode == 0


def test_a_server_that_is_killed_takes_its_processes_along(
    running: tuple[subprocess.Popen[str], str, Path],
) -> None:
    server, address, _ = running
    assert get(f"{address}health/live")[0] == 200
    started = set(below(server.pid)) - {server.pid}
    server.kill()
    eventually_gone(started)
