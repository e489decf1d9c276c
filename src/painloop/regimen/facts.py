"""The two library files that a regimen needs: the molar masses of salt and base, and the highest doses known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from painloop.errors import LibraryError
from painloop.regimen.orders import Form, Route

LIBRARY = Path(__file__).parents[1] / "library"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a route's doses are judged by, mg/kg and mg/kg/h, with the source of each."""

    single_mg_per_kg: float
    single_source: str
    rate_mg_per_kg_h: float | None
    rate_source: str
    day_mg_per_kg: float
    reference_kg: float


@cache
def base_fraction(form: Form) -> float:
    """Mass of base in a mass of the form: 1 for base, the ratio of the molar masses for HCl.

    >>> round(32.3 * base_fraction("HCl"), 1)
    28.0
    """
    if form == "base":
        return 1.0
    path, content = _content("substances/ketamine.yaml")
    return _value(path, content, "parameters", "molar_mass_base") / _value(
        path, content, "parameters", "molar_mass_HCl"
    )


@cache
def limits(route: Route) -> Limits:
    """The limits of a route, margin included."""
    path, content = _content("limits/dose-limits.yaml")
    margin = _value(path, content, "parameters", "margin")
    single = _value(path, content, "routes", route, "single")
    per_day = _value(path, content, "parameters", "doses_a_day")
    has_rate = content["routes"][route]["rate"] is not None
    return Limits(
        single_mg_per_kg=single * margin,
        single_source=content["routes"][route]["single"]["source"],
        rate_mg_per_kg_h=_value(path, content, "routes", route, "rate") * margin if has_rate else None,
        rate_source=content["routes"][route]["rate"]["source"] if has_rate else "",
        day_mg_per_kg=single * margin * per_day,
        reference_kg=_value(path, content, "parameters", "reference_weight"),
    )


@cache
def _content(name: str) -> tuple[Path, Any]:
    import yaml

    path = LIBRARY / name
    try:
        return path, yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        raise LibraryError(f"{path} cannot be read; install painloop again.") from None


def _value(path: Path, content: Any, *keys: str) -> float:
    try:
        for key in (*keys, "value"):
            content = content[key]
        value = float(content)
    except (KeyError, TypeError, ValueError):
        raise LibraryError(
            f"{path}: {'.'.join(keys)}: write a value with unit, source and confidence."
        ) from None
    if not (math.isfinite(value) and value > 0.0):
        raise LibraryError(f"{path}: {'.'.join(keys)}: {value:g} must be a number above 0.")
    return value
