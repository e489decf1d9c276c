"""The server: prepares the data folder, then keeps two children, the engine and the web processes, until told to stop.

It forks nothing itself, so it may not matter to it what a child has loaded. The children end with it, whatever ends
it: the engine reads from a pipe that closes, the web processes ask the system to be told.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from time import monotonic, sleep
from types import FrameType

from painloop.errors import InputError, PainloopError
from painloop_clinic.environment import Environment
from painloop_clinic.run_folder import run_folder

LOOK_S = 0.2
PATIENCE_S = 15.0
"""Seconds that children have to stop before they are ended."""


@dataclass(frozen=True)
class Options:
    """What the command was told; see its help."""

    host: str
    port: int
    data: Path
    public: bool = False
    names: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    workers: int = 2
    engines: int = 2

    @property
    def tls(self) -> bool:
        """Whether this server itself speaks https."""
        return self.certificate is not None

    def check(self) -> None:
        """Refuse what would not be safe or cannot work.

        Raises
        ------
        InputError : one sentence.
        """
        if (self.certificate is None) != (self.key is None):
            raise InputError("TLS needs both --certificate and --key; give the other one too.")
        if not loopback(self.host) and not self.tls and not self.behind_proxy:
            raise InputError(
                f"The address {self.host} can be reached by others, and nothing would be encrypted; give --certificate "
                "and --key, or --behind-proxy if a proxy does that, or leave --host at 127.0.0.1."
            )


def loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def serve(options: Options, say: Callable[[str], None]) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit status.

    Parameters
    ----------
    say : prints a line for the person who started it.
    """
    options.check()
    with listening(options) as listener, run_folder() as engine:
        surroundings = _surroundings(options, engine)
        os.environ |= surroundings.variables()
        os.environ["DJANGO_SETTINGS_MODULE"] = "painloop_clinic.settings"
        prepare(surroundings)
        port = listener.getsockname()[1]
        name = f"[{options.host}]" if ":" in options.host else options.host
        where = f"painloop is at {'https' if options.tls else 'http'}://{name}:{port}/ (Ctrl-C stops it)"
        return Children(options, engine, listener).keep(lambda: say(where))


def _surroundings(options: Options, engine: Path) -> Environment:
    own = () if options.host in ("0.0.0.0", "::") else (options.host,)
    return Environment(
        data=options.data, public=options.public, hosts=(*options.names, *own),
        tls=options.tls or options.behind_proxy, proxy=options.behind_proxy,
        static=options.data / "static", engine=engine,
    )  # fmt: skip


def prepare(surroundings: Environment) -> None:
    """Make the data folder, bring the database up to date and lay out the static files, hashed and compressed."""
    try:
        surroundings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as problem:
        raise PainloopError(
            f"The folder {surroundings.data} cannot be used ({problem.strerror}); choose one with --data."
        ) from problem
    _check_database_url()
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command
    from django.db import DatabaseError

    from painloop_clinic.web.collecting import collect

    try:
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
    except ImproperlyConfigured as problem:
        raise PainloopError(
            "The driver of the database in DATABASE_URL is missing; install it with: "
            "pip install 'painloop[postgresql]', or leave DATABASE_URL out to use SQLite."
        ) from problem
    except DatabaseError as problem:
        reason = " ".join(str(problem).split())
        raise PainloopError(
            f"The database does not answer ({reason}); check DATABASE_URL or --data."
        ) from problem
    collect()


def _check_database_url() -> None:
    """Refuse an address that names no kind of database, before the settings read it."""
    address = os.environ.get("DATABASE_URL")
    import dj_database_url

    try:
        engine = str(dj_database_url.parse(address).get("ENGINE", "")) if address else ""
    except ValueError:
        engine = "unknown"
    if address and not engine.endswith((".sqlite3", ".postgresql")):
        raise InputError(
            f"DATABASE_URL, {address.partition(':')[0][:20]}…, is not the address of a database that "
            "painloop uses; give postgres://USER:PASSWORD@HOST/NAME, or leave it out to use SQLite."
        )


@contextmanager
def listening(options: Options) -> Iterator[socket.socket]:
    """The socket that the web processes inherit: taken before anything else, so that a taken port is told at once."""
    host = options.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, options.port))
        except OSError as problem:
            raise PainloopError(
                f"Nothing can be served at {options.host} port {options.port} ({problem.strerror}); choose another "
                "--port or --host."
            ) from problem
        listener.listen(512)
        yield listener


class Children:
    """The engine and the web processes.

    Parameters
    ----------
    engine : folder of the engine's socket.
    listener : the socket that browsers reach.
    """

    def __init__(self, options: Options, engine: Path, listener: socket.socket) -> None:
        self._options, self._folder, self._listener = options, engine, listener
        self._stop = False

    def keep(self, announce: Callable[[], None]) -> int:
        """Start both, start the engine again when it dies, stop both when told or when the web processes end.

        Whoever has read what is announced may tell it to stop.
        """
        before = {number: signal.signal(number, self._told) for number in (signal.SIGINT, signal.SIGTERM)}
        announce()
        self._engine, self._began = self._start_engine(), monotonic()
        self._web = self._start_web()
        try:
            while not self._stop and self._web.poll() is None:
                if self._engine.poll() is not None:
                    sleep(1.0 if monotonic() - self._began < PATIENCE_S else 0.0)
                    self._engine, self._began = self._start_engine(), monotonic()
                sleep(LOOK_S)
            return 0 if self._stop else 1
        finally:
            self._end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _told(self, _number: int, _frame: FrameType | None) -> None:
        self._stop = True

    def _start_engine(self) -> subprocess.Popen[bytes]:
        words = [
            sys.executable,
            "-P",  # what lies in the folder where it was started is not imported
            "-m",
            "painloop_clinic.engine",
            str(self._folder),
            str(self._options.engines),
        ]
        return subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)

    def _start_web(self) -> subprocess.Popen[bytes]:
        number = self._listener.fileno()
        words = [
            sys.executable,
            "-P",  # what lies in the folder where it was started is not imported
            "-m",
            "painloop_clinic.web_processes",
            str(os.getpid()),
            str(number),
            str(self._options.workers),
        ]
        if self._options.certificate and self._options.key:
            words += [str(self._options.certificate), str(self._options.key)]
        return subprocess.Popen(words, pass_fds=[number], stdin=subprocess.DEVNULL, start_new_session=True)

    def _end(self) -> None:
        """First no more requests, then no more simulations."""
        for child in (self._web, self._engine):
            with suppress(ProcessLookupError):
                child.terminate()
            try:
                child.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            if child.stdin is not None:
                child.stdin.close()
