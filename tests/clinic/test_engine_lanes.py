"""The engine: lanes, cancelling, deadlines, deaths of processes, answers that are kept. No simulation runs here."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest

pytest.importorskip("django")
from painloop_clinic.engine import client, job, service
from painloop_clinic.engine.client import EngineFailure
from painloop_clinic.engine.limits import QUEUES

pytestmark = pytest.mark.usefixtures("engine_service")
HEAVY = {"patients": 1000}
_FRESH = count()


def eventually(true: Callable[[], bool]) -> None:
    """Wait until something is true; a minute is far more than it takes."""
    end = monotonic() + 60.0
    while not true():
        assert monotonic() < end, "it never came true"
        sleep(0.02)


def fresh() -> dict[str, Any]:
    """Makes a question unlike all before."""
    return {"fresh": next(_FRESH)}


def waiting(folder: Path, name: str = "a") -> dict[str, Any]:
    """A question that is answered when the file ``go`` appears in a folder."""
    return {"began": str(folder / f"{name}.began"), "file": str(folder / "go"),
            "stopped": str(folder / f"{name}.stopped"), **fresh()}  # fmt: skip


def test_an_answer_comes_back_as_it_was_given() -> None:
    payload = {"words": "ä <script>", "numbers": [1, 2.5, None]}
    assert client.ask("echo", payload) == payload


def test_a_heavy_question_does_not_hold_up_a_light_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        heavy = pool.submit(client.ask, "wait_for", waiting(tmp_path) | HEAVY, 100.0)
        eventually((tmp_path / "a.began").exists)
        light = client.ask("process_id", fresh(), 100.0)
        assert not heavy.done()
        (tmp_path / "go").touch()
        assert heavy.result()["pid"] != light["pid"]


def test_progress_is_told_on_the_way(tmp_path: Path) -> None:
    """The work goes on only when its progress was heard."""
    seen: list[float] = []

    def hear(done: float) -> None:
        seen.append(done)
        (tmp_path / f"{done}").touch()

    assert client.ask("slowly", {"heard": str(tmp_path), **fresh()}, 100.0, hear) == {"steps": 4}
    assert seen == sorted(seen)
    assert {0.25, 0.5, 0.75} <= set(seen)


def test_cancelling_stops_the_work(tmp_path: Path) -> None:
    begun = client.start("wait_for", waiting(tmp_path) | HEAVY)
    eventually((tmp_path / "a.began").exists)
    assert client.look(begun.key).answer is None
    client.cancel(begun.key)
    eventually((tmp_path / "a.stopped").exists)
    with pytest.raises(EngineFailure) as failure:
        client.look(begun.key)
    assert failure.value.reason in ("cancelled", "unknown")  # it is forgotten soon


def test_a_question_that_two_asked_goes_on_when_one_gives_up(tmp_path: Path) -> None:
    payload = waiting(tmp_path) | HEAVY
    first, second = client.start("wait_for", payload), client.start("wait_for", payload)
    assert first.key == second.key
    eventually((tmp_path / "a.began").exists)
    client.cancel(first.key)
    (tmp_path / "go").touch()
    eventually(lambda: client.look(second.key).answer is not None)
    assert not (tmp_path / "a.stopped").exists()


def test_whoever_is_slow_to_wait_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a thread is held up between taking a question and waiting for its answer."""
    listen, listens = job.Job.listen, Event()

    def slowly(*values: Any) -> Any:
        sleep(1.0)
        told = listen(*values)
        listens.set()
        return told

    monkeypatch.setattr(job.Job, "listen", slowly)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.ask, "wait_for", waiting(tmp_path) | HEAVY, 100.0)
        assert listens.wait(60.0)
        (tmp_path / "go").touch()
        assert asked.result()["pid"]


def test_a_question_that_has_failed_is_asked_anew_and_stays_known(
    tmp_path: Path, engine_service: service.Service
) -> None:
    payload = waiting(tmp_path) | HEAVY
    first = client.start("wait_for", payload)
    eventually((tmp_path / "a.began").exists)
    client.cancel(first.key)
    eventually(lambda: engine_service._jobs[first.key].over)
    second = client.start("wait_for", payload)
    (tmp_path / "go").touch()
    eventually(lambda: client.look(second.key).answer is not None)


def test_a_deadline_ends_the_wait_and_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is put forward once the work has begun."""
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.ask, "wait_for", waiting(tmp_path) | HEAVY, 100.0)
        eventually((tmp_path / "a.began").exists)
        monkeypatch.setattr(job, "monotonic", lambda: monotonic() + 1000.0)
        with pytest.raises(EngineFailure, match="longer than 100 s") as failure:
            asked.result()
    assert failure.value.status == 504
    eventually((tmp_path / "a.stopped").exists)


def test_a_killed_process_is_replaced() -> None:
    first = client.ask("process_id", fresh(), 100.0)["pid"]
    os.kill(first, signal.SIGKILL)
    assert client.ask("process_id", fresh(), 100.0)["pid"] != first


def test_a_question_whose_process_dies_is_asked_once_more(tmp_path: Path) -> None:
    assert client.ask("die_once", {"mark": str(tmp_path / "mark")}, 100.0) == {"survived": True}


def test_a_question_that_kills_every_process_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(EngineFailure, match="stopped while") as failure:
        client.ask("die_once", {"mark": str(tmp_path / "mark"), "always": True}, 100.0)
    assert failure.value.status == 500
    assert client.ask("process_id", fresh(), 100.0)["pid"]


def test_a_full_queue_refuses_in_a_sentence(tmp_path: Path, engine_service: service.Service) -> None:
    started = [client.start("wait_for", waiting(tmp_path, "a") | HEAVY)]
    eventually((tmp_path / "a.began").exists)
    room = QUEUES["populations"].waiting
    started += [client.start("wait_for", waiting(tmp_path, f"b{k}") | HEAVY) for k in range(room)]
    with pytest.raises(EngineFailure, match="wait a moment") as failure:
        client.start("wait_for", waiting(tmp_path, "c") | HEAVY)
    assert failure.value.status == 503
    assert failure.value.retry_after_s
    assert client.ask("process_id", fresh(), 100.0)["pid"]
    (tmp_path / "go").touch()
    for one in started:
        client.cancel(one.key)
    lane = engine_service.lanes["populations"]
    eventually(lambda: lane.state()["waiting"] == 0)  # the next test finds an empty queue


def test_an_equal_question_has_the_answer_that_was_kept() -> None:
    name = f"once {next(_FRESH)}"
    assert client.ask("count", {"name": name, "of": 1}) == client.ask("count", {"of": 1, "name": name})
    assert client.ask("count", {"name": name, "of": 2}) == {"calls": 2}


def test_a_wrong_input_comes_back_as_its_sentence() -> None:
    with pytest.raises(EngineFailure, match="The dose 0 is below 1; give more") as failure:
        client.ask("refuse", fresh())
    assert failure.value.status == 422


def test_a_defect_does_not_show_its_inside() -> None:
    with pytest.raises(EngineFailure, match="could not answer") as failure:
        client.ask("refuse", {"defect": True})
    assert failure.value.status == 500
    assert "Zero" not in failure.value.sentence


def test_what_is_not_a_number_never_leaves_the_page() -> None:
    with pytest.raises(EngineFailure, match="not a finite number"):
        client.ask("echo", {"x": float("nan")})


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(EngineFailure, match="no such question"):
        client.ask("os.system", {})
