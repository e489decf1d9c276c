"""Which questions share a compiled program: without it, each new prescription would wait for seconds."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import jax.monitoring
import pytest

import painloop

COMPILED = "/jax/core/compile/backend_compile_duration"


@pytest.fixture
def compiled() -> Iterator[list[str]]:
    """Every program that is compiled while a test runs."""
    seen: list[str] = []

    def note(event: str, seconds: float, **_: str | int) -> None:
        if event == COMPILED:
            seen.append(event)

    jax.monitoring.register_event_duration_secs_listener(note)
    yield seen
    jax.monitoring.unregister_event_duration_listener(note)


def run(regimen: str, patients: int, days: float = 60.0, **who: float) -> None:
    painloop.simulate(regimen, patients=patients, days=days, loop="none", **who)


@pytest.mark.parametrize("patients", [1, 100])
def test_courses_of_one_drug_and_route_share_a_program(compiled: list[str], patients: int) -> None:
    run("ketamine 0.5 mg/kg iv over 40 min", patients)
    del compiled[:]
    run("ketamine 0.2 mg/kg/h iv for 5 h, daily for 10 days", patients)
    run("ketamine 20 mg/h iv for 72 h", patients, days=200.0)
    run("ketamine 0.3 mg/kg iv over 30 min, once a week for 6 weeks", patients + 1 if patients > 1 else 1)
    run("ketamine 0.5 mg/kg iv over 40 min", patients, weight_kg=41.0, baseline=8.0)
    assert not compiled


def test_a_new_program_would_be_noticed(compiled: list[str]) -> None:
    jax.jit(lambda number: number + len(compiled))(1.0)
    assert compiled
