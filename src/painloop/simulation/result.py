"""What a simulation returns: one labelled dataset and everything needed to read, judge and repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from painloop.outcomes import links
from painloop.simulation.accumulate import QUANTILES, Collection, pooled_mean, pooled_quantiles

if TYPE_CHECKING:
    import xarray

AVERAGED = "averaged"
UNITS = {
    "block": ("1", "NMDA receptors blocked"),
    "wind_up": ("1", "wind-up that the block leaves"),
    "gain": ("1", "central gain"),
    "pain": ("NRS 0-10", "pain"),
    "nrs": ("NRS 0-10", "pain as rated in the diary"),
    "relief": ("1", "lasting relief"),
    "drug_high": ("VAS 0-10", "feeling high"),
    "dissociation": ("VAS 0-10", "dissociation"),
    "sbp_rise": ("mmHg", "rise of systolic blood pressure"),
    "dbp_rise": ("mmHg", "rise of diastolic blood pressure"),
    "hr_rise": ("1/min", "rise of heart rate"),
    "nausea": ("1", "share of people with nausea from the drug"),
    "dizziness": ("1", "share of people with dizziness from the drug"),
    "sedation": ("1", "share of people with sedation from the drug"),
    "ventilation_on_opioid": ("1", "breathing beside an opioid, as a fraction of that without any drug"),
    "mood": ("1", "relative improvement of mood"),
    **{name: ("1", name.replace("_", " ")) for name in links.known_links()},
    "dose_rate": ("mg/h", "rate of infusion"),
    "responder_30": ("1", "share of patients with at least 30 % less pain"),
    "resolved": ("1", "share of patients with pain below that of a resolved injury"),
    "responder_50": ("1", "share of patients with at least 50 % less pain"),
}
"""Quantity -> unit and name; linked outcomes have the unit of their file, all others are concentrations in ng/mL."""
PER_RIVAL = (
    *links.known_links(),
    "pain",
    "nrs",
    "relief",
    "gain",
    "responder_30",
    "responder_50",
    "resolved",
)


@dataclass(frozen=True)
class Result:
    """A simulated course.

    Attributes
    ----------
    dataset : dims ``time`` (h), ``rival`` (``averaged`` last: the mixture, not a mean of curves), ``quantile``.
    regimen_text, regimen_words : the canonical sentence, and the same in words.
    condition : id and title.
    population : what was drawn: n, weight, age, share of women.
    model_reason : which pharmacokinetic model and why.
    warnings : use outside a model's range and the like.
    provenance : files with confidence and hash, seed, versions, command.
    unknowns : what the models used here cannot say.
    observed : published points to lay beside the curves.
    comparator : the placebo arm on the same persons, if asked for.
    headlines : what must be read beside the key figures.
    links : each linked outcome (function, sleep, ...), its baseline, how it follows pain, and why.
    risks : harm that no curve can say: counts with intervals, or that nothing is known.
    cotreatments : what is given beside ketamine and what that changes.
    """

    dataset: xarray.Dataset
    regimen_text: str
    regimen_words: str
    condition: Mapping[str, str]
    population: Mapping[str, float]
    model_reason: str
    warnings: list[str]
    provenance: Mapping[str, Any]
    unknowns: list[str] = field(default_factory=list)
    observed: list[dict[str, Any]] = field(default_factory=list)
    comparator: Result | None = None
    headlines: list[str] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    risks: list[dict[str, Any]] = field(default_factory=list)
    cotreatments: list[dict[str, Any]] = field(default_factory=list)

    @property
    def responders(self) -> Mapping[str, np.ndarray]:
        """Share of patients with >= 30 and >= 50 % less pain, (rival, time) each."""
        return {
            k: self.dataset[k].values
            for k in ("responder_30", "responder_50", "resolved")
            if k in self.dataset
        }


def label(
    collection: Collection,
    time_h: np.ndarray,
    rivals: tuple[str, ...],
    weights: np.ndarray,
    sources: Mapping[str, str],
    individuals: bool = False,
) -> xarray.Dataset:
    """The dataset of a collection.

    Parameters
    ----------
    weights : prior weight of each rival, adding up to one.
    sources : quantity -> ids of the library files behind it.
    individuals : also keep every person, under ``<quantity>_individual`` with dim ``patient``; what differs between
        rivals, as doses do under rules that react, has dim ``hypothesis`` too.
    """
    import xarray

    data: dict[str, Any] = {}
    shared = [n for n in collection.stores if ":" not in n]
    for name in shared:
        one = [collection.stores[name]]
        attributes = _attributes(name, sources)
        data[name] = (("time", "quantile"), pooled_quantiles(one, np.ones(1)), attributes)
        data[f"{name}_mean"] = (("time",), one[0].mean(), attributes)
        if individuals:
            turns = max(1, one[0].count // collection.patients)
            everyone = one[0].everyone(turns)
            data[f"{name}_individual"] = (
                (("hypothesis", "time", "patient"), everyone, attributes)
                if turns > 1
                else (("time", "patient"), everyone[0], attributes)
            )
    for name in dict.fromkeys(n.split(":")[0] for n in collection.stores if ":" in n):
        attributes = _attributes(name, sources)
        if not all(f"{name}:{rival}" in collection.stores for rival in rivals):
            data |= _of_some(name, collection, rivals, attributes)
            continue
        stores = [collection.stores[f"{name}:{rival}"] for rival in rivals]
        sets = [([s], np.ones(1)) for s in stores] + [(stores, weights)]
        means = np.stack([pooled_mean(s, w) for s, w in sets])
        if individuals:
            everyone = np.concatenate([store.everyone() for store in stores])
            data[f"{name}_individual"] = (("hypothesis", "time", "patient"), everyone, attributes)
        if name.startswith("responder") or name == "resolved":
            data[name] = (("rival", "time"), means, attributes)
            continue
        data[name] = (
            ("rival", "time", "quantile"),
            np.stack([pooled_quantiles(s, w) for s, w in sets]),
            attributes,
        )
        data[f"{name}_mean"] = (("rival", "time"), means, attributes)
    coordinates = {
        "time": ("time", time_h, {"units": "h", "long_name": "time since the start of the course"}),
        "rival": [*rivals, AVERAGED],
        "quantile": list(QUANTILES),
    }
    if individuals:
        coordinates["hypothesis"] = list(rivals)
    return xarray.Dataset(data, coordinates)


def _of_some(
    name: str, collection: Collection, rivals: tuple[str, ...], attributes: dict[str, str]
) -> dict[str, Any]:
    """A quantity that only some rivals know: the others, and the mixture, are not a number."""
    shape = (len(rivals) + 1, collection.times)
    bands, means = np.full((*shape, len(QUANTILES)), np.nan), np.full(shape, np.nan)
    for row, rival in enumerate(rivals):
        store = collection.stores.get(f"{name}:{rival}")
        if store is not None:
            bands[row], means[row] = pooled_quantiles([store], np.ones(1)), store.mean()
    return {
        name: (("rival", "time", "quantile"), bands, attributes),
        f"{name}_mean": (("rival", "time"), means, attributes),
    }


def _attributes(name: str, sources: Mapping[str, str]) -> dict[str, str]:
    unit, long_name = UNITS.get(name, ("ng/mL", f"{name} in plasma"))
    if name in links.known_links():
        unit = links.load(name).unit
    return {"units": unit, "long_name": long_name, "sources": sources.get(name, sources.get("levels", ""))}
