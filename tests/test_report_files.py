"""What the report layer leaves on disk: whole files or none, and numbers that survive the trip."""

from __future__ import annotations

import csv
import errno
import importlib
import io
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from synthetic_result import RIVALS, SyntheticResult, full_result, synthetic_result

from painloop.errors import InputError, PainloopError
from painloop.report import (
    check_output,
    comparison_table,
    concentrations,
    exposure_plot,
    exposure_table,
    pain_plot,
    simulate_tables,
    write_dataset,
    write_report,
)
from painloop.report.export import COLUMNS, tidy
from painloop.report.files import write_text
from painloop.report.numbers import count, duration, fixed, interval, percent, signed, significant
from painloop.report.tables import exposure_data

EXPOSURE = {
    "model": "kamp-2020",
    "sampling": "arterial",
    "analytes": {
        "ketamine": {
            "typical": {
                "cmax_ng_ml": 253.2,
                "tmax_h": 0.667,
                "auc_ng_h_ml": 412.0,
                "at": {"0.667": 253.2, "2": 61.0},
            },
            "population": {
                "cmax_ng_ml": {"p5": 180.0, "p50": 250.0, "p95": 350.0},
                "tmax_h": {"p5": 0.667, "p50": 0.667, "p95": 0.667},
                "auc_ng_h_ml": {"p5": 300.0, "p50": 410.0, "p95": 560.0},
                "at": {
                    "0.667": {"p5": 180.0, "p50": 250.0, "p95": 350.0},
                    "2": {"p5": 40.0, "p50": 60.0, "p95": 90.0},
                },
            },
        },
        "[red]norketamine": {"typical": {"cmax_ng_ml": float("nan"), "tmax_h": None}},
    },
}


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def draw(result: SyntheticResult, path: Path) -> None:
    exposure_plot(concentrations(result.dataset), path)


def write_data(result: SyntheticResult, path: Path) -> None:
    write_dataset(result.dataset, path)


