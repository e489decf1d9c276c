"""Builds a model put together here: the structure of a published one, read as another form of the drug."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from painloop.errors import LibraryError

OWN_KEYS = frozenset(
    {
        "id",
        "kind",
        "title",
        "compiled",
        "read",
        "composed",
        "routes",
        "notes",
        "limits",
        "not_read",
        "disagreements",
        "default_source",
        "self_checks",
    }
)
"""What an overlay may say itself; all else comes from its base."""

ADDED = ("notes", "limits", "disagreements", "read", "not_read")


def overlaid(path: Path, overlay: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """The content of a full model file for an overlay.

    Parameters
    ----------
    path : the overlay's file, for messages.
    overlay, base : contents of the overlay's and of its base's file.

    Raises
    ------
    LibraryError
        When the overlay sets a key that belongs to its base, builds on another overlay, or renames nothing known.
    """
    foreign = sorted(set(overlay) - OWN_KEYS)
    if foreign:
        raise LibraryError(
            f"{path}: {foreign[0]}: an overlay takes this from its base; remove it or write a full model file."
        )
    if base.get("composed"):
        raise LibraryError(
            f"{path}: composed.base: '{base['id']}' is itself an overlay; build on a published model."
        )
    composed = overlay["composed"]
    rename = composed.get("rename")
    rename = rename if isinstance(rename, dict) else {}
    unknown = sorted(set(rename) - set(base["analytes"]))
    if unknown:
        known = ", ".join(base["analytes"])
        raise LibraryError(f"{path}: composed.rename: unknown analyte '{unknown[0]}', known are {known}.")
    content = _renamed(copy.deepcopy(base), rename)
    content.update({key: overlay[key] for key in OWN_KEYS & set(overlay) if key not in {*ADDED, "routes"}})
    for key in ADDED:
        content[key] = [*overlay.get(key, []), *base.get(key, [])]
    content["self_checks"] = overlay.get("self_checks", [])
    content["form"] = composed.get("form")
    content["default_source"] = base.get("default_source", overlay.get("default_source"))
    return _restricted(path, content, overlay.get("routes"))


def _renamed(content: dict[str, Any], rename: dict[str, str]) -> dict[str, Any]:
    content["analytes"] = {rename.get(name, name): value for name, value in content["analytes"].items()}
    for key in ("compartments", "outputs", "residual"):
        for one in content.get(key, []):
            one["analyte"] = rename.get(one["analyte"], one["analyte"])
    return content


def _restricted(path: Path, content: dict[str, Any], routes: list[str] | None) -> dict[str, Any]:
    if routes is None:
        return content
    offered = content["validity"]["routes"]
    unknown = sorted(set(routes) - set(offered))
    if unknown:
        raise LibraryError(
            f"{path}: routes: the base has no route '{unknown[0]}', it has {', '.join(offered)}."
        )
    validity = content["validity"]
    validity["routes"] = list(routes)
    for key in ("dose_mg", "duration_h"):
        validity[key] = {route: value for route, value in validity.get(key, {}).items() if route in routes}
    content["inputs"] = [one for one in content["inputs"] if one["route"] in routes]
    return content
