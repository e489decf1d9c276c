"""The note on stderr while a model is prepared: after three seconds of silence, once, never on stdout."""

from __future__ import annotations

import time

import pytest

from painloop.cli import progress

WAIT = 0.2


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three seconds pass quickly."""
    monkeypatch.setattr(progress, "NOTE_AFTER_S", WAIT)


def test_never_under_three_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    assert progress.NOTE_AFTER_S >= 3.0
    with progress.bar("patients", 1000) as move:
        time.sleep(0.3)
        move(1000, 1000)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("patients", [1, 1000, progress.SHOW_FROM])
def test_a_slow_start_is_explained_once(
    soon: None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    terminal: bool,
    patients: int,
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    with progress.bar("patients", patients):
        time.sleep(5 * WAIT)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["note: preparing the model; the first run of a kind takes longer"]


def test_the_next_arm_is_waited_for_but_the_note_is_said_once(
    soon: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress.bar("patients", 30) as move:
        move(10, 10)
        assert capsys.readouterr().err == ""
        time.sleep(3 * WAIT)  # the second arm is compiled
        move(10, 10)
        time.sleep(3 * WAIT)  # and the third
        move(10, 10)
    assert capsys.readouterr().err == f"{progress.NOTE}\n"


def test_nothing_is_said_once_batches_come_or_all_are_done(
    soon: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress.bar("patients", 3000) as move:
        move(1000, 3000)
        time.sleep(3 * WAIT)  # a slow batch is no preparation
        move(2000, 3000)
        move(3000, 3000)
        time.sleep(3 * WAIT)  # quantiles are computed
    time.sleep(2 * WAIT)
    assert capsys.readouterr() == ("", "")


def test_nothing_is_said_after_an_error(soon: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="wrong"), progress.bar("patients", 10):
        raise ValueError("wrong")
    time.sleep(2 * WAIT)
    assert capsys.readouterr() == ("", "")
