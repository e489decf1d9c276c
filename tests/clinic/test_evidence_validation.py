"""The validation page shows stored outcomes, failures first, in either form, and says when there are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("django")
from django.test import Client
from evidence_markup import Element, parsed

from painloop_clinic.evidence.contents import stored

ADDRESS = "/evidence/validation/"


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Client:
    import django

    django.setup()
    monkeypatch.delenv(stored.VARIABLE, raising=False)
    return Client(headers={"host": "localhost", "accept": "text/html"})


def shown(visitor: Client) -> Element:
    response = visitor.get(ADDRESS)
    assert response.status_code == 200
    return parsed(response.content.decode())


def finding(**more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("published", "low", "high"))
    return {"about": "", "value": 0.5, "holds": False, "n": 9, "note": "", **empty, **more}


def answer(path: Path, outcome: str, findings: list[dict[str, Any]]) -> Path:
    """A stored answer in which the first registered claim came out so."""
    first = next(one for one in stored.registry()["claims"] if one.get("check"))
    claim = {"id": first["id"], "outcome": outcome, "reason": "", "findings": findings}
    content = {"news": ["1 of 1 claims fails."], "claims": [claim], "provenance": {"painloop": "9.9.9"}}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_the_worst_news_and_what_fails_stand_before_what_holds(
    visitor: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        stored.VARIABLE, str(answer(tmp_path / "found.json", "fails", [finding(low=0.4, high=0.6)]))
    )
    page = shown(visitor)
    text = page.text
    assert page.one(".note").text == "1 of 1 claims fails."
    assert (
        text.index("1 of 1 claims fails.")
        < text.index("What fails, and what misses its bar")
        < text.index("All claims")
    )
    row = page.one("table.stack tbody tr").text
    assert "fails" in row
    assert "0.500 (0.400 to 0.600)" in row
    assert "painloop 9.9.9" in text


def test_a_claim_with_several_findings_opens_them_in_a_table(
    visitor: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = [
        finding(about="Noppers 2011"),
        finding(about="Pickering 2020", holds=True),
        finding(about="x", holds=None),
    ]
    monkeypatch.setenv(stored.VARIABLE, str(answer(tmp_path / "found.json", "misses", findings)))
    page = shown(visitor)
    assert "1 of 2 hold" in page.one("table.stack tbody tr").text
    tables = [one.text for one in page.all("details table") if "Pickering 2020 yes" in one.text]
    assert len(tables) == 1
    assert "Noppers 2011 no" in tables[0]
    assert "x not judged" in tables[0]


@pytest.mark.parametrize(("holds", "said"), [(None, "nothing could be judged"), (False, "0 of 2 hold")])
def test_findings_without_a_number_are_told_by_their_verdict(
    visitor: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holds: bool | None, said: str
) -> None:
    findings = [finding(value=None, holds=holds, about=about) for about in "ab"]
    monkeypatch.setenv(stored.VARIABLE, str(answer(tmp_path / "found.json", "fails", findings)))
    assert said in shown(visitor).one("table.stack tbody tr").text


def test_a_newer_answer_is_read_without_a_restart(
    visitor: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    path = answer(tmp_path / "found.json", "fails", [finding()])
    monkeypatch.setenv(stored.VARIABLE, str(path))
    assert shown(visitor).all("#worst")
    answer(path, "holds", [finding(holds=True)])
    os.utime(path, ns=(1, 1))
    assert not shown(visitor).all("#worst")


def test_the_committed_outcomes_are_understood(visitor: Client) -> None:
    committed = stored.LONG_RUNS / "validation.json"
    if not committed.is_file():
        pytest.skip("validation/validation.json is not there")
    kept = json.loads(committed.read_text(encoding="utf-8"))
    page = shown(visitor)
    assert page.one(".note").text.startswith(kept["news"][0])
    known = {one["id"] for one in stored.registry()["claims"]}
    failed = [one for one in kept["claims"] if one["outcome"] in ("fails", "misses") and one["id"] in known]
    assert len(page.all("table.stack")[0].all("tbody tr")) == len(failed)


def test_the_baselines_stand_first_with_the_bar_in_words(visitor: Client) -> None:
    first = shown(visitor).all("table.stack")[0].all("tbody tr")[0].text
    assert "better than the mean of the other trials" in first
    assert "CRPS smaller by more than two standard errors" in first


def test_without_outcomes_the_page_says_so_and_lists_what_is_claimed(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "PLACES", ())
    page = shown(visitor)
    assert page.one(".refusal").text.startswith("The stored outcomes are not part of this installation")
    assert len(page.all("table.stack tbody tr")) == len(stored.registry()["claims"])
    assert not page.all("#worst")


def test_charts_tell_their_numbers_in_a_sentence(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {
        "trial": "a-2001", "cluster": "a", "arm": "ketamine", "against": None, "time_h": 24.0, "quantity": "nrs",
        "observed": 4.0, "predicted": 5.0, "predicted_low": 4.5, "predicted_high": 5.5, "inside": False,
        "in_sample": False,
    }  # fmt: skip
    rows = [row, {**row, "observed": 5.1, "inside": True}, {**row, "inside": None, "predicted": None}]
    monkeypatch.setattr("painloop_clinic.evidence.contents.predictions.trial_rows", lambda: rows)
    page = shown(visitor)
    assert "out of sample 50 % of 2" in page.one("#coverage-reading").text.replace("\N{NO-BREAK SPACE}", " ")
    assert page.one("#printed-reading").text.startswith("1 of 2 printed values lie outside")
