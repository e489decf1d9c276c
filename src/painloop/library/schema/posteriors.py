"""The shape of a posterior: what the published trials say about the parameters of the rivals, and about the rivals."""

from __future__ import annotations

from pydantic import Field, model_validator

from painloop.library.schema.base import (
    Entry,
    Fraction,
    NonNegativeNumber,
    Number,
    PositiveNumber,
    Record,
    Text,
)


class Computation(Record):
    """How well a design carried the posterior: points, effective points, and what speaks against it."""

    points: int = Field(gt=0)
    effective: PositiveNumber
    problems: tuple[Text, ...] = ()


class RivalPosterior(Record):
    """Equally likely draws of the parameters of one rival, one row a draw, in the units of its library file.

    Every rival holds ``analgesia.slope`` and ``placebo.CONDITION.responder_probability`` of each condition beside its
    own parameters. ``score`` is the log predictive density of held-out clusters, added up.
    """

    weight: Fraction
    prior: Fraction | None = None
    score: Number | None = None
    computation: Computation | None = None
    parameters: tuple[Text, ...]
    draws: tuple[tuple[Number, ...], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fill_each_row(self) -> RivalPosterior:
        for number, row in enumerate(self.draws):
            if len(row) != len(self.parameters):
                raise ValueError(
                    f"draws.{number}: give {len(self.parameters)} numbers, one for each parameter"
                )
        return self


class BetweenTrials(Record):
    """Posterior means of spreads between trials, in SD of pain: of what arms share, and of the drug effect."""

    shift: NonNegativeNumber
    effect: NonNegativeNumber


class Posterior(Entry):
    """A posterior of a version: weights of the rivals, draws of their parameters, and what it was made from.

    ``fitted_to`` are trials, ``inputs`` a hash of everything it was computed from, ``verdict`` what the trials say of
    the rivals in words.
    """

    version: Text
    fitted_to: tuple[Text, ...]
    inputs: Text
    rivals: dict[str, RivalPosterior] = Field(min_length=1)
    shared: tuple[Text, ...] = ()
    verdict: Text | None = None
    between_trials: BetweenTrials | None = None

    @model_validator(mode="after")
    def _share_out_everything(self) -> Posterior:
        total = sum(one.weight for one in self.rivals.values())
        if abs(total - 1.0) > 1e-3:
            raise ValueError(f"rivals: the weights add up to {total:g}, write weights that add up to 1")
        return self
