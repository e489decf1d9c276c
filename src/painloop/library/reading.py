"""Reads a YAML file into plain mappings, refusing what YAML would let pass: keys written twice, NaN, infinity."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import yaml

from painloop.errors import LibraryError

LARGEST_FILE_BYTES = 2_000_000
DEEPEST_NESTING = 30


class StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML in which a key may stand only once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping of a node; raises where a key is repeated."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} is not text", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key '{key}' twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


def _construct_mapping(loader: StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    return loader.construct_mapping(node, deep=True)


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


def read_mapping(path: Path) -> dict[str, Any]:
    """The content of a YAML file.

    Raises
    ------
    LibraryError
        When the file cannot be read, is not YAML, repeats a key, or holds NaN or infinity.
    """
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise LibraryError(
                f"{path} is larger than {LARGEST_FILE_BYTES} bytes; split it, one file a source."
            )
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise LibraryError(
            f"{path} cannot be read as UTF-8 text; check the file and its permissions."
        ) from None
    try:
        _refuse_excess(path, text)
        content = yaml.load(text, Loader=StrictLoader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        raise LibraryError(_say(path, problem)) from None
    if not isinstance(content, dict):
        raise LibraryError(f"{path} holds no keys and values; write it as a YAML mapping.")
    _refuse_the_infinite(path, content, "")
    return content


def _refuse_excess(path: Path, text: str) -> None:
    """Deep nesting would exhaust the reader, aliases could make a small file enormous; facts need neither."""
    depth = 0
    for event in yaml.parse(text, Loader=StrictLoader):
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        if isinstance(event, yaml.AliasEvent):
            raise LibraryError(
                f"{path}: line {line} uses the YAML alias *{event.anchor}; write the value out."
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST_NESTING:
            raise LibraryError(
                f"{path}: line {line} is nested deeper than {DEEPEST_NESTING} levels; correct the YAML there."
            )


def _say(path: Path, problem: Exception) -> str:
    mark = getattr(problem, "problem_mark", None)
    place = f" line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
    what = getattr(problem, "problem", None) or "it is not YAML"
    return f"{path}:{place} {what}; correct the YAML there."


def _refuse_the_infinite(path: Path, content: Any, where: str) -> None:
    if isinstance(content, dict):
        for key, value in content.items():
            _refuse_the_infinite(path, value, f"{where}.{key}" if where else str(key))
    elif isinstance(content, list):
        for number, value in enumerate(content):
            _refuse_the_infinite(path, value, f"{where}.{number}")
    elif isinstance(content, float) and not math.isfinite(content):
        raise LibraryError(
            f"{path}: {where}: {content} is not a finite number; write one, or null where nothing was read."
        )
