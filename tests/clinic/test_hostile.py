"""What nobody sends by mistake is refused by the real server with a status of 4xx and a sentence."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("gunicorn")
from clinic_hostile import REQUESTS, Hostile, complaint


@pytest.mark.parametrize("sent", REQUESTS, ids=lambda one: one.name)
def test_a_hostile_request_is_refused_in_a_sentence(real_server: Any, sent: Hostile) -> None:
    assert complaint(real_server.port, sent) == ""


def test_the_server_answers_others_afterwards(real_server: Any) -> None:
    from clinic_server import await_ready

    await_ready(real_server.address)
