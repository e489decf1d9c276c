"""The kept tables were made from the files of today, and a few of their rows come out the same when run again."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from painloop.library import load

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("circuit_tables", ROOT / "validation" / "circuit_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["circuit_tables"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def kept(script: ModuleType) -> dict[str, Any]:
    return json.loads(script.RESULTS.read_text(encoding="utf-8"))


def test_the_tables_were_made_from_the_files_and_the_plan_of_today(
    script: ModuleType, kept: dict[str, Any]
) -> None:
    assert kept["inputs"] == script.inputs(), "stale: run .venv/bin/python validation/circuit_tables.py"
    plan = json.loads(json.dumps({name: script.asdict(row) for name, row in script.ROWS.items()}))
    assert kept["plan"] == plan


def test_a_row_run_again_is_the_row_that_was_kept(script: ModuleType, kept: dict[str, Any]) -> None:
    again = script.Row(frequency_Hz=2.0).counts()
    before = kept["rows"]["2 Hz"]["C"]
    assert again.C.sum() == pytest.approx(sum(before), rel=0.02)
    assert pytest.approx(before, abs=1.5) == again.C


def test_the_acceptance_lines_follow_from_the_rows(script: ModuleType, kept: dict[str, Any]) -> None:
    again = script.acceptance({name: one["C"] for name, one in kept["rows"].items()})
    assert again == kept["acceptance"]


def test_the_page_shows_what_was_kept(script: ModuleType, kept: dict[str, Any]) -> None:
    text = script.PAGE.read_text(encoding="utf-8")
    assert script.page_part(kept) in text, "stale: run .venv/bin/python validation/circuit_tables.py"
    for one in kept["acceptance"]:
        assert one["line"] in text


@pytest.mark.parametrize(
    ("source", "run", "total"), [("aguiar-2010", "control", 138), ("zhang-2014", "control", 331)]
)
def test_published_rows_are_kept_as_they_were_run(source: str, run: str, total: int) -> None:
    found = next(one for one in load("circuits", source).runs if one.name == run)
    assert sum(found.counts) == total
    assert len(found.counts) == 15
