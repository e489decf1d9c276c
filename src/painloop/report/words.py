"""The names people read: rivals, quantities, arms. One wording for the figures, the page and the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from painloop.report.curves import ALL, AVERAGED, Reportable

FOOTER = "Research and education, not a prescription."

_RIVALS = {
    "none": "no lasting effect",
    "effect_delay": "slow effect delay",
    "central_gain": "central gain",
    "driven_gain": "driven gain",
    AVERAGED: "averaged over rivals",
    ALL: ALL,
}
QUANTITIES = {
    "pain": "Pain",
    "nrs": "Pain rating",
    "relief": "Lasting relief",
    "block": "NMDA receptor block",
    "drug_high": "Feeling of drug high",
    "dissociation": "Dissociation",
    "sbp_rise": "Systolic pressure rise",
    "dbp_rise": "Diastolic pressure rise",
    "hr_rise": "Heart rate rise",
    "nausea": "Nausea",
    "dizziness": "Dizziness",
    "sedation": "Sedation",
    "ventilation_on_opioid": "Breathing on an opioid",
    "resolved": "Pain below 3",
    "wind_up": "Wind-up left",
    "gain": "Central gain",
    "mood": "Mood",
    "anxiety": "Anxiety",
    "sleep": "Disturbed sleep",
    "function": "Interference with life",
    "work": "Work that pain does not cut",
    "opioid_use": "Opioid use",
    "quality_of_life": "Quality of life",
    "responder_30": "Pain down by 30 % or more",
    "responder_50": "Pain down by 50 % or more",
}


def rival_label(name: str | None) -> str:
    """How a rival is called on pages, e.g. ``none`` is "no lasting effect"."""
    return _RIVALS.get(name or "", (name or "simulated").replace("_", " "))


def quantity_label(name: str) -> str:
    """How a quantity is called on pages; an analyte keeps its name."""
    return QUANTITIES.get(name, name.replace("_", " "))


def unit_label(unit: str) -> str:
    """A unit as printed beside a name."""
    return {"fraction": "fraction", "1": "", "NRS": "NRS 0–10", "percent": "%"}.get(unit, unit)


def headlines(result: Reportable) -> list[str]:
    """The sentences that must stand beside the key figures."""
    return sentences(getattr(result, "headlines", None))


def one_person(result: Reportable) -> bool:
    """Whether a single person was simulated, so that nothing can be said of shares and spread."""
    return patients(result) == 1


def comparator_label(result: Reportable) -> str:
    """The short name of the comparator arm: its regimen where that is a word or two, otherwise "comparator".

    In a scenario nobody is given a placebo.
    """
    if result.comparator is None:
        return "comparator"
    if result.dataset.attrs.get("scenario"):
        return "without ketamine"
    text = (result.comparator.regimen_text or "placebo").strip()
    return text if len(text) <= 24 else "comparator"


def arm_label(result: Reportable) -> str:
    """The comparator as the name of a row."""
    label = comparator_label(result)
    return label if label.startswith("without") else f"{label} arm"


def condition_title(result: Reportable) -> str:
    """The title of the condition, from a mapping, an object or a plain word."""
    return part(result.condition, "title") or part(result.condition, "id") or str(result.condition or "")


def course_title(result: Reportable) -> str:
    """What a course is headed with: the condition, or the scenario that it starts with."""
    scenario = str(result.dataset.attrs.get("scenario") or "")
    if scenario:
        return "After an acute injury" if scenario == "injury" else f"Scenario {scenario}"
    title = condition_title(result)
    return title[:1].upper() + title[1:] if title else "Simulated course"


def part(holder: Any, key: str) -> str:
    """``holder[key]`` or ``holder.key`` as text; empty when there is neither."""
    found = holder.get(key) if isinstance(holder, Mapping) else getattr(holder, key, None)
    return "" if found is None or callable(found) else str(found)


def sentences(text: Any) -> list[str]:
    """One or several sentences given as a text or as a list of texts."""
    if text is None:
        return []
    lines = [text] if isinstance(text, str) else list(text)
    return [str(line).strip() for line in lines if str(line).strip()]


def patients(result: Reportable) -> int | None:
    """How many people were simulated."""
    for holder, key in ((result.population, "n"), (result.provenance, "patients")):
        try:
            return int((holder or {})[key])
        except (KeyError, TypeError, ValueError):
            continue
    return None
