"""The pages before a PostgreSQL database that is made for the test, where the machine has a PostgreSQL server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

pytest.importorskip("gunicorn")
from clinic_server import served

ACCOUNT = "postgres"
PAGES = (
    "/",
    "/explorer/",
    "/mechanism/",
    "/evidence/",
    "/evidence/trials/",
    "/evidence/validation/",
    "/api/",
)


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs; Debian keeps them out of the path."""
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else debian[-1].parent if debian else None


@pytest.fixture
def database() -> Iterator[str]:
    """The address of a new database, reached through a socket in a folder of its own."""
    pytest.importorskip("psycopg", reason="PostgreSQL needs psycopg: pip install 'painloop[postgresql]'")
    bin_folder = programs()
    if bin_folder is None:
        pytest.skip("needs a PostgreSQL server; install it with: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pl-"))
    demoted: list[str] = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, ACCOUNT)
        demoted = ["runuser", "-u", ACCOUNT, "--"]

    def does(program: str, *words: str) -> None:
        subprocess.run(
            [*demoted, bin_folder / program, *words], check=True, cwd=folder, stdout=subprocess.DEVNULL
        )

    data = str(folder / "data")
    does("initdb", "-D", data, "-U", ACCOUNT, "-A", "trust", "--no-sync", "-E", "UTF8")
    does(
        "pg_ctl",
        "-D",
        data,
        "-w",
        "-l",
        str(folder / "log"),
        "-o",
        f"-k {folder} -c listen_addresses=''",
        "start",
    )
    yield f"postgres://{ACCOUNT}@{quote(str(folder), safe='')}/{ACCOUNT}"
    does("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def test_the_pages_stand_before_postgresql(database: str) -> None:
    with served("--workers", "1", "--engines", "1", variables={"DATABASE_URL": database}) as server:
        with urllib.request.urlopen(f"{server.address}/health/ready", timeout=60) as answer:
            assert json.load(answer)["database"] == "ready"
        for address in PAGES:
            with urllib.request.urlopen(server.address + address, timeout=60) as answer:
                assert b"<h1" in answer.read(), address
