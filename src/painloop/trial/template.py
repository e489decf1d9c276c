"""The commented protocol that ``painloop trial --template`` prints; it loads and runs as it is."""

from __future__ import annotations

from pathlib import Path

PATH = Path(__file__).parent / "planned-2027.yaml"
"""The file itself, named as its id so that it can be loaded."""


def template() -> str:
    """Its text."""
    return PATH.read_text(encoding="utf-8")
