"""Sets what each rival predicts beside trials that no rival was fitted on.

Writes validation/rival_predictions.json, docs/rival_predictions.md and its picture. Run by ``make verify``; the
results carry a hash of what they were made from, and ``make test`` fails when it changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from painloop import __version__, library
from painloop.library.schema.courses import Observed
from painloop.outcomes.risks import jeffreys
from painloop.report.figures.drawing import WIDE, Caption, draw
from painloop.report.figures.palette import FAINT, look_of
from painloop.simulation import Result, simulate
from painloop.validate.stored import SIMULATED_FROM, library_hash

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "validation" / "rival_predictions.json"
PAGE = ROOT / "docs" / "rival_predictions.md"
PICTURE = ROOT / "docs" / "images" / "rival_predictions.svg"

PATIENTS, SEED = 2000, 1
HOURS_PER_DAY = 24.0
COURSES = ("pickering-2020", "noppers-2011", "goldberg-2010")
SLIGHTLY_BETTER = library.load("outcomes", "harris-2005").published["slightly_better"].number
"""NRS points: the least change that patients call slightly better (Salaffi 2004)."""


@dataclass(frozen=True)
class Finding:
    """One prediction of one rival beside what a trial found; ``holds`` is ``None`` where nothing can be judged."""

    course: str
    question: str
    rival: str
    unit: str
    predicted: float
    published: float | None
    low: float | None
    high: float | None
    holds: bool | None
    verdict: str


def input_hash() -> str:
    """Of every library file that a simulation may read, this file and the version (sha256, hexadecimal)."""
    return library_hash(Path(__file__), SIMULATED_FROM)


def neuropathic() -> Iterator[Finding]:
    """0.5 mg/kg once: the difference from placebo over 35 days in standard deviations (Pickering 2020)."""
    run = _simulated("pickering-2020", 35.0)
    placebo = run.comparator
    assert placebo is not None
    question = "Neuropathic pain, 0.5 mg/kg once: difference from placebo over 35 days"
    point = _published("pickering-2020", "ketamine", 840.0, "effect_size_sd")
    found, (low, high) = point.value, point.ci95
    for k, rival in enumerate(_rivals(run)):
        ours, theirs = (_mean_over_time(one, "pain_individual", k) for one in (run, placebo))
        size = float((ours - theirs).mean() / theirs.std())
        holds = low <= size <= high
        verdict = (
            f"{size:+.2f} SD ({(ours - theirs).mean():+.2f} points), "
            + ("inside" if holds else "outside") + f" the published {found:+.1f} ({low:+.1f} to {high:+.1f})"
        )  # fmt: skip
        yield Finding("pickering-2020", question, rival, "SD", size, found, low, high, holds, verdict)


def fibromyalgia() -> Iterator[Finding]:
    """30 min of S-ketamine: share whose rating has halved, at weeks 1 and 8 (Noppers 2011, 12 and 12 people)."""
    run = _simulated("noppers-2011", 60.0)
    placebo = run.comparator
    assert placebo is not None
    for words, time_h in (("3 h after the start", 3.0), ("week 1", 168.0), ("week 8", 1344.0)):
        point = _published("noppers-2011", "S-ketamine", time_h)
        control = _published("noppers-2011", "midazolam", time_h)
        low, high = jeffreys(point.count, point.n)
        for k, rival in enumerate(_rivals(run)):
            share, beside = (_halved(one, k, time_h) for one in (run, placebo))
            holds = low <= share <= high
            verdict = (
                f"{100 * share:.0f} % (placebo {100 * beside:.0f} %), " + ("inside" if holds else "outside")
                + f" the interval of {point.count} of {point.n} ({100 * low:.0f} to {100 * high:.0f} %; "
                + f"midazolam {control.count} of {control.n})"
            )  # fmt: skip
            question = f"Fibromyalgia, 30 min: rating halved at {words}"
            yield Finding(
                "noppers-2011",
                question,
                rival,
                "share",
                share,
                point.count / point.n,
                low,
                high,
                holds,
                verdict,
            )


def onset() -> Iterator[Finding]:
    """Five days in CRPS: little on day 1, clear by day 3 (Goldberg 2010, 16 people, no control arm)."""
    run = _simulated("goldberg-2010", 6.0)
    assert run.comparator is not None
    time_h = run.dataset.time.values
    n = _published("goldberg-2010", "ketamine", 120.0, "nrs").n
    for lasting in (False, True):
        which = ", acute part left out" if lasting else ""
        for day in (1, 3):
            question = f"CRPS, five days: fall of pain on day {day}{which}"
            at = int(np.argmin(np.abs(time_h - day * HOURS_PER_DAY)))
            for k, rival in enumerate(_rivals(run)):
                pain = run.dataset["pain_individual"].values[k]
                now = pain[at]
                if lasting:
                    untreated = run.comparator.dataset["pain_individual"].values[k][at]
                    now = untreated * (1.0 - run.dataset["relief_individual"].values[k][at])
                fall = pain[0] - now
                mean, error = float(fall.mean()), float(fall.std()) / np.sqrt(n)
                clear = bool(mean >= SLIGHTLY_BETTER and mean > 2.0 * error)
                holds = clear if day > 1 else mean < SLIGHTLY_BETTER
                said = "clear" if day > 1 else "minimal (under 1 point)"
                verdict = (
                    f"{mean:.1f} points where the trial says {said}: "
                    + ("as" if holds else "not as")
                    + " found"
                )
                yield Finding(
                    "goldberg-2010", question, rival, "NRS points", mean, None, None, None, holds, verdict
                )


def _halved(run: Result, rival: int, time_h: float) -> float:
    """Share of people whose rating is at most half of that before treatment."""
    rating = run.dataset["nrs_individual"].values[rival]
    at = int(np.argmin(np.abs(run.dataset.time.values - time_h)))
    return float((rating[at] <= 0.5 * rating[0]).mean())


def _simulated(course: str, days: float) -> Result:
    at = [d * HOURS_PER_DAY for d in range(1, int(days) + 1)]
    return simulate(course, days=days, patients=PATIENTS, seed=SEED, placebo=True, individuals=True, at_h=at)


def _rivals(run: Result) -> list[str]:
    return [str(name) for name in run.dataset.hypothesis.values]


def _mean_over_time(run: Result, quantity: str, rival: int) -> np.ndarray:
    time_h = run.dataset.time.values
    values = run.dataset[quantity].values[rival]
    return np.asarray(np.trapezoid(values, time_h, axis=0) / (time_h[-1] - time_h[0]))


def _published(course: str, arm: str, time_h: float, quantity: str = "responders_50") -> Observed:
    known = library.load("regimens", course).observed
    return next(o for o in known if (o.arm, o.time_h, o.quantity) == (arm, time_h, quantity))


def picture(found: list[Finding]) -> bytes:
    """One panel a question: the published interval as a band, each rival as a mark."""
    questions = list(dict.fromkeys(one.question for one in found))
    rivals = list(dict.fromkeys(one.rival for one in found))

    def paint(axes):  # type: ignore[no-untyped-def]
        for axis, question in zip(axes, questions, strict=True):
            here = [one for one in found if one.question == question]
            if here[0].low is not None:
                axis.axvspan(here[0].low, here[0].high, color=FAINT, alpha=0.18, linewidth=0)
                axis.axvline(here[0].published, color=FAINT, linewidth=1)
            for one in here:
                look = look_of(one.rival)
                axis.plot(one.predicted, rivals.index(one.rival), look.marker, color=look.color)
            axis.set_title(question.replace(": ", ":\n"), fontsize=8)
            axis.set_yticks(range(len(rivals)), rivals)
            axis.set_ylim(len(rivals) - 0.5, -0.5)
            axis.set_xlabel(here[0].unit)
            if here[0].unit != "SD":
                axis.set_xlim(0, 1.15 * max(axis.dataLim.x1, 2.0 if here[0].low is None else 0.0))
            if here[0].low is None:
                first = "day 1" in question
                end = axis.get_xlim()[1]
                axis.axvspan(*((0, SLIGHTLY_BETTER) if first else (SLIGHTLY_BETTER, end)),
                             color=FAINT, alpha=0.18, linewidth=0)  # fmt: skip

    caption = Caption(
        "What does each rival say of trials it was not fitted on?",
        f"painloop {__version__} · n = {PATIENTS} simulated people · seed {SEED} · "
        "grey: published 95 % interval, or the paper's words",
    )
    rows = -(-len(questions) // 2)
    if len(questions) % 2:
        raise RuntimeError("the picture has two columns: give an even number of questions")
    return draw(caption, WIDE, [1.4] * rows, 2, paint)


def page(found: list[Finding], inputs: str) -> str:
    """The table as a page of the documentation."""
    lines = [
        "# What each rival says of trials it was not fitted on",
        "",
        "This page is written by `validation/rival_predictions.py`. The rivals `effect_delay`, `central_gain` and "
        "`driven_gain` were set on one trial of S-ketamine over 100 h in CRPS; here they meet other doses, durations "
        "and conditions. A rival that fails is shown failing. Where a trial is small, several rivals fit within its "
        "interval, and the trial cannot tell them apart.",
        "",
        verdict(found),
        "",
        "![Predictions beside published intervals](images/rival_predictions.svg)",
        "",
    ]
    for question in dict.fromkeys(one.question for one in found):
        lines += [f"## {question}", "", "| rival | prediction | |", "| :-- | :-- | :-- |"]
        lines += [
            f"| `{one.rival}` | {one.verdict} | {'holds' if one.holds else '**fails**'} |"
            for one in found
            if one.question == question
        ]
        here = {one.holds for one in found if one.question == question}
        if len(here) == 1:
            lines += ["", "All rivals fare alike: this cannot tell them apart."]
        lines.append("")
    lines += [
        "## How to read it",
        "",
        "- Neuropathic pain (Pickering 2020): 20 people, crossover; the published effect size and its 95 % interval. "
        "The duration of the infusion is not in what was read: 2 h is assumed. Simulated people differ less in their "
        "mean pain than those of the trial, which makes a simulated effect size larger.",
        "- Fibromyalgia (Noppers 2011): 12 people per arm; Jeffreys intervals of the published counts. Ratings are "
        "compared, scatter included, as a trial sees them.",
        "- Five days in CRPS (Goldberg 2010): 16 people without a control arm; the paper says 'minimal relief on day "
        "1, significant by day 3'. Minimal is read as less than one point (Salaffi 2004), clear as more than that and "
        "more than two standard errors of 16 people. The steps of the dose were not read and are assumed. Acute "
        "analgesia while drug is there is part of every rival, and comes from volunteers with experimental pain: it "
        "makes pain fall at once, which the trial did not see. That is a failure of the acute curve in these patients, "
        "so pain is also judged with the acute part left out (placebo and lasting relief remain).",
        "- Agreement here is weak evidence: the intervals are wide, and what the trials had in common with the one "
        "trial that was fitted is unknown.",
        "",
        f"Made by painloop {__version__} from inputs with the hash `{inputs[:16]}`.",
        "",
    ]
    return "\n".join(lines)


def verdict(found: list[Finding]) -> str:
    """How many predictions hold, and how many questions could tell rivals apart, in a sentence."""
    held = sum(bool(one.holds) for one in found)
    questions = {one.question for one in found}
    telling = {q for q in questions if len({one.holds for one in found if one.question == q}) > 1}
    return (
        f"{held} of {len(found)} predictions hold and {len(found) - held} fail; {len(telling)} of {len(questions)} "
        "questions get different answers from different rivals, the others cannot tell them apart."
    )


def findings() -> list[Finding]:
    """Every prediction, in the order of the page."""
    return [*neuropathic(), *fibromyalgia(), *onset()]


def main() -> None:
    found, inputs = findings(), input_hash()
    kept = {"inputs": inputs, "painloop": __version__, "findings": [_rounded(asdict(one)) for one in found]}
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(found, inputs), encoding="utf-8")
    PICTURE.write_bytes(picture(found))
    print(verdict(found))


def _rounded(record: dict[str, object]) -> dict[str, object]:
    return {k: float(f"{v:.6g}") if isinstance(v, float) else v for k, v in record.items()}


if __name__ == "__main__":
    main()
