"""What the freedom of the onset of placebo responses changes: scores and acute slope with it, and as assumed before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from painloop.calibrate.diagnostics import SLOPE, identified
from painloop.calibrate.fit import Fit
from painloop.calibrate.held_out import Against, against, scored_values, summaries
from painloop.calibrate.observations import Selection
from painloop.calibrate.problem import Problem, with_assumed_onset
from painloop.calibrate.scores import Summary


@dataclass(frozen=True)
class AssumedOnset:
    """A calibration in which placebo responses come as fast as the condition files assume.

    ``slope``: rival -> (5 %, median, 95 %) of the acute slope; ``gained``: rival -> log evidence that freedom adds.
    """

    scores: Mapping[str, tuple[Summary, ...]]
    against: tuple[Against, ...]
    slope: Mapping[str, tuple[float, float, float]]
    gained: Mapping[str, float]


def assumed_onset(
    problem: Problem, free: Mapping[str, Fit], selection: Selection, judged: Sequence[str], slope: float
) -> AssumedOnset:
    """Weigh and score again, with nothing simulated anew; ``free`` are the fits, ``slope`` is the library's."""
    before = with_assumed_onset(problem)
    fits = {rival: before.fit(rival) for rival in free}
    scored = scored_values(before, fits, selection, judged)
    return AssumedOnset(
        summaries(scored, before),
        against(scored),
        {rival: told.posterior for rival, fit in fits.items() for told in identified(fit, slope).told
         if told.name == SLOPE},
        {rival: free[rival].log_evidence - fit.log_evidence for rival, fit in fits.items()},
    )  # fmt: skip
