"""Reading a simulation result: curves with their bands, whatever of them is there.

The report layer reads results only through this module. A quantity that a model does not have is simply absent
(``None``), and a band whose quantiles all coincide (a population of one) is reported as having no spread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

AVERAGED = "averaged"
"""Name of the mixture over rivals along the ``rival`` dimension."""

ALL = "all explanations"
"""Stands for every rival where all of them give one and the same curve, as without drug."""

SIDE_EFFECTS = (
    "dissociation",
    "drug_high",
    "sbp_rise",
    "dbp_rise",
    "hr_rise",
    "nausea",
    "dizziness",
    "sedation",
    "ventilation_on_opioid",
)
RESPONDERS = ("responder_30", "responder_50")
_CONCENTRATION_UNITS = ("ng/mL", "ug/L", "µg/L", "umol/L")
_LINGERS_H = 1.0
_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


class Reportable(Protocol):
    """What the report layer reads from a simulation result."""

    @property
    def dataset(self) -> xr.Dataset: ...
    @property
    def regimen_text(self) -> str: ...
    @property
    def regimen_words(self) -> Any: ...
    @property
    def condition(self) -> Any: ...
    @property
    def population(self) -> Mapping[str, Any]: ...
    @property
    def warnings(self) -> Sequence[str]: ...
    @property
    def provenance(self) -> Mapping[str, Any]: ...
    @property
    def observed(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def comparator(self) -> Reportable | None: ...
    @property
    def model_reason(self) -> str: ...


def listed(result: Reportable, name: str) -> list[Mapping[str, Any]]:
    """The entries of ``links``, ``risks`` or ``cotreatments``; none where the result has no such list."""
    return list(getattr(result, name, None) or ())


@dataclass(frozen=True)
class Curve:
    """One quantity over time: arrays of shape (time,) in the quantity's unit; time in hours.

    ``p05`` … ``p95`` are quantiles over patients and ``mean`` their mean; each may be ``None`` if the result has
    none. ``median`` falls back on the mean and ``mean`` on the median, so a curve can always be drawn.
    """

    name: str
    label: str
    unit: str
    time_h: Array
    mean: Array
    median: Array
    p05: Array | None = None
    p25: Array | None = None
    p75: Array | None = None
    p95: Array | None = None

    @property
    def has_spread(self) -> bool:
        """Whether the patients differ at all."""
        if self.p05 is None or self.p95 is None:
            return False
        width, size = np.nan_to_num(self.p95 - self.p05), np.nan_to_num(np.abs(self.p95))
        return bool(np.any(width > 1e-9 * max(1e-12, float(np.max(size, initial=0.0)))))

    @property
    def moves(self) -> bool:
        """Whether anything about it changes with time; what never does is not worth a picture."""
        lines = [line for line in (self.mean, self.median, self.p05, self.p95) if line is not None]
        size = max((float(np.nanmax(np.abs(line))) for line in lines if np.isfinite(line).any()), default=0.0)
        return any(
            float(np.nanmax(line) - np.nanmin(line)) > 1e-6 * size
            for line in lines
            if np.isfinite(line).any()
        )

    def extent(self) -> tuple[float, float]:
        """The lowest and the highest value that is drawn; (0, 0) without any finite one."""
        drawn = [values for values in (self.median, self.p05, self.p95) if values is not None]
        finite = np.concatenate([values[np.isfinite(values)] for values in drawn])
        return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)

    def between(self, start_h: float, stop_h: float) -> Curve:
        """The part of the curve with ``start_h <= time <= stop_h``."""
        keep = (self.time_h >= start_h) & (self.time_h <= stop_h)
        cut: dict[str, Any] = {key: _cut(getattr(self, key), keep) for key in ("p05", "p25", "p75", "p95")}
        return replace(self, time_h=self.time_h[keep], mean=self.mean[keep], median=self.median[keep], **cut)

    def at(self, time_h: float, line: str = "mean") -> float | None:
        """The value of ``line`` at ``time_h`` by linear interpolation; ``None`` outside the simulated time."""
        values = getattr(self, line)
        if values is None or not self.time_h.size:
            return None
        slack = 1e-6 * max(1.0, abs(float(self.time_h[-1])))
        if time_h < self.time_h[0] - slack or time_h > self.time_h[-1] + slack:
            return None
        found = float(np.interp(time_h, self.time_h, values))
        return found if np.isfinite(found) else None

    def peak(self) -> int | None:
        """Index of the highest point of the median curve; ``None`` without any finite value."""
        if not np.any(np.isfinite(self.median)):
            return None
        return int(np.nanargmax(self.median))


def _cut(values: Array | None, keep: NDArray[np.bool_]) -> Array | None:
    return None if values is None else values[keep]


def concentrations(dataset: xr.Dataset) -> list[Curve]:
    """One curve per analyte in blood, parents before their metabolites, in the order of the data set."""
    names = [
        str(name)
        for name, variable in dataset.data_vars.items()
        if {"time", "quantile"} == set(variable.dims) and variable.attrs.get("units") in _CONCENTRATION_UNITS
    ]
    found = [curve for name in names if (curve := curve_of(dataset, name)) is not None]
    return [curve for curve in found if np.any(np.isfinite(curve.median))]


def curve_of(dataset: xr.Dataset, name: str, rival: str | None = None) -> Curve | None:
    """The curve ``name`` (of ``rival`` where the quantity depends on it); ``None`` if the result has none."""
    source = dataset.get(name)
    mean_source = dataset.get(f"{name}_mean")
    if source is None and mean_source is None:
        return None
    bands = {level: _values(source, rival, level) for level in _LEVELS}
    mean = _values(mean_source, rival, None)
    if mean is None and source is not None and "quantile" not in source.dims:
        mean = _values(source, rival, None)
    median = bands[0.5] if bands[0.5] is not None else mean
    mean = mean if mean is not None else median
    if mean is None or median is None or not (np.isfinite(mean).any() and np.isfinite(median).any()):
        return None
    attributes: dict[str, Any] = {**getattr(mean_source, "attrs", {}), **getattr(source, "attrs", {})}
    return Curve(
        name=name,
        label=str(attributes.get("long_name") or name),
        unit=str(attributes.get("units") or ""),
        time_h=np.asarray(dataset["time"].values, dtype=float),
        mean=mean,
        median=median,
        p05=bands[0.05],
        p25=bands[0.25],
        p75=bands[0.75],
        p95=bands[0.95],
    )


def _values(source: xr.DataArray | None, rival: str | None, level: float | None) -> Array | None:
    """The (time,) values of a variable at a rival and a quantile; ``None`` where it has no such part."""
    if source is None:
        return None
    if "rival" in source.dims:
        if rival is None or rival not in {str(name) for name in source["rival"].values}:
            return None
        source = source.sel(rival=rival)
    if level is not None:
        if "quantile" not in source.dims:
            return None
        levels = np.asarray(source["quantile"].values, dtype=float)
        nearest = int(np.argmin(np.abs(levels - level)))
        if abs(levels[nearest] - level) > 1e-6:
            return None
        source = source.isel(quantile=nearest)
    return np.asarray(source.values, dtype=float) if source.dims == ("time",) else None


def rivals(dataset: xr.Dataset) -> list[str]:
    """Names of the rivals in the result, the mixture last; the mixture of one rival is that rival and is left out."""
    if "rival" not in dataset.coords:
        return []
    names = [str(name) for name in dataset["rival"].values]
    single = [name for name in names if name != AVERAGED]
    return [*single, AVERAGED] if AVERAGED in names and len(single) != 1 else single


def rival_curves(result: Reportable, name: str) -> list[tuple[str, Curve]]:
    """(rival, curve) of a quantity that rivals know, the mixture last; those without a number are left out.

    Where all rivals give the same curve there is one, under :data:`ALL`.
    """
    found = [(rival, curve_of(result.dataset, name, rival)) for rival in rivals(result.dataset)]
    found = found or [("simulated", curve_of(result.dataset, name))]
    known = [(rival, curve) for rival, curve in found if curve is not None]
    if len(known) == len(found) > 2 and _the_same([curve.mean for _, curve in known]):
        return [(ALL, known[0][1])]
    return known


def _the_same(lines: Sequence[Array]) -> bool:
    return all(np.allclose(line, lines[0], rtol=0.0, atol=1e-6, equal_nan=True) for line in lines)


def rival_curve(result: Reportable, name: str, rival: str) -> Curve | None:
    """The curve of a rival; of any of them where ``rival`` stands for all."""
    return curve_of(result.dataset, name, main_rival(result.dataset) if rival == ALL else rival)


def beyond_studied(dataset: xr.Dataset, name: str) -> list[tuple[float, float]]:
    """Times (h) at which the median patient is beyond the concentrations that the source of a curve studied."""
    ends = [float(t) for t in np.atleast_1d(dataset[name].attrs.get("beyond_studied_h", ()))]
    return list(zip(ends[::2], ends[1::2], strict=False))


def main_rival(dataset: xr.Dataset) -> str | None:
    """The rival to show where only one fits: the mixture, or the last one."""
    names = rivals(dataset)
    return names[-1] if names else None


def sessions(dataset: xr.Dataset) -> list[tuple[float, float]]:
    """(start, stop) of every session in hours, in order; a bolus has equal ends."""
    starts = np.atleast_1d(np.asarray(dataset.attrs.get("session_start_h", []), dtype=float))
    stops = np.atleast_1d(np.asarray(dataset.attrs.get("session_stop_h", starts), dtype=float))
    pairs = [(float(a), float(max(a, b))) for a, b in zip(starts, stops, strict=False)]
    return sorted(pair for pair in pairs if np.isfinite(pair).all())


def acting(dataset: xr.Dataset, time_h: Array) -> NDArray[np.bool_]:
    """Which times (h) fall into a session or the hour after it, while relief still comes from the drug in the blood."""
    found = np.zeros(np.shape(time_h), dtype=bool)
    for start, stop in sessions(dataset):
        found |= (time_h > start) & (time_h <= stop + _LINGERS_H)
    return found


def comparator_curve(result: Reportable, name: str) -> Curve | None:
    """The curve of the comparator arm (its mixture over rivals); ``None`` without such an arm."""
    if result.comparator is None:
        return None
    dataset = result.comparator.dataset
    return curve_of(dataset, name, main_rival(dataset))
