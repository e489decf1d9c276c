"""The sentences that answer: printed results inside their intervals, and how the analysis behaves.

Failures stand first, and a row on which something was fitted is never counted as evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from painloop.report.numbers import count, percent, signed
from painloop.report.trial_words import (
    arm_words,
    effect_of,
    interval_words,
    participants,
    quantity_words,
    share_words,
    value_words,
    when,
)

if TYPE_CHECKING:
    from painloop.trial.answer import Operating, Prediction, Share, TrialAnswer

_MOST_NAMED = 3
"""So many failures are told in the sentence; the table has them all."""


def answer_sentence(answer: TrialAnswer) -> str:
    """The answer in one sentence: printed results inside the predictive interval, or how the analysis behaves."""
    judged = [row for row in answer.predictions if row.inside is not None]
    if not judged:
        if answer.operating or not answer.predictions:
            return operating_sentence(answer)
        if any(row.p_share is not None for row in answer.predictions):
            return "Only p values of this trial can be set beside a prediction, and none of them judges it."
        return "Nothing that was printed of this trial can be set beside a predicted value."
    fresh, fitted = (
        [row for row in judged if not row.in_sample],
        [row for row in judged if row.in_sample],
    )
    text = _held(fresh)
    if fitted:
        inside = sum(bool(row.inside) for row in fitted)
        what = "value" if len(fitted) == 1 else "values"
        text += f" Not counted: {len(fitted)} {what} on which something here was fitted ({inside} inside)."
    return text


def _held(fresh: list[Prediction]) -> str:
    if not fresh:
        return "No printed result of this trial is out of sample: nothing here is evidence for the model."
    failed = [row for row in fresh if not row.inside]
    of = f"{count(len(fresh))} printed {'result' if len(fresh) == 1 else 'results'} out of sample"
    held = len(fresh) - len(failed)
    text = (
        f"{held} of {of} {'lies' if held == 1 or len(fresh) == 1 else 'lie'} inside the 95 % interval predicted for a "
        "study of this size"
    )
    if not failed:
        return f"{text}; none fails."
    named = "; ".join(_miss(row) for row in failed[:_MOST_NAMED])
    more = f"; and {len(failed) - _MOST_NAMED} more" if len(failed) > _MOST_NAMED else ""
    return f"{text}; {len(failed)} {'fails' if len(failed) == 1 else 'fail'}: {named}{more}."


def _miss(row: Prediction) -> str:
    contrast = row.against is not None
    between = interval_words(row.quantity, row.low, row.high, contrast=contrast)
    at = "" if row.day is None else f" at {when(row.day)}"
    return (
        f"{quantity_words(row.quantity)}, {arm_words(row.arm, row.against)}{at} (observed "
        f"{value_words(row.quantity, row.observed, contrast=contrast)}, predicted {between})"
    )


def main_operating(answer: TrialAnswer) -> Operating | None:
    """How the analysis behaves for the first comparison under the mixture, or under the only explanation."""
    mixed = [one for one in answer.operating if one.rival == "all"]
    return next(iter(mixed or answer.operating), None)


def operating_sentence(answer: TrialAnswer) -> str:
    """Power with interval, type I error, bias and coverage of the first comparison; empty where none was analysed."""
    one = main_operating(answer)
    if one is None:
        return ""
    alpha = float((answer.analysis or {}).get("alpha") or 0.05)
    told = []
    if one.power is not None:
        told.append(f"finds a difference (p < {alpha:g}) in {share_words(one.power)}")
    if one.type_1 is not None:
        told.append(f"finds one that is not there in {share_words(one.type_1, 1)}{_off(one.type_1, alpha)}")
    text = (
        f"With {count(participants(answer))} participants the primary comparison, "
        f"{arm_words(one.arm, one.against)}, "
        + (" and ".join(told) or "was not tested")
        + f" of {count(one.replicates)} replicates"
    )
    if one.bias is not None:
        effect = effect_of(answer)
        text += f"; its estimate is off by {signed(effect.scale * one.bias, effect.digits)}{effect.unit} on average"
        if one.bias_error is not None:
            text += f" (standard error {effect.words(one.bias_error)})"
    if one.coverage is not None:
        text += f", and its 95 % interval holds the true value in {share_words(one.coverage, 1)}"
        text += _off(one.coverage, 0.95)
    return text + "."


def _off(share: Share, promised: float) -> str:
    """What to add where a share cannot be what the analysis promises."""
    return "" if share.low <= promised <= share.high else f", not the {percent(promised)} it promises"
