"""A made-up simulation result with the shape of a real one, to try the report layer on.

The curves are smooth inventions, not simulations: no number here means anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import xarray as xr

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_Z = np.array([-1.645, -0.674, 0.0, 0.674, 1.645])


@dataclass(frozen=True)
class SyntheticResult:
    dataset: xr.Dataset
    regimen_text: str = "S-ketamine 5 mg/h per 70 kg iv, raise 5 mg/h every 12 h to 22.2 mg/h, for 100 h"
    regimen_words: Any = (
        "S-ketamine into a vein for 100 h, from 5 mg/h per 70 kg raised by 5 mg/h every 12 h to 22.2 mg/h per 70 kg.",
    )
    condition: Any = field(default_factory=lambda: {"id": "crps", "title": "Complex regional pain syndrome"})
    population: dict[str, Any] = field(
        default_factory=lambda: {
            "n": 1000,
            "weight_mean": 79.0,
            "weight_sd": 19.0,
            "age_mean": 46.0,
            "age_sd": 12.0,
            "female_fraction": 0.8,
        }
    )
    warnings: list[str] = field(
        default_factory=lambda: ["The infusion is longer than any the model was built on."]
    )
    provenance: dict[str, Any] = field(default_factory=lambda: dict(PROVENANCE))
    observed: list[dict[str, Any]] = field(default_factory=list)
    comparator: SyntheticResult | None = None
    model_reason: str = "Default for S-ketamine by vein with venous sampling."
    responders: Any = None
    links: list[dict[str, Any]] = field(default_factory=list)
    risks: list[dict[str, Any]] = field(default_factory=list)
    cotreatments: list[dict[str, Any]] = field(default_factory=list)
    headlines: list[str] = field(default_factory=list)


PROVENANCE: dict[str, Any] = {
    "version": "0.1.0",
    "seed": 1,
    "command": "painloop simulate sigtermans-2009 --patients 1000 --days 90",
    "patients": 1000,
    "days": 90,
    "files": [
        {
            "kind": "pharmacokinetics",
            "id": "otto-2021",
            "title": "S-ketamine and S-norketamine",
            "confidence": "verified",
            "hash": "3f2a9c0d11aa",
            "citation": {"authors": "Otto et al.", "year": 2021, "title": "A title", "journal": "A journal"},
            "doi": "10.1000/example.1",
        },
        {
            "kind": "loop",
            "id": "dahan-2011",
            "title": "Slow effect delay",
            "confidence": "assumed",
            "hash": "77ee00ff1122",
            "citation": "Dahan et al. 2011",
            "doi": "10.1016/j.ejpain.2010.06.016",
        },
    ],
    "packages": {"numpy": "2.1", "jax": "0.5"},
    "warnings": [],
}

OBSERVED = [
    {
        "time_h": 168.0,
        "arm": "S-ketamine",
        "quantity": "nrs",
        "mean": 2.68,
        "sem": 0.51,
        "n": 30,
        "source": "Sigtermans 2009",
        "in_sample": True,
        "label": "week 1",
    },
    {
        "time_h": 168.0,
        "arm": "placebo",
        "quantity": "nrs",
        "mean": 5.45,
        "sem": 0.48,
        "n": 30,
        "source": "Sigtermans 2009",
        "in_sample": True,
        "label": "week 1",
    },
]


def grid(days: float, stop_h: float) -> np.ndarray:
    """Dense in the first days, then daily, as the simulator's grid is."""
    dense = np.concatenate([np.linspace(0, stop_h, 80), stop_h + np.geomspace(0.05, 48, 60)])
    daily = np.arange(0, days + 1) * 24.0
    return np.unique(np.concatenate([dense[dense < days * 24], daily]))


def synthetic_result(
    days: float = 90,
    stop_h: float = 100.0,
    *,
    rivals: tuple[str, ...] = ("none", "effect_delay", "averaged"),
    patients: int = 1000,
    placebo: bool = True,
) -> SyntheticResult:
    """The treated arm with its placebo arm and two published points."""
    time = grid(days, stop_h)
    treated = SyntheticResult(_dataset(time, stop_h, 1.0, rivals, spread=patients > 1))
    treated = replace(treated, population={**treated.population, "n": patients}, observed=list(OBSERVED))
    if not placebo:
        return treated
    other = SyntheticResult(_dataset(time, 0.0, 0.0, rivals, spread=patients > 1), regimen_text="placebo")
    return replace(treated, comparator=other)