@pytest.mark.parametrize("name", ["r.html", "r.csv", "r.json", "r.parquet", "r.zarr", "r.svg", "r.png"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch, name: str):
    if name.endswith((".parquet", ".zarr")):
        pytest.importorskip({"parquet": "pyarrow", "zarr": "zarr"}[name[2:]])
    result = synthetic_result(14)
    old = tmp_path / name
    if not name.endswith(".zarr"):
        old.write_text("old")
    monkeypatch.setattr(os, "fsync" if not name.endswith(".zarr") else "replace", full_disk)
    writers = {".html": write_report, ".svg": draw, ".png": draw}
    with pytest.raises(PainloopError, match="No space left") as caught:
        writers.get(old.suffix, write_data)(result, old)
    assert caught.value.exit_status == 1
    assert "\n" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ([] if name.endswith(".zarr") else [name])
    if not name.endswith(".zarr"):
        assert old.read_text() == "old"


def test_after_its_first_failure_a_zarr_store_touches_the_disk_no_more(tmp_path: Path, monkeypatch):
    pytest.importorskip("zarr")
    asked: list[object] = []

    def fails(*names: object) -> None:
        asked.append(names)
        full_disk()

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(PainloopError, match="No space left"):
        write_dataset(synthetic_result(14).dataset, tmp_path / "r.zarr")
    assert len(asked) == 1


def test_a_device_without_space_is_refused_and_survives():
    if not Path("/dev/full").is_char_device():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(PainloopError, match="No space left"):
        write_text("/dev/full", "x")
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize("place", ["missing/r.html", "folder"])
def test_a_place_that_cannot_hold_the_file_is_bad_input(tmp_path: Path, place: str):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as caught:
        write_text(tmp_path / place, "x")
    assert caught.value.exit_status == 2


def test_new_files_have_the_usual_rights_and_links_are_followed(tmp_path: Path):
    plain = tmp_path / "plain"
    plain.write_text("")
    (tmp_path / "link").symlink_to(plain)
    write_text(tmp_path / "link", "through")
    assert (tmp_path / "link").is_symlink()
    assert plain.read_text() == "through"
    write_text(tmp_path / "new", "x")
    umask = os.umask(0)
    os.umask(umask)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o666 & ~umask


def test_csv_is_tidy_and_holds_every_number(tmp_path: Path):
    dataset = synthetic_result(14).dataset
    text = write_dataset(dataset, tmp_path / "r.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    wanted = [r for r in rows if (r["quantity"], r["rival"], r["statistic"]) == ("pain", "averaged", "p95")]
    assert np.allclose(
        [float(r["value"]) for r in wanted], dataset["pain"].sel(rival="averaged", quantile=0.95)
    )
    assert np.allclose([float(r["time_h"]) for r in wanted], dataset["time"])
    assert {r["unit"] for r in rows if r["quantity"] == "S-ketamine"} == {"ng/mL"}
    assert sum(int(np.prod(v.shape)) for v in dataset.data_vars.values()) == len(rows)


def test_json_has_null_where_a_number_is_missing(tmp_path: Path):
    dataset = synthetic_result(14).dataset.copy(deep=True)
    dataset["block_mean"][0] = np.nan
    text = write_dataset(dataset, tmp_path / "r.json", provenance={"seed": np.int64(3)}).read_text("utf-8")
    read = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    assert read["provenance"] == {"seed": 3}
    assert read["variables"]["block_mean"]["values"][0] is None
    assert read["variables"]["pain"]["dims"] == ["rival", "time", "quantile"]
    assert np.allclose(read["variables"]["pain"]["values"], dataset["pain"])


def test_parquet_keeps_numbers_and_provenance(tmp_path: Path):
    pytest.importorskip("pyarrow")
    parquet = importlib.import_module("pyarrow.parquet")
    dataset = synthetic_result(14).dataset
    table = parquet.read_table(write_dataset(dataset, tmp_path / "r.parquet", provenance={"seed": 1}))
    assert tuple(table.column_names) == COLUMNS
    assert json.loads(table.schema.metadata[b"painloop"]) == {"seed": 1}


def test_zarr_is_replaced_and_reads_back(tmp_path: Path):
    pytest.importorskip("zarr")
    import xarray as xr

    dataset = synthetic_result(14).dataset
    for seed in (1, 2):
        write_dataset(dataset, tmp_path / "r.zarr", provenance={"seed": seed})
    with xr.open_zarr(tmp_path / "r.zarr", consolidated=False) as read:
        assert json.loads(read.attrs["provenance"]) == {"seed": 2}
        assert np.allclose(read["pain"], dataset["pain"])
    assert [p.name for p in tmp_path.iterdir()] == ["r.zarr"]


def test_a_folder_that_is_no_result_is_not_replaced(tmp_path: Path):
    (tmp_path / "mine.zarr").mkdir()
    (tmp_path / "mine.zarr" / "thesis.txt").write_text("years of work")
    pytest.importorskip("zarr")
    with pytest.raises(InputError):
        write_dataset(synthetic_result(14).dataset, tmp_path / "mine.zarr")
    assert (tmp_path / "mine.zarr" / "thesis.txt").exists()


@pytest.mark.parametrize(("ending", "package"), [("zarr", "zarr"), ("parquet", "pyarrow")])
def test_a_missing_extra_is_named_in_one_sentence(tmp_path: Path, monkeypatch, ending: str, package: str):
    real = importlib.import_module

    def without(name: str, *rest: object) -> object:
        if name == package:
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(InputError, match=re.escape(f"painloop[{ending}]")):
        check_output(tmp_path / f"r.{ending}")


@pytest.mark.parametrize("name", ["r.xlsx", "r", "r.nc"])
def test_an_unknown_ending_is_refused(tmp_path: Path, name: str):
    with pytest.raises(InputError, match=r"must end in"):
        check_output(tmp_path / name)


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_exposure_picture_is_written(tmp_path: Path, ending: str):
    dataset = synthetic_result(7).dataset
    path = exposure_plot(
        concentrations(dataset), tmp_path / f"x.{ending}", footer="painloop", sessions=[(0, 100)]
    )
    start = path.read_bytes()[:5]
    assert start == {"svg": b"<?xml", "png": b"\x89PNG\r"}[ending]


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_picture_of_pain_is_written(tmp_path: Path, ending: str):
    path = pain_plot(synthetic_result(30), tmp_path / f"x.{ending}")
    assert path.read_bytes()[:5] == {"svg": b"<?xml", "png": b"\x89PNG\r"}[ending]


def test_the_table_of_all_courses_names_each_once_and_fits_a_terminal():
    from rich.console import Console

    console = Console(file=io.StringIO(), width=80)
    console.print(
        comparison_table(
            [("Complex regional pain syndrome", synthetic_result()), ("Other", synthetic_result())]
        )
    )
    shown = console.file.getvalue()
    assert shown.count("Complex regional pain") == 1
    assert shown.count("slow effect delay") == 2
    assert "…" not in shown


def test_the_exposure_picture_refuses_other_endings(tmp_path: Path):
    with pytest.raises(InputError, match=r"\.svg or \.png"):
        exposure_plot(concentrations(synthetic_result(7).dataset), tmp_path / "x.pdf")
    with pytest.raises(InputError, match="no concentration"):
        exposure_plot([], tmp_path / "x.svg")


def test_the_exposure_table_shows_typical_and_population():
    table = exposure_data(EXPOSURE)
    assert table.columns == (
        "Analyte",
        "Peak (ng/mL)",
        "Reached after",
        "AUC to infinity (ng·h/mL)",
        "at 40 min",
        "at 2 h",
    )
    assert table.rows[0] == ("ketamine, typical", "253", "40 min", "412", "253", "61.0")
    assert table.rows[1] == (
        "ketamine, 5 to 95 %",
        "180 to 350",
        "40 min",
        "300 to 560",
        "180 to 350",
        "40.0 to 90.0",
    )
    assert table.rows[2][1:] == ("–", "–", "–", "–", "–")


def test_terminal_tables_read_nothing_as_markup():
    from rich.console import Console

    console = Console(file=io.StringIO(), width=200)
    for table in [exposure_table(EXPOSURE), *simulate_tables(synthetic_result())]:
        console.print(table)
    shown = console.file.getvalue()
    assert "[red]norketamine" in shown
    assert "slow effect delay" in shown
    assert "2.68 ± 0.51" in shown
    assert not re.search(r"\bnan\b", shown, re.IGNORECASE)


def test_the_summary_fits_a_terminal_of_eighty_columns():
    from rich.console import Console

    console = Console(file=io.StringIO(), width=80)
    result = full_result()
    for table in simulate_tables(result):
        console.print(table)
    shown = console.file.getvalue()
    assert "…" not in shown
    week = next(line for line in shown.splitlines() if line.startswith("│ week 1 "))
    for rival in RIVALS:
        assert f"{float(result.dataset['pain_mean'].sel(rival=rival, time=168)):.2f}" in week


def test_importing_the_report_layer_draws_nothing():
    import subprocess
    import sys

    code = "import sys, painloop.report; sys.exit(any(m in sys.modules for m in ('matplotlib','jinja2','rich','jax')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_numbers_are_written_for_people():
    assert significant(253.4) == "253"
    assert significant(0.04213) == "0.0421"
    assert significant(12345.6) == "12,346"
    assert significant(0) == "0"
    assert significant(999.96) == "1,000"
    assert fixed(-0.004, 2) == "0.00"
    assert fixed(-1.5, 1) == "−1.5"
    assert signed(0.35, 2) == "+0.35"
    assert signed(0.001, 2) == "0.00"
    assert percent(0.253) == "25\N{NO-BREAK SPACE}%"
    assert count(1000) == "1,000"
    assert interval("1", "1") == "1"
    assert [duration(h) for h in (0.5, 4.167, 100, 168, 2016, 2160)] == [
        "30 min",
        "4.2 h",
        "100 h",
        "7 days",
        "12 weeks",
        "90 days",
    ]
    for missing in (None, float("nan"), float("inf")):
        assert {fixed(missing, 1), significant(missing), percent(missing), duration(missing)} == {"–"}


def test_individuals_are_rows_of_their_own(tmp_path: Path) -> None:
    import painloop

    result = painloop.simulate("S-ketamine 35 mg iv over 40 min", patients=1, days=1, individuals=True)
    rows = tidy(result.dataset)
    person = rows[(rows.quantity == "pain") & (rows.statistic == "patient 0")]
    assert set(person.rival) == {str(name) for name in result.dataset["rival"].values} - {"averaged"}
    kept = result.dataset.pain_individual.sel(hypothesis="none").values[:, 0]
    np.testing.assert_array_equal(person[person.rival == "none"].value.to_numpy(), kept)
