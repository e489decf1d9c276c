"""What the web application is told by its environment: where its data lie, who may reach it, how it is reached.

The command ``painloop clinic`` sets these variables for the processes it starts; ``SECRET_KEY`` and ``DATABASE_URL``
are the operator's.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DATA, PUBLIC, HOSTS = "PAINLOOP_CLINIC_DATA", "PAINLOOP_CLINIC_PUBLIC", "PAINLOOP_CLINIC_HOSTS"
TLS, PROXY = "PAINLOOP_CLINIC_TLS", "PAINLOOP_CLINIC_PROXY"
STATIC, ENGINE = "PAINLOOP_CLINIC_STATIC", "PAINLOOP_CLINIC_ENGINE"
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Environment:
    """The surroundings of a web process.

    Parameters
    ----------
    data : the folder of database, key and static files.
    public : only presets and populations may be simulated.
    hosts : names besides those of this machine under which pages are served.
    tls : pages are reached by https.
    proxy : a proxy in front says by X-Forwarded-Proto how they are reached.
    static : the folder of hashed static files; without it they are served as they lie (tests, development).
    engine : the folder of the engine's socket, if the engine was started.
    """

    data: Path
    public: bool = False
    hosts: tuple[str, ...] = ()
    tls: bool = False
    proxy: bool = False
    static: Path | None = None
    engine: Path | None = None

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> Environment:
        """The surroundings that the variables describe."""
        static, engine = variables.get(STATIC), variables.get(ENGINE)
        return cls(
            data=Path(variables.get(DATA) or default_data(variables)),
            public=variables.get(PUBLIC) == "1",
            hosts=tuple(name for name in variables.get(HOSTS, "").split(",") if name),
            tls=variables.get(TLS) == "1",
            proxy=variables.get(PROXY) == "1",
            static=Path(static) if static else None,
            engine=Path(engine) if engine else None,
        )

    def variables(self) -> dict[str, str]:
        """The variables that describe these surroundings."""
        return {
            DATA: str(self.data),
            PUBLIC: "1" if self.public else "0",
            HOSTS: ",".join(self.hosts),
            TLS: "1" if self.tls else "0",
            PROXY: "1" if self.proxy else "0",
            STATIC: str(self.static or ""),
            ENGINE: str(self.engine or ""),
        }


def default_data(variables: Mapping[str, str] = os.environ) -> Path:
    """The folder ``painloop-clinic`` among the user's data (XDG base directories)."""
    base = variables.get("XDG_DATA_HOME")
    home = Path(base) if base and Path(base).is_absolute() else Path.home() / ".local" / "share"
    return home / "painloop-clinic"


def secret_key(data: Path) -> str:
    """The key of this installation: ``SECRET_KEY``, or one that is drawn once and readable by its owner alone."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    path = data / "secret_key"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, text: str) -> None:
    """Write a private file that appears whole or not at all; the first of several writers wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
