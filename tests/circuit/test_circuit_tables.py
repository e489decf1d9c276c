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
    held = json.loads(json.dumps({name: script.asdict(row) for name, row in script.HELD_OUT_ROWS.items()}))
    assert kept["held_out_plan"] == held


def test_held_out_rows_use_no_seed_of_the_fit(kept: dict[str, Any]) -> None:
    fitted = {seed for row in kept["plan"].values() for seed in row["seeds"]}
    held = {seed for row in kept["held_out_plan"].values() for seed in row["seeds"]}
    assert held
    assert not fitted & held


def test_a_row_run_again_is_the_row_that_was_kept(script: ModuleType, kept: dict[str, Any]) -> None:
    again = script.Row(frequency_Hz=2.0).counts()
    before = kept["rows"]["2 Hz"]["C"]
    assert again.C.sum() == pytest.approx(sum(before), rel=0.02)
    assert pytest.approx(before, abs=1.5) == again.C


def test_the_acceptance_lines_follow_from_the_rows(script: ModuleType, kept: dict[str, Any]) -> None:
    rows, held = ({name: one["C"] for name, one in kept[part].items()} for part in ("rows", "held_out_rows"))
    assert script.acceptance(rows, held) == kept["acceptance"]


def test_the_page_shows_what_was_kept(script: ModuleType, kept: dict[str, Any]) -> None:
    text = script.PAGE.read_text(encoding="utf-8")
    assert script.page_part(kept) in text, "stale: run .venv/bin/python validation/circuit_tables.py"
    for one in kept["acceptance"]:
        assert one["line"] in text


@pytest.mark.parametrize(("source", "in_all", "early"), [("aguiar-2010", "total_spikes_step_12_5", 51)])
def test_published_rows_add_up_to_the_spikes_of_the_run(source: str, in_all: str, early: int) -> None:
    """The run again left 192 spikes in all, 51 of them in the A window (3 or 4 a stimulus)."""
    entry = load("circuits", source)
    found = next(one for one in entry.runs if one.name == "control")
    assert sum(found.counts) + early == entry.published[in_all].number
    assert len(found.counts) == 15
