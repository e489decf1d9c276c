"""A regimen as YAML: the same words as in the sentence, one key a part, so that one grammar reads both."""

from __future__ import annotations

from typing import Any

from painloop.errors import RegimenError
from painloop.regimen.canonical import caps_text, lower_text, phases_text, step_text
from painloop.regimen.orders import Prescription, Regimen
from painloop.regimen.quantities import length

_LISTS = ("session", "when", "max", "lower")
_KEYS = ("drug", "route", "session", "when", "max", "lower", "start_after")
_REMEDY = "write 'prescriptions:' with drug, route and session, or 'sentence:'"


def to_yaml(regimen: Regimen) -> str:
    """The regimen as YAML.

    >>> from painloop.regimen import parse
    >>> print(to_yaml(parse("ketamine 0.5 mg/kg iv over 40 min, daily for 5 days")), end="")
    prescriptions:
    - drug: ketamine
      route: iv
      session:
      - 0.5 mg/kg over 40 min
      when:
      - daily for 5 days
    """
    import yaml

    content = {"prescriptions": [_mapping(order) for order in regimen.prescriptions]}
    text: str = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1_000_000)
    return text


def _mapping(order: Prescription) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "drug": order.drug,
        "route": order.route,
        "session": [step_text(step, order.form).replace("|", "") for step in order.session],
        "when": [text.removeprefix("then ") for text in phases_text(order)],
        "max": [text.removeprefix("max ") for text in caps_text(order.caps)],
        "lower": [lower_text(rule).removeprefix("lower ") for rule in order.lower],
        "start_after": length(order.delay_h) if order.delay_h else None,
    }
    return {key: value for key, value in parts.items() if value}


def from_yaml(text: str, allow_extreme: bool = False) -> Regimen:
    """The regimen of a YAML text with ``prescriptions:`` or with ``sentence:``.

    Raises
    ------
    RegimenError
        That names the key, or points at the word inside the part.
    """
    import yaml

    from painloop.regimen.reading import parse

    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        raise RegimenError(f"This is not YAML{where}; {_REMEDY}.", text) from None
    if not isinstance(content, dict):
        raise RegimenError(f"A regimen in YAML is a mapping; {_REMEDY}.", text)
    if "sentence" in content:
        if not isinstance(content["sentence"], str):
            raise RegimenError("The key sentence holds no text; write the regimen in words.", text)
        return parse(content["sentence"], allow_extreme=allow_extreme)
    orders = content.get("prescriptions")
    unknown = sorted(str(key) for key in content if key not in ("prescriptions", "id", "title", "notes"))
    if unknown:
        raise RegimenError(f"'{unknown[0][:60]}' is not a key of a regimen; {_REMEDY}.", text)
    if not isinstance(orders, list):
        raise RegimenError(f"The key prescriptions holds no list; {_REMEDY}.", text)
    sentence = " ; ".join(_sentence(order, text) for order in orders)
    return parse(sentence or "placebo", allow_extreme=allow_extreme)


def _sentence(order: Any, text: str) -> str:
    if not isinstance(order, dict) or not {"drug", "route", "session"} <= set(order):
        raise RegimenError(f"A prescription needs the keys drug, route and session; {_REMEDY}.", text)
    unknown = sorted(str(key) for key in order if key not in _KEYS)
    if unknown:
        raise RegimenError(f"'{unknown[0]}' is not a key of a prescription; use {', '.join(_KEYS)}.", text)
    part = {key: _texts(key, order[key], text) for key in _KEYS if order.get(key) is not None}
    for key in ("drug", "route", "session"):
        if not part.get(key):
            raise RegimenError(f"The key {key} of a prescription is empty; {_REMEDY}.", text)
    when = part.get("when", [])
    rule_first = bool(when) and when[0].startswith("repeat")
    return ", ".join(
        [
            f"{part['route'][0]} {part['drug'][0]} " + ", then ".join(part["session"]),
            *([("then " if rule_first else "") + ", then ".join(when)] if when else []),
            *(f"max {cap}" for cap in part.get("max", [])),
            *(f"lower {rule}" for rule in part.get("lower", [])),
            *(f"starting after {delay}" for delay in part.get("start_after", [])),
        ]
    )


def _texts(key: str, value: Any, text: str) -> list[str]:
    items = value if isinstance(value, list) and key in _LISTS else [value]
    for item in items:
        if not isinstance(item, str) or ";" in item:
            wanted = "texts" if key in _LISTS else "a text"
            raise RegimenError(f"The key {key} of a prescription must hold {wanted}, not {item!r:.60}.", text)
    return items