def _dataset(
    time: np.ndarray, stop_h: float, drug: float, rivals: tuple[str, ...], *, spread: bool
) -> xr.Dataset:
    z = _Z if spread else np.zeros(5)
    level = drug * np.where(time <= stop_h, 1 - np.exp(-time / 6), 0.0)
    if drug:
        level = np.where(time > stop_h, (1 - np.exp(-stop_h / 6)) * np.exp(-(time - stop_h) / 4), level)
    data: dict[str, Any] = {}
    for name, peak, cv in (("S-ketamine", 250.0, 0.35), ("S-norketamine", 110.0, 0.4)):
        add(data, name, peak * level, np.exp(cv * z), {"units": "ng/mL", "long_name": name})
    add(data, "block", 0.35 * level, np.exp(0.2 * z), {"units": "fraction"})
    for name, peak, unit in (
        ("drug_high", 4.0, "VAS 0-10"),
        ("dissociation", 0.35, "fraction"),
        ("sbp_rise", 14.0, "mmHg"),
        ("dbp_rise", 8.0, "mmHg"),
        ("hr_rise", 6.0, "1/min"),
    ):
        add(data, name, peak * level, 1 + 0.3 * z, {"units": unit})
    _add_pain(data, time, level, drug, rivals, z)
    return xr.Dataset(
        data,
        coords={"time": time, "rival": list(rivals), "quantile": list(QUANTILES)},
        attrs={"session_start_h": [0.0] if drug else [], "session_stop_h": [stop_h] if drug else []},
    )


def add(
    data: dict[str, Any], name: str, mean: np.ndarray, factors: np.ndarray, attrs: dict[str, str]
) -> None:
    """A quantity with quantiles ``mean * factors`` and its mean."""
    data[name] = (("time", "quantile"), mean[:, None] * factors[None, :], attrs)
    data[f"{name}_mean"] = (("time",), mean, attrs)


def _add_pain(
    data: dict[str, Any],
    time: np.ndarray,
    level: np.ndarray,
    drug: float,
    rivals: tuple[str, ...],
    z: np.ndarray,
) -> None:
    slow = drug * (1 - np.exp(-time / 60)) * np.exp(-time / 900)
    fade = 1.4 * (1 - np.exp(-time / 50)) * np.exp(-time / 2500)
    means = {"none": 7.2 - fade - 2.5 * level, "effect_delay": 7.2 - fade - 3.2 * slow - 1.5 * level}
    extra = [7.2 - fade - 2.2 * slow * (1 + 0.1 * i) for i in range(len(rivals))]
    listed = [means.get(name, extra[i]) for i, name in enumerate(rivals)]
    listed[-1] = np.mean(listed[:-1], axis=0)
    mean = np.clip(np.stack(listed), 0, 10)
    width = 1.5 + 0.3 * (7.2 - mean)
    pain = np.clip(mean[:, :, None] + width[:, :, None] * z, 0, 10)
    data["pain"] = (("rival", "time", "quantile"), pain, {"units": "NRS 0-10"})
    data["pain_mean"] = (("rival", "time"), mean, {"units": "NRS 0-10"})
    data["nrs"] = (("rival", "time", "quantile"), np.clip(np.round(pain), 0, 10), {"units": "NRS 0-10"})
    data["nrs_mean"] = (("rival", "time"), mean, {"units": "NRS 0-10"})
    fall = (7.2 - mean) / 7.2
    data["responder_30"] = (("rival", "time"), np.clip(1.4 * fall, 0, 1), {"units": "fraction"})
    data["responder_50"] = (("rival", "time"), np.clip(0.9 * fall, 0, 1), {"units": "fraction"})


