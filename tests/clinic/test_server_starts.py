"""What `painloop clinic` refuses to start with, and what it clears away that a killed one left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("gunicorn")
from painloop.cli.main import main
from painloop_clinic.run_folder import OWNER, PREFIX, run_folder


@pytest.mark.parametrize("address", ["nonsense", "foo://a/b", "mysql://a/b", "postgres://[bad"])
def test_an_address_of_no_database_is_refused_in_one_sentence(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    assert main(["clinic", "--port", "0", "--data", str(tmp_path)]) == 2
    told = capsys.readouterr().err.strip()
    assert "is not the address of a database" in told
    assert len(told.splitlines()) == 1


def test_a_database_that_cannot_be_opened_is_told_in_one_sentence(tmp_path: Path) -> None:
    """In a process of its own, since the settings are read once."""
    words = [sys.executable, "-m", "painloop.cli.main", "clinic", "--port", "0", "--data", str(tmp_path)]
    environment = os.environ | {"DATABASE_URL": "sqlite:////nonexistent/clinic.sqlite3"}
    done = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().endswith("check DATABASE_URL or --data.")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_port_that_is_taken_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["clinic", "--port", port, "--data", str(tmp_path / "new")]) == 1
    assert f"port {port} (Address already in use); choose another --port" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_port_that_cannot_be_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clinic", "--port", "99999"]) == 2
    assert "0<=x<=65535" in capsys.readouterr().err


@pytest.fixture
def base(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("run")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


def test_the_folder_of_a_killed_server_is_cleared_at_the_next_start(base: Path) -> None:
    program = (
        "from painloop_clinic.run_folder import run_folder as f\nwith f() as p: print(p, flush=True); input()"
    )
    killed = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None
    left = Path(killed.stdout.readline().strip())
    with run_folder() as second:
        assert left.is_dir(), "the folder of a server that runs is left alone"
        assert second != left
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert left.is_dir()
    with run_folder() as third:
        assert [one.name for one in base.iterdir()] == [third.name]
    assert list(base.iterdir()) == []


def test_a_folder_of_somebody_else_is_left_alone(base: Path) -> None:
    (base / f"{PREFIX}without-owner").mkdir()
    (base / "other").mkdir()
    (base / "other" / OWNER).touch()
    with run_folder():
        pass
    assert {one.name for one in base.iterdir()} == {f"{PREFIX}without-owner", "other"}
