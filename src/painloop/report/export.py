"""Results as files for other programs: Zarr and JSON keep the shape, CSV and Parquet are one long tidy table.

A tidy row is one number: quantity, unit, rival, time in hours, statistic (``mean``, ``p5`` … ``p95``), value. Files
are written whole or not at all.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from painloop.errors import InputError
from painloop.report.files import check_place, write_bytes, write_text, write_through

if TYPE_CHECKING:
    import xarray as xr

ENDINGS = (".zarr", ".parquet", ".csv", ".json")
COLUMNS = ("quantity", "unit", "rival", "time_h", "statistic", "value")


def check_output(path: str | os.PathLike[str]) -> None:
    """Refuse an output that could not be written, before anything long is computed.

    Raises
    ------
    InputError : unknown ending, a package is missing, or the folder does not exist.
    """
    place = Path(path)
    ending = place.suffix.lower()
    if ending not in ENDINGS:
        raise InputError(
            f"The result file {place.name!r} must end in one of {', '.join(ENDINGS)}: rename it."
        )
    for extra, package in ((".zarr", "zarr"), (".parquet", "pyarrow")):
        if ending == extra:
            _need(package, extra)
    check_place(place)


def write_dataset(
    dataset: xr.Dataset, path: str | os.PathLike[str], *, provenance: Mapping[str, Any] | None = None
) -> Path:
    """Write ``dataset`` in the format that the ending of ``path`` names.

    ``provenance`` goes into the file too, except for CSV, which has no place for it.

    Raises
    ------
    InputError : see :func:`check_output`.
    PainloopError : the disk is full or the file cannot be written; no partial file is left.
    """
    check_output(path)
    note = _plain(dict(provenance or {}))
    ending = Path(path).suffix.lower()
    if ending == ".csv":
        return write_text(path, tidy(dataset).to_csv(index=False, columns=list(COLUMNS), lineterminator="\n"))
    if ending == ".parquet":
        return write_bytes(path, _parquet(dataset, note))
    if ending == ".json":
        return write_text(path, json.dumps(as_json(dataset, note), ensure_ascii=False, allow_nan=False))
    return write_through(path, lambda temporary: _zarr(dataset, note, temporary))


def tidy(dataset: xr.Dataset) -> Any:
    """The whole data set as a pandas table with the columns of ``COLUMNS``; missing values are left out."""
    pandas = importlib.import_module("pandas")
    frames = [frame for name in dataset.data_vars for frame in _tidy_frames(dataset, str(name))]
    return pandas.concat(frames, ignore_index=True) if frames else pandas.DataFrame(columns=list(COLUMNS))


def _tidy_frames(dataset: xr.Dataset, name: str) -> Iterator[Any]:
    """The rows of one variable; ``NAME_mean`` becomes the statistic ``mean`` of ``NAME``, a person ``patient i``."""
    variable = dataset[name]
    if "time" not in variable.dims or not np.issubdtype(variable.dtype, np.number):
        return
    quantity = name.removesuffix("_mean").removesuffix("_individual")
    unit = (
        variable.attrs.get("units")
        or (dataset[quantity].attrs.get("units") if quantity in dataset else "")
        or ""
    )
    frame = variable.rename("value").to_series().reset_index().dropna(subset=["value"])
    if "quantile" in frame:
        frame["statistic"] = [f"p{100 * level:g}" for level in frame["quantile"]]
    elif "patient" in frame:
        frame["statistic"] = [f"patient {i}" for i in frame["patient"]]
    else:
        frame["statistic"] = "mean"
    if "rival" not in frame:
        frame["rival"] = frame.get("hypothesis", "")
    frame = frame.rename(columns={"time": "time_h"}).assign(quantity=quantity, unit=unit)
    yield frame[list(COLUMNS)].astype({"rival": str})


def as_json(dataset: xr.Dataset, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """Coordinates, variables (nested lists, ``null`` where missing), attributes and provenance."""
    return {
        "provenance": dict(provenance),
        "attributes": _plain(dict(dataset.attrs)),
        "coordinates": {str(name): _plain(values.values) for name, values in dataset.coords.items()},
        "variables": {
            str(name): {
                "dims": [str(dim) for dim in variable.dims],
                "unit": str(variable.attrs.get("units", "")),
                "attributes": _plain(dict(variable.attrs)),
                "values": _plain(variable.values),
            }
            for name, variable in dataset.data_vars.items()
        },
    }


def _parquet(dataset: xr.Dataset, note: Any) -> bytes:
    arrow, parquet = _need("pyarrow", ".parquet"), importlib.import_module("pyarrow.parquet")
    table = arrow.Table.from_pandas(tidy(dataset), preserve_index=False)
    facts = {b"painloop": json.dumps(note, ensure_ascii=False).encode("utf-8")}
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **facts})
    sink = arrow.BufferOutputStream()
    parquet.write_table(table, sink)
    return bytes(sink.getvalue().to_pybytes())


def _zarr(dataset: xr.Dataset, note: Any, temporary: Path) -> None:
    attributes = {**_plain(dict(dataset.attrs)), "provenance": json.dumps(note, ensure_ascii=False)}
    copy = dataset.copy().assign_attrs(attributes)
    copy.attrs = attributes
    for name in copy.variables:
        copy[name].attrs = _plain(dict(copy[name].attrs))
    store = importlib.import_module("painloop.report.zarr_store").FailFastStore(temporary)
    # format 3 has no fixed text type yet
    copy.to_zarr(store, mode="w", consolidated=False, zarr_format=2)


def _need(package: str, ending: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        extra = ending.removeprefix(".")
        raise InputError(
            f"Writing {ending} needs the package {package}, which is not installed: "
            f"pip install 'painloop[{extra}]', or choose .csv or .json."
        ) from error


def _plain(value: Any) -> Any:
    """``value`` made of what JSON knows; numbers that are not finite become ``None``."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple, set)):
        return [_plain(entry) for entry in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
