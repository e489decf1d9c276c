"""A posterior as a library file: draws, weights, and a hash of everything that it was computed from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from painloop import __version__, library
from painloop.calibrate.choices import FILE
from painloop.calibrate.courses import models_hash
from painloop.calibrate.diagnostics import ONSET, SLOPE, Convergence
from painloop.calibrate.fit import Fit
from painloop.calibrate.observations import Selection
from painloop.calibrate.run import Calibration
from painloop.calibrate.selection import select
from painloop.errors import InputError
from painloop.loop.rivals import RIVALS
from painloop.outcomes.curves import FILES
from painloop.simulation.times import HOURS_PER_DAY

DRAWS = 200
SIGNIFICANT = 4
CODE = Path(__file__).parent
NUMERICAL = (
    "courses", "design", "expected", "fit", "grids", "held_out", "likelihood", "observations", "predictions",
    "problem", "weights",
)  # fmt: skip
"""Modules whose change may change a posterior; of what ``selection`` decides the outcome itself is hashed."""


def inputs_hash(selection: Selection, points: int, people: int, seed: int, rivals: Sequence[str]) -> str:
    """Of the values that are fitted, the models and choices, and the code that weighs (sha256, hexadecimal).

    Other files of the library may change without making a posterior stale.
    """
    digest = hashlib.sha256(f"{__version__} {points} {people} {seed} {sorted(rivals)}".encode())
    digest.update(FILE.read_bytes())
    for module in NUMERICAL:
        digest.update((CODE / f"{module}.py").read_bytes())
    for trial in selection.trials:
        digest.update(repr(replace(trial, arms=sorted(trial.arms.items()))).encode())  # type: ignore[arg-type]
        for regimen in filter(None, trial.arms.values()):
            digest.update(models_hash(trial.condition, regimen).encode())
    return digest.hexdigest()


def inputs_of_today(points: int, people: int, seed: int) -> str:
    """What the hash of a calibration of the whole library would be."""
    return inputs_hash(select(), points, people, seed, tuple(RIVALS))


def posterior_entry(found: Calibration, name: str) -> dict[str, Any]:
    """The file of a posterior as plain data; it validates as kind ``posteriors``."""
    fits = found.fits
    conditions = sorted({trial.condition for trial in found.selection.trials})
    convergence = {one.rival: one for one in found.convergence}
    return {
        "id": name,
        "kind": "posteriors",
        "title": f"What {len(found.selection.trials)} published trials say of the rivals",
        "compiled": f"by painloop {__version__} calibrate, {found.points} points, seed {found.seed}",
        "read": ["the files of kind trials and regimens that are named under fitted_to"],
        "version": name,
        "fitted_to": [trial.id for trial in found.selection.trials],
        "inputs": inputs_hash(found.selection, found.points, found.people, found.seed, tuple(fits)),
        "verdict": found.weights.verdict,
        "between_trials": _between(found),
        "shared": [SLOPE, ONSET, *(f"placebo.{one}.responder_probability" for one in conditions)],
        "rivals": {
            rival: {
                "weight": _short(found.weights.weight[rival]),
                "prior": _short(found.weights.prior[rival]),
                "score": _short(found.weights.score[rival]),
                "computation": _computation(convergence[rival]),
                **_draws(fit, conditions),
            }
            for rival, fit in fits.items()
        },
        "notes": _notes(found),
        "limits": [
            "Means of arms and shares of people, mostly of small trials; courses of single patients were not there.",
            "Where weights equal the prior, no average over the rivals is evidence for one of them.",
            "Parameters that were once set by hand on a fitted trial have widened priors, and still saw it.",
        ],
    }


def _notes(found: Calibration) -> list[str]:
    notes = [f"{one.rival}: {problem}" for one in found.convergence for problem in one.problems]
    notes += [
        f"{one.rival}: not identified by these trials: {first} and {second} (correlation {value:.2f})"
        for one in found.identified
        for first, second, value in one.together
    ]
    if found.seen_clusters:
        notes.append(f"Clusters that priors saw, left out of the weights: {', '.join(found.seen_clusters)}.")
    if found.without:
        notes.append(f"Fitted without the clusters {', '.join(found.without)}.")
    return notes


def _between(found: Calibration) -> dict[str, float]:
    """Posterior means, averaged over rivals by weight."""
    total = {"shift": 0.0, "effect": 0.0}
    for rival, fit in found.fits.items():
        weight = found.weights.weight[rival]
        total["shift"] += weight * float(fit.weight.sum(axis=(0, 1, 3)) @ fit.grids.shift[0])
        total["effect"] += weight * float(fit.weight.sum(axis=(0, 1, 2)) @ fit.grids.effect[0])
    return {name: _short(value) for name, value in total.items()}


def _computation(one: Convergence) -> dict[str, Any]:
    return {"points": one.points, "effective": _short(one.effective), "problems": list(one.problems)}


def _draws(fit: Fit, conditions: Sequence[str]) -> dict[str, Any]:
    """Names and rows: own parameters, the acute slope, the onset of placebo, its probability in each condition."""
    at = fit.draw(DRAWS, np.random.default_rng(DRAWS), conditions)
    slope = library.load("outcomes", FILES["analgesia"]).parameters["slope"].number
    columns: Mapping[str, np.ndarray] = {
        **dict(zip(fit.design.names, fit.design.values[at.point].T, strict=True)),
        SLOPE: slope * fit.grids.shared.slope[at.shared],
        ONSET: fit.grids.shared.onset_h[at.shared] / HOURS_PER_DAY,
        **{
            f"placebo.{one}.responder_probability": fit.grids.placebo[one][0][at.placebo[one]]
            for one in conditions
        },
    }
    rows = np.stack(list(columns.values()), axis=1)
    return {"parameters": list(columns), "draws": [[_short(value) for value in row] for row in rows]}


def _short(value: float) -> float:
    return float(f"{float(value):.{SIGNIFICANT}g}")


class _Rows(yaml.SafeDumper):
    """Writes lists of numbers in one line."""


def _in_one_line(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.SequenceNode:
    plain = all(isinstance(one, int | float) for one in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=plain and bool(values))


_Rows.add_representer(list, _in_one_line)


def write(found: Calibration, path: Path) -> None:
    """Write the posterior of a calibration; its id is the name of the file.

    Raises
    ------
    InputError : it cannot be written there.
    """
    text = yaml.dump(
        posterior_entry(found, path.stem), Dumper=_Rows, sort_keys=False, allow_unicode=True, width=100_000
    )
    part = path.with_suffix(".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as problem:
        raise InputError(f"{path} cannot be written ({problem.strerror}); choose another place.") from None
