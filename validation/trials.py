"""Runs every trial of the library again beside what it printed, and tries the analyses on trials whose truth is known.

Writes validation/trials.json, which `painloop validate` reads. Run by ``make verify``; the results carry a hash of what
they were made from, and ``make test`` fails when it changes. What cannot be run is listed with the reason.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from painloop import __version__, library
from painloop.errors import PainloopError
from painloop.library.schema.trials import Analysis, Dropout, Trial, TrialEndpoint, Visit
from painloop.loop.rivals import RIVALS
from painloop.regimen import expand
from painloop.simulation import plan as planning
from painloop.trial.conduct import conduct
from painloop.trial.fitted import fitted_on_its_people
from painloop.trial.power import operating
from painloop.trial.prediction import predicted
from painloop.trial.primary import declared
from painloop.trial.protocol import HOURS_PER_DAY, Protocol, read
from painloop.trial.replicates import Options, run
from painloop.trial.truth import together, truths
from painloop.validate.scores import TrialRow
from painloop.validate.stored import trials_hash

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "validation" / "trials.json"

REPLICATES, FEWEST, SEED = 400, 40, 1
PERSON_DAYS = 2_500_000
"""Simulated days of one trial, about: long and large trials get fewer replicates, whose own scatter is small."""
PEOPLE = 600
"""People of all arms, under each rival, that contrasts and side effects are averaged over."""
AFTER_H = (
    0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0, 72.0, 120.0, 168.0, 240.0, 336.0, 504.0, 672.0, 840.0,
    1008.0, 1344.0, 2016.0,
)  # fmt: skip
"""When ketamine and control are compared, h after the course."""
LONG_H = 7 * HOURS_PER_DAY
"""Courses longer than this are counted from their start, since pain was measured while they went on."""
KNOWN, WORLD = "sigtermans-2009", "effect_delay"
"""The trial that the analyses are tried on, and the rival that makes its effect a known one."""
TRIED = 2000
"""Replicates that the analyses are tried on."""
LEAVING = 0.2
"""Share of participants who leave, whatever their pain, so that analyses differ in what they use."""
SYMPTOMS = ("nausea", "dizziness", "sedation")


def results() -> dict[str, Any]:
    found: dict[str, Any] = {
        "inputs": trials_hash(),
        "painloop": __version__,
        "replicates": REPLICATES,
        "seed": SEED,
        "rows": [],
        "contrasts": [],
        "not_run": [],
    }
    for name in library.ids("trials"):
        try:
            protocol = read(name)
            found["rows"] += [row.model_dump() for row in rows(protocol)]
        except PainloopError as refusal:
            found["not_run"].append({"trial": name, "reason": str(refusal)})
            continue
        contrast = averaged(protocol)
        found["contrasts"] += [contrast] if contrast else []
        print(f"{name}: {sum(r['trial'] == name for r in found['rows'])} rows", flush=True)
    found["statistics"] = statistics()
    return found


def rows(protocol: Protocol, replicates: int = REPLICATES) -> Iterator[TrialRow]:
    """Every printed result of a trial beside its prediction."""
    trial = protocol.trial
    days = max(1.0, protocol.end_d) * protocol.participants
    number = min(replicates, max(FEWEST, int(PERSON_DAYS / days)))
    for one in predicted(protocol, number, SEED):
        low, high = one.observed_ci95 or (None, None)
        least, most = one.interval or (None, None)
        yield TrialRow(
            trial=trial.id, cluster=trial.held_out_with, condition=protocol.condition, arm=one.arm, against=one.against,
            time_h=one.time_h, quantity=one.quantity, confidence=one.confidence, observed=one.observed, low=low,
            high=high, p=one.p, p_is=one.p_is, n=one.n, predicted=one.predicted, predicted_low=least,
            predicted_high=most, inside=one.inside, in_sample=one.in_sample, reason=one.reason,
        )  # fmt: skip


def averaged(protocol: Protocol) -> dict[str, Any] | None:
    """Mean difference of pain, ketamine minus control, and shares with side effects, in a large trial of its kind."""
    trial = protocol.trial
    active = [k for k, arm in enumerate(protocol.arms) if arm.role == "ketamine"]
    controls = [k for k, arm in enumerate(protocol.arms) if arm.role == "placebo"]
    controls = controls or [k for k, arm in enumerate(protocol.arms) if arm.role == "active"]
    if not trial.randomised or not controls:
        return None
    course_h = max(length_h(protocol, k) for k in active)
    begin_h = course_h if course_h <= LONG_H else 0.0
    until_h = max(0.0, protocol.horizon_d * HOURS_PER_DAY - begin_h)
    visits = tuple(Visit(name=f"{h:g} h", day=(begin_h + h) / HOURS_PER_DAY) for h in AFTER_H)
    people = PEOPLE // len(protocol.arms) * len(protocol.arms)
    seen = conduct(replace(together(protocol, people), visits=visits), SEED, 0, len(RIVALS))
    if set(seen.rival) != set(RIVALS):
        raise RuntimeError("the first replicates are not one of each rival; take another seed")
    pain, arm = seen.pain[:, :, 0], seen.arm[..., 0]

    def mean(values: np.ndarray, which: list[int]) -> np.ndarray:
        weights = np.array([protocol.numbers[k] for k in which], float)
        each = np.stack([values[arm == k].mean(axis=0) for k in which])
        return np.asarray(np.tensordot(weights / weights.sum(), each, 1))

    return {
        "trial": trial.id, "condition": protocol.condition, "n": protocol.participants,
        "in_sample": fitted_on_its_people(protocol, protocol.names, "all"),
        "begin_h": begin_h, "follow_up_h": until_h,
        "after_h": list(AFTER_H), "difference": (mean(pain, active) - mean(pain, controls)).tolist(),
        "share": {
            name: [float(mean(seen.events[name][..., 0], which)) for which in (active, controls)]
            for name in SYMPTOMS if name in seen.events
        },
    }  # fmt: skip


def length_h(protocol: Protocol, arm: int) -> float:
    """Hours from the start of a course to the end of its last dose."""
    regimen = planning.read(protocol.arms[arm].regimen or "", allow_extreme=True).regimen
    events = expand(regimen, max(protocol.horizon_d, 1.0) * HOURS_PER_DAY).events
    return max(one.start_h + one.duration_h for one in events)


def analysed_by(method: str) -> Trial:
    """The trial with a primary endpoint that suits a method; five visits."""
    trial: Trial = library.load("trials", KNOWN)
    visits = tuple(
        one for one in trial.visits if one.name in ("week 1", "week 3", "week 6", "week 9", "week 12")
    )
    quantity = "responder_30" if method == "fisher" else "nrs_change"
    endpoint = TrialEndpoint(name="primary", quantity=quantity, visit="week 3", primary=True)
    changed = {
        "visits": visits, "endpoints": (endpoint,), "analysis": Analysis.model_validate({"method": method}),
        "dropout": Dropout.model_validate({"by_end": LEAVING}), "contrasts": (),
    }  # fmt: skip
    return trial.model_copy(update=changed)


def statistics() -> dict[str, Any]:
    """Type I error, coverage and bias of each analysis, over replicates of a trial whose truth is known."""
    found: dict[str, Any] = {"type_one_error": {}, "coverage": {}, "bias": {}}
    for method in ("ancova", "mmrm", "fisher"):
        protocol = read(analysed_by(method))
        chosen = declared(protocol)
        assert chosen is not None
        done = run(protocol, TRIED, SEED, Options(loop=WORLD))
        aims = truths(protocol, chosen, conduct, {WORLD: WORLD}, SEED + 1, people=20_000)
        one = operating(protocol, chosen, done.table, aims)[0]
        says = (
            f"{TRIED} replicates of a trial of {protocol.participants} people over 12 weeks of whom {LEAVING:.0%} "
            f"leave; {method} at week 3; world: {WORLD}"
        )
        for figure, share, nominal in (
            ("type_one_error", one.type_1, chosen.analysis.alpha), ("coverage", one.coverage, 0.95)
        ):  # fmt: skip
            if share is not None:
                found[figure][method] = {
                    "count": share.count,
                    "n": share.of,
                    "nominal": nominal,
                    "says": says,
                }
        if one.bias is not None and one.bias_error is not None:
            low, high = one.bias - 1.96 * one.bias_error, one.bias + 1.96 * one.bias_error
            found["bias"][method] = {
                "value": one.bias, "low": low, "high": high, "truth": one.truth, "n": one.replicates, "says": says
            }  # fmt: skip
        print(f"{method}: type I {one.type_1}, coverage {one.coverage}, bias {one.bias}", flush=True)
    return found


def rounded(value: Any) -> Any:
    """Six digits: more would differ between machines."""
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list | tuple) else value


def main() -> None:
    kept = json.dumps(rounded(results()), indent=1, ensure_ascii=False)
    RESULTS.write_text(kept + "\n", encoding="utf-8")
    print(RESULTS.name)


if __name__ == "__main__":
    main()