RIVALS = ("none", "effect_delay", "central_gain", "driven_gain", "averaged")
LINKS = [
    {
        "name": "function",
        "unit": "1",
        "baseline": 0.5,
        "link": 0.0,
        "says": "The trial saw no gain in function.",
        "source": "sigtermans-2009",
        "confidence": "secondary",
    },
    {
        "name": "sleep",
        "unit": "NRS 0-10",
        "baseline": 6.0,
        "link": 0.4,
        "says": "Sleep follows pain.",
        "source": "invented-2000",
        "confidence": "assumed",
    },
]
RISKS = [
    {
        "endpoint": "liver",
        "says": "Enzymes rose after a second long infusion.",
        "probability": 0.5,
        "low": 0.12,
        "high": 0.88,
        "n": 6,
        "source": "noppers-2011",
        "confidence": "verified",
    },
    {
        "endpoint": "bladder",
        "says": "Nobody has counted it at these doses.",
        "probability": None,
        "low": None,
        "high": None,
        "n": None,
        "source": "",
        "confidence": "missing",
    },
]
COTREATMENTS = [
    {"name": "physical_therapy", "from_day": 0, "to_day": 28, "says": "No effect here: no source gives one."}
]


def full_result(**options: Any) -> SyntheticResult:
    """Every quantity, all rivals, links, risks and a co-treatment."""
    base = synthetic_result(rivals=RIVALS, **options)
    other = base.comparator
    return replace(
        base,
        dataset=_filled(base.dataset),
        comparator=None if other is None else replace(other, dataset=_filled(other.dataset)),
        links=LINKS,
        risks=RISKS,
        cotreatments=COTREATMENTS,
    )


def injury_result() -> SyntheticResult:
    """An acute injury followed with and without ketamine, with the share that resolved."""
    base = full_result()
    assert base.comparator is not None
    treated, other = (_injured(arm.dataset, better) for arm, better in ((base, 0.2), (base.comparator, 0.0)))
    return replace(base, dataset=treated, comparator=replace(base.comparator, dataset=other), observed=[])


def _filled(dataset: xr.Dataset) -> xr.Dataset:
    """The quantities that come with all rivals, each a smooth invention."""
    data: dict[str, Any] = {}
    level, time = dataset["block_mean"].values / 0.35, dataset["time"].values
    spread = 1 + 0.2 * _Z * float(np.ptp(dataset["pain"].values[0, 0]) > 0)
    for name, peak in (("nausea", 0.2), ("dizziness", 0.3), ("sedation", 0.4)):
        add(data, name, peak * level, spread, {"units": "1"})
    add(data, "ventilation_on_opioid", 0.6 + 0.2 * level, spread, {"units": "1"})
    add(data, "wind_up", 1 - 0.6 * level, 1 + 0.0 * _Z, {"units": "1"})
    slow = level.max() * (1 - np.exp(-time / 20)) * np.exp(-time / 200)
    add(data, "mood", 0.3 * slow, spread, {"units": "1"})
    gain = np.full((len(RIVALS), time.size), np.nan)
    for i, name in enumerate(RIVALS):
        if name in ("central_gain", "driven_gain"):
            gain[i] = 1 - 0.5 * slow * np.exp(-time / (1500 if name == "central_gain" else 300))
    sleep = 6.0 - 0.4 * (7.2 - dataset["pain_mean"].values)
    for name, values, unit in (("gain", gain, "1"), ("sleep", sleep, "NRS 0-10")):
        data[name] = (("rival", "time", "quantile"), values[:, :, None] * spread, {"units": unit})
        data[f"{name}_mean"] = (("rival", "time"), values, {"units": unit})
    return dataset.assign(data)


def _injured(dataset: xr.Dataset, better: float) -> xr.Dataset:
    weeks = dataset["time"].values / 168
    ends = np.array([0.5, 0.5 + better / 2, 0.4 + 2 * better, 0.6 + better / 2, 0.5 + better])
    resolved = ends[:, None] * (1 - np.exp(-weeks / 3))
    mean = 7 - 6 * resolved
    pain = np.clip(mean[:, :, None] + 1.2 * _Z, 0, 10)
    return dataset.assign(
        pain=(("rival", "time", "quantile"), pain, {"units": "NRS 0-10"}),
        pain_mean=(("rival", "time"), mean, {"units": "NRS 0-10"}),
        resolved=(("rival", "time"), resolved, {"units": "1"}),
    ).assign_attrs(scenario="injury")
