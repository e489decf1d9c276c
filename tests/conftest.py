"""What all tests share: no window opens, and property tests try the same examples on every machine, however slow.

``pytest --hypothesis-profile=others`` tries others each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("MPLBACKEND", "Agg")

from hypothesis import HealthCheck, settings

LAX = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("painloop", LAX, derandomize=True, database=None)
settings.register_profile("others", LAX, max_examples=500)
settings.load_profile("painloop")


@pytest.fixture(scope="session", autouse=True)
def nothing_is_said_of_slow_work() -> Iterator[None]:
    """What a command says on stderr does not depend on how long this machine takes."""
    with pytest.MonkeyPatch.context() as changed:
        for name in ("NOTE_AFTER_S", "LINE_EVERY_S"):
            changed.setattr(f"painloop.cli.progress.{name}", 1e6)
        yield
