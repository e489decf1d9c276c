"""Writes the library file of kind ``drives`` from a table of runs."""

from __future__ import annotations

from collections.abc import Sequence

from painloop.circuit.drive_runs import STIMULI, Curve, curve
from painloop.library import content_hash
from painloop.library.schema.effects import DriveRun

COMMAND = "painloop circuit --tabulate-drive --out src/painloop/library/drives/painloop-2026.yaml"


def drive_text(circuit_id: str, runs: Sequence[DriveRun]) -> str:
    """The text of the file: fitted half and steepness with spread and residual, the runs, the command."""
    found = curve(runs)
    lines = [*_head(circuit_id, runs), *_parameters(found), *_tail(circuit_id, found), "runs:"]
    lines += [
        f"  - {{block: {one.block:g}, frequency_Hz: {one.frequency_Hz:g}, seed: {one.seed}, "
        f"first: {one.first:g}, excess: {one.excess:g}}}"
        for one in runs
    ]
    return "\n".join(lines) + "\n"


def _head(circuit_id: str, runs: Sequence[DriveRun]) -> list[str]:
    frequencies = ", ".join(f"{f:g}" for f in sorted({one.frequency_Hz for one in runs}))
    seeds = len({one.seed for one in runs})
    return [
        "id: painloop-2026",
        "kind: drives",
        "title: Wind-up that a partial NMDA block leaves",
        f"compiled: by painloop from {len(runs)} runs of circuits/{circuit_id}",
        "read: [spike counts of the runs below]",
        f"default_source: '{STIMULI} stimuli at {frequencies} Hz, {seeds} seeds, circuits/{circuit_id}: "
        "C spikes above the first response as a share of those without block'",
    ]


def _parameters(found: Curve) -> list[str]:
    lines = ["parameters:"]
    for name, unit in (("half", "blocked fraction"), ("steepness", "'1'")):
        low, high = found.spread(name)
        lines.append(
            f"  {name}: {{value: {getattr(found.all, name):.3g}, unit: {unit}, confidence: fitted, "
            f"range: [{low:.3g}, {high:.3g}], fitted_on: the runs below, "
            "note: 'range: fits to single frequencies and to single seeds'}"
        )
    return lines


def _tail(circuit_id: str, found: Curve) -> list[str]:
    each = [f"{f:g} Hz {one.half:.3g} and {one.steepness:.3g}" for f, one in found.by_frequency.items()]
    return [
        "published:",
        f"  residual: {{value: {found.all.residual:.3g}, unit: '1', confidence: derived, "
        "note: 'root mean square of what the curve misses, seeds pooled'}",
        f"notes: ['half and steepness at {', '.join(each)}']",
        "equations: ['A(B) = 1/(1 + (B/half)**steepness)']",
        f"circuit: circuits/{circuit_id}@{content_hash('circuits', circuit_id)}",
        f"command: {COMMAND}",
        f"stimuli: {STIMULI}",
        "limits:",
        "  - A share of one network's spikes; that the slow loop is driven by them is the hypothesis, not a finding.",
        "  - The network was fitted to respond to block so; see circuits/painloop-2026.",
    ]
