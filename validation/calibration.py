"""Calibrates on all trials of the library and stores the posterior that painloop ships.

Writes src/painloop/library/posteriors/painloop-2026.yaml, validation/calibration.json, docs/calibration.md and its
picture. Run by ``make verify``; the results carry a hash of what they were made from, and ``make test`` fails when it
changes. Courses are kept on disk, so an interrupted run goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from painloop import __version__, library
from painloop.calibrate.answer import CalibrationAnswer, answer
from painloop.calibrate.run import PEOPLE, Calibration, calibrate
from painloop.calibrate.selection import select
from painloop.calibrate.store import inputs_of_today, write
from painloop.library.loader import LIBRARY
from painloop.report import calibrate as tables
from painloop.report.figures.calibrate import foretold_chart
from painloop.report.figures.chart import DataTable

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "validation" / "calibration.json"
PAGE = ROOT / "docs" / "calibration.md"
PICTURE = ROOT / "docs" / "images" / "calibration.svg"
POSTERIOR = LIBRARY / "posteriors" / "painloop-2026.yaml"

POINTS, SEED = 512, 1


def input_hash() -> str:
    """Of what the posterior was computed from and the meta-analyses beside it (sha256, hexadecimal)."""
    digest = hashlib.sha256(inputs_of_today(POINTS, PEOPLE, SEED).encode())
    for one in library.ids("meta_analyses"):
        digest.update((LIBRARY / "meta_analyses" / f"{one}.yaml").read_bytes())
    digest.update(repr(select().compared).encode())
    return digest.hexdigest()


def page(said: CalibrationAnswer, inputs: str) -> str:
    """What a calibration does and what it found, as a page of the documentation."""
    left_alone = [f"- {what}: {why}." for what, why in said.left_alone]
    parts = [
        TOP.strip(), "## What it found", "\n".join(f"- {sentence}" for sentence in said.news),
        "![Held-out values beside what was foretold](images/calibration.svg)",
        _markdown(tables.weight_table(said)), _markdown(tables.difference_table(said)),
        _markdown(tables.score_table(said)), _markdown(tables.parameter_table(said)),
        "## How fast placebo comes", ONSET.strip(), _markdown(tables.onset_table(said)),
        "## Does the answer hang on a choice?", _markdown(tables.sensitivity_table(said)),
        "## Beside meta-analyses", BESIDE.strip(), _markdown(tables.pooled_table(said)),
        "## Is it computed well?", COMPUTED.strip(), _markdown(tables.convergence_table(said)),
        "## What is not calibrated", "\n".join(left_alone),
        "## What was fitted, and what was not", _markdown(tables.fitted_table(said)),
        _markdown(tables.reasons_table(said.left_out)),
        f"Made by painloop {__version__} from inputs with the hash `{inputs[:16]}`.",
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


TOP = """
# What the published trials say of the rivals

This page is written by `validation/calibration.py`; `painloop calibrate` computes the same for a smaller design.

Each rival explanation of lasting relief is given a wide prior (published intervals of its parameters; those that were
once set on a trial that is fitted here are doubled in spread). Every course of the library's trials is simulated
once, over a Sobol design of the prior and with the same people at each point. After that nothing is simulated: a
printed mean or count has a likelihood at each point, and the posterior is a set of weights. Three things need no
simulation at all, because they enter outside the engine: the slope of acute analgesia and the half-life with which a
placebo response comes, which all rivals and conditions share, and the probability of a placebo response in each
condition. Trials differ beyond chance in what their arms share and in the drug effect; both spreads are integrated
out (half-normal priors, Röver 2021, doi:10.1002/jrsm.1475). Counts are put on the scale of a standardised difference
through their log odds (Chinn 2000, doi:10.1002/1097-0258(20001130)19:22<3127::AID-SIM784>3.0.CO;2-M). Scores are
those of Gneiting and Raftery (2007, doi:10.1198/016214506000001437).

Trials on the same people are one cluster and are held out together. A rival's score is the sum of the log
probabilities that it gave to each cluster when fitted to all others. Clusters on which a prior was set are left out of
the scores, because a prior that saw them does not foretell them. Where no difference of scores exceeds its error the
stored weights are the prior. A held-out cluster is dropped everywhere: from parameters, slope, placebo and spreads, and
from the scores that weigh the rivals for it. In comparisons with a baseline every cluster counts the same, in the table
of scores every value does, so the two may differ.
"""
ONSET = """
The condition files assume that a placebo response comes over days. Arms without drug in the acute trials had eased
within the hour (Max 1995, Kvarnström 2003, Noppers 2011); what placebo could not explain there fell to the drug. The
half-life is therefore weighed too: one value for all conditions, between six minutes and a week, even on the log scale,
for every rival and for `none`. It is fitted without the cluster that is foretold, like everything else; but that the
term was needed was learnt from these same trials, so its gain is not wholly out of sample.
"""
BESIDE = """
Pooled results are compared with and never fitted. painloop's value is the mean over the library's trials that the
meta-analysis pools, weighed by their people, at the middle of its time window counted from the start of treatment.
Trials that had stopped following their people before the window are left out.
"""
COMPUTED = """
Effective: as if so many equally likely points carried the posterior. Halves: difference of the log evidence between two
halves of the design. Means: largest difference of a posterior mean between them, in posterior SD. Edge: largest mass at
an end of a grid. People: typical error of a simulated value in printed standard errors.
"""


def _markdown(table: DataTable) -> str:
    head = "| " + " | ".join(table.columns) + " |"
    rule = "| " + " | ".join(":--" for _ in table.columns) + " |"
    rows = ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in table.rows]
    return "\n".join([f"**{table.caption}**", "", head, rule, *rows])


def kept(said: CalibrationAnswer, inputs: str) -> str:
    """The answer as JSON with six digits, and the hash of what it was made from."""
    whole = {"inputs": inputs, "painloop": __version__, "answer": _short(said.model_dump(mode="json"))}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _short(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_short(one) for one in value]
    return value


def store(found: Calibration, inputs: str) -> CalibrationAnswer:
    """Write everything."""
    said = answer(found)
    write(found, POSTERIOR)
    RESULTS.write_text(kept(said, inputs), encoding="utf-8")
    PAGE.write_text(page(said, inputs), encoding="utf-8")
    PICTURE.write_bytes(foretold_chart(said).wide)
    return said


def _tell(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\rpoints: {done:,} of {total:,}", end="", file=sys.stderr, flush=True)


def main() -> None:
    inputs = input_hash()
    said = store(calibrate(POINTS, seed=SEED, move=_tell), inputs)
    print("\n".join(said.news))


if __name__ == "__main__":
    main()
