"""Predicts measured arms with the default model of their form, route and sampling site, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from painloop.exposure.observed.arms import IMPLIED, ancestry, rule_for, share, site, weight
from painloop.exposure.observed.checks import implied
from painloop.exposure.observed.rows import Reading
from painloop.exposure.predict import Exposure, Metrics, exposure
from painloop.library import load
from painloop.library.schema.courses import Measurement
from painloop.patient.population import People, alike

AGE_Y = 45.0
"""Assumed for everyone: no default model changes with age before 60 years."""

_SAID_ELSEWHERE = (
    "pools arterial and venous samples",
    "The spread between people",
    "put together here",
    " ages of ",
)
"""Warnings that are no remarks: composition has a field of its own, and ages are assumed here."""

Key = tuple[str, str | None, float, bool, bool]


def readings(arms: Sequence[tuple[str, Measurement]], patients: int) -> list[Reading]:
    """Predict arms that are not excluded, in their order.

    Parameters
    ----------
    arms : (source, arm).
    patients : people whose median is given beside the typical person; 0 for none.
    """
    runs = _runs((arm for _, arm in arms if arm.quantity not in IMPLIED), patients)
    return [_reading(source, arm, runs) for source, arm in arms]


def _key(arm: Measurement) -> Key:
    asian, japanese = ancestry(arm.population)
    return arm.regimen or "", site(arm), weight(arm)[0], asian, japanese


def _runs(arms: Iterable[Measurement], patients: int) -> dict[Key, Exposure]:
    times: dict[Key, set[float]] = {}
    for arm in arms:
        wanted = times.setdefault(_key(arm), set())
        wanted |= {time for time in (arm.at_h, arm.until_h) if time is not None}
    return {key: _run(key, sorted(at_h), patients) for key, at_h in times.items()}


def _run(key: Key, at_h: list[float], patients: int) -> Exposure:
    regimen, sampling, weight_kg, asian, japanese = key
    return exposure(
        regimen, sampling=sampling, weight_kg=weight_kg, age_y=AGE_Y, asian=asian, japanese=japanese,
        patients=patients, at_h=at_h,
    )  # fmt: skip


def _reading(source: str, arm: Measurement, runs: dict[Key, Exposure]) -> Reading:
    rule = rule_for(arm)
    assert rule is not None
    assert arm.value is not None
    remarks = _assumptions(arm)
    composed = load("pharmacokinetics", rule.model).composed
    why = "an esketamine model stands in for the racemate" if composed is not None else None
    if arm.quantity in IMPLIED:
        predicted, median = implied(arm, _body(arm)), None
    else:
        result = runs[_key(arm)]
        predicted, median = predicted_value(arm, result)
        remarks += [said for said in result.warnings if not any(words in said for words in _SAID_ELSEWHERE)]
        name, part = _share(arm, result)
        if part != 1.0:
            why = "; ".join(
                filter(None, (why, f"taken as half of {name}, as if both enantiomers were alike"))
            )
    return Reading(
        source=source, arm=arm.id, course=_course(source, arm), analyte=arm.analyte, form=arm.form, route=arm.route,
        sampling=arm.sampling, given=_given(arm), population=arm.population, n=arm.n,
        weight_kg=weight(arm)[0], weight_assumed=weight(arm)[1] is not None, quantity=arm.quantity,
        at_h=arm.at_h, until_h=arm.until_h, observed=arm.value, predicted=predicted, median=median,
        fold=predicted / arm.value, model=rule.model, perhaps_fitted_by=list(arm.perhaps_fitted_by), composed=why,
        remarks=remarks,
    )  # fmt: skip


def predicted_value(arm: Measurement, result: Exposure) -> tuple[float, float | None]:
    """The quantity of an arm for the typical person, and the median of the population."""
    name, part = _share(arm, result)
    if arm.quantity == "auc_ratio":
        parent = "S-ketamine" if name.startswith("S-") else "ketamine"
        return _area(arm, result, name) / _area(arm, result, parent), None
    if arm.quantity == "auc_ng_h_ml" and arm.until_h is not None:
        return part * _area(arm, result, name), None
    spread = result.spread.get(name)
    factor = 1.0 if arm.quantity == "tmax_h" else part
    median = None if spread is None else factor * float(np.median(_metric(arm, result, spread)))
    return factor * float(_metric(arm, result, result.metrics[name])[0]), median


def _metric(arm: Measurement, result: Exposure, metrics: Metrics) -> np.ndarray:
    if arm.quantity in ("conc_ng_ml", "css_ng_ml") or (arm.quantity == "cmax_ng_ml" and arm.at_h is not None):
        wanted = arm.at_h if arm.at_h is not None else max(stop for _, stop in result.sessions_h)
        return metrics.at[min(metrics.at, key=lambda time: abs(time - wanted))]
    found = {"cmax_ng_ml": metrics.cmax_ng_ml, "tmax_h": metrics.tmax_h, "auc_ng_h_ml": metrics.auc_ng_h_ml}
    return found[arm.quantity]


def _area(arm: Measurement, result: Exposure, name: str) -> float:
    """To infinity, or until ``until_h`` by the trapezoidal rule on a grid of minutes, as the papers computed it."""
    if arm.until_h is None:
        return float(result.metrics[name].auc_ng_h_ml[0])
    inside = result.time_h <= arm.until_h + 1e-9
    return float(np.trapezoid(result.typical[name][inside], result.time_h[inside]))


def _share(arm: Measurement, result: Exposure) -> tuple[str, float]:
    found = share(arm, tuple(result.metrics))
    assert found is not None
    return found


def _body(arm: Measurement) -> People:
    asian, japanese = ancestry(arm.population)
    return alike(1, weight(arm)[0], AGE_Y, asian=asian, japanese=japanese)


def _course(source: str, arm: Measurement) -> str:
    return " | ".join((source, arm.form, arm.route, _given(arm), arm.population))


def _given(arm: Measurement) -> str:
    if arm.regimen is not None:
        return arm.regimen
    return f"{arm.dose.value:g} {arm.dose.unit}" if arm.dose is not None else "not read"


def _assumptions(arm: Measurement) -> list[str]:
    assumed = weight(arm)[1]
    found = [] if assumed is None else [assumed]
    if arm.sampling == "unknown":
        found.append("sampling site not read")
    asian, japanese = ancestry(arm.population)
    if japanese or asian:
        found.append("predicted as Japanese" if japanese else "predicted as Asian")
    if arm.quantity == "auc_ng_h_ml" and arm.until_h is None:
        found.append("area to infinity")
    if arm.quantity == "cmax_ng_ml" and arm.duration_h == 0.0 and arm.at_h is None:
        found.append("an injection peaks at once; when the first sample was taken was not read")
    return found + ([f"published note: {arm.note}"] if arm.note else [])
