"""The note on stderr while a model is prepared: after seconds of silence, once, never on stdout."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from painloop.cli import progress

NOTE = f"{progress.NOTE}\n"


class Clock:
    """Stands at the place of :class:`threading.Timer`; time passes when a test says so."""

    def __init__(self) -> None:
        self.runs: list[Alarm] = []

    def alarm(self, seconds: float, ring: Callable[[], None]) -> Alarm:
        assert seconds == progress.NOTE_AFTER_S
        return Alarm(self, ring)

    def silence(self) -> None:
        """More seconds pass than a note waits for."""
        ringing, self.runs = self.runs, []
        for one in ringing:
            one.ring()


class Alarm:
    def __init__(self, clock: Clock, ring: Callable[[], None]) -> None:
        self.clock, self.ring, self.daemon = clock, ring, False

    def start(self) -> None:
        assert self.daemon, "it would hold up the end of the process"
        self.clock.runs.append(self)

    def cancel(self) -> None:
        if self in self.clock.runs:
            self.clock.runs.remove(self)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    one = Clock()
    monkeypatch.setattr(progress.threading, "Timer", one.alarm)
    return one


def test_short_work_is_no_silence() -> None:
    assert progress.NOTE_AFTER_S >= 3.0


def test_nothing_is_said_when_the_first_batch_comes_in_time(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress.bar("patients", 1000) as move:
        move(1000, 1000)
        clock.silence()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("patients", [1, 1000, progress.SHOW_FROM])
def test_a_slow_start_is_explained_once(
    clock: Clock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    terminal: bool,
    patients: int,
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    with progress.bar("patients", patients):
        clock.silence()
        clock.silence()
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["note: preparing the model; the first run of a kind takes longer"]


def test_the_next_arm_is_waited_for_but_the_note_is_said_once(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress.bar("patients", 30) as move:
        move(10, 10)
        assert capsys.readouterr().err == ""
        clock.silence()  # the second arm is compiled
        move(10, 10)
        clock.silence()  # and the third
        move(10, 10)
    assert capsys.readouterr().err == NOTE


def test_nothing_is_said_once_batches_come_or_all_are_done(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress.bar("patients", 3000) as move:
        move(1000, 3000)
        clock.silence()  # a slow batch is no preparation
        move(2000, 3000)
        move(3000, 3000)
        clock.silence()  # quantiles are computed
    clock.silence()
    assert capsys.readouterr() == ("", "")


def test_nothing_is_said_after_an_error(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="wrong"), progress.bar("patients", 10):
        raise ValueError("wrong")
    clock.silence()
    assert capsys.readouterr() == ("", "")


def test_lines_of_progress_come_after_the_first_batch(
    clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    with progress.bar("patients", 4000) as move:
        now = 100.0  # a program is compiled
        move(1000, 4000)
        assert capsys.readouterr() == ("", "")
        now = 100.0 + 2 * progress.LINE_EVERY_S
        move(2000, 4000)
        move(3000, 4000)
    assert capsys.readouterr() == ("", "patients: 2,000 of 4,000\n")
