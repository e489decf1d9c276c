"""Each person's own parameters: typical values moved by covariates, and by what differs between people and visits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from painloop.errors import InputError
from painloop.library.schema.pharmacokinetics import Pharmacokinetics, Variability
from painloop.patient.streams import normal

Values = dict[str, np.ndarray]


def typical(model: Pharmacokinetics, covariates: Mapping[str, np.ndarray]) -> Values:
    """Parameters, covariates and derived quantities without random effects, (patients,) each."""
    return _complete(model, _parameters(model, covariates), covariates)


def drawn(
    model: Pharmacokinetics,
    covariates: Mapping[str, np.ndarray],
    seed: int,
    start: int,
    occasion: int | None = 0,
) -> Values:
    """The same with random effects.

    Parameters
    ----------
    covariates : name -> (patients,).
    seed, start : the population's seed and the index of its first patient here.
    occasion : which visit, for variability between occasions; ``None`` leaves that out.
    """
    values = _parameters(model, covariates)
    count = len(next(iter(values.values())))
    for block in model.iiv:
        _move(values, block, f"iiv:{model.id}", seed, start, count)
    if occasion is not None:
        for block in model.iov:
            _move(values, block, f"iov:{model.id}:{occasion}", seed, start, count)
    return _complete(model, values, covariates)


def _parameters(model: Pharmacokinetics, covariates: Mapping[str, np.ndarray]) -> Values:
    count = len(next(iter(covariates.values())))
    return {
        name: np.full(count, value.value)
        for name, value in model.parameters.items()
        if value.value is not None
    }


def _move(values: Values, block: Variability, stream: str, seed: int, start: int, count: int) -> None:
    independent = np.stack([normal(seed, f"{stream}:{name}", start, count) for name in block.parameters])
    effects = np.linalg.cholesky(np.asarray(block.omega2)) @ independent
    for name, eta in zip(block.parameters, effects, strict=True):
        if block.scale == "log":
            values[name] = values[name] * np.exp(eta)
        else:
            odds = values[name] / (1.0 - values[name]) * np.exp(eta)
            values[name] = odds / (1.0 + odds)


def _complete(model: Pharmacokinetics, values: Values, covariates: Mapping[str, np.ndarray]) -> Values:
    missing = [name for name in model.covariates if name not in covariates]
    if missing:
        raise InputError(
            f"{model.id} needs the covariate {missing[0]}, which is not one of {', '.join(covariates)}; "
            "remove it from the file or use one of these."
        )
    values = values | {name: np.asarray(covariates[name]) for name in model.covariates}
    for one in model.derived:
        values[one.name] = np.asarray(model.compile(one.expression).evaluate(values)) + np.zeros_like(
            next(iter(covariates.values()))
        )
    return values
