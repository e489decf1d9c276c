"""What the letters of the guideline panel mean."""

from __future__ import annotations

LETTERS = (
    ("A", "recommended"),
    ("B", "recommended"),
    ("C", "may be offered"),
    ("D", "advised against"),
    ("I", "the evidence is insufficient"),
)


def letters() -> tuple[tuple[str, str], ...]:
    """Letter and meaning, in the words of the library's schema."""
    return LETTERS
