"""`painloop circuit`: what it prints, draws and refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from painloop.cli.main import main

Outcome = tuple[int, str, str]
QUICK = ("--frequency", "2", "--stimuli", "4")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    def run_painloop(*words: str) -> Outcome:
        status = main(("circuit", *words))
        return (status, *capsys.readouterr())

    return run_painloop


def test_it_prints_counts_and_a_sentence(run: Callable[..., Outcome]) -> None:
    status, out, _ = run(*QUICK, "--block", "0.2")
    assert status == 0
    assert "C without block" in out
    assert "Excess over the first response" in out
    assert "model time" in out


def test_json_is_one_object_that_says_what_was_run(run: Callable[..., Outcome]) -> None:
    status, out, _ = run(*QUICK, "--block", "0.38", "--seed", "3", "--inhibition", "0.5", "--json")
    told = json.loads(out)
    assert status == 0
    assert told["protocol"]["block"] == 0.38
    assert told["protocol"]["inhibition"] == 0.5
    assert told["protocol"]["seed"] == 3
    assert len(told["counts"]["C"]) == len(told["unblocked"]["A"]) == 4
    assert told["model_s"] == pytest.approx(3.5)


@pytest.mark.parametrize("name", ["wind-up.svg", "wind-up.png"])
def test_it_draws_raster_and_curve(name: str, run: Callable[..., Outcome], tmp_path: Path) -> None:
    path = tmp_path / name
    status, _, _ = run(*QUICK, "--block", "0.2", "--plot", str(path))
    assert status == 0
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG") if name.endswith("png") else b"WDR 1" in content


def test_a_condition_without_a_known_lesion_says_so(run: Callable[..., Outcome]) -> None:
    from painloop.library import entries

    bare = next(one.id for one in entries("conditions") if one.lesion is None)
    status, out, _ = run(*QUICK, "--condition", bare)
    assert status == 0
    assert "No lesion of the dorsal horn is known" in " ".join(out.split())


def test_the_lesion_of_a_condition_is_run(run: Callable[..., Outcome]) -> None:
    from painloop.library import entries

    entry = next(one for one in entries("conditions") if one.lesion is not None)
    _, out, _ = run(*QUICK, "--condition", entry.id, "--json")
    told: dict[str, Any] = json.loads(out)
    lesion = entry.lesion
    wanted = {
        "chloride_reversal_mV": lesion.chloride_reversal_mV,
        "inhibition": lesion.inhibition_scale,
        "ongoing_C_Hz": lesion.ongoing_C_Hz,
    }
    given = {
        name: value.value for name, value in wanted.items() if value is not None and value.value is not None
    }
    assert given
    for name, value in given.items():
        assert told["protocol"][name] == value


@pytest.mark.parametrize(
    "words",
    [
        ("--frequency", "0"), ("--frequency", "nan"), ("--stimuli", "1"), ("--stimuli", "x"), ("--block", "1.5"),
        ("--block", "-0.1"), ("--inhibition", "-1"), ("--chloride", "20"), ("--ongoing", "1000"), ("--seed", "-5"),
        ("--dt", "1000"), ("--condition", "no-such-condition"), ("--plot", "picture.gif"), ("--out", "x.yaml"),
        ("--plot", "/no/such/folder/x.svg"), ("--frequency", "0.05", "--stimuli", "99"),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_refused_in_one_sentence(
    words: tuple[str, ...], run: Callable[..., Outcome]
) -> None:
    status, out, err = run(*words)
    assert status == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1


def test_without_numba_it_says_what_to_install(
    run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = util.find_spec
    monkeypatch.setattr(
        "painloop.circuit.compiled.find_spec", lambda name: None if name == "numba" else found(name)
    )
    status, _, err = run(*QUICK)
    assert status == 1
    assert "install painloop[circuit]" in err
