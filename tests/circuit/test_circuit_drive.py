"""The curve that the slow loop takes from the circuit: made from runs that can be made again."""

from __future__ import annotations

import numpy as np
import pytest

from painloop.circuit.answer import DEFAULT_CIRCUIT, shipped
from painloop.circuit.drive_file import drive_text
from painloop.circuit.drive_runs import curve, fit, left, one_run
from painloop.errors import PainloopError
from painloop.library import content_hash, load, load_file
from painloop.library.schema.effects import DriveCurve, DriveRun


@pytest.fixture(scope="module")
def kept() -> DriveCurve:
    found: DriveCurve = load("drives", "painloop-2026")
    return found


def made_up(half: float, steepness: float) -> list[DriveRun]:
    return [
        DriveRun(
            block=b, frequency_Hz=f, seed=1, first=5.0, excess=f * 100.0 / (1.0 + (b / half) ** steepness)
        )
        for f in (1.0, 2.0)
        for b in (0.0, 0.1, 0.2, 0.4, 0.8)
    ]


@pytest.mark.parametrize(("half", "steepness"), [(0.1, 1.0), (0.25, 2.5), (0.6, 4.0)])
def test_the_fit_finds_the_curve_that_runs_were_made_with(half: float, steepness: float) -> None:
    found = fit(made_up(half, steepness))
    assert found.half == pytest.approx(half, rel=1e-5)
    assert found.steepness == pytest.approx(steepness, rel=1e-5)
    assert found.residual < 1e-6


def test_runs_that_do_not_wind_up_are_refused() -> None:
    flat = [DriveRun(block=b, frequency_Hz=0.1, seed=1, first=5.0, excess=0.0) for b in (0.0, 0.2)]
    with pytest.raises(PainloopError, match=r"0\.1 Hz"):
        fit(flat)


def test_the_file_was_made_from_the_circuit_of_today(kept: DriveCurve) -> None:
    assert kept.circuit == f"circuits/{DEFAULT_CIRCUIT}@{content_hash('circuits', DEFAULT_CIRCUIT)}", (
        f"stale: run {kept.command}"
    )


def test_the_file_holds_the_fit_to_its_runs(kept: DriveCurve) -> None:
    found = curve(kept.runs)
    assert kept.parameters["half"].number == pytest.approx(found.all.half, rel=5e-3)
    assert kept.parameters["steepness"].number == pytest.approx(found.all.steepness, rel=5e-3)
    low, high = kept.parameters["half"].range or (0.0, 0.0)
    assert low <= found.all.half <= high


def test_runs_made_afresh_are_those_of_the_file(kept: DriveCurve) -> None:
    """Spike counts are whole numbers over three cells; another processor may move a spike at a window's edge."""
    chosen = [
        one for one in kept.runs if one.frequency_Hz == 2.0 and one.seed == 1 and one.block in (0.0, 0.2, 0.5)
    ]
    assert len(chosen) == 3
    for one in chosen:
        again = one_run(shipped(), one.block, one.frequency_Hz, one.seed, kept.stimuli or 0)
        assert again.first == pytest.approx(one.first, abs=0.7)
        assert again.excess == pytest.approx(one.excess, rel=0.05, abs=3.0)


def test_more_block_leaves_less(kept: DriveCurve) -> None:
    block, share = left(kept.runs)
    for at in (0.1, 0.2, 0.4, 0.9):
        assert np.mean(share[block == at]) < 1.0
    assert np.mean(share[block == 0.9]) < np.mean(share[block == 0.2]) < np.mean(share[block == 0.05])


def test_a_written_file_is_a_library_file(kept: DriveCurve, tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "painloop-2026.yaml"
    path.write_text(drive_text(DEFAULT_CIRCUIT, kept.runs), encoding="utf-8")
    again = load_file(path)
    assert again.runs == kept.runs
    assert again.parameters["half"].number == kept.parameters["half"].number
