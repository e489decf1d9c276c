"""The answer of a calibration as one object: what is printed, drawn and written as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from painloop import __version__
from painloop.calibrate.choices import Choices
from painloop.calibrate.diagnostics import Convergence, Identified
from painloop.calibrate.held_out import EARLY, LATE, PAINLOOP, Against
from painloop.calibrate.observations import LeftOut
from painloop.calibrate.onset import AssumedOnset
from painloop.calibrate.pooled import BesidePooled
from painloop.calibrate.run import Calibration
from painloop.calibrate.scores import Scored, Summary
from painloop.calibrate.store import inputs_hash
from painloop.calibrate.weights import EQUAL, Difference

LITTLE = 0.9
"""A posterior this wide, as a share of the prior, has learnt next to nothing."""


class RivalWeight(BaseModel):
    """``score``: log predictive density of the clusters that judge, added up; more is better."""

    prior: float
    weight: float
    score: float


class FittedValue(BaseModel):
    """A printed value that was fitted."""

    trial: str
    cluster: str
    arm: str
    against: str | None
    quantity: str
    time_h: float
    value: float
    error: float
    error_is: str
    n: int
    count: int | None
    weak: bool


class Change(BaseModel):
    """A sensitivity analysis: values used, verdict, weights, scores and posterior medians."""

    what: str
    values: int
    verdict: str
    weights: dict[str, float]
    scores: dict[str, float]
    medians: dict[str, float]


class CalibrationAnswer(BaseModel):
    """Everything that ``painloop calibrate`` says; ``news`` are its sentences, the worst first."""

    version: str
    inputs: str
    points: int
    people: int
    seed: int
    without: tuple[str, ...]
    news: tuple[str, ...]
    verdict: str
    rivals: dict[str, RivalWeight]
    differences: tuple[Difference, ...]
    judging_clusters: int
    seen_clusters: tuple[str, ...]
    held_out: dict[str, dict[str, float]]
    identified: tuple[Identified, ...]
    convergence: tuple[Convergence, ...]
    scores: dict[str, tuple[Summary, ...]]
    against: tuple[Against, ...]
    predictions: tuple[Scored, ...]
    sensitivity: tuple[Change, ...]
    pooled: tuple[BesidePooled, ...]
    fitted: tuple[FittedValue, ...]
    left_out: tuple[LeftOut, ...]
    left_alone: tuple[tuple[str, str], ...]
    assumed_onset: AssumedOnset


def answer(found: Calibration) -> CalibrationAnswer:
    """The answer of a calibration."""
    weights = found.weights
    return CalibrationAnswer(
        version=__version__,
        inputs=inputs_hash(found.selection, found.points, found.people, found.seed, tuple(found.fits)),
        points=found.points,
        people=found.people,
        seed=found.seed,
        without=found.without,
        news=news(found),
        verdict=weights.verdict,
        rivals={
            name: RivalWeight(prior=weights.prior[name], weight=weights.weight[name], score=score)
            for name, score in weights.score.items()
        },
        differences=weights.differences,
        judging_clusters=weights.clusters,
        seen_clusters=found.seen_clusters,
        held_out={rival: dict(values) for rival, values in found.held_out.items()},
        identified=found.identified,
        convergence=found.convergence,
        scores=dict(found.summaries),
        against=found.compared,
        predictions=found.scored,
        sensitivity=tuple(
            Change(
                what=one.what, values=one.values, verdict=one.weights.verdict, weights=dict(one.weights.weight),
                scores=dict(one.weights.score), medians=dict(one.medians),
            )
            for one in found.changed
        ),
        pooled=found.pooled,
        fitted=_fitted(found),
        left_out=found.selection.left_out,
        left_alone=Choices.load().left_alone,
        assumed_onset=found.assumed_onset,
    )  # fmt: skip


def _fitted(found: Calibration) -> tuple[FittedValue, ...]:
    return tuple(
        FittedValue(
            trial=trial.id, cluster=trial.cluster, arm=one.arm, against=one.against, quantity=one.quantity,
            time_h=one.time_h, value=one.value, error=one.error, error_is=one.error_is, n=one.n,
            count=one.count, weak=one.weak,
        )
        for trial in found.selection.trials
        for one in trial.data
    )  # fmt: skip


def news(found: Calibration) -> tuple[str, ...]:
    """What must be known first: losses against baselines, then the verdict, then what is not settled."""
    lost = [_against(one) for one in found.compared if one.what == "all" and one.value >= 0.0]
    ahead = [_against(one) for one in found.compared if one.what == "all" and one.value < 0.0]
    others = [(one.what, one.values, one.weights.verdict) for one in found.changed]
    hangs = hangs_on(found.weights.verdict, others)
    return (*lost, *ahead, _verdict(found), *hangs, *_unsettled(found), *_onset(found), *_unknown(found))


def _against(one: Against) -> str:
    size = (
        f"mean error (CRPS) {abs(one.value):.3f} {{}}, as a fraction of pain or of people (standard error "
        f"{one.error:.3f} over {one.clusters} clusters, each counted once)"
    )
    if one.value >= 0.0:
        return (
            f"Out of sample painloop does not beat the {_named(one.method)}: " + size.format("larger") + "."
        )
    if not one.beaten:
        return (
            f"Out of sample painloop is not told apart from the {_named(one.method)}: "
            + size.format("smaller") + "."
        )  # fmt: skip
    return f"Out of sample painloop beats the {_named(one.method)}: " + size.format("smaller") + "."


def _named(method: str) -> str:
    return "rival none with placebo" if method.startswith("none") else method


def _verdict(found: Calibration) -> str:
    weights = found.weights
    if weights.decided:
        return f"By {weights.clusters} clusters held out in turn, {weights.verdict}."
    return (
        f"The {weights.clusters} clusters held out in turn cannot tell the rivals apart: {EQUAL}."
        if len(weights.weight) > 1
        else "With one rival nothing is weighed."
    )


def hangs_on(verdict: str, changed: Sequence[tuple[str, int, str]]) -> list[str]:
    """Sensitivity analyses, (what, values, verdict) each, that come to another verdict."""
    return [
        f"{what[0].upper()}{what[1:]} ({values} values) the verdict is another: {other}."
        for what, values, other in changed
        if other != verdict
    ]


def _unsettled(found: Calibration) -> list[str]:
    return [
        f"Not converged, {one.rival}: {'; '.join(one.problems)}."
        for one in found.convergence
        if not one.converged
    ]


def _onset(found: Calibration) -> list[str]:
    """What a free onset of placebo responses changed, during and after courses, whichever way it went."""

    def of(scores: Mapping[str, Sequence[Summary]], group: str) -> float | None:
        return next((one.crps for one in scores.get(group, ()) if one.method == PAINLOOP), None)

    moved = [
        f"{group} from {before:.3f} to {after:.3f}"
        for group in (EARLY, LATE)
        if (before := of(found.assumed_onset.scores, group)) is not None
        and (after := of(found.summaries, group)) is not None
    ]
    if not moved:
        return []
    return [
        f"Placebo that may come within the hour moves the mean error (CRPS) {' and '.join(moved)}; "
        "that it was needed was seen in these same trials, so the change is not wholly out of sample."
    ]


def _unknown(found: Calibration) -> list[str]:
    said = []
    for one in found.identified:
        own = [told for told in one.told if told.name.startswith(f"{one.rival}.")]
        little = [told.name.partition(".")[2] for told in own if told.ratio > LITTLE]
        if little:
            said.append(f"These trials say next to nothing of {', '.join(little)} of {one.rival}.")
        said += [
            f"Not identified by these trials: {first} and {second} apart (correlation {value:.2f})."
            for first, second, value in one.together
        ]
    return said
