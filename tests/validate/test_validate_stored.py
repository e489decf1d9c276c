"""Stored results: a wheel carries them, words for readers do not make them stale, numbers do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from painloop.validate import stored as results
from painloop.validate.stored import FOLDER, SIMULATED_FROM, library_hash, stale, stored

ROOT = Path(__file__).parent.parent.parent
READ = ("calibration", "circuit_tables", "rival_predictions", "trials", "validation")


@pytest.fixture
def anew() -> Iterator[None]:
    """Nothing is remembered, before and after."""
    for one in (stored, stale):
        one.cache_clear()
    yield
    for one in (stored, stale):
        one.cache_clear()


def test_a_wheel_carries_every_result_that_is_read_and_no_script() -> None:
    builders = pytest.importorskip("hatchling.builders.wheel")
    carried = {one.distribution_path for one in builders.WheelBuilder(str(ROOT)).recurse_included_files()}
    results_of = {path for path in carried if path.startswith("painloop/validate/results/")}
    assert results_of == {f"painloop/validate/results/{name}.json" for name in READ}
    assert "painloop/validate/claims.yaml" in carried
    assert not any(path.startswith("validation/") for path in carried)


@pytest.mark.usefixtures("anew")
def test_without_scripts_a_result_is_stale_once_its_version_is_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(results, "SCRIPTS", tmp_path)
    assert not any(stale(name) for name in ("trials", "rival_predictions", "circuit_tables"))
    monkeypatch.setattr(results, "__version__", "9.9.9")
    stale.cache_clear()
    assert stale("trials")
    assert stale("rival_predictions")


@pytest.mark.usefixtures("anew")
def test_without_results_nothing_is_stale_and_nothing_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    assert stored("trials") is None
    assert not stale("trials")


def hash_of(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> str:
    """The hash where one condition is all there is."""
    (folder / "limits").mkdir(exist_ok=True)
    (folder / "conditions").mkdir(exist_ok=True)
    (folder / "conditions" / "made-up.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(results, "LIBRARY", folder)
    monkeypatch.setattr(results, "LIMITS", ())
    monkeypatch.setattr(results.library, "ids", lambda kind: ["made-up"] if kind == "conditions" else [])
    return library_hash(FOLDER / "trials.py", SIMULATED_FROM)


def test_better_words_leave_the_hash_and_another_number_changes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = hash_of(
        tmp_path,
        monkeypatch,
        "pain: {value: 5, source: a paper}\nnotes: [one]\nevidence: {statement: it helps}\n",
    )
    worded = hash_of(
        tmp_path,
        monkeypatch,
        "pain: {value: 5, source: a better paper}\nevidence: {statement: it may help}\n",
    )
    other = hash_of(
        tmp_path,
        monkeypatch,
        "pain: {value: 6, source: a paper}\nnotes: [one]\nevidence: {statement: it helps}\n",
    )
    moved = hash_of(tmp_path, monkeypatch, "ache: {value: 5}\n")
    assert before == worded
    assert len({before, other, moved}) == 3
