"""Fills the JSON shape of ``painloop exposure --json``, the same keys for a person and a population."""

from __future__ import annotations

import numpy as np

from painloop.answers import AnalyteAnswer, ExposureAnswer, Percentiles, Point, Spread
from painloop.exposure.predict import PERCENTILES, Exposure, Metrics


def answer(result: Exposure) -> ExposureAnswer:
    """The typed answer of an exposure."""
    analytes = {
        name: AnalyteAnswer(
            typical=_point(metrics),
            population=_spread(result.spread[name]) if name in result.spread else None,
        )
        for name, metrics in result.metrics.items()
    }
    return ExposureAnswer(
        regimen=result.regimen_text,
        model=result.model,
        reason=result.reason,
        sampling=result.sampling,
        analytes=analytes,
        patients=result.patients,
        warnings=result.warnings,
        provenance=dict(result.provenance),
    )


def hours_key(hours: float) -> str:
    """Hours as a key: three decimals at most, without trailing zeros (``0.667``, ``2``)."""
    return f"{hours:.3f}".rstrip("0").rstrip(".")


def _point(metrics: Metrics) -> Point:
    return Point(
        cmax_ng_ml=float(metrics.cmax_ng_ml[0]),
        tmax_h=float(metrics.tmax_h[0]),
        auc_ng_h_ml=float(metrics.auc_ng_h_ml[0]),
        at={hours_key(t): float(v[0]) for t, v in metrics.at.items()},
    )


def _percentiles(values: np.ndarray) -> Percentiles:
    low, middle, high = np.percentile(values, PERCENTILES)
    return Percentiles(p5=low, p50=middle, p95=high)


def _spread(metrics: Metrics) -> Spread:
    return Spread(
        cmax_ng_ml=_percentiles(metrics.cmax_ng_ml),
        tmax_h=_percentiles(metrics.tmax_h),
        auc_ng_h_ml=_percentiles(metrics.auc_ng_h_ml),
        at={hours_key(t): _percentiles(v) for t, v in metrics.at.items()},
    )
