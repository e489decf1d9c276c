"""The pages before a PostgreSQL database that is made for the test, where the machine has a PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
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
    with ExitStack() as stack:
        folder = Path(
            tempfile.mkdtemp(prefix="pl-", dir="/tmp")
        )  # short, as a socket needs it, and open to others
        stack.callback(shutil.rmtree, folder)
        demoted: list[str] = []
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, ACCOUNT)
            demoted = ["runuser", "-u", ACCOUNT, "--"]

        def does(program: str, *words: str) -> None:
            command = [*demoted, bin_folder / program, "-D", str(folder / "data"), *words]
            subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)

        does("initdb", "-U", ACCOUNT, "-A", "trust", "--no-sync", "-E", "UTF8", "--no-locale")
        stack.callback(does, "pg_ctl", "-w", "-m", "immediate", "stop")
        sockets = f"-k {folder} -c listen_addresses=''"
        does("pg_ctl", "-w", "-t", "600", "-l", str(folder / "log"), "-o", sockets, "start")
        yield f"postgres://{ACCOUNT}@{quote(str(folder), safe='')}/{ACCOUNT}"


def test_the_pages_stand_before_postgresql(database: str) -> None:
    """Whoever is served has found the database ready."""
    with served("--workers", "1", "--engines", "1", variables={"DATABASE_URL": database}) as server:
        for address in PAGES:
            with urllib.request.urlopen(server.address + address, timeout=600) as answer:
                assert b"<h1" in answer.read(), address
