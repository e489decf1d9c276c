"""Writes the comparison with measured arms: validation/observed_arms.json and docs/observed.md.

Run by ``make verify``. The results carry a hash of what they were made from, and ``make test`` fails when it changes.
"""

from __future__ import annotations

import json
from pathlib import Path

from painloop.exposure.observed import Comparison, observed
from painloop.exposure.observed.tables import Table, tables

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "validation" / "observed_arms.json"
PAGE = ROOT / "docs" / "observed.md"

INTRODUCTION = """# Measured arms

This page is written by `validation/observed_arms.py`; `painloop observed` prints the same. It sets what the default
models predict beside measured human concentrations that no model in the library was fitted on.
"""


def page(found: Comparison) -> str:
    parts = [INTRODUCTION, f"**{found.verdict}**\n", *(f"- {note}" for note in found.notes), ""]
    parts += [markdown(table) for table in tables(found)]
    made = found.provenance
    parts.append(f"Made by painloop {made['painloop']} from inputs with the hash `{made['inputs'][:16]}`.\n")
    return "\n".join(parts)


def markdown(table: Table) -> str:
    rule = [":--" if k < table.words else "--:" for k in range(len(table.columns))]
    lines = [f"## {table.title}", "", table.sentence, ""]
    lines += [f"| {' | '.join(cells)} |" for cells in (table.columns, rule, *table.rows)]
    return "\n".join([*lines, ""])


def rounded(value: object) -> object:
    """Ten digits: more would differ between machines."""
    if isinstance(value, float):
        return float(f"{value:.10g}")
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


def main() -> None:
    found = observed()
    kept = json.dumps(rounded(found.model_dump()), indent=1, ensure_ascii=False)
    RESULTS.write_text(kept + "\n", encoding="utf-8")
    PAGE.write_text(page(found), encoding="utf-8")
    print(found.verdict)


if __name__ == "__main__":
    main()
