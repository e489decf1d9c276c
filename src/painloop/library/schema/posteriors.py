"""The shape of a posterior: what the published trials say about the parameters of the rivals, and about the rivals."""

from __future__ import annotations

from painloop.library.schema.base import Entry, Fraction, Number, Record, Text


class RivalPosterior(Record):
    """Equally likely draws of the parameters of one rival, one row a draw, in the units of its library file."""

    weight: Fraction
    parameters: tuple[Text, ...]
    draws: tuple[tuple[Number, ...], ...]


class Posterior(Entry):
    """A posterior of a version: weights of the rivals, draws of their parameters, and what it was made from."""

    version: Text
    fitted_to: tuple[Text, ...]
    inputs: Text
    rivals: dict[str, RivalPosterior]
    shared: tuple[Text, ...] = ()
