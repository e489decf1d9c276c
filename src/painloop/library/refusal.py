"""Turns what the schema found into one sentence: path, key, what is wrong, remedy."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

REMEDIES = {
    "string_type": "write text",
    "string_too_short": "write some text",
    "float_type": "write a number",
    "float_parsing": "write a number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "bool_type": "write true or false",
    "dict_type": "write keys and values",
    "model_type": "write keys and values",
    "model_attributes_type": "write keys and values",
    "tuple_type": "write a list",
    "list_type": "write a list",
}
ONLY_TYPES = ("str", "float", "int", "bool")
TYPES_BEGIN_WITH = ("tuple[", "function-", "constrained-")
"""What stands among the keys of a fault without being one: which branch of a union was tried."""


def sentence_for(path: Path, problem: ValidationError, model: type[BaseModel]) -> str:
    """One sentence on the first fault of a file; faults of keys come before faults of values."""
    faults = problem.errors(include_url=False)
    faults.sort(
        key=lambda one: 0 if one["type"] == "extra_forbidden" else 1 if one["type"] == "missing" else 2
    )
    fault = faults[0]
    where = _where(fault["loc"])
    head = f"{path}: {where}: " if where else f"{path}: "
    return f"{head}{_what(fault, model).rstrip('.')}."


def _where(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in place if isinstance(part, int) or _is_key(part))


def _is_key(part: str) -> bool:
    return part not in ONLY_TYPES and not part.startswith(TYPES_BEGIN_WITH)


def _what(fault: Any, model: type[BaseModel]) -> str:
    kind, given = fault["type"], fault.get("input")
    if kind == "extra_forbidden":
        return f"unknown key, {_suggest(str(fault['loc'][-1]), model)}"
    if kind == "missing":
        return "missing key, add it"
    if kind == "literal_error":
        return f"{given!r} is not one of {fault['ctx']['expected']}; write one of these"
    if kind == "string_pattern_mismatch":
        return f"{given!r} must start with a letter and hold only letters, digits and _"
    if kind == "value_error":
        return str(fault["ctx"]["error"])
    remedy = REMEDIES.get(kind)
    if remedy:
        return f"{_short(given)} has the wrong type; {remedy}"
    return f"{_short(given)} is not accepted ({fault['msg'].lower()}); correct it"


def _short(given: Any) -> str:
    text = repr(given)
    return text if len(text) <= 60 else text[:57] + "..."


def _suggest(key: str, model: type[BaseModel]) -> str:
    known = sorted(_all_keys(model, set()))
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.7)
    return f"did you mean '{close[0]}'" if close else "remove it"


def _all_keys(model: type[BaseModel], seen: set[type]) -> set[str]:
    """The keys of a model and of every model inside it."""
    if model in seen:
        return set()
    seen.add(model)
    keys: set[str] = set()
    for name, field in model.model_fields.items():
        keys.add(field.alias or name)
        for inner in _models_in(field.annotation):
            keys |= _all_keys(inner, seen)
    return keys


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]
